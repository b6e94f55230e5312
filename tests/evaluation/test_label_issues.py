"""Suspected labels: the numbers of cleanlab, and what confident learning promises."""

import numpy as np
import pytest
from cleanlab.count import compute_confident_joint
from cleanlab.filter import find_label_issues
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.evaluation.label_issues import Method, conflicting_labels, estimate_joint, find_suspects, issues_by_class

CLEANLAB = {"noise-rate": "prune_by_noise_rate", "confident": "confident_learning"}


def noisy(n_classes: int, seed: int, n: int = 400) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """Labels of which one in ten is wrong, probabilities of a fair model, and the true classes."""
    chance = np.random.default_rng(seed)
    true = chance.integers(0, n_classes, n)
    logits = chance.normal(size=(n, n_classes)) + 2.5 * np.eye(n_classes)[true]
    wrong = chance.random(n) < 0.1
    labels = np.where(wrong, chance.integers(0, n_classes, n), true)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, probabilities, true


@pytest.mark.parametrize("method", ["noise-rate", "confident"])
@pytest.mark.parametrize("n_classes", [2, 3, 7])
@pytest.mark.parametrize("seed", range(8))
def test_suspects_are_those_of_cleanlab_in_its_order(method: Method, n_classes: int, seed: int) -> None:
    labels, probabilities, _ = noisy(n_classes, seed)
    expected = find_label_issues(
        labels, probabilities, return_indices_ranked_by="self_confidence", filter_by=CLEANLAB[method], n_jobs=1
    )
    assert find_suspects(labels, probabilities, method).tolist() == expected.tolist()


@pytest.mark.parametrize("n_classes", [2, 5])
def test_the_joint_is_that_of_cleanlab_but_for_its_rounding(n_classes: int) -> None:
    labels, probabilities, _ = noisy(n_classes, 1)
    joint = estimate_joint(labels, probabilities)
    assert np.abs(joint - compute_confident_joint(labels, probabilities)).max() < 1
    np.testing.assert_allclose(joint.sum(axis=1), np.bincount(labels, minlength=n_classes))


@pytest.mark.parametrize("method", ["noise-rate", "confident"])
def test_most_suspects_are_wrong_and_most_wrong_labels_are_suspects(method: Method) -> None:
    labels, probabilities, true = noisy(3, 5, n=3000)
    found = find_suspects(labels, probabilities, method)
    wrong = labels != true
    assert wrong[found].mean() > 0.5 > 4 * wrong.mean() and wrong[found].sum() > 0.6 * wrong.sum()


def test_a_class_that_nobody_has_and_equal_probabilities_are_no_suspects() -> None:
    labels = np.array([0, 1, 0, 1])
    assert find_suspects(labels, np.full((4, 3), 1 / 3), "noise-rate").tolist() == []
    assert find_suspects(labels, np.full((4, 3), 1 / 3), "confident").tolist() == []
    assert estimate_joint(labels, np.full((4, 3), 1 / 3))[:, 2].tolist() == [0, 0, 0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DataError, match="3 labels and probabilities of the shape"):
        find_suspects(np.array([0, 1, 1]), np.ones((2, 2)), "confident")
    with pytest.raises(DataError):
        find_suspects(np.array([0, -1]), np.ones((2, 2)), "confident")


def test_issues_are_counted_by_class() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    issues = issues_by_class(labels, probabilities, find_suspects(labels, probabilities, "noise-rate"))
    assert (issues.texts.tolist(), issues.suspected.tolist()) == ([3, 2], [1, 0])
    np.testing.assert_allclose(issues.estimated_wrong, [1, 0])


def test_copies_with_other_labels_conflict_side_by_side() -> None:
    groups, labels = np.array([7, 3, 7, 5, 3, 5]), np.array([0, 1, 1, 0, 1, 0])
    assert conflicting_labels(groups, labels).tolist() == [0, 2]
    assert conflicting_labels(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []
