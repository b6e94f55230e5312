"""One process at a time, by a lock that ends with its owner.

    with locked(Path("reviews.lock")):
        ...

The lock is the operating system's (flock on Unix, msvcrt on Windows), so a killed process leaves none behind.  A file
beside it, `reviews.holder`, says which process holds it.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from imdbnlp.errors import ResourceError

if TYPE_CHECKING:
    from filelock import BaseFileLock

TIMEOUT_SECONDS = 3600.0
_PAUSE_SECONDS = 0.05
_MAX_COMMAND_CHARACTERS = 100
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP)


class LockedError(ResourceError):
    """Another process holds the lock."""


def _ignore(text: str) -> None:
    """For callers that do not report that they wait."""


@contextmanager
def locked(
    path: Path, timeout_seconds: float = TIMEOUT_SECONDS, note: Callable[[str], None] = _ignore
) -> Iterator[None]:
    """Hold the lock.  note: is called once if another process has to be waited for.

    Raises LockedError naming the holder if the lock is not released in time, ResourceError if the file system has no
    locks.
    """
    from filelock import FileLock

    lock = FileLock(path)
    if not _take(lock, path, 0):
        if timeout_seconds > 0:
            note(f"waiting for {_holder(path)}, which is working on {path.stem}")
        if not _take(lock, path, timeout_seconds):
            raise LockedError(
                f"{path} is locked by {_holder(path)}, and was not released within {timeout_seconds:.0f} s",
                hint="wait until that process ends, or stop it",
            )
    try:
        _write_holder(path)
        yield
    finally:
        try:
            with suppress(OSError):
                _holder_file(path).unlink()
        finally:  # Ctrl-C may end the removal of the file, but must not leave this process with the lock
            lock.release()


def is_available() -> bool:
    """Whether this system has locks: then what a process left behind is unused once its lock is free."""
    from filelock import FileLock, SoftFileLock

    return FileLock is not SoftFileLock


def _take(lock: "BaseFileLock", path: Path, timeout_seconds: float) -> bool:
    """Whether the lock is ours now."""
    from filelock import Timeout

    try:
        lock.acquire(timeout_seconds, _PAUSE_SECONDS)
    except Timeout:
        return False
    except (NotImplementedError, OSError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_LOCKS:
            raise
        raise ResourceError(
            f"{path} cannot be locked: the file system does not support locks", hint="use a workspace on a local disk"
        ) from error
    return True


def _holder_file(path: Path) -> Path:
    return path.with_suffix(".holder")


def _write_holder(path: Path) -> None:
    """Record which process holds the lock; a full disk is ignored."""
    program = Path(sys.argv[0])
    name = program.parent.name if program.name == "__main__.py" else program.name  # python -m imdbnlp
    command = " ".join([name, *sys.argv[1:]])[:_MAX_COMMAND_CHARACTERS]
    with suppress(OSError):
        text = json.dumps({"pid": os.getpid(), "command": command, "host": socket.gethostname()})
        _holder_file(path).write_text(text, encoding="utf-8")


def _holder(path: Path) -> str:
    """The process that holds the lock, as messages name it."""
    try:
        holder = json.loads(_holder_file(path).read_text(encoding="utf-8"))
        pid, command, host = int(holder["pid"]), str(holder["command"]), str(holder["host"])
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"
    where = "" if host == socket.gethostname() else f" on {host}"
    return f"process {pid}{where} ({command})"
