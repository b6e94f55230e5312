"""Progress of long work: stages, notes and warnings, independent of how they are displayed.

with reporter.stage("tokenise", total=25_000, unit="texts") as advance:
    for chunk in chunks:
        advance(len(chunk))
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Reports progress."""

    def __call__(self, n: int, doing: str = "") -> None:
        """n: units done since the last call.  doing: what is being done now, a few words."""


class Reporter(Protocol):
    """Receives progress, notes and warnings, and may show them."""

    def stage(self, name: str, total: int | None = None, unit: str = "") -> AbstractContextManager[Advance]:
        """Begin a stage.  total: units of work in it, None if unknown.  Yields a function to report units done."""

    def note(self, text: str) -> None:
        """Report something worth knowing, in one line."""

    def warn(self, text: str) -> None:
        """Report something that may invalidate the result."""


class SilentReporter:
    """Ignores everything: the default in library calls."""

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
