"""Values of a table's cells, and how they are spelled in CSV and in JSON.

A cell is a JSON value: None, True or False, a Number, a string, a list or a dictionary.

as_text(Number("1.10")), as_text(None), as_text(["a"])      # ('1.10', '', '["a"]')
json_text({"n": Number("1.10")})                            # '{"n": 1.10}'
"""

from json.encoder import encode_basestring
from typing import Any

_NAN = "NaN"
_JSON_NUMBERS = {_NAN: "null", "Infinity": "1e999", "-Infinity": "-1e999"}
"""JSON has no numbers for these.  Parsers read a number that is out of range as infinity."""


class Number(str):
    """A number as it is written, so that no digit is lost: 1, 1.0, 1e5, 0.1000, NaN, Infinity, -Infinity."""

    __slots__ = ()


def as_text(value: Any) -> str:
    """The text of a value: empty for null and NaN, JSON for lists and objects."""
    if isinstance(value, str):
        return "" if value == _NAN and isinstance(value, Number) else str(value)
    return "" if value is None else json_text(value)


def json_text(value: Any) -> str:
    """A value as JSON on one line; NaN becomes null.  Lists and objects may be nested up to json_lines.MAX_DEPTH."""
    if isinstance(value, Number):
        return _JSON_NUMBERS.get(value, str(value))
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{encode_basestring(key)}: {json_text(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(json_text, value)) + "]"
