"""CSV and TSV rows, read strictly: a row that is not what it should be is an error, never a shifted row.

    with open_bytes("reviews.csv") as stream:
        rows = delimited_rows(stream, SourceSettings(), "reviews.csv")
        header = next(rows)

Python's own reader in its strict mode: it is fast enough (25,000 reviews in 0.35 s) and, unlike the faster ones,
refuses text behind a closing quote.  What is left to check is the number of fields of each row.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path

from imdbnlp.data.compression import Bounded, open_bytes
from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError, SettingsError

csv.field_size_limit(2**31 - 1)
_BUFFER_BYTES = 1 << 20
_OTHER_KINDS = {b"PAR1": "a Parquet file", b"<!doctype html": "an HTML page", b"<html": "an HTML page"}
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def delimited_rows(stream: Bounded, settings: SourceSettings, path: str) -> Iterator[list[str]]:
    """The header, then every data row, all with as many fields as the header.  Blank lines are passed over.

    Raises DataError naming the data record; its count starts at 1 and is not the line, for texts may hold lines.
    """
    buffered = io.BufferedReader(stream, _BUFFER_BYTES)
    head = buffered.peek(64)
    _check_head(head, settings, path)
    encoding = "utf-8-sig" if settings.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else settings.encoding
    lines = io.TextIOWrapper(buffered, encoding=encoding, errors="strict", newline="")
    reader = csv.reader(
        lines, strict=True, delimiter=_delimiter(settings, path), escapechar=settings.escapechar,
        doublequote=True,
    )  # fmt: skip
    try:
        yield from _checked(reader, settings, path)
    except UnicodeDecodeError as error:
        raise _undecodable(error, settings, path) from None


def _checked(reader: Iterator[list[str]], settings: SourceSettings, path: str) -> Iterator[list[str]]:
    record = 0
    header: list[str] | None = None
    while True:
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise _malformed(error, record + (header is not None), path) from None
        if not row:
            continue
        if header is None:
            header = [str(place) for place in range(len(row))] if settings.no_header else row
            _check_header(header, path)
            yield header
            if not settings.no_header:
                continue
        record += 1
        _check_row(row, header, record, path)
        yield row
    if header is None:
        raise DataError(f"{path} is empty", hint="expected a header and rows")
    if record == 0:
        raise DataError(f"{path} has a header but no rows", hint="is it cut off? --no-header if the row is data")


def _check_head(head: bytes, settings: SourceSettings, path: str) -> None:
    """Raise DataError for a file that is no text in the encoding expected."""
    start = head.lstrip().lower()
    for magic, kind in _OTHER_KINDS.items():
        if start.startswith(magic.lower()):
            raise DataError(f"{path} is {kind}, expected rows of text", hint="choose another file or --format")
    unicode16 = settings.encoding.lower().replace("_", "-").startswith(("utf-16", "utf-32"))
    if head.startswith(_UTF16) and not unicode16:
        raise DataError(f"{path} is UTF-16, expected {settings.encoding}", hint="--encoding utf-16")
    if b"\0" in head and not unicode16:
        raise DataError(f"{path} holds NUL bytes at its start", hint="if it is UTF-16: --encoding utf-16-le")


def _check_header(header: list[str], path: str) -> None:
    if header[0].startswith("\ufeff"):
        raise DataError(f"{path} begins with two byte-order marks", hint="save it again without them")
    if header[0].lower().startswith("sep=") or header[0].startswith("#"):
        raise DataError(f"{path} begins with {header[0]!r}, expected the header", hint="remove that line")
    if any("\0" in name for name in header):
        raise DataError(f"{path} holds NUL characters in its header", hint="if it is UTF-16: --encoding utf-16-le")


def _check_row(row: list[str], header: list[str], record: int, path: str) -> None:
    if len(row) != len(header):
        raise DataError(
            f"{path}, record {record}: {len(row)} fields, expected {len(header)} ({', '.join(header)[:60]})",
            hint='put texts that hold the delimiter into quotes, and double the quotes inside ("")',
        )
    if record > 1 and row == header:
        raise DataError(f"{path}, record {record}: the header stands there again", hint="remove the repeated header")


def _malformed(error: csv.Error, record: int, path: str) -> DataError:
    found = str(error)
    if "unexpected end of data" in found:
        problem = "a quote is opened and never closed"
    elif "expected after" in found:
        problem = "text follows a closing quote"
    else:
        problem = found
    return DataError(
        f"{path}, record {record}: {problem}", hint='double the quotes inside a field (""), or try --escapechar \\'
    )


def _delimiter(settings: SourceSettings, path: str) -> str:
    name = path.lower()
    default = "\t" if settings.format == "tsv" or (settings.format == "auto" and ".tsv" in name[-9:]) else ","
    given = {"tab": "\t", "\\t": "\t"}.get(settings.delimiter or "", settings.delimiter or default)
    if len(given) != 1 or given in '"\r\n':
        raise SettingsError(f"--delimiter {given!r}: expected one character", hint="--delimiter ';'", field="delimiter")
    return given


def _undecodable(error: UnicodeDecodeError, settings: SourceSettings, path: str) -> DataError:
    where = "" if path == "-" else f" at byte {_bad_byte(path, settings.encoding):,}"
    return DataError(
        f"{path} is not {settings.encoding}{where}: {error.reason}",
        hint="tell its encoding, perhaps --encoding cp1252 or latin-1; if it should be right, it is damaged there",
    )


def _bad_byte(path: str, encoding: str) -> int:
    """The position of the first byte that cannot be decoded, found by reading once more."""
    decoder, position = codecs.getincrementaldecoder(encoding)("strict"), 0
    with open_bytes(path) as stream:
        while True:
            pending = len(decoder.getstate()[0])
            data = stream.read(_BUFFER_BYTES)
            try:
                decoder.decode(data, final=not data)
            except UnicodeDecodeError as error:
                return position - pending + error.start
            position += len(data)
            if not data:
                return position


def known_encoding(name: str) -> None:
    """Raise SettingsError for an encoding that Python does not know."""
    try:
        codecs.lookup(name)
    except LookupError:
        raise SettingsError(
            f"--encoding {name}: unknown", hint="for example utf-8, cp1252, utf-16", field="encoding"
        ) from None


def stem_suffix(path: str) -> str:
    """The suffix that tells a file's format, beneath that of its packing."""
    name = Path(path).name.lower()
    for packing in (".gz", ".bz2", ".xz", ".zst", ".zip"):
        name = name.removesuffix(packing)
    return Path(name).suffix
