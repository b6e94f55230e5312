"""The solver finds the minimum that scikit-learn finds."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._logistic import fit_logistic
from imdbnlp.models.nbsvm import log_count_ratios


def problem(n_classes: int) -> tuple[SparseRows, np.ndarray]:
    from scipy.sparse import random as random_matrix

    rng = np.random.default_rng(0)
    matrix = random_matrix(400, 60, density=0.1, random_state=1, format="csr", dtype=np.float32)
    matrix.sum_duplicates()
    truth = matrix @ rng.normal(size=(60, n_classes)) + rng.gumbel(size=(400, n_classes)) * 0.3
    return SparseRows.from_scipy(matrix), truth.argmax(axis=1)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("cost", [0.1, 1.0, 10.0])
def test_coefficients_are_scikit_learns_of_each_class_against_the_rest(n_classes: int, cost: float) -> None:
    rows, labels = problem(n_classes)
    ours = fit_logistic(rows, labels, n_classes, np.full(400, cost), tolerance=1e-4)
    for output, code in enumerate(range(n_classes) if n_classes > 2 else [1]):
        theirs = LogisticRegression(C=cost, tol=1e-10, max_iter=10_000).fit(rows.to_scipy(), labels == code)
        np.testing.assert_allclose(ours.coefficients[:, output], theirs.coef_[0], atol=2e-3 * max(1, cost))
        np.testing.assert_allclose(ours.intercepts[output], theirs.intercept_[0], atol=2e-3 * max(1, cost))


def test_row_costs_count_as_repeated_rows() -> None:
    rows, labels = problem(2)
    costs = np.where(labels == 1, 3.0, 1.0)
    ours = fit_logistic(rows, labels, 2, costs, tolerance=1e-4)
    theirs = LogisticRegression(tol=1e-10, max_iter=10_000).fit(rows.to_scipy(), labels, sample_weight=costs)
    np.testing.assert_allclose(ours.coefficients[:, 0], theirs.coef_[0], atol=2e-3)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_stopping_early_changes_hardly_an_answer(n_classes: int) -> None:
    rows, labels = problem(n_classes)
    soon, late = (fit_logistic(rows, labels, n_classes, np.ones(400), tolerance=stop) for stop in (1e-2, 1e-5))
    answers = [solution.class_scores(rows).argmax(axis=1) for solution in (soon, late)]
    assert (answers[0] == answers[1]).mean() >= 0.99


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scale_multiplies_the_features(n_classes: int) -> None:
    rows, labels = problem(n_classes)
    scale = np.random.default_rng(3).uniform(0.5, 2, (60, 1)).astype(np.float32)
    columns = np.repeat(scale, 1 if n_classes == 2 else n_classes, axis=1)
    scaled = rows.with_data(rows.data * scale[rows.columns.values, 0])
    ours = fit_logistic(rows, labels, n_classes, np.ones(400), columns, tolerance=1e-4)
    expected = fit_logistic(scaled, labels, n_classes, np.ones(400), tolerance=1e-4)
    np.testing.assert_allclose(ours.class_scores(rows), expected.class_scores(scaled), atol=5e-3)


def test_ratios_are_logarithms_of_shares() -> None:
    rows = SparseRows.from_pairs(np.array([0, 1, 1]), np.array([0, 0, 1]), 2, 2)
    ratios = log_count_ratios(rows, np.array([0, 1]), 2, smoothing=1.0)
    positive, negative = np.array([2, 2]) / 4, np.array([2, 1]) / 3
    np.testing.assert_allclose(ratios[:, 0], np.log(positive / negative), rtol=1e-6)


def test_every_class_that_is_done_is_told() -> None:
    rows, labels = problem(4)
    told: list[tuple[int, str]] = []
    fit_logistic(rows, labels, 4, np.ones(400), advance=lambda n, doing="": told.append((n, doing)))
    assert told == [(1, f"class {number} of 4") for number in (1, 2, 3, 4)]
