"""ROC and precision-recall curves are scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics

from imdbnlp.evaluation.curves import precision_recall_curve, roc_curve, thinned


def drawn(seed: int, ties: bool) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    positive = chance.random(200) < 0.3
    scores = chance.random(200) + 0.5 * positive
    return positive, np.round(scores, 1) if ties else scores


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_curves_are_those_of_scikit_learn(seed: int, ties: bool) -> None:
    positive, scores = drawn(seed, ties)
    false_rate, true_rate = roc_curve(positive, scores)
    expected = metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose([false_rate, true_rate], expected[:2])
    precision, recall = precision_recall_curve(positive, scores)
    theirs = metrics.precision_recall_curve(positive, scores)
    np.testing.assert_allclose(precision, theirs[0][::-1][: len(precision)])
    np.testing.assert_allclose(recall, theirs[1][::-1][: len(recall)])


def test_a_thinned_curve_keeps_its_ends_and_its_shape() -> None:
    x, y = roc_curve(*drawn(0, False))
    few_x, few_y = thinned((x, y), 20)
    assert len(few_x) <= 22 and (few_x[0], few_y[0], few_x[-1], few_y[-1]) == (0, 0, 1, 1)
    away = np.hypot(x[:, None] - few_x, y[:, None] - few_y).min(axis=1)
    assert away.max() < 0.1
    assert len(thinned((x[:5], y[:5]), 20)[0]) == 5


def test_one_class_alone_gives_a_curve_without_division_by_zero() -> None:
    for positive in (np.ones(3, dtype=bool), np.zeros(3, dtype=bool)):
        for curve in (roc_curve(positive, np.arange(3.0)), precision_recall_curve(positive, np.arange(3.0))):
            assert np.isfinite(curve).all()
