"""Which texts are trained on, which decide when to stop, and which are kept for the test.

    stratified_split(labels, groups, {"test": 0.2, "valid": 0.1}, seed=42)   # array(['train', 'test', …])

Every class is divided in the same proportions, and texts of one group (equal texts) stay together, so that
nothing in the test was seen in training.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, check_not_a_string

TRAIN, VALID, TEST, UNLABELLED = "train", "valid", "test", "unlabelled"
PART_NAMES = {
    "train": TRAIN, "training": TRAIN,
    "valid": VALID, "validation": VALID, "val": VALID, "dev": VALID,
    "test": TEST, "testing": TEST,
}  # fmt: skip
"""What a split column, or a folder, may call the parts."""


def sample_rows(n_rows: int, size: int, seed: int) -> NDArray[np.int64]:
    """(size,) the rows that pandas' DataFrame.sample(size, random_state=seed) takes, in its order."""
    if size > n_rows:
        raise DataError(f"--sample {size}: only {n_rows} rows are there to choose from", hint="ask for fewer")
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
    for all.  sizes: share of the rows of each part.  Raises DataError if a class has too few rows.
    """
    sizes = {part: size for part, size in sizes.items() if size > 0}
    _, first, group_of_row = np.unique(groups, return_index=True, return_inverse=True)
    group_labels = labels[first]
    shuffled = np.random.default_rng(seed).permutation(len(first))
    parts = np.full(len(first), TRAIN, dtype="U10")
    for label in np.unique(labels):
        members = shuffled[group_labels[shuffled] == label]
        start = 0
        for part, size in sizes.items():
            end = start + max(1, round(size * len(members)))
            parts[members[start:end]] = part
            start = end
    return parts[group_of_row]


def check_class_sizes(labels: NDArray[np.integer], classes: Sequence[str], n_parts: int) -> None:
    """Raise DataError naming a class with fewer rows than there are parts to divide it among."""
    counts = np.bincount(labels, minlength=len(classes))
    small = np.flatnonzero(counts < n_parts)
    if len(small):
        name = classes[small[0]]
        raise DataError(
            f"class {name!r} has {counts[small[0]]} row(s), too few to divide into {n_parts} parts",
            hint="add texts of that class, drop it, or use --test-size 0 --valid-size 0",
        )


def text_groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """(texts,) equal codes for equal texts."""
    check_not_a_string(texts, "texts")
    codes: dict[str, int] = {}
    return np.fromiter((codes.setdefault(text, len(codes)) for text in texts), np.int64, len(texts))


def stratified_folds(labels: NDArray[np.integer], n_folds: int, seed: int) -> NDArray[np.int64]:
    """(rows,) fold of each row, every class spread evenly over the folds.  Raises DataError if one would be empty."""
    if len(labels) < n_folds:
        raise DataError(f"{n_folds} folds of {len(labels)} rows: one would be empty", hint="ask for fewer folds")
    folds = np.empty(len(labels), dtype=np.int64)
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    by_class = shuffled[np.argsort(labels[shuffled], kind="stable")]
    folds[by_class] = np.arange(len(labels)) % n_folds
    return folds
