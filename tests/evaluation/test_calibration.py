"""Temperature scaling and reliability: worked examples, identities, and SciPy as the oracle."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from scipy.special import softmax as scipy_softmax

from imdbnlp.errors import DataError
from imdbnlp.evaluation.calibration import apply_temperature, fit_temperature, reliability_bins, softmax
from imdbnlp.evaluation.metrics import log_loss


def sampled(n: int, n_classes: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits, and labels drawn from their softmax: perfectly calibrated as they are."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 2, (n, n_classes))
    return logits, (softmax(logits).cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)


def test_softmax_of_log_counts_is_their_shares() -> None:
    assert softmax(np.log([[1.0, 3.0], [2.0, 2.0]])) == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]))


def test_softmax_survives_huge_logits() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = softmax(np.array([[1e300, -1e300], [-1e4, -1e4], [-np.inf, 0.0]]))
    assert found.tolist() == [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]


def test_softmax_equals_scipys() -> None:
    logits, _ = sampled(50, 4)
    np.testing.assert_allclose(softmax(logits), scipy_softmax(logits, axis=1), rtol=1e-12)


def test_softmax_of_no_documents_is_empty() -> None:
    assert softmax(np.empty((0, 3))).shape == (0, 3)


def test_temperature_two_halves_the_logits() -> None:
    assert apply_temperature(np.array([[2.0, 0.0]]), 2.0)[0, 0] == pytest.approx(np.e / (1 + np.e))


def test_three_of_four_right_at_margin_two_needs_temperature_two_over_log_three() -> None:
    logits = np.tile([2.0, 0.0], (4, 1))
    temperature = fit_temperature(logits, np.array([0, 0, 0, 1]))
    assert temperature == pytest.approx(2 / np.log(3))
    assert apply_temperature(logits, temperature)[0, 0] == pytest.approx(0.75)


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("factor", [0.2, 1.0, 7.0])
def test_temperature_undoes_a_factor_on_calibrated_logits(n_classes: int, factor: float) -> None:
    logits, labels = sampled(20_000, n_classes)
    assert fit_temperature(logits * factor, labels) == pytest.approx(factor, rel=0.05)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5), st.integers(2, 60), st.floats(0.01, 50))
def test_no_other_temperature_has_a_lower_loss(seed: int, n_classes: int, n: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(0, scale, (n, n_classes)), rng.integers(0, n_classes, n)

    def loss(temperature: float) -> float:
        return float(-np.log(apply_temperature(logits, temperature)[np.arange(n), labels] + 1e-300).mean())

    found = fit_temperature(logits, labels)
    assert 0.05 <= found <= 20
    if (logits.argmax(axis=1) == labels).all():
        return  # the loss has no minimum
    best = minimize_scalar(lambda inverse: loss(1 / inverse), bounds=(0.05, 20), method="bounded")
    assert loss(found) <= best.fun * (1 + 1e-9)


@pytest.mark.parametrize(
    ("logits", "labels"),
    [
        (np.empty((0, 2)), []),
        (np.zeros((3, 2)), [0, 1, 1]),
        (np.array([[4.0], [2.0]]), [0, 0]),
        (np.array([[4.0, -4.0]]), [-1]),
    ],
    ids=["no documents", "equal logits", "one column", "unknown label"],
)
def test_temperature_stays_one_without_any_margin(logits: np.ndarray, labels: list[int]) -> None:
    assert fit_temperature(logits, np.array(labels, dtype=np.int64)) == 1.0


def test_a_mean_margin_that_is_always_right_is_trusted_as_the_rule_of_succession_says() -> None:
    logits = np.array([[4.0, -4.0], [2.0, 0.0], [1.0, -1.0]])
    temperature = fit_temperature(logits, np.array([0, 0, 0]))
    assert temperature == pytest.approx(4 / np.log(4))
    assert apply_temperature(np.array([[4.0, 0.0]]), temperature)[0, 0] == pytest.approx(4 / 5)


def test_answers_that_are_all_wrong_get_the_highest_temperature() -> None:
    assert fit_temperature(np.array([[3.0, 0.0], [0.0, 3.0]]), np.array([1, 0])) == pytest.approx(20.0)


def test_weak_logits_that_are_nearly_always_right_get_the_lowest_temperature() -> None:
    labels = np.array([0] * 99 + [1])
    assert fit_temperature(np.tile([0.01, 0.0], (100, 1)), labels) == pytest.approx(0.05)


def test_unknown_labels_are_left_out() -> None:
    logits, labels = sampled(200, 3)
    with_unknown = fit_temperature(np.vstack([logits, [[9.0, 0.0, 0.0]]]), np.append(labels, -1))
    assert with_unknown == fit_temperature(logits, labels)


def test_logits_that_are_not_finite_are_refused() -> None:
    with pytest.raises(DataError, match="scores are not finite"):
        fit_temperature(np.array([[np.nan, 0.0]]), np.array([0]))


def test_fitted_temperature_lowers_the_loss_of_overconfident_logits_and_keeps_the_answers() -> None:
    logits, labels = sampled(2000, 3)
    before, after = softmax(logits * 5), apply_temperature(logits * 5, fit_temperature(logits * 5, labels))
    assert (log_loss(labels, after) or 0) < (log_loss(labels, before) or 0)
    assert (before.argmax(axis=1) == after.argmax(axis=1)).all()


def test_reliability_bins_hold_their_upper_edge_and_count_unknown_labels_as_wrong() -> None:
    probabilities = np.array([[0.5, 0.5], [0.75, 0.25], [0.3, 0.7], [0.0, 1.0]])
    bins = reliability_bins(probabilities, np.array([0, 0, -1, 1]), n_bins=4)
    assert bins.sizes.tolist() == [0, 1, 2, 1]
    assert bins.confidence.tolist() == pytest.approx([0.0, 0.5, 0.725, 1.0])
    assert bins.accuracy.tolist() == [0.0, 1.0, 0.5, 1.0]


def test_reliability_has_fifteen_bins_that_hold_every_document() -> None:
    logits, labels = sampled(500, 3)
    bins = reliability_bins(softmax(logits), labels)
    assert len(bins.sizes) == 15
    assert bins.sizes.sum() == 500
    assert bins.accuracy @ bins.sizes == pytest.approx((logits.argmax(axis=1) == labels).sum())
