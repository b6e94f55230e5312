"""One process at a time, by a lock that dies with its owner.

    with locked(Path("reviews.lock")):
        ...

The file stays where it is and names its last owner; the lock itself is the system's, and is gone when that process is.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from imdbnlp.errors import ResourceError

TIMEOUT_SECONDS = 3600.0
_PAUSE_SECONDS = 0.05


class LockedError(ResourceError):
    """Another process holds the lock."""


def _tell_nobody(text: str) -> None:
    """For who does not want to know that it waits."""


@contextmanager
def locked(
    path: Path, timeout_seconds: float = TIMEOUT_SECONDS, note: Callable[[str], None] = _tell_nobody
) -> Iterator[None]:
    """Hold the lock.  note: told once that another process is waited for.

    Raises LockedError naming the holder if the lock does not come free in time.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _wait(descriptor, path, timeout_seconds, note)
        os.pwrite(descriptor, f"{os.getpid():<20}\n".encode(), 0)  # of one length: a full disk has room for it
        yield
    finally:
        os.close(descriptor)  # closing gives the lock back


def _wait(descriptor: int, path: Path, timeout_seconds: float, note: Callable[[str], None]) -> None:
    deadline, told = time.monotonic() + timeout_seconds, False
    while not take(descriptor):
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        if time.monotonic() >= deadline:
            raise LockedError(
                f"{path} is held by process {holder} for over {timeout_seconds:.0f} s", hint="wait for it, or stop it"
            )
        if not told:
            note(f"waiting for process {holder}, which is at work on {path.stem}")
            told = True
        time.sleep(_PAUSE_SECONDS)


def is_available() -> bool:
    """Whether this system locks: then what a holder left behind is known to be nobody's once its lock is free."""
    try:
        import fcntl  # noqa: F401
    except ImportError:
        return False
    return True


def take(descriptor: int) -> bool:
    """Lock an open file unless another process holds it.  Returns whether it is ours now."""
    try:
        import fcntl
    except ImportError:  # Windows: renames are still atomic, work may be done twice
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
