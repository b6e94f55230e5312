"""JSON, lines and arrays on disk, in formats that cannot hold code.

    write_json(path, {"classes": ["neg", "pos"]})
    read_json(path)["classes"]         # ['neg', 'pos']

Checksums reveal damage, but a hostile file has matching ones.  So a reader opens regular files only, compares every
size that a file states with the file's own before it allocates anything, and raises ArtefactError for the rest.
Tables are in `tables`.
"""

import errno
import hashlib
import io
import json
import math
import os
import stat
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError, ImdbnlpError, ResourceError

MOST_JSON_BYTES = 40_000_000  # as Python values, some 20 times as much
_MOST_BYTES = 2**31  # of what is read at once
_NO_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NOT_THE_FILE = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.ENOSPC, errno.EPIPE}
REMEDY = "make it again with --force, or restore it from a copy"
_PARSER_ERRORS = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, ZeroDivisionError, AssertionError,
    EOFError, RecursionError, struct.error,
)  # fmt: skip


@contextmanager
def reading(path: Path, hint: str = REMEDY) -> Iterator[None]:
    """Turn whatever goes wrong while a stored file or folder is read into one ArtefactError that names it."""
    try:
        yield
    except ArtefactError:
        raise
    except (FileNotFoundError, NotADirectoryError):  # also where another process puts it aside
        raise ArtefactError(f"{path} is missing", hint=hint) from None
    except ImdbnlpError as error:  # a stored setting out of bounds is a fault of the file, not of the command line
        if isinstance(error, ResourceError):
            raise
        raise ArtefactError(f"{path} is damaged: {error.message}", hint=hint) from error
    except MemoryError as error:
        raise ArtefactError(f"{path} needs more memory than there is", hint=hint) from error
    except OSError as error:
        if error.errno in _NOT_THE_FILE:
            raise
        raise ArtefactError(f"{path} cannot be read: {error.strerror or error}", hint=hint) from error
    except _PARSER_ERRORS as error:
        found = " ".join(str(error).split())[:200] or type(error).__name__
        raise ArtefactError(f"{path} is damaged: {found}", hint=hint) from error


@contextmanager
def open_stored(path: Path, most_bytes: int | None = None) -> Iterator[BufferedReader]:
    """Open a regular file for reading, without waiting: a pipe, device, socket or folder is an ArtefactError.

    most_bytes: raise ArtefactError for a larger file.
    """
    with reading(path):
        descriptor = os.open(path, os.O_RDONLY | _NO_WAIT)
        try:
            status = os.fstat(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(status.st_mode):
                raise ValueError("it is not a regular file")
            if most_bytes is not None and status.st_size > most_bytes:
                raise ValueError(f"{status.st_size:,} bytes, expected at most {most_bytes:,}")
            yield file


def read_bytes(path: Path, most_bytes: int = _MOST_BYTES) -> bytes:
    """Read a whole file.  Raises ArtefactError if it is larger than that."""
    with open_stored(path, most_bytes) as file:
        return file.read()


def write_json(path: Path, value: Any) -> None:
    """Write JSON values; NaN and infinity are refused."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    with reading(path):
        return json.loads(read_bytes(path, MOST_JSON_BYTES).decode(), parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write one string a line.  Raises ValueError if one of them holds a line feed."""
    text = "\n".join(lines)
    if text.count("\n") != max(0, len(lines) - 1):
        raise ValueError(f"{path}: a line feed inside a line")
    path.write_bytes((text + "\n" if lines else "").encode())


def read_lines(path: Path) -> list[str]:
    """Read what write_lines wrote."""
    with reading(path):
        text = read_bytes(path).decode()
    return text.removesuffix("\n").split("\n") if text else []


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write one array as .npy.  Raises ValueError for objects.

    Not by np.save: the last bytes that it writes may be lost on a full disk without an error.
    """
    if array.dtype.hasobject:
        raise ValueError(f"{path}: arrays of Python objects are not stored")
    array = np.asarray(array, order="C")
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(array.data)


def read_array(path: Path, mmap: bool = False) -> NDArray[Any]:
    """Read one .npy array.  mmap: leave it on disk until its parts are used.

    Raises ArtefactError if the array that its header describes is not exactly what the file holds.
    """
    with open_stored(path, None if mmap else _MOST_BYTES) as file:
        shape, fortran, dtype = _array_header(file, os.fstat(file.fileno()).st_size)
        order: Literal["C", "F"] = "F" if fortran else "C"
        if mmap and 0 not in shape:
            return np.memmap(file, dtype=dtype, shape=shape, order=order, mode="r", offset=file.tell())
        return np.fromfile(file, dtype=dtype, count=math.prod(map(int, shape))).reshape(shape, order=order)


def _array_header(file: BufferedReader | io.BytesIO, size: int) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """The shape, whether it is in Fortran order, and the dtype.  Raises ValueError if they do not fill `size` bytes."""
    from tokenize import TokenError

    version = np.lib.format.read_magic(file)
    if version != (1, 0):
        raise ValueError(f"version {version} of .npy, expected (1, 0)")
    try:
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
    except (SyntaxError, TokenError) as error:  # for numpy tries to read it as written by Python 2
        raise ValueError(f"its header cannot be read: {error}") from None
    if dtype.kind not in "biufU" or dtype.hasobject or dtype.subdtype or not dtype.itemsize:
        raise ValueError(f"arrays of {dtype} are not stored")
    if any(length < 0 for length in shape) or math.prod(map(int, shape)) * dtype.itemsize != size - file.tell():
        raise ValueError(f"{size - file.tell():,} bytes of data, expected {dtype} of shape {shape}"[:150])
    return shape, fortran, dtype


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write several named arrays as one .npz."""
    if any(array.dtype.hasobject for array in arrays.values()):
        raise ValueError(f"{path}: arrays of Python objects are not stored")
    np.savez(path, **arrays)  # type: ignore[arg-type]


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of an .npz.  Raises ArtefactError for members that are compressed: we never write them."""
    from zipfile import ZIP_STORED, BadZipFile, ZipFile

    with open_stored(path, 2 * _MOST_BYTES) as file:
        try:
            with ZipFile(file) as archive:
                members = archive.infolist()
                sizes = sum(member.file_size for member in members)
                if any(member.compress_type != ZIP_STORED for member in members) or sizes > path.stat().st_size:
                    raise ValueError("its members are larger than the file")
                if len({member.filename for member in members}) < len(members):
                    raise ValueError("two members have the same name")
                return {member.filename.removesuffix(".npy"): _array(archive.read(member)) for member in members}
        except (BadZipFile, NotImplementedError, RuntimeError) as error:  # RuntimeError: it is encrypted
            raise ValueError(str(error)) from None


def _array(content: bytes) -> NDArray[Any]:
    file = io.BytesIO(content)
    shape, fortran, dtype = _array_header(file, len(content))
    return np.frombuffer(content, dtype=dtype, offset=file.tell()).reshape(shape, order="F" if fortran else "C")


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return sha256_of(file)


def sha256_of(file: BufferedReader) -> str:
    """The sha256 of the rest of an open file, in hex."""
    return hashlib.file_digest(file, "sha256").hexdigest()
