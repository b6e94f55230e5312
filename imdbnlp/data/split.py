"""Which texts are trained on, which decide when to stop, and which are kept for the test.

    stratified_split(labels, groups, {"test": 0.2, "valid": 0.1}, seed=42)   # array(['train', 'test', …])

Every class is divided in the same proportions, and texts of one group (equal texts) stay together, so that
no test text was seen in training.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.sources.split_names import TEST, TRAIN


def sample_rows(n_rows: int, size: int, seed: int) -> NDArray[np.int64]:
    """(size,) the rows that pandas' DataFrame.sample(size, random_state=seed) takes, in its order."""
    if size > n_rows:
        raise DataError(
            f"--sample {size} is more than the {n_rows} rows there are",
            hint=f"give at most {n_rows}, or leave --sample out to take them all",
        )
    return np.random.RandomState(seed).choice(n_rows, size=size, replace=False).astype(np.int64)


def plain_split(n_rows: int, test_size: float, seed: int) -> NDArray[np.str_]:
    """(rows,) 'train' or 'test', as scikit-learn's train_test_split deals them out."""
    n_test = math.ceil(n_rows * test_size)
    parts = np.full(n_rows, TRAIN, dtype="U10")
    parts[np.random.RandomState(seed).permutation(n_rows)[:n_test]] = TEST
    return parts


def stratified_split(
    labels: NDArray[np.integer], groups: NDArray[np.integer], sizes: Mapping[str, float], seed: int
) -> NDArray[np.str_]:
    """(rows,) part of each row; what `sizes` leaves over is 'train'.

    labels: (rows,) class codes.  groups: (rows,) rows with one code stay together; the first one's label counts
    for all.  sizes: share of the rows of each part.  Every part gets at least one group of each class; a group that is
    too large for what a part still lacks stays in training.
    """
    sizes = {part: size for part, size in sizes.items() if size > 0}
    _, first, group_of_row, n_rows = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    group_labels = labels[first]
    shuffled = np.random.default_rng(seed).permutation(len(first))
    parts = np.full(len(first), TRAIN, dtype="U10")
    for label in np.unique(labels):
        members = shuffled[group_labels[shuffled] == label]
        for part, size in sizes.items():
            taken = _filling(n_rows[members], max(1, round(size * int(n_rows[group_labels == label].sum()))))
            parts[members[taken]] = part
            members = np.delete(members, taken)
    return parts[group_of_row]


def _filling(n_rows: NDArray[np.integer], target: int) -> NDArray[np.int64]:
    """The groups, by their numbers of rows, that together have `target` rows at most; at least the smallest one."""
    taken, total = [], 0
    for place, size in enumerate(n_rows.tolist()):
        if total + size <= target:
            taken.append(place)
            total += size
            if total == target:
                break
    if not taken and len(n_rows):
        taken = [int(np.argmin(n_rows))]
    return np.array(taken, dtype=np.int64)


def stratified_folds(
    labels: NDArray[np.integer], n_folds: int, seed: int, groups: NDArray[np.integer] | None = None
) -> NDArray[np.int64]:
    """(rows,) fold of each row, every class spread as evenly over the folds as its groups allow.

    groups: (rows,) rows with one code share a fold; None if every row may go its own way.
    Raises DataError if a fold would be empty.
    """
    groups = np.arange(len(labels)) if groups is None else groups
    _, first, group_of_row, n_rows = np.unique(groups, return_index=True, return_inverse=True, return_counts=True)
    if len(first) < n_folds:
        raise DataError(
            f"{n_folds} folds of {len(first)} different texts: one would be empty", hint="use fewer --folds"
        )
    shuffled = np.random.default_rng(seed).permutation(len(first))
    order = shuffled[np.lexsort((-n_rows[shuffled], labels[first][shuffled]))]  # by class, its largest groups first
    folds = np.empty(len(first), dtype=np.int64)
    totals, of_class, before = [0] * n_folds, [0] * n_folds, None
    for group, label, size in zip(order.tolist(), labels[first][order].tolist(), n_rows[order].tolist(), strict=True):
        if label != before:
            of_class, before = [0] * n_folds, label
        fold = min(range(n_folds), key=lambda one: (of_class[one], totals[one]))  # noqa: B023  (used at once)
        folds[group] = fold
        of_class[fold] += size
        totals[fold] += size
    return folds[group_of_row]
