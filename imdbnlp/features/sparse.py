"""Sparse rows: what a vectorizer makes and a model takes.

    rows = SparseRows.from_pairs(documents=[0, 0, 0], columns=[5, 2, 5], n_rows=2, n_columns=9)
    rows.columns[0], rows.data          # array([2, 5]), array([1., 2.])
    rows.dot(coefficients)              # (2, classes)

A compressed-sparse-row matrix of our own, so that predicting needs no scipy (its import takes longer than
answering); `to_scipy` shares the arrays with one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.ragged import Ragged

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_PRODUCTS_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class SparseRows:
    """columns: (rows,) ragged int32, ascending in each row.  data: (entries,) floats.  n_columns: the width."""

    columns: Ragged
    data: NDArray[np.floating]
    n_columns: int

    def __len__(self) -> int:
        return len(self.columns)

    @classmethod
    def from_pairs(
        cls, documents: NDArray[np.integer], columns: NDArray[np.integer], n_rows: int, n_columns: int
    ) -> Self:
        """Count equal (document, column) pairs, given in any order."""
        bits = int(n_columns).bit_length()
        narrow = bits + int(n_rows).bit_length() <= 32  # sorted in half the time
        keys: NDArray[Any] = documents.astype(np.uint32 if narrow else np.int64)
        keys <<= bits
        keys |= columns.astype(keys.dtype, copy=False)
        keys.sort()
        first = np.ones(len(keys), dtype=bool)
        np.not_equal(keys[1:], keys[:-1], out=first[1:])
        places = np.flatnonzero(first)
        counts = np.diff(places, append=len(keys)).astype(np.float32)
        kept = keys[places]
        offsets = np.searchsorted(kept, np.arange(n_rows + 1, dtype=np.int64) << bits)
        values = (kept & ((1 << bits) - 1)).astype(np.int32)
        return cls(Ragged(values, offsets.astype(np.int64)), counts, n_columns)

    @classmethod
    def from_scipy(cls, matrix: "csr_matrix") -> Self:
        """Share the arrays of a canonical CSR matrix."""
        offsets = matrix.indptr.astype(np.int64)
        return cls(Ragged(matrix.indices, offsets), matrix.data.astype(np.float32, copy=False), matrix.shape[1])

    def to_scipy(self) -> "csr_matrix":
        """A scipy CSR matrix over the same arrays."""
        from scipy.sparse import csr_matrix

        offsets = self.columns.offsets.astype(np.int32 if len(self.data) < 2**31 else np.int64)
        matrix = csr_matrix((self.data, self.columns.values, offsets), shape=(len(self), self.n_columns), copy=False)
        matrix.has_canonical_format = True
        return matrix

    def with_data(self, data: NDArray[np.floating]) -> "SparseRows":
        """The same places with other values."""
        return SparseRows(self.columns, data, self.n_columns)

    def dot(self, dense: NDArray[np.floating]) -> NDArray[np.float64]:
        """(columns, outputs) -> (rows, outputs) float64."""
        n_outputs = dense.shape[1]
        if n_outputs == 1:
            return self.row_sums(self.data * dense[self.columns.values, 0])[:, None]
        products = np.zeros((len(self), n_outputs))
        offsets = self.columns.offsets
        filled = np.flatnonzero(self.columns.lengths)
        most = max(1, _PRODUCTS_AT_ONCE // n_outputs)
        for rows in np.split(filled, np.flatnonzero(np.diff(offsets[filled] // most)) + 1):
            if len(rows):
                entries = slice(offsets[rows[0]], offsets[rows[-1] + 1])
                parts = self.data[entries, None] * dense[self.columns.values[entries]]
                products[rows] = np.add.reduceat(parts, offsets[rows] - offsets[rows[0]], axis=0, dtype=np.float64)
        return products

    def row_sums(self, entries: NDArray[np.floating]) -> NDArray[np.float64]:
        """(entries,) -> (rows,) float64 sums."""
        return np.bincount(self.columns.row_ids, entries, len(self)).astype(np.float64, copy=False)


def side_by_side(parts: "list[SparseRows]") -> SparseRows:
    """The columns of all parts next to one another.  Every part has the same rows."""
    if len(parts) == 1:
        return parts[0]
    from scipy.sparse import hstack

    return SparseRows.from_scipy(hstack([part.to_scipy() for part in parts], format="csr"))
