"""Progress of long work: stages, notes and warnings, whoever displays them.

with reporter.stage("tokenise", total=25_000, unit="texts") as advance:
    for chunk in chunks:
        advance(len(chunk))
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Tells how much more is done."""

    def __call__(self, n: int, doing: str = "") -> None:
        """n: units done since the last call.  doing: what is being done now, a few words."""


class Reporter(Protocol):
    """Receives progress, notes and warnings: a terminal, a test, or nothing."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> AbstractContextManager[Advance]:
        """A piece of work.  total: units of work in it, None if unknown.  Yields a function to report units done."""

    def note(self, text: str) -> None:
        """A fact worth one line."""

    def warn(self, text: str) -> None:
        """A fact that may spoil the result."""


class SilentReporter:
    """Nobody listens: for library use."""

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        yield lambda n, doing="": None

    def note(self, text: str) -> None:
        """Say nothing."""

    def warn(self, text: str) -> None:
        """Say nothing."""


def unheard(n: int, doing: str = "") -> None:
    """An Advance that ignores progress."""


SILENT: Reporter = SilentReporter()
