"""Arrow arrays as JSON values (see sources/values.py): what CSV and JSON show of Parquet's types.

plain_values(pa.array([1.5, None]))                           # [Number('1.5'), None]
plain_values(pa.array([datetime.date(2024, 1, 2)]))           # ['2024-01-02']

Dates, times and durations are ISO 8601 (2024-01-02T03:04:00+01:00, PT1.5S), decimals plain numbers, bytes the text
that they encode in UTF-8 or else base64, maps lists of {"key": …, "value": …}.
"""

import base64
import re
from collections.abc import Callable
from typing import Any

from imdbnlp.sources.values import Number

_FRACTION = re.compile(r"\.(\d+)")
_OFFSET = re.compile(r"([+-]\d\d)(\d\d)$")
_UNITS = {"s": 0, "ms": 3, "us": 6, "ns": 9}


def plain_values(array: Any) -> list[Any]:
    """(rows,) the values of a pyarrow.Array; equal values of a dictionary column are the same object."""
    import pyarrow as pa
    import pyarrow.compute
    import pyarrow.types as pt

    if isinstance(array, pa.ExtensionArray):
        return _uuids(array) if array.type.extension_name == "arrow.uuid" else plain_values(array.storage)
    kind = array.type
    if pt.is_dictionary(kind) and len(array) < len(array.dictionary):
        return plain_values(array.dictionary_decode())
    if pt.is_dictionary(kind):
        values = plain_values(array.dictionary)
        return [None if place is None else values[place] for place in array.indices.to_pylist()]
    if pt.is_run_end_encoded(kind):
        return plain_values(pa.compute.run_end_decode(array))
    if pt.is_map(kind):
        return _lists(array, lambda part: _maps(part, kind))
    if pt.is_nested(kind):
        return _structs(array) if pt.is_struct(kind) else _lists(array, plain_values)
    return _scalars(array)


def _scalars(array: Any) -> list[Any]:
    import pyarrow as pa
    import pyarrow.types as pt

    kind = array.type
    if pt.is_floating(kind):
        return [_float(value) for value in _floats(array)]
    if pt.is_decimal(kind):
        return [None if value is None else Number(format(value, "f")) for value in array.to_pylist()]
    if pt.is_integer(kind):
        return [None if value is None else Number(value) for value in array.to_pylist()]
    if pt.is_duration(kind):
        return [_duration(value, _UNITS[kind.unit]) for value in array.cast(pa.int64()).to_pylist()]
    if pt.is_temporal(kind):
        return [_iso(value) for value in array.cast(pa.string()).to_pylist()]
    if pt.is_binary(kind) or pt.is_large_binary(kind) or pt.is_fixed_size_binary(kind) or pt.is_binary_view(kind):
        return [_text(value) for value in array.to_pylist()]
    return list(array.to_pylist())


def _floats(array: Any) -> list[Any]:
    """Numbers that print with the digits of their own precision; None for null."""
    if array.type.bit_width == 64:
        return list(array.to_pylist())
    numbers = array.to_numpy(zero_copy_only=False)
    missing = array.is_null().to_pylist()
    return [None if gap else number for number, gap in zip(numbers, missing, strict=True)]


def _float(value: Any) -> Any:
    if value is None:
        return None
    text = str(value)
    return Number({"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(text, text))


def _duration(value: int | None, digits: int) -> str | None:
    if value is None:
        return None
    seconds, fraction = divmod(abs(value), 10**digits)
    text = f"{seconds}.{fraction:0{digits}d}".rstrip("0").rstrip(".") if digits else str(seconds)
    return f"{'-' if value < 0 else ''}PT{text}S"


def _iso(text: str | None) -> str | None:
    """A date or time of Arrow in ISO 8601, without a fraction of zero."""
    if text is None or text.startswith("<"):  # how Arrow writes a value that is not in the calendar
        return text
    text = _FRACTION.sub(_short_fraction, text).replace(" ", "T", 1)
    return _OFFSET.sub(r"\1:\2", text) if "T" in text else text


def _short_fraction(match: re.Match[str]) -> str:
    digits = match[1].rstrip("0")
    return f".{digits.ljust(-(-len(digits) // 3) * 3, '0')}" if digits else ""


def _text(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def _uuids(array: Any) -> list[Any]:
    return [None if value is None else str(value) for value in array.to_pylist()]


def _structs(array: Any) -> list[Any]:
    names = [field.name for field in array.type]
    columns = [plain_values(part) for part in array.flatten()]
    rows = zip(*columns, strict=True) if columns else ((),) * len(array)
    missing = array.is_null().to_pylist()
    return [None if gap else dict(zip(names, row, strict=True)) for row, gap in zip(rows, missing, strict=True)]


def _lists(array: Any, convert: Callable[[Any], list[Any]]) -> list[Any]:
    return [None if part is None else convert(part) for part in (scalar.values for scalar in array)]


def _maps(entries: Any, kind: Any) -> list[Any]:
    keys, values = (plain_values(part) for part in entries.flatten())
    return [{"key": key, "value": value} for key, value in zip(keys, values, strict=True)]
