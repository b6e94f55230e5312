"""From probabilities to predictions: decision thresholds for a metric of the user's, and abstention.

    factors = choose_factors(labels, probabilities, "f1")      # on held-out texts
    decide(probabilities, factors)                             # (n,) codes
    coverage_table(labels, predicted, confidence)              # accuracy of the texts above each threshold

The prediction is the class with the largest product of probability and factor.  Of two classes, that is a threshold on
the probability of the second: first factor / (first factor + second factor).
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
"""Of the accuracy–coverage table."""

_ROUNDS = 3
_MANY_CLASSES = 100  # from which on one round has to do
_LARGEST = np.log(1000.0)  # of a factor, as a logarithm

ClassScore = Callable[[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]
"""Of class codes, numbers of right predictions and numbers of predictions: what each class adds to the objective."""


def ranking(probabilities: NDArray[np.float64], factors: NDArray[np.float64] | None = None) -> NDArray[np.int64]:
    """(n, classes) codes of the classes, the predicted one first.  factors: as of `decide`."""
    return np.argsort(-_products(probabilities, factors), axis=1, kind="stable")


def decide(probabilities: NDArray[np.float64], factors: NDArray[np.float64] | None = None) -> NDArray[np.int64]:
    """(n,) codes of the predicted classes.  factors: (classes,) of the probabilities; None for the most probable."""
    return np.asarray(_products(probabilities, factors).argmax(axis=1))


def _products(probabilities: NDArray[np.float64], factors: NDArray[np.float64] | None) -> NDArray[np.float64]:
    return probabilities if factors is None else probabilities * factors


def choose_factors(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    objective: str,
    costs: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """(classes,) factors, with the geometric mean 1, that are best for the objective on these texts.

    labels: (n,) codes.  probabilities: (n, classes), calibrated, of texts that the model had not seen.  objective: "f1"
    (macro average), "balanced_accuracy" or "cost".  costs: (classes,) of a wrong prediction for a text of each class,
    for "cost".  Every text counts once.
    Coordinate ascent: for one class after the other every threshold between two texts is tried; of equally good ones
    the nearest to no change is taken.
    """
    n_classes = probabilities.shape[1]
    score = _class_score(objective, np.bincount(labels, minlength=n_classes), costs)
    logs, factors = np.log(np.clip(probabilities, 1e-12, 1.0)), np.zeros(n_classes)
    for _ in range(1 if n_classes == 2 or n_classes > _MANY_CLASSES else _ROUNDS):
        before = factors.copy()
        for code in [1] if n_classes == 2 else range(n_classes):
            factors[code] = _best_of_class(code, labels, logs, factors, score)
        if (before == factors).all():
            break
    return np.asarray(np.exp(factors - factors.mean()))


def _class_score(objective: str, support: NDArray[np.int64], costs: NDArray[np.float64] | None) -> ClassScore:
    """The objective as a sum over the classes."""
    if objective == "f1":
        return lambda code, right, predicted: 2 * right / np.maximum(1, predicted + support[code])
    weights = np.ones(len(support))
    if objective == "balanced_accuracy":
        weights = 1 / np.maximum(1, support)
    elif objective == "cost" and costs is not None:
        weights = costs
    return lambda code, right, predicted: np.asarray(weights[code] * right)


def _best_of_class(
    code: int, labels: NDArray[np.int64], logs: NDArray[np.float64], factors: NDArray[np.float64], score: ClassScore
) -> float:
    """The logarithm of the factor of one class that is best, those of the others as they are."""
    others = logs + factors
    others[:, code] = -np.inf
    rival = others.argmax(axis=1)
    needed = others[np.arange(len(labels)), rival] - logs[:, code]  # from which factor on a text is of this class
    order = np.argsort(needed, kind="stable")
    needed, values = needed[order], _values(code, labels[order], rival[order], score)
    ends = np.clip(np.concatenate(([-_LARGEST], needed, [_LARGEST])), -_LARGEST, _LARGEST)
    candidates = (ends[:-1] + ends[1:]) / 2  # the first: no text is of this class
    values[np.flatnonzero(ends[:-1] == ends[1:])] = -np.inf  # texts with one score cannot be separated
    now = values[np.searchsorted(needed, factors[code], side="left")]
    best = np.flatnonzero(values >= values.max() - 1e-12)
    if now >= values.max() - 1e-12:
        return float(factors[code])
    return float(candidates[best[np.argmin(np.abs(candidates[best] - factors[code]))]])


def _values(code: int, labels: NDArray[np.int64], rival: NDArray[np.int64], score: ClassScore) -> NDArray[np.float64]:
    """(n + 1,) the objective if the first 0, 1, 2 … texts are predicted as `code` and the others as their rivals."""
    steps = np.arange(len(labels) + 1)
    right = np.concatenate(([0], np.cumsum(labels == code)))
    own = score(np.full(len(steps), code), right, steps)
    grouped = np.argsort(rival, kind="stable")
    sizes = np.bincount(rival)
    first = np.repeat(np.cumsum(sizes) - sizes, sizes)  # where the group of each grouped text begins
    is_right = (labels == rival)[grouped].astype(np.int64)
    lost = np.cumsum(is_right) - (np.cumsum(is_right) - is_right)[first]  # after this text has left its group
    n_right = np.bincount(rival, labels == rival).astype(np.int64)
    left, of_rival = np.arange(len(labels)) - first + 1, rival[grouped]
    after = score(of_rival, n_right[of_rival] - lost, sizes[of_rival] - left)
    before = score(of_rival, n_right[of_rival] - lost + is_right, sizes[of_rival] - left + 1)
    change = np.empty(len(labels))
    change[grouped] = after - before
    codes = np.arange(len(sizes))
    start = float(score(codes, n_right, sizes).sum())
    return np.asarray(own + start + np.concatenate(([0.0], np.cumsum(change))))


def coverage_table(
    labels: NDArray[np.integer], predicted: NDArray[np.integer], confidence: NDArray[np.floating]
) -> list[dict[str, Any]]:
    """How many texts have a prediction, and its accuracy, if texts below each threshold are left without one.

    labels, predicted: (n,) codes.  confidence: (n,) probabilities of the predicted classes.  Accuracy is None where no
    text is left.  Source: El-Yaniv & Wiener 2010 (risk and coverage of selective classification).
    """
    rows: list[dict[str, Any]] = []
    for threshold in THRESHOLDS:
        kept = confidence >= threshold
        right = float((predicted == labels)[kept].mean()) if kept.any() else None
        rows.append({"threshold": threshold, "n_predicted": int(kept.sum()), "accuracy": right})
    return rows
