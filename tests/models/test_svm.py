"""The solver finds the minimum that scikit-learn's LinearSVC finds."""

import threading

import numpy as np
import pytest
from scipy.sparse import random as random_matrix
from sklearn.svm import LinearSVC

from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._svm import Design, Problem, Solution, run_all
from imdbnlp.models.nbsvm import log_count_ratios

ALL = np.arange(400)


def problem_of(n_classes: int) -> tuple[SparseRows, np.ndarray]:
    rng = np.random.default_rng(0)
    matrix = random_matrix(400, 60, density=0.1, random_state=1, format="csr", dtype=np.float32)
    matrix.sum_duplicates()
    truth = matrix @ rng.normal(size=(60, n_classes)) + rng.gumbel(size=(400, n_classes)) * 0.3
    return SparseRows.from_scipy(matrix), truth.argmax(axis=1)


def mean_square(rows: SparseRows) -> float:
    return float((rows.data.astype(np.float64) ** 2).sum() / len(rows))


def fit(rows: SparseRows, labels: np.ndarray, cost: float, **settings: object) -> Solution:
    weights = settings.pop("weights", np.ones(len(labels), dtype=np.float32))
    n_classes = int(labels.max()) + 1
    problem = Problem(Design.of(rows), labels, n_classes, weights, **settings)  # type: ignore[arg-type]
    return problem.fit(np.arange(len(labels)), cost)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("cost", [0.1, 1.0, 5.0])
def test_coefficients_are_linear_svcs_of_each_class_against_the_rest(n_classes: int, cost: float) -> None:
    rows, labels = problem_of(n_classes)
    square = mean_square(rows)
    ours = fit(rows, labels, cost, tolerance=1e-4)
    theirs = LinearSVC(C=cost / square, intercept_scaling=square**0.5, tol=1e-6, max_iter=100_000)
    theirs.fit(rows.to_scipy(), labels)
    np.testing.assert_allclose(ours.coefficients.T, theirs.coef_, atol=2e-3 * max(1, cost))
    np.testing.assert_allclose(ours.intercepts, theirs.intercept_, atol=2e-3 * max(1, cost))


def test_row_weights_count_as_repeated_rows() -> None:
    rows, labels = problem_of(2)
    weights = np.where(labels == 1, 3.0, 1.0).astype(np.float32)
    square = mean_square(rows)
    ours = fit(rows, labels, 1.0, weights=weights, tolerance=1e-4)
    theirs = LinearSVC(C=1 / square, intercept_scaling=square**0.5, tol=1e-6, max_iter=100_000)
    theirs.fit(rows.to_scipy(), labels, sample_weight=weights)
    np.testing.assert_allclose(ours.coefficients[:, 0], theirs.coef_[0], atol=2e-3)


def test_rows_of_weight_zero_are_not_learned_from() -> None:
    rows, labels = problem_of(2)
    weights = (ALL < 300).astype(np.float32)
    some = SparseRows.from_scipy(rows.to_scipy()[:300])
    ours = fit(rows, labels, 1.0, weights=weights, tolerance=1e-5)
    expected = fit(some, labels[:300], 1.0, tolerance=1e-5)
    np.testing.assert_allclose(ours.coefficients, expected.coefficients, atol=1e-3)


@pytest.mark.parametrize("n_classes", [2, 4])
def test_the_usual_tolerance_changes_hardly_a_prediction(n_classes: int) -> None:
    rows, labels = problem_of(n_classes)
    usual, exact = fit(rows, labels, 1.0), fit(rows, labels, 1.0, tolerance=1e-5)
    same = usual.class_scores(rows).argmax(axis=1) == exact.class_scores(rows).argmax(axis=1)
    assert same.mean() >= 0.98


def test_threads_change_no_coefficient() -> None:
    rows, labels = problem_of(4)
    one, two = (fit(rows, labels, 1.0, threads=threads).coefficients for threads in (1, 2))
    assert (one == two).all()


def test_features_of_any_size_are_regularised_alike_by_one_cost() -> None:
    rows, labels = problem_of(3)
    large = rows.with_data(rows.data * np.float32(16))
    one, other = fit(rows, labels, 1.0, tolerance=1e-5), fit(large, labels, 1.0, tolerance=1e-5)
    np.testing.assert_allclose(one.class_scores(rows), other.class_scores(large), atol=1e-3)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_scale_multiplies_the_features(n_classes: int) -> None:
    rows, labels = problem_of(n_classes)
    factors = np.random.default_rng(3).uniform(0.5, 2, 60).astype(np.float32)
    scaled = rows.with_data(rows.data * factors[rows.columns.values])
    ours = fit(rows, labels, 1.0, scale=lambda inside, outside: factors, tolerance=1e-4)
    expected = fit(scaled, labels, 1.0, tolerance=1e-4)
    np.testing.assert_allclose(ours.class_scores(rows), expected.class_scores(scaled), atol=5e-3)


def test_a_path_ends_where_a_fit_of_its_last_cost_ends() -> None:
    rows, labels = problem_of(2)
    problem = Problem(Design.of(rows), labels, 2, np.ones(400, dtype=np.float32), tolerance=1e-5)
    path = problem.path(ALL[:300], ALL[300:], [0.1, 1.0], code=1)
    alone = problem.fit(ALL[:300], 1.0).class_scores(SparseRows.from_scipy(rows.to_scipy()[300:]))
    assert path.shape == (2, 100)
    np.testing.assert_allclose(path[1], alone[:, 1], atol=2e-3)


def test_ratios_are_logarithms_of_shares_of_texts() -> None:
    ratios = log_count_ratios(np.array([1, 1]), np.array([1, 0]), smoothing=1.0)
    positive, negative = np.array([2, 2]) / 4, np.array([2, 1]) / 3
    np.testing.assert_allclose(ratios, np.log(positive / negative), rtol=1e-6)


def test_every_class_that_is_done_is_told() -> None:
    rows, labels = problem_of(4)
    told: list[tuple[int, str]] = []
    problem = Problem(Design.of(rows), labels, 4, np.ones(400, dtype=np.float32))
    problem.fit(ALL, 1.0, advance=lambda n, doing="": told.append((n, doing)))
    assert told == [(1, f"class {number} of 4") for number in (1, 2, 3, 4)]


def test_an_interrupt_ends_what_runs_on_other_threads() -> None:
    stop = threading.Event()

    def work(place: int) -> bool:
        if place == 0:
            raise KeyboardInterrupt
        return stop.wait(60)

    with pytest.raises(KeyboardInterrupt):
        list(run_all(work, range(3), 2, [stop]))
    assert stop.is_set()
