"""Reading a file whatever its compression: gzip, bzip2, xz, zstandard, or a zip archive of one file.

    with open_bytes("reviews.csv.gz") as stream:
        stream.read(100)

The compression is recognised by the first bytes, so that a name that says otherwise is an error.
"""

import bz2
import gzip
import io
import lzma
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, Protocol

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.standard_input import NAME, standard_input
from imdbnlp.sources.zip_files import name_within, only_member

PACKINGS = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "zip"}
"""The first bytes of compressed data."""

MAX_BYTES = 16 << 30
MAX_RATIO = 50
MAX_LINE_BYTES = 64 << 20
_RATIO_COUNTS_FROM = 64 << 20
_PIECE_BYTES = 1 << 16
_ZSTD_PIECE_BYTES = 1 << 10
_ZSTD_MAX_WINDOW_BYTES = 1 << 27
_HEAD_BYTES = 64


class _Broken(Exception):
    """Compressed data are cut off or damaged."""


_BROKEN = (_Broken, EOFError, OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile)


class Digest(Protocol):
    """A hash object of hashlib."""

    def update(self, data: bytes, /) -> None: ...


class GuardedStream(io.BufferedIOBase):
    """A stream that refuses to decompress far more than a file of its size can plausibly contain.

    n_bytes: decompressed so far.
    """

    def __init__(self, stream: Any, name: str, packed_bytes: int | None) -> None:
        super().__init__()
        self._stream, self._name, self._packed = stream, name, packed_bytes
        self._ahead = b""
        self.n_bytes = self._line_start = 0

    def readable(self) -> bool:
        return True

    def peek(self) -> bytes:
        """The first bytes; they remain to be read."""
        self._ahead = self._ahead or self._next(_PIECE_BYTES)
        return self._ahead

    def read1(self, size: int = -1) -> bytes:
        """The next bytes: about 64 kB whatever the size, which is fastest for lines of text."""
        data, self._ahead = self._ahead or self._next(_PIECE_BYTES), b""
        self.n_bytes += len(data)
        check_size(self._name, self.n_bytes, self._packed)
        self._check_line(data)
        return data

    def read(self, size: int | None = -1, /) -> bytes:
        """This many of the next bytes; by default all of them."""
        pieces, missing = [], -1 if size is None else size
        while missing and (data := self.read1()):
            pieces.append(data[:missing] if missing > 0 else data)
            if 0 < missing < len(data):
                self._ahead = data[missing:]
                self.n_bytes -= len(self._ahead)
            missing -= len(pieces[-1]) if missing > 0 else 0
        return b"".join(pieces)

    def _check_line(self, data: bytes) -> None:
        """Raise DataError before a compressed file that is one endless line fills the memory."""
        end = max(data.rfind(b"\n"), data.rfind(b"\r"))
        if end >= 0:
            self._line_start = self.n_bytes - len(data) + end
        if self._packed is not None and self.n_bytes - self._line_start > MAX_LINE_BYTES:
            raise DataError(
                f"{self._name} contains a line of more than {MAX_LINE_BYTES:,} bytes",
                hint="check that it is a table of texts",
            )

    def _next(self, size: int) -> bytes:
        """Raises DataError if the data are damaged."""
        try:
            data: bytes = self._stream.read(size)
        except _BROKEN as error:
            unit = "bytes" if self._packed is None else "decompressed bytes"
            found = " ".join(str(error).split()) or type(error).__name__
            raise DataError(
                f"{self._name} is damaged after {self.n_bytes:,} {unit}: {found}",
                hint="download it again, or compress it again",
            ) from None
        return data


def check_size(name: str, n_bytes: int, packed_bytes: int | None) -> None:
    """Raise DataError if this many bytes are implausible for a file of that size (None: it is not compressed)."""
    bomb = packed_bytes is not None and n_bytes > max(_RATIO_COUNTS_FROM, MAX_RATIO * packed_bytes)
    if bomb or n_bytes > MAX_BYTES:
        of_what = f" from {packed_bytes:,}" if packed_bytes is not None else ""
        raise DataError(
            f"{name} decompresses to more than {n_bytes:,} bytes{of_what}",
            hint="decompress it by hand if that is right",
        )


