"""Decision thresholds against the slow way: trying each."""

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import balanced_accuracy_score, f1_score

from imdbnlp.evaluation.decisions import choose_factors, coverage_table, decide


def _sample(n_classes: int, seed: int, n_texts: int = 400) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Imbalanced labels, and probabilities that know something of them."""
    rng = np.random.default_rng(seed)
    shares = np.maximum(0.4 ** np.arange(n_classes), 0.02)
    labels = rng.choice(n_classes, n_texts, p=shares / shares.sum())
    labels[:n_classes] = np.arange(n_classes)
    scores = rng.normal(size=(n_texts, n_classes)) + np.log(shares) + 1.5 * np.eye(n_classes)[labels]
    probabilities = np.exp(scores)
    return labels, probabilities / probabilities.sum(axis=1, keepdims=True)


def _value(
    objective: str, labels: NDArray[np.int64], predicted: NDArray[np.int64], costs: NDArray[np.float64]
) -> float:
    if objective == "f1":
        return float(f1_score(labels, predicted, average="macro"))
    if objective == "balanced_accuracy":
        return float(balanced_accuracy_score(labels, predicted))
    return -float(costs[labels][predicted != labels].sum())


@pytest.mark.parametrize("objective", ["f1", "balanced_accuracy", "cost"])
@pytest.mark.parametrize("seed", range(5))
def test_of_two_classes_no_threshold_is_better(objective: str, seed: int) -> None:
    labels, probabilities = _sample(2, seed)
    costs = np.array([1.0, 5.0])
    chosen = _value(
        objective, labels, decide(probabilities, choose_factors(labels, probabilities, objective, costs)), costs
    )
    tried = [
        _value(objective, labels, (probabilities[:, 1] >= threshold).astype(np.int64), costs)
        for threshold in [*np.unique(probabilities[:, 1]), 1.1]
    ]
    assert chosen == pytest.approx(max(tried))


@pytest.mark.parametrize("objective", ["f1", "balanced_accuracy", "cost"])
@pytest.mark.parametrize("n_classes", [3, 6, 120])
def test_of_many_classes_the_objective_is_not_worse_than_without_factors(objective: str, n_classes: int) -> None:
    labels, probabilities = _sample(n_classes, 7)
    costs = np.linspace(1, 4, n_classes)
    factors = choose_factors(labels, probabilities, objective, costs)
    chosen, plain = (_value(objective, labels, decide(probabilities, one), costs) for one in (factors, None))
    assert chosen >= plain - 1e-12
    assert chosen > plain
    assert np.log(factors).mean() == pytest.approx(0)


def test_factors_stay_1_where_the_most_probable_class_is_always_right() -> None:
    labels = np.array([0, 1, 2, 1])
    assert choose_factors(labels, np.eye(3)[labels] * 0.7 + 0.1, "f1").tolist() == [1, 1, 1]


def test_texts_with_one_probability_are_not_separated() -> None:
    labels, probabilities = np.array([0, 0, 0, 1]), np.tile([0.75, 0.25], (4, 1))
    predicted = decide(probabilities, choose_factors(labels, probabilities, "balanced_accuracy"))
    assert len(set(predicted.tolist())) == 1


def test_the_coverage_table_counts_what_is_above_each_threshold() -> None:
    rows = coverage_table(np.array([0, 1, 1]), np.array([0, 1, 0]), np.array([0.9, 0.55, 0.52]))
    assert [row["n_predicted"] for row in rows] == [3, 3, 1, 1, 1, 1, 0, 0]
    assert [row["accuracy"] for row in rows][2:] == [1, 1, 1, 1, None, None]
