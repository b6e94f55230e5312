"""Splits are what they say, and keep equal texts together."""

import numpy as np
import pytest

from imdbnlp.data.split import plain_split, sample_rows, stratified_folds, stratified_split
from imdbnlp.errors import DataError


def test_sample_takes_the_rows_that_pandas_takes() -> None:
    import pandas as pd

    expected = pd.DataFrame({"a": range(1000)}).sample(100, random_state=7).index.to_numpy()
    assert sample_rows(1000, 100, 7).tolist() == expected.tolist()


def test_a_sample_larger_than_the_data_is_refused() -> None:
    with pytest.raises(DataError, match="more than the 3 rows"):
        sample_rows(3, 4, 0)


@pytest.mark.parametrize("n_rows", [5, 10, 11, 999])
def test_plain_split_is_scikit_learns(n_rows: int) -> None:
    from sklearn.model_selection import train_test_split

    _, test = train_test_split(np.arange(n_rows), test_size=0.2, random_state=42)
    assert sorted(test) == np.flatnonzero(plain_split(n_rows, 0.2, 42) == "test").tolist()


def test_every_class_is_divided_in_the_same_proportions() -> None:
    labels = np.array([0] * 100 + [1] * 50)
    parts = stratified_split(labels, np.arange(150), {"test": 0.2, "valid": 0.1}, seed=1)
    counts = {part: np.bincount(labels[parts == part]).tolist() for part in ("train", "valid", "test")}
    assert counts == {"train": [70, 35], "valid": [10, 5], "test": [20, 10]}


def test_equal_texts_are_never_on_both_sides() -> None:
    groups, labels = np.arange(200) % 40, np.arange(200) % 2
    parts = stratified_split(labels, groups, {"test": 0.3}, seed=3)
    sides: dict[int, set[str]] = {}
    for group, part in zip(groups.tolist(), parts.tolist(), strict=True):
        sides.setdefault(group, set()).add(part)
    assert all(len(parts_of_group) == 1 for parts_of_group in sides.values())


def test_shares_are_of_rows_whatever_the_groups() -> None:
    groups = np.concatenate([np.repeat(np.arange(10), 10), np.arange(10, 110)])  # ten texts ten times, a hundred once
    parts = stratified_split(np.zeros(200, dtype=int), groups, {"test": 0.2, "valid": 0.1}, seed=5)
    assert [int((parts == part).sum()) for part in ("train", "valid", "test")] == [140, 20, 40]


def test_a_group_larger_than_a_part_is_trained_on() -> None:
    groups = np.concatenate([np.zeros(50, dtype=int), np.arange(1, 51)])
    parts = stratified_split(np.zeros(100, dtype=int), groups, {"test": 0.2}, seed=0)
    assert set(parts[:50].tolist()) == {"train"} and int((parts == "test").sum()) == 20


def test_folds_never_part_a_group_and_stay_even() -> None:
    groups, labels = np.repeat(np.arange(40), 5), np.repeat([0, 1], 100)
    folds = stratified_folds(labels, 4, seed=0, groups=groups)
    assert all(len(set(folds[groups == group].tolist())) == 1 for group in range(40))
    assert [np.bincount(labels[folds == fold]).tolist() for fold in range(4)] == [[25, 25]] * 4


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    labels, groups = np.arange(100) % 2, np.arange(100)
    first, second, other = (stratified_split(labels, groups, {"test": 0.2}, seed) for seed in (1, 1, 2))
    assert (first == second).all() and (first != other).any()


def test_folds_spread_every_class_evenly() -> None:
    labels = np.array([0] * 50 + [1] * 25)
    folds = stratified_folds(labels, 5, seed=0)
    assert [np.bincount(labels[folds == fold]).tolist() for fold in range(5)] == [[10, 5]] * 5
