"""Curves of a classifier: ROC, precision-recall.

    false_rate, true_rate = roc_curve(labels == 1, probabilities[:, 1])
    precision, recall = precision_recall_curve(labels == 1, probabilities[:, 1])

A point for each distinct probability, from the most certain on.
"""

import numpy as np
from numpy.typing import NDArray

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def roc_curve(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> Curve:
    """False positive rate and true positive rate, from (0, 0) to (1, 1).

    positive: (n,) of which some are true and some are not.  Source: Fawcett 2006, "An introduction to ROC analysis".
    """
    hits, predicted = _cumulated(positive, scores)
    misses = predicted - hits
    zero = np.zeros(1)
    return np.concatenate([zero, misses / max(misses[-1], 1)]), np.concatenate([zero, hits / max(hits[-1], 1)])


def precision_recall_curve(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> Curve:
    """Precision and recall; before the first prediction recall is 0 and precision counts as 1."""
    hits, predicted = _cumulated(positive, scores)
    return np.concatenate([[1.0], hits / predicted]), np.concatenate([[0.0], hits / max(hits[-1], 1)])


def thinned(curve: Curve, most: int) -> Curve:
    """About `most` points, evenly along the curve; its first and last points are kept."""
    x, y = curve
    if len(x) <= most:
        return curve
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(x)) + np.abs(np.diff(y)))])
    chosen = np.unique(np.searchsorted(along, np.linspace(0, along[-1], most)))
    chosen = np.unique(np.concatenate([[0], chosen, [len(x) - 1]]))
    return x[chosen], y[chosen]


def _cumulated(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> Curve:
    """For each distinct score, the largest first: how many positives have it or a larger one, and how many texts."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return np.cumsum(positive[order])[last].astype(np.float64), (last + 1).astype(np.float64)
