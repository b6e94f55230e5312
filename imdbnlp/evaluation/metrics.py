"""How good are the answers, in figures that can be stored as JSON.

    evaluate_predictions(labels, probabilities, ["neg", "pos"])["accuracy"]     # 0.917

Labels are codes: places in the list of classes.  In numpy alone: importing scikit-learn takes longer than all
of this; the tests compare the two.  A figure that is not defined (an AUC with one class) is None, never NaN.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, check_not_a_string
from imdbnlp.evaluation.calibration import reliability_bins
from imdbnlp.evaluation.significance import wilson_interval

_EPSILON = float(np.finfo(np.float64).eps)


def evaluate_predictions(
    labels: NDArray[np.integer], probabilities: NDArray[np.floating], classes: Sequence[str]
) -> dict[str, Any]:
    """All figures of (n,) labels and (n, classes) probabilities, as JSON values.

    The label -1 is one that training never saw.  No answer can hit it: it counts as answered wrongly in
    accuracy, precision, F1 and calibration error.  It has no probability: AUC, log loss and Brier score leave
    it out, and it has no row in the confusion matrix.  Macro F1 is the mean over the classes that were there
    or answered.
    Raises DataError if the shapes do not fit or a probability is not finite.
    """
    check_not_a_string(classes, "classes")
    _check(labels, probabilities, classes)
    labels, probabilities = labels.astype(np.int64), probabilities.astype(np.float64)
    answers = probabilities.argmax(axis=1)
    correct = int((answers == labels).sum())
    known = labels >= 0
    seen = (labels[known], probabilities[known])
    per_class = class_figures(labels, answers, len(classes))
    occurs = np.union1d(labels[known], answers)
    return {
        "n_documents": len(labels),
        "n_unknown_label": int((~known).sum()),
        "accuracy": correct / len(labels) if len(labels) else None,
        "accuracy_interval": list(wilson_interval(correct, len(labels))),
        "macro_f1": _mean([per_class[code]["f1"] for code in occurs]),
        "roc_auc": roc_auc(*seen),
        "log_loss": log_loss(*seen),
        "brier": brier_score(*seen),
        "ece": calibration_error(labels, probabilities),
        "per_class": dict(zip(classes, per_class, strict=True)),
        "confusion": confusion(labels[known], answers[known], len(classes)).tolist(),
    }


def _check(labels: NDArray[np.integer], probabilities: NDArray[np.floating], classes: Sequence[str]) -> None:
    """Raise DataError unless there is a finite probability for each label and class."""
    if probabilities.shape != (len(labels), len(classes)):
        raise DataError(
            f"probabilities have the shape {probabilities.shape}, expected {(len(labels), len(classes))}",
            hint="give one row for each label and one column for each class",
        )
    if len(labels) and not -1 <= labels.min() <= labels.max() < len(classes):
        raise DataError(
            f"label codes run from {labels.min()} to {labels.max()}, expected -1 to {len(classes) - 1}",
            hint="a code is a place in the list of classes",
        )
    broken = int((~np.isfinite(probabilities)).any(axis=1).sum())
    if broken:
        raise DataError(
            f"{broken} of {len(labels)} documents have probabilities that are not numbers",
            hint="training diverged: try a lower learning rate",
        )


def confusion(labels: NDArray[np.integer], answers: NDArray[np.integer], n_classes: int) -> NDArray[np.int64]:
    """(classes, classes) counts: a row for each true class, a column for each answer."""
    pairs = labels.astype(np.int64) * n_classes + answers  # int64: codes may come as int8
    return np.bincount(pairs, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def class_figures(labels: NDArray[np.integer], answers: NDArray[np.integer], n_classes: int) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of each class; 0 where nothing was answered or nothing was there."""
    hits = np.bincount(answers[answers == labels], minlength=n_classes).tolist()
    answered = np.bincount(answers, minlength=n_classes).tolist()
    support = np.bincount(labels[labels >= 0], minlength=n_classes).tolist()
    return [
        {
            "precision": _ratio(hits[code], answered[code]),
            "recall": _ratio(hits[code], support[code]),
            "f1": _ratio(2 * hits[code], answered[code] + support[code]),
            "support": support[code],
        }
        for code in range(n_classes)
    ]


def roc_auc(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Area under the ROC curve: of the second of two classes, or the mean of each class against the rest.

    labels: (n,) known codes.  The mean is over the classes that occur; None where fewer than two do.
    """
    columns = [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    areas = [_binary_auc(labels == code, probabilities[:, code]) for code in columns]
    return _mean([area for area in areas if area is not None])


def _binary_auc(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> float | None:
    """The share of (positive, negative) pairs in the right order, ties count half.  Mann & Whitney 1947."""
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return None
    _, place, ties = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(ties) - (ties - 1) / 2  # from 1; equal scores share their mean rank
    rank_sum = float(ranks[place[positive]].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


def log_loss(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Mean negative natural logarithm of the right class's probability; None where there are no documents.

    labels: (n,) known codes.  Probabilities are clipped to [eps, 1 - eps] of float64, as scikit-learn does,
    so that one certain mistake costs 36 and not infinity.
    """
    if not len(labels):
        return None
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(chosen, _EPSILON, 1 - _EPSILON)).mean())


def brier_score(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Mean squared error of the probabilities; None where there are no documents.

    labels: (n,) known codes.  Of two classes, the error of the second alone (0 to 1); of more, the sum over
    all classes (0 to 2), as scikit-learn's brier_score_loss.  Source: Brier 1950.
    """
    if not len(labels):
        return None
    truth = labels[:, None] == np.arange(probabilities.shape[1])
    errors = (probabilities - truth) ** 2
    return float(errors[:, 1].mean() if probabilities.shape[1] == 2 else errors.sum(axis=1).mean())


def calibration_error(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Expected calibration error: mean |confidence - accuracy| over 15 bins of equal width, weighted by size.

    labels: (n,) codes, -1 counting as wrong.  None where there are no documents.
    Source: Naeini et al. 2015; Guo et al. 2017.
    """
    if not len(labels):
        return None
    bins = reliability_bins(probabilities, labels)
    return float((np.abs(bins.confidence - bins.accuracy) * bins.sizes).sum() / len(labels))


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
