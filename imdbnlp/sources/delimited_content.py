"""How sure one can be that lines of text are a table with a certain delimiter.

delimited_confidence(Sample(b"id,review\\n1,good\\n", SourceSettings()), ",")       # Confidence.NAMES
delimited_confidence(Sample(b"good film\\nbad film\\n", SourceSettings()), ",")     # Confidence.NO
"""

import csv
from collections.abc import Sequence

from imdbnlp.sources.column_names import folded_name, text_score
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.table_format import Confidence, Sample

_FOR_TABLES = ("text_column", "delimiter", "no_header", "no_quotes", "escapechar")
_MAX_NAME_CHARACTERS = 40
_SHAPE_LINES = 20
_USUAL_NAME = 0.9


def delimited_confidence(sample: Sample, delimiter: str) -> Confidence:
    """How sure it is that the lines are rows with this delimiter.

    NAMES if the first line names an expected or a usual column of texts; OPTIONS if an option for tables was given;
    SHAPE if all lines have the same number of columns, and the first looks like a header.
    """
    known = {folded_name(name) for name in sample.text_columns}
    fields = _fields(sample.lines[0], delimiter)
    if any(folded_name(name) in known or _is_text_heading(name) for name in fields):
        return Confidence.NAMES
    settings = sample.settings
    if any(getattr(settings, name) != SourceSettings.model_fields[name].default for name in _FOR_TABLES):
        return Confidence.OPTIONS
    return Confidence.SHAPE if _is_table(sample.lines[:-1], delimiter) else Confidence.NO


def _is_text_heading(name: str) -> bool:
    """Whether a field is one word that columns of texts are commonly called."""
    return len(name.split()) == 1 and text_score(name) >= _USUAL_NAME


def _is_table(lines: Sequence[str], delimiter: str) -> bool:
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
