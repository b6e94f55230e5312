"""Bytes -> lines of text, strictly: a byte that cannot be decoded is an error that names its place.

    with open_bytes("reviews.csv") as stream, text_lines(stream, SourceSettings(), "reviews.csv") as lines:
        next(lines)

What the first bytes give away (another encoding, another kind of file) is said before anything is decoded.
"""

import codecs
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from imdbnlp.data.compression import PACKINGS, Bounded
from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError, SettingsError

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",  # before UTF-16, whose mark they begin with
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_OTHER_KINDS = {
    b"par1": ("a Parquet file", "--format parquet"),
    b"<!doctype html": ("an HTML page", "download the file itself, not the page that shows it"),
    b"<html": ("an HTML page", "download the file itself, not the page that shows it"),
    b"<?xml": ("XML", "convert it to CSV first"),
    b"%pdf": ("a PDF", "choose another file"),
    b"\xd0\xcf\x11\xe0": ("an old Excel or Word file", "save it as CSV (UTF-8) first"),
    b"7z\xbc\xaf": ("a 7z archive", "unpack it first"),
    b"rar!": ("a RAR archive", "unpack it first"),
}
_OTHER_KINDS |= {magic.lower(): (f"{kind} data", "unpack it first") for magic, kind in PACKINGS.items()}
_NOT_FOR_TEXTS = {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}


def known_encoding(name: str) -> None:
    """Raise SettingsError for an encoding that Python does not know, or that no file of texts has."""
    try:
        usable = codecs.lookup(name).name not in _NOT_FOR_TEXTS
        io.TextIOWrapper(io.BytesIO(), encoding=name)
    except (LookupError, ValueError):
        usable = False
    if not usable:
        raise SettingsError(
            f"--encoding {name!r}: there is no such encoding of texts",
            hint="for example utf-8, cp1252, utf-16",
            field="encoding",
        )


@contextmanager
def text_lines(stream: Bounded, settings: SourceSettings, name: str) -> Iterator[io.TextIOWrapper]:
    """The lines, their ends as they are.  Raises DataError for bytes of another kind or encoding."""
    codec = codecs.lookup(settings.encoding).name
    _check_head(stream.peek(), codec, settings, name)
    try:
        encoding = "utf-8-sig" if codec == "utf-8" else codec
        yield io.TextIOWrapper(cast(IO[bytes], stream), encoding=encoding, errors="strict", newline="")
    except UnicodeError as error:
        raise _undecodable(error, stream.n_bytes, settings, name) from None


def _check_head(head: bytes, codec: str, settings: SourceSettings, name: str) -> None:
    mark = next((encoding for bytes_, encoding in _BYTE_ORDER_MARKS.items() if head.startswith(bytes_)), None)
    if mark and mark != codec.removesuffix("-sig"):
        raise DataError(
            f"{name} begins with the mark of {mark.upper()}, expected {settings.encoding}", hint=f"--encoding {mark}"
        )
    start = head[:1000].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    for magic, (kind, hint) in _OTHER_KINDS.items():
        if start.startswith(magic):
            raise DataError(f"{name} is {kind}, expected rows of text", hint=hint)
    first_line = head[:1000].splitlines()[0] if head else b""
    if first_line.count(b"\0") * 4 > len(first_line) and not codec.startswith(("utf-16", "utf-32")):
        raise DataError(f"{name} is full of NUL bytes, so it is not {codec}", hint=f"try {_wide(first_line)}")


def _wide(first_line: bytes) -> str:
    """The encoding that Latin letters and NUL bytes, taken by turns, speak for."""
    width = 32 if b"\0\0" in first_line else 16
    order = "be" if first_line.startswith(b"\0") else "le"
    return f"--encoding utf-{width}-{order}"


def _undecodable(error: UnicodeError, n_bytes: int, settings: SourceSettings, name: str) -> DataError:
    if not isinstance(error, UnicodeDecodeError):
        return DataError(f"{name} is not {settings.encoding}: {error}", hint="--encoding utf-16-le, or utf-16-be")
    place = n_bytes - len(error.object) + error.start
    return DataError(
        f"{name} is not {settings.encoding} at byte {place:,}: {error.reason}",
        hint="tell its encoding, perhaps --encoding cp1252 or latin-1; if that is right, the file is damaged there",
    )
