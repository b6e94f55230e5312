"""One process at a time, by a lock that dies with its owner.

with locked(Path("reviews.lock")):
    ...
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imdbnlp.errors import ResourceError

_TIMEOUT_SECONDS = 3600.0
_PAUSE_SECONDS = 0.05


@contextmanager
def locked(path: Path, timeout_seconds: float = _TIMEOUT_SECONDS) -> Iterator[None]:
    """Hold the lock.  Raises ResourceError naming the holder if it does not come free in time."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        deadline = time.monotonic() + timeout_seconds
        while not _take(descriptor):
            if time.monotonic() > deadline:
                holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
                raise ResourceError(
                    f"{path} is held by process {holder} for over {timeout_seconds:.0f} s",
                    hint="wait for it, or stop it",
                )
            time.sleep(_PAUSE_SECONDS)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)  # closing gives the lock back


def _take(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: renames are still atomic, work may be done twice
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
