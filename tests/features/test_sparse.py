"""Sparse rows count and multiply like dense ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from imdbnlp.features.sparse import SparseRows, side_by_side

PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), max_size=60)


def dense_of(pairs: list[tuple[int, int]]) -> np.ndarray:
    dense = np.zeros((5, 7))
    for row, column in pairs:
        dense[row, column] += 1
    return dense


def sparse_of(pairs: list[tuple[int, int]]) -> SparseRows:
    rows, columns = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    return SparseRows.from_pairs(rows, columns, 5, 7)


@given(PAIRS)
def test_equal_pairs_are_counted(pairs: list[tuple[int, int]]) -> None:
    assert (sparse_of(pairs).to_scipy().toarray() == dense_of(pairs)).all()


@given(PAIRS)
def test_dot_is_the_matrix_product(pairs: list[tuple[int, int]]) -> None:
    weights = np.arange(14, dtype=np.float32).reshape(7, 2)
    np.testing.assert_allclose(sparse_of(pairs).dot(weights), dense_of(pairs) @ weights)


def test_parts_stand_side_by_side() -> None:
    part = sparse_of([(0, 1), (4, 6)])
    both = side_by_side([part, part]).to_scipy().toarray()
    assert (both == np.hstack([dense_of([(0, 1), (4, 6)])] * 2)).all()