def check_local_file(path: str) -> Path:
    """The path, if it is a file that can be read.  Raises UsageError otherwise."""
    if "://" in path:
        raise UsageError(f"{path} is a URL, expected a local file", hint="download it first")
    file = Path(path)
    try:
        mode = file.stat().st_mode
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {found}", hint="check the path") from None
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a folder, expected a file", hint="give a file in it")
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path} is not a regular file", hint="use - to read from a pipe")
    if not os.access(file, os.R_OK):
        raise UsageError(f"cannot read {path}: permission denied", hint="check the permissions of the file")
    return file


@contextmanager
def open_bytes(path: str, digest: Digest | None = None) -> Iterator[GuardedStream]:
    """The decompressed bytes of a file, or of standard input for `-`.  Raises UsageError, or DataError on reading.

    digest: is given every byte of the file as it is on the disk, once everything has been read without an error.
    """
    if path == "-":
        yield GuardedStream(_Hashed(standard_input(), digest), NAME, None)
        return
    file = check_local_file(path)
    with file.open("rb") as raw:
        kind = _packing(file, raw)
        source = raw if kind == "zip" else _Hashed(raw, digest)
        with _unpacked(kind, source, path) as stream:
            yield GuardedStream(stream, path, file.stat().st_size if kind else None)
        if kind == "zip":  # is not read from front to back
            raw.seek(0)
        _hash_rest(raw, digest)


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, raw: IO[bytes], digest: Digest | None) -> None:
        self._raw, self._digest = raw, digest

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(size)
        if self._digest is not None:
            self._digest.update(data)
        return data


def _hash_rest(raw: IO[bytes], digest: Digest | None) -> None:
    rest = _Hashed(raw, digest)
    while digest is not None and rest.read(_PIECE_BYTES):
        pass


def _packing(file: Path, raw: IO[bytes]) -> str | None:
    head = raw.read(_HEAD_BYTES)
    raw.seek(0)
    found = next((kind for magic, kind in PACKINGS.items() if head.startswith(magic)), None)
    suffix = file.suffix.lower().removeprefix(".")
    named = suffix if suffix in PACKINGS.values() else None
    if named and head and found != named:
        raise DataError(f"{file} is named .{suffix}, but its content is not", hint="rename it")
    if found == "zip" and (b"[Content_Types].xml" in head or suffix in ("xlsx", "xlsm", "ods")):
        raise DataError(f"{file} is a spreadsheet (xlsx), expected rows of text", hint="save it as CSV (UTF-8) first")
    if found and not named:
        raise DataError(
            f"{file} contains {found} data, but its name does not say so", hint=f"rename it to {file.name}.{found}"
        )
    return found


def _unpacked(kind: str | None, raw: Any, path: str) -> Any:
    if kind == "gz":
        return gzip.GzipFile(fileobj=raw)
    if kind == "bz2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    if kind == "zst":
        return nullcontext(_Zstandard(raw))
    if kind == "zip":
        return only_member(raw, path)
    return nullcontext(raw)


class _Zstandard:
    """Zstandard frames, one after the other.  The library's own reader accepts a truncated file."""

    def __init__(self, raw: Any) -> None:
        import zstandard

        self._raw, self._error = raw, zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW_BYTES)
        self._frame: Any = None
        self._unpacked = io.BytesIO()

    def read(self, size: int) -> bytes:
        while not (data := self._unpacked.read(size)):
            packed = self._raw.read(_ZSTD_PIECE_BYTES)
            if not packed:
                break
            self._unpacked = io.BytesIO(self._unpack(packed))
        if not data and self._frame is not None:
            raise _Broken("it is truncated")
        return data

    def _unpack(self, packed: bytes) -> bytes:
        pieces = []
        try:
            while packed:
                self._frame = self._frame or self._decompressor.decompressobj()
                pieces.append(self._frame.decompress(packed))
                packed = b""
                if self._frame.eof:
                    packed, self._frame = self._frame.unused_data, None
        except self._error as error:
            raise _Broken(str(error)) from None
        return b"".join(pieces)


def file_ending(path: str) -> str:
    """The ending of a file's name that determines its format, without the ending of its compression."""
    name = Path(path).name.lower()
    if name.endswith(".zip") and not Path(name.removesuffix(".zip")).suffix:
        name = Path(name_within(path)).name.lower()
    for packing in PACKINGS.values():
        name = name.removesuffix(f".{packing}")
    return Path(name).suffix
