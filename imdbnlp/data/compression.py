"""Opening a file whatever it is packed in: gzip, bzip2, xz, zstandard or a zip of one file.

    with open_bytes("reviews.csv.gz") as stream:
        stream.read(100)

What a file is packed in is read from its first bytes, so that a name which says otherwise is found out.
"""

import bz2
import gzip
import io
import lzma
import os
import stat
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from imdbnlp.errors import DataError, UsageError

_MAGIC = {b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zst", b"PK\x03\x04": "zip"}
_SUFFIXES = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst", ".zip": "zip"}
MAX_BYTES = 16 << 30
MAX_RATIO = 1000
_RATIO_COUNTS_FROM = 200 << 20
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, gzip.BadGzipFile, zipfile.BadZipFile)


class Bounded(io.RawIOBase):
    """A stream that refuses to unpack more than a file of its size can honestly hold."""

    def __init__(self, stream: IO[bytes], path: str, packed_bytes: int | None) -> None:
        super().__init__()
        self._stream, self._path, self._packed = stream, path, packed_bytes
        self.n_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def read(self, size: int = -1) -> bytes:
        """Read on.  Raises DataError for a broken or an endless stream."""
        try:
            data = self._stream.read(size)
        except _BROKEN as error:
            raise DataError(
                f"{self._path} is broken after {self.n_bytes:,} unpacked bytes: {error}", hint="fetch or pack it again"
            ) from None
        except OSError as error:
            raise DataError(f"{self._path} cannot be unpacked: {error}", hint="fetch or pack it again") from None
        except Exception as error:  # noqa: BLE001 - zstandard's error type is known only once it is imported
            raise DataError(f"{self._path} is broken: {error}", hint="fetch or pack it again") from None
        self.n_bytes += len(data)
        self._check()
        return data

    def _check(self) -> None:
        bomb = self._packed and self.n_bytes > _RATIO_COUNTS_FROM and self.n_bytes > MAX_RATIO * self._packed
        if bomb or self.n_bytes > MAX_BYTES:
            raise DataError(
                f"{self._path} unpacks to more than {self.n_bytes:,} bytes", hint="unpack it by hand if that is right"
            )


def check_local_file(path: str) -> Path:
    """The path, if it is a file that can be read.  Raises UsageError otherwise."""
    if "://" in path:
        raise UsageError(f"{path} is an address; only local files are read", hint="download it first")
    file = Path(path)
    try:
        mode = file.stat().st_mode
    except (OSError, ValueError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot read {path}: {found}", hint="check the path") from None
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a folder, expected a file", hint="name a file in it")
    if not stat.S_ISREG(mode):
        raise UsageError(f"{path} is no regular file", hint="use - to read from a pipe")
    if not os.access(file, os.R_OK):
        raise UsageError(f"cannot read {path}: permission denied", hint="check the rights of the file")
    return file


@contextmanager
def open_bytes(path: str) -> Iterator[Bounded]:
    """The unpacked bytes of a file, or of standard input for `-`.  Raises UsageError, or DataError on reading."""
    if path == "-":
        yield Bounded(sys.stdin.buffer, "standard input", None)
        return
    file = check_local_file(path)
    with file.open("rb") as raw:
        kind = _packing(file, raw)
        with _unpacked(kind, raw, path) as stream:
            yield Bounded(stream, path, file.stat().st_size if kind else None)


def _packing(file: Path, raw: IO[bytes]) -> str | None:
    head = raw.read(8)
    raw.seek(0)
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    named = _SUFFIXES.get(file.suffix.lower())
    if named and head and found != named:
        raise DataError(f"{file} is named {file.suffix} but is not packed so", hint="give it the name that fits")
    if found and not named:
        wanted = "xlsx or zip" if found == "zip" else found
        raise DataError(
            f"{file} holds {wanted} data, but its name does not say so", hint=f"unpack it, or name it .{found}"
        )
    return found


def _unpacked(kind: str | None, raw: IO[bytes], path: str) -> Any:
    if kind == "gz":
        return gzip.GzipFile(fileobj=raw)
    if kind == "bz2":
        return bz2.BZ2File(raw)
    if kind == "xz":
        return lzma.LZMAFile(raw)
    if kind == "zst":
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(raw, read_across_frames=True)
    if kind == "zip":
        return _only_member(raw, path)
    return raw


def _only_member(raw: IO[bytes], path: str) -> IO[bytes]:
    try:
        archive = zipfile.ZipFile(raw)
    except zipfile.BadZipFile as error:
        raise DataError(f"{path} is a broken zip: {error}", hint="fetch or pack it again") from None
    members = [name for name in archive.namelist() if not name.endswith("/")]
    if len(members) != 1:
        raise DataError(f"{path} holds {len(members)} files, expected one", hint="unpack it and name one file")
    return cast(IO[bytes], archive.open(members[0]))
