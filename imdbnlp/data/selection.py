"""The rows of a source that become documents: without empty texts, without repeated ones, or a sample of them.

rows = Selection.of(source)
rows = without_repeated(rows.with_prints(prints), settings)
rows.texts, rows.labels

Texts are equal if their words are (imdbnlp.text.fingerprints), so they are tokenised before repeated ones are dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.split import sample_rows
from imdbnlp.sources.labelled import Source
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.text.fingerprints import Fingerprints, fingerprint_keys


def _no_prints() -> Fingerprints:
    return np.zeros((0, 2), dtype=np.uint64)


@dataclass(frozen=True)
class Selection:
    """Chosen texts of one source, their parts and why others were dropped.

    chosen: (rows,) positions in the source.  parts: (rows,) as far as they are known.  coded: (rows,) positions among
    the tokenised documents.  prints: (rows, 2) fingerprints.  groups: (rows,) equal codes for copies, over all sources.
    """

    source: Source
    chosen: NDArray[np.int64]
    dropped: dict[str, int]
    parts: NDArray[np.str_]
    coded: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    prints: Fingerprints = field(default_factory=_no_prints)
    groups: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, source: Source, part: str = TRAIN) -> "Selection":
        """Every row of a source, in one part."""
        n_rows = len(source.texts)
        dropped = {"without a label": source.n_records - n_rows} if source.n_records > n_rows else {}
        return cls(source, np.arange(n_rows), dropped, np.full(n_rows, part, dtype="U10"))

    def with_prints(self, coded: NDArray[np.int64], prints: Fingerprints) -> "Selection":
        """The same rows, with their positions among the tokenised documents, and their fingerprints."""
        return replace(self, coded=coded, prints=prints)

    def take(self, places: NDArray[np.integer], reason: str) -> "Selection":
        """The rows at these positions.  The others are counted as dropped for this reason."""
        dropped = self.dropped | {reason: len(self.chosen) - len(places)}
        known = {
            name: getattr(self, name)[places] for name in ("coded", "prints", "groups") if len(getattr(self, name))
        }
        return replace(self, chosen=self.chosen[places], parts=self.parts[places], dropped=dropped, **known)

    @property
    def held_out(self) -> NDArray[np.bool_]:
        """(rows,) true for those that the source, or its place, gives to validation or the test."""
        return np.isin(self.parts, (VALID, TEST))

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


def without_empty(rows: Selection, settings: DatasetSettings) -> Selection:
    """The rows with a text, if the settings ask for it; a test or validation set stays as it is."""
    if settings.missing == "keep":
        return rows
    texts = rows.texts
    held_out = rows.held_out.tolist()
    kept = [row for row, text in enumerate(texts) if held_out[row] or text.strip()]
    return rows.take(np.array(kept, dtype=np.int64), "missing")


def without_repeated(rows: Selection, settings: DatasetSettings) -> Selection:
    """The rows whose text and label no earlier one has, if the settings ask for it.

    Only rows to learn from are dropped: a test or validation set is a benchmark, and stays as it is.
    """
    if settings.duplicates == "keep":
        return rows
    return rows.take(first_of_each(~rows.held_out, fingerprint_keys(rows.prints), rows.labels), "duplicates")


def first_of_each(droppable: NDArray[np.bool_], *columns: Sequence[Any]) -> NDArray[np.int64]:
    """The rows that are not droppable, and of the others those whose values in these columns no earlier one has."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for row, (may_go, values) in enumerate(zip(droppable.tolist(), zip(*columns, strict=True), strict=True)):
        if may_go:
            if values in seen:
                continue
            seen.add(values)
        kept.append(row)
    return np.array(kept, dtype=np.int64)


def count_conflicts(sources: Sequence[Selection]) -> int:
    """How many different texts occur with different labels, in one labelled source or in several."""
    labels: dict[bytes, str] = {}
    pairs = (pair for rows in sources for pair in zip(fingerprint_keys(rows.prints), rows.labels, strict=True))
    return len({key for key, label in pairs if labels.setdefault(key, label) != label})


def sample(rows: Selection, settings: DatasetSettings) -> Selection:
    """As many of the rows as the settings ask for, in the order in which they are drawn."""
    if settings.sample is None:
        return rows
    return rows.take(sample_rows(len(rows.chosen), settings.sample, settings.seed), "not sampled")
