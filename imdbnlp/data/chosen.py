"""The rows of a source that are kept: without empty texts, without duplicates, or a sample of them.

rows = sample(choose_rows(source, settings, reporter), settings)
rows.texts, rows.labels
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.sources import Source
from imdbnlp.data.split import sample_rows
from imdbnlp.progress import Reporter


@dataclass(frozen=True)
class ChosenRows:
    """Chosen texts of one source, their parts and why others were dropped.  parts: empty before they are divided."""

    source: Source
    chosen: NDArray[np.int64]
    dropped: dict[str, int]
    parts: NDArray[np.str_] = field(default_factory=lambda: np.array([], dtype="U10"))

    def _of(self, values: list[Any]) -> list[Any]:
        return [values[row] for row in self.chosen]

    @property
    def texts(self) -> list[str]:
        return self._of(self.source.texts)

    @property
    def labels(self) -> list[str]:
        """Empty ones for a source without labels."""
        return self._of(self.source.labels) if self.source.labels is not None else [""] * len(self.chosen)

    @property
    def ids(self) -> list[str]:
        return self._of(self.source.ids) if self.source.ids is not None else [""] * len(self.chosen)

    @property
    def splits(self) -> list[str] | None:
        """What the source says of each row's part."""
        return self._of(self.source.splits) if self.source.splits is not None else None

    def all_for(self, part: str) -> "ChosenRows":
        """The same rows, each in this part."""
        return replace(self, parts=np.full(len(self.chosen), part, dtype="U10"))


def choose_rows(source: Source, settings: DatasetSettings, reporter: Reporter) -> ChosenRows:
    """Drop what is to be dropped, and say what is suspicious about the rest."""
    kept = np.arange(len(source.texts))
    dropped: dict[str, int] = {}
    if source.n_records > len(kept):
        dropped["without a label"] = source.n_records - len(kept)
    if settings.missing == "drop":
        kept = np.array([row for row in kept if source.texts[row].strip()], dtype=np.int64)
        dropped["missing"] = len(source.texts) - len(kept)
    if settings.duplicates == "drop":
        nothing = [""] * len(source.texts)
        first = first_of_each(kept.tolist(), source.texts, source.labels or nothing, source.splits or nothing)
        dropped["duplicates"] = len(kept) - len(first)
        kept = first
    conflicts = _count_conflicts(source, kept)
    if conflicts:
        reporter.warn(f"{source.path}: {conflicts} text(s) stand there with different labels")
    return ChosenRows(source, kept, dropped)


def first_of_each(rows: Iterable[int], *columns: Sequence[str]) -> NDArray[np.int64]:
    """The rows whose values in these columns no row had before."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        seen.setdefault(tuple(column[row] for column in columns), row)
    return np.fromiter(seen.values(), np.int64, len(seen))


def _count_conflicts(source: Source, rows: NDArray[np.int64]) -> int:
    if source.labels is None:
        return 0
    labels: dict[str, str] = {}
    pairs = ((source.texts[row], source.labels[row]) for row in rows.tolist())
    return len({text for text, label in pairs if labels.setdefault(text, label) != label})


def sample(rows: ChosenRows, settings: DatasetSettings) -> ChosenRows:
    """As many of the rows as the settings ask for, in the order in which they are drawn."""
    if settings.sample is None:
        return rows
    chosen = rows.chosen[sample_rows(len(rows.chosen), settings.sample, settings.seed)]
    return replace(rows, chosen=chosen, dropped=rows.dropped | {"not sampled": len(rows.chosen) - len(chosen)})
