"""Plain lines, one text each, and how to tell them from a table.

content_format("good film\nbad film\n", SourceSettings(), ["review"])         # 'lines'
content_format("id,review\n1,good film\n", SourceSettings(), ["review"])      # 'csv'
"""

import csv
import re
from collections.abc import Collection, Iterator
from typing import Literal

from imdbnlp.data.columns import TEXT_NAMES
from imdbnlp.data.compression import Bounded
from imdbnlp.data.decode import text_lines
from imdbnlp.data.rows import TextTable
from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError

ContentFormat = Literal["csv", "tsv", "jsonl", "lines"]
_FOR_TABLES = ("text_column", "delimiter", "no_header", "no_quotes", "escapechar")
_JSON = re.compile(r'\s*(\[\s*)?\{\s*["}]')
_DELIMITERS: dict[str, ContentFormat] = {",": "csv", "\t": "tsv", ";": "csv", "|": "csv"}
_MAX_NAME_CHARACTERS = 40
_SHAPE_LINES = 20


class LineTable(TextTable):
    """A table of one column, made of plain lines."""


def line_rows(stream: Bounded, settings: SourceSettings, name: str, column: str) -> Iterator[list[str]]:
    """The name of the column, then each line, an empty one included.  Raises DataError if there are none."""
    n_rows = 0
    yield [column]
    with text_lines(stream, settings, name) as lines:
        for n_rows, line in enumerate(lines, start=1):  # noqa: B007
            yield [line.rstrip("\r\n")]
    if not n_rows:
        raise DataError(f"{name} is empty", hint="expected one text a line")


def content_format(head: str, settings: SourceSettings, text_columns: Collection[str]) -> ContentFormat:
    """What a file without a telling name holds, by its first characters.

    JSON, if it begins with an object or a list of objects.  A table, if a setting speaks of one, or its first line
    names one of text_columns or a usual name for texts, or its lines are cut into the same number of short-headed
    columns.  Lines otherwise.
    """
    if _JSON.match(head):
        return "jsonl"
    if any(getattr(settings, name) != SourceSettings.model_fields[name].default for name in _FOR_TABLES):
        return "csv"
    lines = re.split(r"\r\n|\r|\n", head)
    known = {name.strip().lower() for name in (*text_columns, *TEXT_NAMES)}
    for delimiter, kind in _DELIMITERS.items():
        header = _fields(lines[0], delimiter)
        if known & {name.strip().lower() for name in header} or _is_table(lines[:-1], delimiter):
            return kind
    return "lines"


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
