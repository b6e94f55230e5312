"""Which texts of a dataset are near to one another: by their words, by word vectors, or by what a run makes of them.

    space = WordSpace(dataset.preprocessing(), FeatureSettings(method="tfidf"))
    near = open_index(workspace, space, dataset, rows)
    near.nearest(near.place("A fine film."), 5, "cosine")

A space turns texts into points.  Nothing is predicted with it, so what it learns (which words count, how rare they are)
it learns from all texts that are searched.  Their index is kept in the workspace.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.features.embeddings import mean_vectors
from imdbnlp.features.neighbors import DenseIndex, Found, InvertedIndex, Metric
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models.base import Inputs
from imdbnlp.progress import SILENT, Advance, Reporter
from imdbnlp.settings import canonical_digest
from imdbnlp.storage.checks import unfit
from imdbnlp.storage.manifest import read_entry
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.texts import Texts
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.vectors import VectorSource
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2
_AT_ONCE = 1000  # texts that a run looks at in one go
Points = SparseRows | NDArray[np.float32]
Placing = Callable[[Any], Points]
Read = Callable[[Sequence[str]], Inputs]


class Space(Protocol):
    """How texts become points."""

    @property
    def preprocessing(self) -> Preprocessing:
        """How texts are read."""

    @property
    def key(self) -> Any:
        """What the points depend on, as a JSON value."""

    def build(self, documents: Documents, folder: Path, advance: Advance) -> Points:
        """(documents, …) their points; writes what else is needed to place other texts."""

    def placing(self, folder: Path) -> Placing:
        """How other texts become points, by what build wrote."""


@dataclass(frozen=True)
class WordSpace:
    """Counts, presence or TF-IDF of n-grams."""

    preprocessing: Preprocessing
    settings: FeatureSettings

    @property
    def key(self) -> Any:
        return {"words": self.settings.stored(), "preprocessing": self.preprocessing.stored()}

    def build(self, documents: Documents, folder: Path, advance: Advance) -> Points:
        vectorizer, rows = Vectorizer.fit(documents, self.settings)
        vectorizer.save(folder / "vectorizer")
        return rows

    def placing(self, folder: Path) -> Placing:
        return lambda documents: Vectorizer.load(folder / "vectorizer").transform(documents)


@dataclass(frozen=True)
class VectorSpace:
    """The mean of the vectors of a text's words.  words: those whose vectors are needed at least."""

    preprocessing: Preprocessing
    source: VectorSource
    words: Collection[str]

    @property
    def key(self) -> Any:
        return {"vectors": self.source.digest, "preprocessing": self.preprocessing.stored()}

    def build(self, documents: Documents, folder: Path, advance: Advance) -> Points:
        return self.placing(folder)(documents)

    def placing(self, folder: Path) -> Placing:
        return lambda documents: mean_vectors(documents, self.source.read({*self.words, *documents.words}))


@dataclass(frozen=True)
class RunSpace:
    """The representation of texts that a run has learned."""

    run: Run

    @property
    def preprocessing(self) -> Preprocessing:
        return self.run.preprocessing

    @property
    def key(self) -> Any:
        return {"run": self.run.digest}

    def build(self, documents: Any, folder: Path, advance: Advance) -> Points:
        represent = self.run.classifier.model.represent
        parts: list[Any] = []
        for start in range(0, len(documents), _AT_ONCE):
            part = documents.take(np.arange(start, min(start + _AT_ONCE, len(documents))))
            parts.append(represent(part))
            advance(len(part))
        if isinstance(parts[0], np.ndarray):
            return np.concatenate(parts)
        from scipy.sparse import vstack

        return SparseRows.from_scipy(vstack([part.to_scipy() for part in parts], format="csr"))

    def placing(self, folder: Path) -> Placing:
        return lambda documents: self.run.classifier.model.represent(documents)


@dataclass(frozen=True)
class Nearest:
    """rows: (searched,) documents of the dataset.  index: of their points, in this order."""

    rows: NDArray[np.int64]
    index: InvertedIndex | DenseIndex
    read: Read
    placing: Placing

    def place(self, text: str) -> Points:
        """The point of any text."""
        points = self.placing(self.read([text]))
        return points if isinstance(points, SparseRows) else points[0]

    def point_of(self, row: int) -> Points:
        """The point of a document that is searched."""
        return self.index.row(int(np.searchsorted(self.rows, row)))

    def nearest(self, point: Any, k: int, metric: Metric, leave_out: int | None = None) -> Found:
        """The k documents of the dataset that are nearest.  leave_out: one that does not count."""
        place = None if leave_out is None else int(np.searchsorted(self.rows, leave_out))
        found, nearness = self.index.nearest(point, k, metric, place)
        return self.rows[found], nearness


def open_index(
    workspace: Workspace, space: Space, dataset: Dataset, rows: NDArray[np.int64], reporter: Reporter = SILENT
) -> Nearest:
    """The index of these documents (ascending) in a space, made now if it is not there."""
    key = canonical_digest([FORMAT, space.key, dataset.key, canonical_digest(rows.tolist())])

    def make(folder: Path) -> dict[str, Any]:
        return {"kind": "index", "dataset": dataset.key, "dense": _build(space, dataset, rows, folder, reporter)}

    folder = workspace.indexes.obtain(f"index-{key[:8]}", key, make, reporter=reporter).folder

    def read(manifest: dict[str, Any]) -> Nearest:
        kind = DenseIndex if manifest["dense"] else InvertedIndex
        index = kind.open(folder)
        if len(index) != len(rows):
            raise unfit(folder, f"an index of {len(index):,} texts, expected {len(rows):,}")
        return Nearest(rows, index, _reader(space), space.placing(folder))

    return read_entry(folder, read)


def _build(space: Space, dataset: Dataset, rows: NDArray[np.int64], folder: Path, reporter: Reporter) -> bool:
    """Write the index.  Returns whether its points are dense."""
    with reporter.stage("index", len(rows), "texts") as advance:
        points = space.build(_inputs(space, dataset, rows), folder, advance)
        index = DenseIndex(points) if isinstance(points, np.ndarray) else InvertedIndex.build(points)
        index.save(folder)
    return isinstance(index, DenseIndex)


def _reader(space: Space) -> Read:
    """How texts that no dataset holds are read."""
    if isinstance(space, RunSpace):
        return space.run.classifier.read
    return lambda texts: read_documents(texts, space.preprocessing)


def _inputs(space: Space, dataset: Dataset, rows: NDArray[np.int64]) -> Any:
    """Texts of the dataset as the space reads them."""
    if isinstance(space, RunSpace) and space.run.classifier.model.reads == "texts":
        return Texts(rows, dataset.texts_of)
    return Documents(*dataset.documents(space.preprocessing)).take(rows)


def is_nowhere(point: Points) -> bool:
    """Whether a text has no feature, or only zeros."""
    return not (point.data if isinstance(point, SparseRows) else point).any()
