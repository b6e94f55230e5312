"""The first rows of a result, for a terminal.

preview_table("text", texts[:20], {"prediction": ["pos", …]}, more="3,755 more rows", width=80)
"""

import shutil
import time
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from imdbnlp.report.result import Table, readable
from imdbnlp.sources.rows import Batch

PREVIEW_ROWS = 20
_SHORTEST_TEXT, _GAP = 20, 3
_COUNTING_SECONDS = 1.0
_MAX_CHARACTERS = 2000


def preview_table(column: str, texts: Sequence[str], new: Mapping[str, Sequence[Any]], n_more: str) -> Table:
    """A text and its new values on each line; the text is shortened to the width of the terminal.

    n_more: how many rows are not shown, empty if all are.
    """
    rows = list(zip(*new.values(), strict=True))
    taken = sum(max([len(name), *(len(readable(value)) for value in values)]) + _GAP for name, values in new.items())
    width = max(_SHORTEST_TEXT, shutil.get_terminal_size().columns - taken)
    shown = [(_shortened(text, width), *row) for text, row in zip(texts, rows, strict=True)]
    note = f"{n_more} more rows; to write all of them: --output FILE.csv" if n_more else ""
    return Table("", [column, *new], shown, note)


def first_texts(batches: Iterator[Batch], place: int, n_rows: int) -> tuple[list[str], int]:
    """The texts of the first rows, and how many more rows of the batches were read for them.

    place: of the column of texts.
    """
    texts: list[str] = []
    for batch in batches:
        texts += batch.texts(place)
        if len(texts) >= n_rows:
            break
    return texts[:n_rows], max(0, len(texts) - n_rows)


def count_more(n_left: int, batches: Iterable[Batch]) -> str:
    """How many rows follow, as far as they can be counted in a second.  n_left: rows that are known to follow."""
    end = time.monotonic() + _COUNTING_SECONDS
    for batch in batches:
        n_left += len(batch)
        if time.monotonic() > end:
            return f"more than {n_left:,}"
    return f"{n_left:,}" if n_left else ""


def _shortened(text: str, width: int) -> str:
    """One line of at most `width` columns of the terminal."""
    line = " ".join(text[:_MAX_CHARACTERS].split())
    columns, kept = 0, 0
    for character in islice(line, width + 1):
        columns += _columns_of(character)
        kept += columns <= width - 1
    whole = len(text) <= _MAX_CHARACTERS and len(line) <= width and columns <= width
    return line if whole else line[:kept] + "…"


def _columns_of(character: str) -> int:
    """Columns of the terminal that a character takes; one that could drive the terminal is escaped."""
    if not character.isprintable():
        return len(f"\\u{ord(character):04x}")
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
