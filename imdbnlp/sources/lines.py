"""Plain lines, one text each, and how to tell them from a table.

content_format("good film\nbad film\n", SourceSettings(), ["review"])         # ('lines', False)
content_format("id,review\n1,good film\n", SourceSettings(), ["review"])      # ('csv', True)
"""

import csv
import re
from collections.abc import Collection, Iterator
from typing import Literal

from imdbnlp.errors import DataError
from imdbnlp.sources.column_names import folded_name, text_score
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.rows import TextTable
from imdbnlp.sources.settings import SourceSettings

ContentFormat = Literal["csv", "tsv", "jsonl", "lines"]
_FOR_TABLES = ("text_column", "delimiter", "no_header", "no_quotes", "escapechar")
_JSON = re.compile(r'\s*(\[\s*)?\{\s*["}]')
_DELIMITERS: dict[str, ContentFormat] = {",": "csv", "\t": "tsv", ";": "csv", "|": "csv"}
_MAX_NAME_CHARACTERS = 40
_SHAPE_LINES = 20
_USUAL_NAME = 0.9


class LineTable(TextTable):
    """A table of one column, made of plain lines."""


def line_rows(stream: GuardedStream, settings: SourceSettings, name: str, column: str) -> Iterator[list[str]]:
    """The name of the column, then each line, an empty one included.  Raises DataError if there are none."""
    n_rows = 0
    yield [column]
    with text_lines(stream, settings, name) as lines:
        for n_rows, line in enumerate(lines, start=1):  # noqa: B007
            yield [line.rstrip("\r\n")]
    if not n_rows:
        raise DataError(f"{name} is empty", hint="expected one text a line")


def content_format(
    head: str, settings: SourceSettings, text_columns: Collection[str]
) -> tuple[ContentFormat, bool]:  # fmt: skip
    """What a file without a telling name holds, by its first characters, and whether that is certain.

    JSON, if it begins with an object or a list of objects.  A table, if a setting speaks of one, or its first line
    names one of text_columns or a usual name for texts (these two are certain), or its lines have the same number of
    columns and short headings.  Lines otherwise.
    """
    if _JSON.match(head):
        return "jsonl", False
    if any(getattr(settings, name) != SourceSettings.model_fields[name].default for name in _FOR_TABLES):
        return "csv", True
    lines = re.split(r"\r\n|\r|\n", head)
    known = {folded_name(name) for name in text_columns}
    for delimiter, kind in _DELIMITERS.items():
        if any(folded_name(name) in known or _is_text_heading(name) for name in _fields(lines[0], delimiter)):
            return kind, True
    tables = [kind for delimiter, kind in _DELIMITERS.items() if _is_table(lines[:-1], delimiter)]
    return (tables[0] if tables else "lines"), False


def _is_text_heading(name: str) -> bool:
    """Whether a field is one word that columns of texts are called by."""
    return len(name.split()) == 1 and text_score(name) >= _USUAL_NAME


def _is_table(lines: list[str], delimiter: str) -> bool:
    """Whether whole lines all have as many fields, and the first looks like a header."""
    rows = [_fields(line, delimiter) for line in lines[:_SHAPE_LINES] if line]
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return False
    return all(
        name == name.strip() and len(name) <= _MAX_NAME_CHARACTERS and name[-1:] not in ".!?" for name in rows[0]
    )


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
