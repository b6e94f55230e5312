"""The paired bootstrap: weighted metrics are scikit-learn's on the drawn texts, and p says what it should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from imdbnlp.evaluation.bootstrap import macro_f1_of, paired_bootstrap, roc_auc_of


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_weighted_metrics_are_those_of_the_drawn_texts(seed: int, n_classes: int) -> None:
    chance = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(n_classes), chance.integers(n_classes, size=60)])
    scores = np.round(chance.dirichlet(np.ones(n_classes), len(labels)), 1)  # with ties
    drawn = np.concatenate([np.arange(n_classes), chance.integers(len(labels), size=len(labels))])
    weights = np.bincount(drawn, minlength=len(labels)).astype(float)
    predicted = scores.argmax(axis=1)
    expected = f1_score(labels[drawn], predicted[drawn], average="macro")
    assert macro_f1_of(labels, predicted, n_classes)(weights) == pytest.approx(expected)
    areas = [
        roc_auc_score(labels[drawn] == code, scores[drawn, code])
        for code in ([1] if n_classes == 2 else range(n_classes))
    ]
    assert roc_auc_of(labels, scores)(weights) == pytest.approx(np.mean(areas))


def test_the_same_predictions_are_tied_and_much_worse_ones_are_not() -> None:
    labels = np.arange(400) % 2
    worse = np.where(np.arange(400) < 120, 1 - labels, labels)
    metrics = [macro_f1_of(labels, predicted, 2) for predicted in (labels, labels, worse)]
    same, different = paired_bootstrap(metrics, len(labels))
    assert same == 1 and different < 0.01


def test_a_label_that_training_never_saw_counts_against_f1_and_not_in_auc() -> None:
    labels, predicted = np.array([0, 1, -1]), np.array([0, 1, 1])
    weights = np.ones(3)
    assert macro_f1_of(labels, predicted, 2)(weights) == pytest.approx((1 + 2 / 3) / 2)
    scores = np.array([[0.9, 0.1], [0.2, 0.8], [0.0, 1.0]])
    assert roc_auc_of(labels, scores)(weights) == 1


def test_p_is_right_about_as_often_as_it_says() -> None:
    """Two classifiers of the same quality: 5 % of the comparisons may be called different, not many more."""
    chance = np.random.default_rng(1)
    values = []
    for _ in range(60):
        labels = chance.integers(2, size=200)
        metrics = [macro_f1_of(labels, np.where(chance.random(200) < 0.8, labels, 1 - labels), 2) for _ in range(2)]
        values += paired_bootstrap(metrics, 200, n_samples=200)
    assert 0.01 <= np.mean(np.array(values) < 0.05) + 0.01 <= 0.15
