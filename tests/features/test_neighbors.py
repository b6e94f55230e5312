"""Nearest documents: exact against scikit-learn's brute force, in order among equals, and never the text itself."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from imdbnlp.features.neighbors import DenseIndex, InvertedIndex, Metric
from imdbnlp.features.sparse import SparseRows


def random_counts(seed: int, n_rows: int = 60, n_columns: int = 30) -> SparseRows:
    chance = np.random.default_rng(seed)
    pairs = chance.integers(0, [n_rows, n_columns], (300, 2))
    return SparseRows.from_pairs(pairs[:, 0], pairs[:, 1], n_rows, n_columns)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("seed", range(5))
def test_distances_are_those_of_brute_force(metric: Metric, seed: int) -> None:
    rows = random_counts(seed)
    dense = rows.to_scipy().toarray().astype(np.float64)
    expected, _ = NearestNeighbors(n_neighbors=60, metric=metric, algorithm="brute").fit(dense).kneighbors(dense[:1])
    for index in (InvertedIndex.build(rows), DenseIndex(dense.astype(np.float32))):
        found, nearness = index.nearest(index.row(0), 60, metric)
        distances = 1 - nearness if metric == "cosine" else nearness
        np.testing.assert_allclose(distances, expected[0], atol=1e-6)
        assert sorted(found) == list(range(60))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 8), st.sampled_from(["cosine", "euclidean"]))
def test_equally_near_ones_come_in_their_order_and_the_text_itself_never(seed: int, k: int, metric: Metric) -> None:
    rows = random_counts(seed, n_rows=12, n_columns=3)
    index = InvertedIndex.build(rows)
    found, nearness = index.nearest(index.row(4), k, metric, leave_out=4)
    dense = rows.to_scipy().toarray().astype(np.float64)
    away = ((dense - dense[4]) ** 2).sum(axis=1)
    lengths = np.sqrt((dense**2).sum(axis=1))
    likeness = np.round(dense @ dense[4] / np.maximum(lengths * lengths[4], 1e-9), 9)
    order = sorted(
        (row for row in range(12) if row != 4), key=lambda r: (-likeness[r] if metric == "cosine" else away[r], r)
    )
    assert 4 not in found and len(found) == len(nearness) == k
    if metric == "euclidean":
        assert found.tolist() == order[:k]
    else:
        np.testing.assert_allclose(likeness[found], likeness[order[:k]])


def test_a_row_is_what_was_put_in() -> None:
    rows = random_counts(1)
    index = InvertedIndex.build(rows)
    for row in range(len(rows)):
        np.testing.assert_array_equal(index.row(row).to_scipy().toarray()[0], rows.to_scipy().toarray()[row])


def test_more_neighbours_than_texts_are_all_others() -> None:
    index = DenseIndex(np.eye(3, dtype=np.float32))
    assert index.nearest(index.row(1), 10, "euclidean", leave_out=1)[0].tolist() == [0, 2]
    alone = DenseIndex(np.ones((1, 2), dtype=np.float32))
    assert len(alone.nearest(alone.row(0), 5, "cosine", leave_out=0)[0]) == 0


def test_what_was_saved_answers_alike(tmp_path: Path) -> None:
    index = InvertedIndex.build(random_counts(2))
    index.save(tmp_path)
    again = InvertedIndex.open(tmp_path)
    for before, after in zip(
        index.nearest(index.row(3), 7, "cosine"), again.nearest(again.row(3), 7, "cosine"), strict=True
    ):
        np.testing.assert_array_equal(before, after)
