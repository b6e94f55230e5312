"""Files that the user names: --output, --html, --export, --picture.

    check_output("--html", "page.html", endings=(".html",), inputs=["reviews.csv"])     # before the work
    with replacing(Path("page.html")) as file:                                          # after it
        file.write(page)

A regular file is written aside, in `.imdbnlp-….tmp` of the same folder, and renamed when it is complete.  It keeps its
permissions, and a symbolic link keeps pointing to it.  A pipe, a device, or a descriptor (/dev/stdout, /dev/fd/3) is
written to directly.  The file aside is locked while it is written: what a killed process leaves is not locked and is
removed when the same output is written again.
"""

import errno
import hashlib
import io
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from imdbnlp.errors import UsageError

STDOUT = "-"
_STANDARD = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR = re.compile(r"/(?:dev|proc/(?:self|thread-self|[0-9]+))/fd/([0-9]+)")
_MOST_LINKS = 40
_HINT = "check the path, its permissions and the free space"


def is_standard_output(name: str) -> bool:
    """Whether an output goes to standard output: `-`, /dev/stdout, /dev/fd/1."""
    return name == STDOUT or _descriptor(Path(name)) == 1


def is_regular(name: str) -> bool:
    """Whether an output is, or will be, a regular file, whose suffix determines its format."""
    return name != STDOUT and _target(Path(name)) is not None


def check_output(option: str, name: str, endings: Sequence[str] = (), inputs: Sequence[str] = ()) -> None:
    """Raise UsageError if an output cannot be written, before any work is done.

    option: what the user calls it.  endings: of the names of regular files.  inputs: files that the command reads
    (- for standard input), none of which may be the output.
    """
    try:
        if is_standard_output(name):
            _check_descriptor(1)
            target = None
        else:
            target = _checked_target(option, Path(name), endings)
        _check_is_no_input(option, name, target, inputs)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        shown = "standard output" if name == STDOUT else name
        raise UsageError(f"{option}: cannot write {shown}: {reason}", hint=_HINT) from None


def _checked_target(option: str, path: Path, endings: Sequence[str]) -> Path | None:
    target = _target(path)
    if target is None:
        descriptor = _descriptor(path)
        if descriptor is not None:
            _check_descriptor(descriptor)
        elif not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return None
    if target.is_dir():
        raise UsageError(f"{option}: cannot write {path}: it is a folder", hint="give the name of a file")
    if endings and path.suffix.lower() not in endings:
        raise UsageError(
            f"{option}: cannot write {path}: expected a name that ends in {_either(endings)}", hint="rename the output"
        )
    if not target.parent.is_dir():
        raise UsageError(
            f"{option}: cannot write {path}: there is no folder {target.parent}", hint="create the folder first"
        )
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    aside, descriptor = _opened_aside(target)
    os.close(descriptor)
    aside.unlink()
    return target


def _either(endings: Sequence[str]) -> str:
    *first, last = endings
    return f"{', '.join(first)} or {last}" if first else last


def _check_is_no_input(option: str, name: str, target: Path | None, inputs: Sequence[str]) -> None:
    """Raise UsageError if the output is a file that is read, under whatever name."""
    if target is None:
        written = os.fstat(1) if is_standard_output(name) else None
    else:
        written = target.stat() if target.exists() else None
    if written is None or not stat.S_ISREG(written.st_mode):
        return
    for source in inputs:
        with suppress(OSError, ValueError):
            if os.path.samestat(written, os.fstat(0) if source == "-" else os.stat(source)):
                shown = "standard output" if name == STDOUT else name
                raise UsageError(f"{option}: cannot write {shown}: it is also the input", hint="write to another file")


def _check_descriptor(descriptor: int) -> None:
    """Raise OSError if a descriptor is not open for writing."""
    try:
        os.write(descriptor, b"")
    except OSError as error:
        if error.errno == errno.EBADF:
            raise


