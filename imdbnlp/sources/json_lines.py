"""JSON objects, one per line or in one list, with the text that each was read from.

with open_bytes("reviews.jsonl") as stream:
    for raw, values in json_objects(stream, SourceSettings(), "reviews.jsonl"):
        raw         # '{"text": "Good.", "stars": 5.0}'
        values      # {'text': 'Good.', 'stars': Number('5.0')}

Keys may be missing from some objects.  A list is read object by object, however long it is.
"""

import io
import json
import re
from collections.abc import Iterator
from typing import Any

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.values import Number

MAX_DEPTH = 200
"""Lists and objects within each other.  Python's own parser gives up at about 1,000."""

Record = tuple[str, dict[str, Any]]
_HINT = 'give one JSON object per line, or a list of objects; in pandas: to_json(path, orient="records", lines=True)'
_PIECE_CHARACTERS = 1 << 16
_MAX_OBJECT_CHARACTERS = 1 << 27
_LONGEST_LITERAL = 16  # where the parser stops this close to the end of a piece, the piece may be what ended
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*+")
_LINE_BREAK = re.compile(r"[\r\n]+[ \t\r\n]*+")  # between two tokens: strings hold none


class _RepeatedKey(Exception):
    """An object has the same key twice."""


def json_objects(stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[Record]:
    """Every object: its text on one line, and its values.  Raises DataError naming the record."""
    with text_lines(stream, settings, name) as lines:
        head = lines.read(_PIECE_CHARACTERS)
        if head.lstrip().startswith("["):
            yield from _List(lines, head, name).objects()
        else:
            yield from _objects_by_line(lines, head, name)


def _objects_by_line(lines: io.TextIOWrapper, head: str, name: str) -> Iterator[Record]:
    record = 0
    for line in _rejoined(head + lines.readline(), lines):
        if line.isspace():
            continue
        record += 1
        where = f"{name}, record {record}"
        _check_depth(line, where)
        try:
            values = _DECODER.decode(line)
        except _RepeatedKey as error:
            raise _repeated(error, where) from None
        except (ValueError, RecursionError) as error:
            raise _not_json(error, where) from None
        yield line.strip(), _as_object(values, where)


def _rejoined(head: str, lines: io.TextIOWrapper) -> Iterator[str]:
    yield from io.StringIO(head, newline="")
    yield from lines


class _List:
    """The objects of one list.  head: what has been read of it."""

    def __init__(self, stream: io.TextIOWrapper, head: str, name: str) -> None:
        self._stream, self._buffer, self._name = stream, head, name
        self._place = 0
        self._ended = False
        self._record = 1

    @property
    def _where(self) -> str:
        return f"{self._name}, record {self._record}"

    def objects(self) -> Iterator[Record]:
        self._next_character()
        self._place += 1
        if self._next_character() == "]":
            self._place += 1
        else:
            yield from self._elements()
        if self._next_character():
            raise DataError(f"{self._name}: text follows the end of the list", hint=_HINT)

    def _elements(self) -> Iterator[Record]:
        mark = ","
        while mark == ",":
            self._next_character()
            yield self._element()
            mark = self._next_character()
            self._place += 1
            if mark not in (",", "]"):
                found = f"{mark!r}" if mark else "the end of the file"
                raise DataError(
                    f"{self._where}: {found} follows an object of the list", hint="check that the file is complete"
                )
            self._record += 1

    def _element(self) -> Record:
        values, end = self._parsed()
        raw = _LINE_BREAK.sub(" ", self._buffer[self._place : end])
        self._place = end
        _check_depth(raw, self._where)
        return raw, _as_object(values, self._where)

    def _parsed(self) -> tuple[Any, int]:
        """The value that begins here, and where it ends.  Reads on, twice as much each time, until it is whole."""
        while True:
            try:
                return _DECODER.raw_decode(self._buffer, self._place)
            except _RepeatedKey as error:
                raise _repeated(error, self._where) from None
            except RecursionError:
                raise _too_deep(self._where) from None
            except json.JSONDecodeError as error:
                if self._ended or not self._is_cut(error):
                    raise _not_json(error, self._where) from None
                self._read_on()

    def _is_cut(self, error: json.JSONDecodeError) -> bool:
        """Whether the error may come from the end of what has been read so far."""
        return error.msg.startswith("Unterminated string") or error.pos >= len(self._buffer) - _LONGEST_LITERAL

    def _read_on(self) -> None:
        rest = self._buffer[self._place :]
        if len(rest) > _MAX_OBJECT_CHARACTERS:
            raise DataError(f"{self._where} has more than {_MAX_OBJECT_CHARACTERS:,} characters", hint=_HINT)
        piece = self._stream.read(max(_PIECE_CHARACTERS, len(rest)))
        self._ended = not piece
        self._buffer, self._place = rest + piece, 0

    def _next_character(self) -> str:
        """What follows the white space; empty at the end of the file."""
        while True:
            space = _SPACE.match(self._buffer, self._place)
            self._place = space.end() if space else self._place
            if self._place < len(self._buffer) or self._ended:
                return self._buffer[self._place : self._place + 1]
            self._read_on()


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKey(next(key for key in keys if keys.count(key) > 1))
    return values


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=Number, parse_int=Number, parse_constant=Number
)  # fmt: skip


def _as_object(values: Any, where: str) -> dict[str, Any]:
    if isinstance(values, dict):
        return values
    found = "a list" if isinstance(values, list) else repr(values)[:60]
    raise DataError(f"{where}: {found}, expected an object", hint=_HINT)


def _check_depth(text: str, where: str) -> None:
    """Raise DataError if the text is nested too deeply.  Looks closely only where there are many brackets."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in re.findall(r"[][{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise _too_deep(where)


def _too_deep(where: str) -> DataError:
    return DataError(f"{where}: lists and objects are nested more than {MAX_DEPTH} levels deep", hint="flatten them")


def _repeated(error: _RepeatedKey, where: str) -> DataError:
    return DataError(
        f"{where}: the key {str(error)[:60]!r} occurs twice", hint="rename one, or separate lines that were joined"
    )


def _not_json(error: Exception, where: str) -> DataError:
    return DataError(f"{where}: invalid JSON: {str(error).partition(': line')[0]}", hint=_HINT)
