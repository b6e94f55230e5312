"""The figures of a classifier: worked examples, and scikit-learn as the oracle."""

import json
import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from imdbnlp.errors import DataError
from imdbnlp.evaluation.metrics import (
    brier_score,
    calibration_error,
    class_figures,
    confusion,
    evaluate_predictions,
    log_loss,
    roc_auc,
)

LABELS = np.array([0, 0, 1, 1])
PROBABILITIES = np.array([[0.9, 0.1], [0.62, 0.38], [0.65, 0.35], [0.2, 0.8]])


@st.composite
def predictions(draw: st.DrawFn, unknown: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Labels, often with classes missing, and probabilities, with ties and zeros among them."""
    n_classes, n = draw(st.integers(2, 5)), draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    occurring = rng.integers(-1 if unknown else 0, n_classes, size=draw(st.integers(1, n_classes)))
    steps = rng.integers(0, 6, size=(n, n_classes)) + np.eye(n_classes)[rng.integers(0, n_classes, n)]
    return rng.choice(occurring, n), steps / steps.sum(axis=1, keepdims=True)


def names(probabilities: np.ndarray) -> list[str]:
    return [f"class {code}" for code in range(probabilities.shape[1])]


def test_worked_example_gives_these_figures() -> None:
    found = evaluate_predictions(LABELS, PROBABILITIES, ["neg", "pos"])
    assert found.pop("accuracy_interval") == pytest.approx([0.3006, 0.9544], abs=1e-4)
    assert found.pop("log_loss") == pytest.approx(0.4640905)
    assert found.pop("brier") == pytest.approx((0.01 + 0.1444 + 0.4225 + 0.04) / 4)
    assert found.pop("ece") == pytest.approx((0.1 + abs(1.27 - 1) + 0.2) / 4)  # 0.62 and 0.65 share a bin
    assert found.pop("macro_f1") == pytest.approx((0.8 + 2 / 3) / 2)
    assert [(row["threshold"], row["n_predicted"]) for row in found.pop("coverage")][:4] == [
        (0.0, 4), (0.5, 4), (0.6, 4), (0.7, 2)
    ]  # fmt: skip
    per_class = found.pop("per_class")
    assert per_class["neg"] == pytest.approx({"precision": 2 / 3, "recall": 1.0, "f1": 0.8, "support": 2})
    assert per_class["pos"] == pytest.approx({"precision": 1.0, "recall": 0.5, "f1": 2 / 3, "support": 2})
    assert found == {
        "n_documents": 4,
        "n_unknown_label": 0,
        "accuracy": 0.75,
        "roc_auc": 0.75,
        "confusion": [[2, 0], [1, 1]],
    }


def test_unknown_label_counts_as_wrong_but_needs_no_probability() -> None:
    known = evaluate_predictions(LABELS, PROBABILITIES, ["neg", "pos"])
    found = evaluate_predictions(np.append(LABELS, -1), np.vstack([PROBABILITIES, [0, 1]]), ["neg", "pos"])
    assert (found["n_documents"], found["n_unknown_label"], found["accuracy"]) == (5, 1, 0.6)
    assert found["per_class"]["pos"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert found["ece"] == pytest.approx((4 * known["ece"] + 1) / 5)
    for figure in ("roc_auc", "log_loss", "brier", "confusion"):
        assert found[figure] == known[figure]


def test_labels_all_unknown_leave_undefined_figures_none() -> None:
    found = evaluate_predictions(np.array([-1, -1]), np.array([[0.7, 0.3], [0.1, 0.9]]), ["neg", "pos"])
    assert found["accuracy"] == 0.0
    assert [found[figure] for figure in ("roc_auc", "log_loss", "brier")] == [None] * 3


def test_no_documents_give_none_and_the_widest_interval() -> None:
    found = evaluate_predictions(np.array([], dtype=np.int64), np.empty((0, 2)), ["neg", "pos"])
    undefined = ("accuracy", "macro_f1", "roc_auc", "log_loss", "brier", "ece")
    assert [found[figure] for figure in undefined] == [None] * 6
    assert found["accuracy_interval"] == [0.0, 1.0]


def test_one_class_has_no_area_under_the_curve() -> None:
    assert roc_auc(np.array([1, 1]), PROBABILITIES[:2]) is None


def test_area_of_three_classes_is_the_mean_over_those_that_occur() -> None:
    probabilities = np.array([[0.6, 0.3, 0.1], [0.5, 0.4, 0.1], [0.55, 0.45, 0.0]])
    # class 0: 0.6 is above 0.55, 0.5 is not; class 1: 0.45 is above both; class 2 does not occur
    assert roc_auc(np.array([0, 0, 1]), probabilities) == pytest.approx((0.5 + 1.0) / 2)


def test_certain_mistake_costs_36() -> None:
    assert log_loss(np.array([0]), np.array([[0.0, 1.0]])) == pytest.approx(36.0437, abs=1e-4)


def test_codes_of_eight_bits_do_not_overflow_the_confusion_matrix() -> None:
    codes = np.array([99], dtype=np.int8)
    assert confusion(codes, codes, 100)[99, 99] == 1


@pytest.mark.parametrize(
    ("labels", "probabilities", "message"),
    [
        ([0], [[0.5, 0.5], [0.5, 0.5]], "probabilities have the shape (2, 2), expected (1, 2)"),
        ([0], [[0.2, 0.3, 0.5]], "probabilities have the shape (1, 3), expected (1, 2)"),
        ([2], [[0.5, 0.5]], "label codes run from 2 to 2, expected -1 to 1"),
        ([-2], [[0.5, 0.5]], "label codes run from -2 to -2, expected -1 to 1"),
        ([0, 1], [[np.nan, 0.5], [0.5, 0.5]], "1 of 2 documents have probabilities that are not numbers"),
    ],
)
def test_misfits_are_refused(labels: list[int], probabilities: list[list[float]], message: str) -> None:
    with pytest.raises(DataError) as caught:
        evaluate_predictions(np.array(labels), np.array(probabilities), ["neg", "pos"])
    assert caught.value.message == message
    assert caught.value.hint


@settings(max_examples=100, deadline=None)
@given(predictions(unknown=True))
def test_answers_are_judged_as_scikit_learn_does(case: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = case
    codes, answers = range(probabilities.shape[1]), probabilities.argmax(axis=1)
    found = evaluate_predictions(labels, probabilities, names(probabilities))
    known, occurs = labels >= 0, np.union1d(labels[labels >= 0], answers)
    figures = oracle.precision_recall_fscore_support(labels, answers, labels=codes, zero_division=0)
    per_class = [tuple(one.values()) for one in found["per_class"].values()]
    np.testing.assert_allclose(per_class, np.transpose(figures))
    assert found["accuracy"] == pytest.approx(oracle.accuracy_score(labels, answers))
    expected_f1 = oracle.f1_score(labels, answers, labels=occurs, average="macro", zero_division=0)
    assert found["macro_f1"] == pytest.approx(expected_f1)
    if known.any():
        expected = oracle.confusion_matrix(labels[known], answers[known], labels=codes)
        assert found["confusion"] == expected.tolist()


@settings(max_examples=100, deadline=None)
@given(predictions())
def test_probabilities_are_judged_as_scikit_learn_does(case: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = case
    codes = list(range(probabilities.shape[1]))
    expected = oracle.log_loss(labels, probabilities, labels=codes)
    assert log_loss(labels, probabilities) == pytest.approx(expected)
    # scikit-learn takes the probability of the second of two classes, or all the columns of more
    given_to_oracle = probabilities[:, 1] if len(codes) == 2 else probabilities
    extra: dict[str, Any] = {"pos_label": 1} if len(codes) == 2 else {"labels": codes}
    assert brier_score(labels, probabilities) == pytest.approx(
        oracle.brier_score_loss(labels, given_to_oracle, **extra), abs=1e-12
    )


@settings(max_examples=100, deadline=None)
@given(predictions())
def test_area_is_scikit_learns_over_the_classes_that_occur(case: tuple[np.ndarray, np.ndarray]) -> None:
    labels, probabilities = case
    present = np.unique(labels)
    if len(present) < 2:
        assert roc_auc(labels, probabilities) is None
        return
    columns = [1] if probabilities.shape[1] == 2 else present
    expected = np.mean([oracle.roc_auc_score(labels == code, probabilities[:, code]) for code in columns])
    assert roc_auc(labels, probabilities) == pytest.approx(expected)


@settings(max_examples=50, deadline=None)
@given(predictions(unknown=True))
def test_figures_are_strict_json(case: tuple[np.ndarray, np.ndarray]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = evaluate_predictions(*case, names(case[1]))
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_float32_probabilities_and_int32_codes_give_the_same_figures() -> None:
    probabilities = PROBABILITIES.astype(np.float32)
    found = evaluate_predictions(LABELS.astype(np.int32), probabilities, ["neg", "pos"])
    assert found == evaluate_predictions(LABELS, probabilities.astype(np.float64), ["neg", "pos"])


def test_calibration_error_is_zero_where_confidence_is_the_share_right() -> None:
    labels, probabilities = np.array([0, 0, 0, 1]), np.tile([0.75, 0.25], (4, 1))
    assert calibration_error(labels, probabilities) == 0.0


def test_class_that_is_neither_there_nor_answered_scores_zero() -> None:
    assert class_figures(np.array([0]), np.array([0]), 2)[1] == {
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
        "support": 0,
    }


def test_evaluation_loads_neither_scikit_learn_nor_scipy() -> None:
    code = "import sys, imdbnlp.evaluation.metrics; sys.exit(bool({'sklearn', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