@contextmanager
def replacing(path: Path, binary: bool = False) -> Iterator[IO[Any]]:
    """A file, of UTF-8 text or bytes, that appears complete at the end, or not at all: what was there stays until then.

    What is not a regular file (a pipe, a device) is written to directly.
    Raises UsageError if the folder does not exist, OSError naming `path` if it cannot be written.
    """
    target = _target(path)
    if target is None:
        with _naming(path):
            descriptor = _opened_directly(path)
        with _file(descriptor, path, binary) as file:
            yield file
        return
    if not target.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {target.parent}", hint="create the folder first")
    with _naming(path):
        _remove_leftovers(target)
        aside, descriptor = _opened_aside(target)
    try:
        with _file(descriptor, path, binary) as file:
            yield file
            file.flush()
            with _naming(path):
                os.fsync(descriptor)
                os.replace(aside, target)
    finally:
        aside.unlink(missing_ok=True)


def _file(descriptor: int, path: Path, binary: bool) -> IO[Any]:
    """A buffered file that owns a descriptor, and whose errors name the path that the user gave."""
    buffered = io.BufferedWriter(_Named(descriptor, path))
    return buffered if binary else io.TextIOWrapper(buffered, encoding="utf-8", errors="replace", newline="")


class _Named(io.FileIO):
    """A file whose errors say which one it is."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(descriptor, "wb")
        self.path = path

    def write(self, data: Any) -> int:
        with _naming(self.path):
            return super().write(data)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an OSError name the path that the user gave."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _target(path: Path) -> Path | None:
    """The regular file or folder that a path leads to, be it there or not; None for what is written to directly."""
    if _descriptor(path) is not None:
        return None
    target = Path(os.path.realpath(path))
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return target
    return target if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else None


def _descriptor(path: Path) -> int | None:
    """The file descriptor that a path refers to, also through symbolic links: 1 for /dev/stdout, 3 for /dev/fd/3."""
    place = os.path.abspath(path)
    for _ in range(_MOST_LINKS):
        match = _DESCRIPTOR.fullmatch(place)
        if match or place in _STANDARD:
            return int(match[1]) if match else _STANDARD[place]
        try:
            place = os.path.normpath(os.path.join(os.path.dirname(place), os.readlink(place)))
        except OSError:
            return None
    return None


def _opened_directly(path: Path) -> int:
    descriptor = _descriptor(path)
    if descriptor is None:
        return os.open(path, os.O_WRONLY)
    if descriptor == 1:
        sys.stdout.flush()
    return os.dup(descriptor)


def _opened_aside(target: Path) -> tuple[Path, int]:
    """A new locked file beside the target, with the owner and permissions of the file that it will replace."""
    while True:
        aside = target.with_name(f"{_beginning(target)}{secrets.token_hex(4)}.tmp")
        there = target.stat() if target.exists() else None
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if there else 0o666)
        if _lock(descriptor) and aside.exists():  # else somebody took it for a leftover before it was locked
            break
        os.close(descriptor)
    if there and hasattr(os, "fchmod"):
        with suppress(PermissionError):
            os.fchown(descriptor, there.st_uid, there.st_gid)
        os.fchmod(descriptor, stat.S_IMODE(there.st_mode))
    return aside, descriptor


def _lock(descriptor: int) -> bool:
    """Lock an open file unless another process holds it; whether it is locked now.

    The file itself is locked, as a lock file beside an output would be in the user's way.  On Windows nothing needs to
    be locked: an open file cannot be deleted.
    """
    try:
        import fcntl
    except ImportError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove_leftovers(target: Path) -> None:
    """Remove what killed processes left of this output."""
    for leftover in target.parent.glob(f"{_beginning(target)}*.tmp"):
        with suppress(OSError):
            descriptor = os.open(leftover, os.O_RDWR)
            try:
                if _lock(descriptor):
                    leftover.unlink()
            finally:
                os.close(descriptor)


def _beginning(target: Path) -> str:
    """How the names of files aside begin; not the output's own name, which may already be as long as names can be."""
    return f".imdbnlp-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:8]}-"
