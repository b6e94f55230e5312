"""JSON Lines: one object a line, all with the same keys.

with open_bytes("reviews.jsonl") as stream:
    rows = json_rows(stream, SourceSettings(), "reviews.jsonl")
    columns = next(rows)
"""

import json
import math
from collections.abc import Iterator
from typing import Any

from imdbnlp.data.compression import Bounded
from imdbnlp.data.decode import text_lines
from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter


def json_rows(stream: Bounded, settings: SourceSettings, name: str, reporter: Reporter = SILENT) -> Iterator[list[str]]:
    """The first object's keys, then the values of every object as text.  Raises DataError naming the record."""
    columns: list[str] = []
    record = n_mended = 0
    with text_lines(stream, settings, name) as lines:
        for line in lines:
            if line.isspace():
                continue
            record += 1
            values = _object(line, f"{name}, record {record}")
            if not columns:
                columns = list(values)
                yield columns
            _check_keys(values, columns, f"{name}, record {record}")
            row = [as_text(values[column]) for column in columns]
            whole = [_without_halves(text) for text in row] if "\\u" in line else row
            n_mended += whole != row
            yield whole
    if not record:
        raise DataError(f"{name} is empty", hint="expected one JSON object a line")
    if n_mended:
        reporter.warn(f"{name}: halves of characters in {n_mended} record(s) were replaced by U+FFFD")


def _object(line: str, where: str) -> dict[str, Any]:
    hint = "expected one JSON object a line"
    if line.lstrip().startswith("["):
        hint += "; from a list they are made by: jq -c '.[]' FILE"
    try:
        pairs = json.loads(line, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: no JSON: {str(error).partition(': line')[0]}", hint=hint) from None
    if not isinstance(pairs, _Pairs):
        found = "a list" if isinstance(pairs, list) else repr(pairs)[:60]
        raise DataError(f"{where}: {found}, expected an object", hint=hint)
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DataError(f"{where}: the key {twice[:60]!r} stands there twice", hint="rename one; or were lines joined?")
    return values


class _Pairs(list[tuple[str, Any]]):
    """A JSON object before keys that stand there twice are lost."""


def _check_keys(values: dict[str, Any], columns: list[str], where: str) -> None:
    if values.keys() == set(columns):
        return
    missing = [column for column in columns if column not in values]
    extra = [key for key in values if key not in columns]
    found = f"no key {missing[0]!r}" if missing else f"a new key {extra[0]!r}"
    raise DataError(
        f"{where}: {found[:80]}",
        hint=f"each line needs the keys of the first, if only with null: {', '.join(columns)[:80]}",
    )


def as_text(value: Any) -> str:
    """A value as text: nothing for null and NaN, JSON for what has parts."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, _Pairs):
        value = dict(value)
    return json.dumps(value, ensure_ascii=False, default=str)


def _without_halves(text: str) -> str:
    """U+FFFD for each half of a character that stands alone."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
