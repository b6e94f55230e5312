"""Decode bytes to lines of text, strictly: a byte that cannot be decoded is an error that gives its position.

    with open_bytes("reviews.csv") as stream, text_lines(stream, SourceSettings(), "reviews.csv") as lines:
        next(lines)

If the first bytes show another encoding or another kind of file, that is the error.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.encodings import is_utf8, likely_encodings
from imdbnlp.sources.kinds import binary_kind
from imdbnlp.sources.settings import SourceSettings

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",  # before UTF-16, whose mark they begin with
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_UNICODE_CODECS = {"utf-8", "utf-8-sig", "gb18030"}
_WIDE_CODECS = {
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
}  # fmt: skip
_NOT_FOR_TEXTS = {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}


def known_encoding(name: str) -> None:
    """Raise SettingsError for an encoding that Python does not know, or that is not one of text files."""
    try:
        usable = codecs.lookup(name).name not in _NOT_FOR_TEXTS
        io.TextIOWrapper(io.BytesIO(), encoding=name)
    except (LookupError, ValueError):
        usable = False
    if not usable:
        raise SettingsError(
            f"--encoding {name!r} is not a text encoding",
            hint="use one such as utf-8, cp1252 or utf-16",
            field="encoding",
        )


@contextmanager
def text_lines(stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[io.TextIOWrapper]:
    """The lines with their original line ends.  Raises DataError for another encoding or kind of file."""
    codec = codecs.lookup(settings.encoding).name
    head = stream.peek()
    _check_head(head, codec, settings, name)
    try:
        encoding = "utf-8-sig" if codec == "utf-8" else codec
        yield io.TextIOWrapper(cast(IO[bytes], stream), encoding=encoding, errors="strict", newline="")
    except UnicodeError as error:
        raise _undecodable(error, head, stream.n_bytes, settings, name) from None


def _check_head(head: bytes, codec: str, settings: SourceSettings, name: str) -> None:
    mark = next((encoding for bytes_, encoding in _BYTE_ORDER_MARKS.items() if head.startswith(bytes_)), None)
    if mark and mark != codec.removesuffix("-sig"):
        raise DataError(
            f"{name} begins with the byte-order mark of {mark.upper()}, expected {settings.encoding}",
            hint=f"use --encoding {mark}",
        )
    if kind := binary_kind(head):
        raise DataError(f"{name} is {kind[0]}, expected rows of text", hint=kind[1])
    if codec in _WIDE_CODECS:
        return
    if codec not in _UNICODE_CODECS and is_utf8(head):
        raise DataError(f"{name} is UTF-8, expected {settings.encoding}", hint="leave out --encoding")
    first_line = head[:1000].splitlines()[0] if head else b""
    if first_line.count(b"\0") * 4 > len(first_line):
        raise DataError(f"{name} contains many NUL bytes, so it is not {codec}", hint=f"try {_wide(first_line)}")
    if codec in _UNICODE_CODECS and b"\x1b$" in head and (likely := likely_encodings(head)):
        raise DataError(
            f"{name} is not {settings.encoding}: it contains escape sequences", hint=f"use --encoding {likely[0]}"
        )


def _wide(first_line: bytes) -> str:
    """The encoding in which Latin letters alternate with NUL bytes."""
    width = 32 if b"\0\0" in first_line else 16
    order = "be" if first_line.startswith(b"\0") else "le"
    return f"--encoding utf-{width}-{order}"


def undecodable_hint(head: bytes, rest: bytes) -> str:
    """What to do about bytes that cannot be decoded.  rest: those that contain the error."""
    if is_utf8(head[:-4]) and head != rest:
        return (
            "repair the file: it begins as UTF-8 and is damaged there, or was joined from files of different encodings"
        )
    likely = likely_encodings(rest)
    if likely:
        return f"try --encoding {' or '.join(likely)}; if the encoding is right, the file is damaged there"
    return "give its encoding with --encoding; if that is right, the file is damaged there"


def _undecodable(error: UnicodeError, head: bytes, n_bytes: int, settings: SourceSettings, name: str) -> DataError:
    if not isinstance(error, UnicodeDecodeError):
        return DataError(f"{name} is not {settings.encoding}: {error}", hint="use --encoding utf-16-le or utf-16-be")
    place = n_bytes - len(error.object) + error.start
    start = error.object.rfind(b"\n", 0, error.start) + 1
    return DataError(
        f"{name} is not {settings.encoding} at byte {place:,}: {error.reason}",
        hint=undecodable_hint(head[: max(0, place)], error.object[start:]),
    )
