"""How good are the answers, in figures that can be stored as JSON.

    evaluate_predictions(labels, probabilities, ["neg", "pos"])["accuracy"]     # 0.917

In numpy alone: importing scikit-learn takes longer than all of this; tests compare the two.  A figure that is not
defined (an AUC with one class) is None, never NaN.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.evaluation.significance import wilson_interval

N_BINS = 15
_TINY = np.finfo(np.float64).eps


def evaluate_predictions(
    labels: NDArray[np.integer], probabilities: NDArray[np.floating], classes: Sequence[str]
) -> dict[str, Any]:
    """All figures of (n,) labels and (n, classes) probabilities.

    A label of -1 is one that training never saw: it counts as answered wrongly, and is left out of the figures that
    need its probability.
    """
    answers = probabilities.argmax(axis=1)
    known = labels >= 0
    correct = int((answers == labels).sum())
    counts = confusion(labels[known], answers[known], len(classes))
    per_class = class_figures(counts)
    right = (labels[known], probabilities[known].astype(np.float64))
    return {
        "n_documents": len(labels),
        "n_unknown_label": int((~known).sum()),
        "accuracy": correct / len(labels) if len(labels) else None,
        "accuracy_interval": list(wilson_interval(correct, len(labels))),
        "macro_f1": _mean([one["f1"] for one in per_class]),
        "roc_auc": roc_auc(*right),
        "log_loss": log_loss(*right),
        "brier": brier_score(*right),
        "ece": calibration_error(*right),
        "per_class": dict(zip(classes, per_class, strict=True)),
        "confusion": counts.tolist(),
    }


def confusion(labels: NDArray[np.integer], answers: NDArray[np.integer], n_classes: int) -> NDArray[np.int64]:
    """(classes, classes) counts: a row for each true class, a column for each answer."""
    flat = np.bincount(labels * n_classes + answers, minlength=n_classes * n_classes)
    return flat.reshape(n_classes, n_classes)


def class_figures(counts: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of each class; 0 where nothing was answered or nothing was there."""
    hits, answered, there = np.diag(counts), counts.sum(axis=0), counts.sum(axis=1)
    return [
        {
            "precision": _ratio(hits[code], answered[code]),
            "recall": _ratio(hits[code], there[code]),
            "f1": _ratio(2 * hits[code], answered[code] + there[code]),
            "support": int(there[code]),
        }
        for code in range(len(counts))
    ]


def roc_auc(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> float | None:
    """Area under the ROC curve: of the second of two classes, or the mean of each class against the rest."""
    columns = [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    areas = [_binary_auc(labels == code, probabilities[:, code]) for code in columns]
    return _mean([area for area in areas if area is not None])


def _binary_auc(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> float | None:
    """The share of (positive, negative) pairs in the right order, ties counting half (Mann & Whitney 1947)."""
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if not n_positive or not n_negative:
        return None
    _, place, sizes = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = np.cumsum(sizes) - (sizes - 1) / 2
    rank_sum = ranks[place[positive]].sum()
    return float((rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative))


def log_loss(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> float | None:
    """Mean negative natural logarithm of the true class's probability, which is clipped to [eps, 1 - eps]."""
    if not len(labels):
        return None
    chosen = probabilities[np.arange(len(labels)), labels]
    return float(-np.log(np.clip(chosen, _TINY, 1 - _TINY)).mean())


def brier_score(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> float | None:
    """Mean squared error of the probabilities: of the second of two classes, or summed over all.  Brier 1950."""
    if not len(labels):
        return None
    if probabilities.shape[1] == 2:
        return float(((probabilities[:, 1] - labels) ** 2).mean())
    truth = labels[:, None] == np.arange(probabilities.shape[1])
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def calibration_error(labels: NDArray[np.integer], probabilities: NDArray[np.float64]) -> float | None:
    """Expected calibration error: mean |confidence - accuracy| over 15 bins of equal width.  Naeini et al. 2015."""
    if not len(labels):
        return None
    confidence, correct, sizes = reliability_bins(labels, probabilities)
    return float((np.abs(confidence - correct) * sizes).sum() / sizes.sum())


def reliability_bins(
    labels: NDArray[np.integer], probabilities: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """(bins,) mean confidence, accuracy and size, by the confidence of the answer; empty bins are 0."""
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.clip(np.ceil(confidence * N_BINS).astype(int) - 1, 0, N_BINS - 1)
    sizes = np.bincount(bins, minlength=N_BINS)
    divisor = np.maximum(sizes, 1)
    return (
        np.bincount(bins, weights=confidence, minlength=N_BINS) / divisor,
        np.bincount(bins, weights=correct, minlength=N_BINS) / divisor,
        sizes,
    )


def _ratio(part: Any, whole: Any) -> float:
    return float(part / whole) if whole else 0.0


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None
