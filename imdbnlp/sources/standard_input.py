"""Standard input, read once as it arrives, or several times from a copy.

    with replayed_standard_input():
        standard_input().read()      # all of it
        standard_input().read()      # all of it again

The copy has no name, so nothing is left behind if the program is killed.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from imdbnlp.errors import DataError, UsageError

NAME = "standard input"
"""What messages call it."""

MAX_BYTES = 4 << 30
_PIECE_BYTES = 1 << 20


class _Copy(io.TextIOWrapper):
    """Replaces sys.stdin while it can be read several times."""

    def rewind(self) -> None:
        self.seek(0)


@contextmanager
def replayed_standard_input() -> Iterator[None]:
    """Copy standard input to a temporary file, from which it is then read.  Raises DataError if it does not end."""
    with tempfile.TemporaryFile() as spool:
        _copy(standard_input(), spool)
        original, sys.stdin = sys.stdin, _Copy(spool)
        try:
            yield
        finally:
            sys.stdin.detach()
            sys.stdin = original


def standard_input() -> IO[bytes]:
    """Its bytes; from the beginning if there is a copy.  Raises UsageError if it is closed."""
    if sys.stdin is None:
        raise UsageError(f"{NAME} is closed", hint="give a file")
    if isinstance(sys.stdin, _Copy):
        sys.stdin.rewind()
    return sys.stdin.buffer


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    size = 0
    while data := source.read(_PIECE_BYTES):
        size += len(data)
        if size > MAX_BYTES:
            raise DataError(f"{NAME} has more than {MAX_BYTES:,} bytes", hint="write it to a file, and give that file")
        target.write(data)


def shown_path(path: str) -> str:
    """What messages call a source."""
    return NAME if path == "-" else path
