"""The documents nearest to one: exact, over sparse features or dense vectors.

    index = InvertedIndex.build(rows)                  # SparseRows: (documents, features)
    index.nearest(query, 5, "cosine")                  # query: SparseRows of one row
    # (array([17, 4, …]), array([0.61, 0.58, …]))

A sparse query touches only the columns of its own features: for each feature the index holds the documents that have
it and their values.  Nothing is approximated, and documents that share no feature with the query count as well.
(For dense vectors an approximate index, usearch's HNSW, was measured on 297,644 rows of 100 numbers: 0.4 ms a query in
place of 20, 97 % of the neighbours, after 112 s of building.  A command that asks once and takes a second gains nothing
by it.)
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sparse import SparseRows
from imdbnlp.storage.checks import checked, checked_offsets
from imdbnlp.storage.files import read_array, write_array
from imdbnlp.storage.ragged import Ragged

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

Metric = Literal["cosine", "euclidean"]
Found = tuple[NDArray[np.int64], NDArray[np.float64]]
"""The nearest documents, and how near they are: cosines, or euclidean distances."""


@dataclass(frozen=True)
class InvertedIndex:
    """offsets: (features + 1,) where each feature's entries begin.  documents, values: (entries,) feature by feature.
    squares: (documents,) squared length of each row."""

    offsets: NDArray[np.int64]
    documents: NDArray[np.int32]
    values: NDArray[np.float32]
    squares: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.squares)

    @cached_property
    def _columns(self) -> "csc_matrix":
        from scipy.sparse import csc_matrix

        shape = (len(self), len(self.offsets) - 1)
        return csc_matrix((self.values, self.documents, self.offsets), shape=shape, copy=False)

    @classmethod
    def build(cls, rows: SparseRows) -> Self:
        """Turn rows into columns."""
        columns = rows.to_scipy().tocsc()
        squares = rows.row_sums(rows.data.astype(np.float64) ** 2)
        return cls(columns.indptr.astype(np.int64), columns.indices.astype(np.int32), columns.data, squares)

    def row(self, document: int) -> SparseRows:
        """A document's own row, to ask for its neighbours."""
        entries = np.flatnonzero(self.documents == document)
        features = np.searchsorted(self.offsets, entries, side="right").astype(np.int32) - 1
        columns = Ragged(features, np.array([0, len(features)]))
        return SparseRows(columns, self.values[entries], len(self.offsets) - 1)

    def nearest(self, query: SparseRows, k: int, metric: Metric, leave_out: int | None = None) -> Found:
        """The k nearest documents, equally near ones in their order.  leave_out: a document that does not count."""
        features = query.columns[0]
        values = query.data.astype(np.float64)
        dots = self._columns[:, features].astype(np.float64) @ values
        return _nearest(dots, self.squares, float(values @ values), k, metric, leave_out)

    def save(self, folder: Path) -> None:
        """Write the four arrays."""
        for name in ("offsets", "documents", "values", "squares"):
            write_array(folder / f"{name}.npy", getattr(self, name))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read what save wrote; the entries stay on disk until they are used.

        Raises ArtefactError if they do not fit one another.
        """
        paths = {name: folder / f"{name}.npy" for name in ("offsets", "documents", "values", "squares")}
        read = {name: read_array(path, mmap=True) for name, path in paths.items()}
        squares = checked(paths["squares"], read["squares"], np.float64, (None,), 0)
        documents = checked(paths["documents"], read["documents"], np.int32, (None,), 0, len(squares))
        values = checked(paths["values"], read["values"], np.float32, (len(documents),))
        return cls(checked_offsets(paths["offsets"], read["offsets"], len(documents)), documents, values, squares)


@dataclass(frozen=True)
class DenseIndex:
    """rows: (documents, dimensions) float32."""

    rows: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.rows)

    def row(self, document: int) -> NDArray[np.float32]:
        """A document's own row, to ask for its neighbours."""
        return self.rows[document]

    def nearest(self, query: NDArray[np.float32], k: int, metric: Metric, leave_out: int | None = None) -> Found:
        """The k nearest documents to (dimensions,), equally near ones in their order."""
        squares = np.einsum("ij,ij->i", self.rows, self.rows).astype(np.float64)
        dots = (self.rows @ query).astype(np.float64)
        return _nearest(dots, squares, float(query.astype(np.float64) @ query), k, metric, leave_out)

    def save(self, folder: Path) -> None:
        """Write the rows."""
        write_array(folder / "rows.npy", self.rows)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read what save wrote."""
        return cls(checked(folder / "rows.npy", read_array(folder / "rows.npy", mmap=True), np.float32, (None, None)))


def _nearest(
    dots: NDArray[np.float64], squares: NDArray[np.float64], square: float, k: int, metric: Metric,
    leave_out: int | None,
) -> Found:  # fmt: skip
    """dots: (documents,) products with the query.  squares, square: squared lengths of documents and query."""
    if metric == "cosine":
        lengths = np.sqrt(squares * square)
        nearness = dots / np.where(lengths > 0, lengths, 1)
    else:
        nearness = -np.sqrt(np.maximum(squares + square - 2 * dots, 0))
    if leave_out is not None:
        nearness[leave_out] = -np.inf
    k = min(k, len(dots) - (leave_out is not None))
    if k <= 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    worst = np.partition(nearness, len(nearness) - k)[len(nearness) - k]
    candidates = np.flatnonzero(nearness >= worst)
    best = candidates[np.argsort(-nearness[candidates], kind="stable")[:k]]
    return best, nearness[best] if metric == "cosine" else -nearness[best]
