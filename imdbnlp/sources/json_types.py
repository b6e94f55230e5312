"""Arrow types for columns of JSON values.

arrow_schema(["n", "tags"], [{"n": Number("1"), "tags": ["a"]}, {"n": Number("2.5")}], "reviews.jsonl", SILENT)
# n: double, tags: list<element: string>

Integers and other numbers in one column become double.  Values of other mixed kinds, integers of more than 64 bits and
empty objects become JSON text in a column of strings.  A missing key becomes null.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from imdbnlp.progress import Reporter
from imdbnlp.sources.values import Number, as_text

_EXACT_IN_DOUBLE, _INT64 = 1 << 53, 1 << 63
_INT64_CHARACTERS = 20

# A kind is None for null, "bool", "int", "long" (an integer that a double cannot hold exactly), "float", "text",
# "mixed", ("list", kind) or ("struct", {name: kind}).
_Kind = Any
_MIXTURES: dict[Any, str] = {("int", "float"): "float", ("int", "long"): "long"}


def arrow_schema(columns: Sequence[str], rows: Iterable[dict[str, Any]], name: str, reporter: Reporter) -> Any:
    """The pyarrow.Schema that holds every row; says which columns hold mixed values."""
    import pyarrow as pa

    kinds: dict[str, _Kind] = dict.fromkeys(columns)
    for row in rows:
        for key, value in row.items():
            kinds[key] = _merged(kinds[key], _kind(value))
    for key in columns:
        if _is_mixed(kinds[key]):
            reporter.note(f"{name}: column '{key}' contains values of different types, which are written as JSON text")
    return pa.schema([(key, _arrow_type(kinds[key])) for key in columns])


def arrow_value(value: Any, type_: Any) -> Any:
    """A JSON value as pyarrow.array takes it for this type."""
    import pyarrow.types as pt

    if value is None or pt.is_boolean(type_):
        return value
    if pt.is_large_string(type_):
        return as_text(value)
    if pt.is_integer(type_):
        return int(value)
    if pt.is_floating(type_):
        return float(value)
    if pt.is_list(type_):
        return [arrow_value(part, type_.value_type) for part in value]
    return {field.name: arrow_value(value.get(field.name), field.type) for field in type_}


def _kind(value: Any) -> _Kind:
    if value is None:
        return None
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Number):
        return _number_kind(value)
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "list", reduce(_merged, map(_kind, value), None)
    return ("struct", {key: _kind(part) for key, part in value.items()}) if value else "mixed"


def _number_kind(number: Number) -> _Kind:
    if not number.lstrip("-").isdigit():
        return "float"
    if len(number) > _INT64_CHARACTERS or not -_INT64 <= int(number) < _INT64:
        return "mixed"
    return "int" if abs(int(number)) <= _EXACT_IN_DOUBLE else "long"


def _merged(one: _Kind, other: _Kind) -> _Kind:
    """The kind that holds the values of both."""
    if other is None or one == other:
        return one
    if one is None:
        return other
    if isinstance(one, str) or isinstance(other, str):
        return _MIXTURES.get((one, other)) or _MIXTURES.get((other, one)) or "mixed"
    if one[0] != other[0]:
        return "mixed"
    if one[0] == "list":
        return "list", _merged(one[1], other[1])
    names = one[1] | other[1]
    return "struct", {name: _merged(one[1].get(name), other[1].get(name)) for name in names}


def _is_mixed(kind: _Kind) -> bool:
    if isinstance(kind, tuple):
        return any(map(_is_mixed, kind[1].values())) if kind[0] == "struct" else _is_mixed(kind[1])
    return kind == "mixed"


def _arrow_type(kind: _Kind) -> Any:
    import pyarrow as pa

    if isinstance(kind, tuple):
        if kind[0] == "list":
            return pa.list_(_arrow_type(kind[1]))
        return pa.struct([(name, _arrow_type(part)) for name, part in kind[1].items()])
    plain = {None: pa.null(), "bool": pa.bool_(), "int": pa.int64(), "long": pa.int64(), "float": pa.float64()}
    return plain.get(kind, pa.large_string())
