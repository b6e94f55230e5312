"""A logistic regression on the vectors of an encoder, with or without n-grams beside them.

cost = choose_cost(matrix, labels, n_classes, weights, groups, seed=42)
head = fit_head(matrix, labels, n_classes, weights, cost)
head.scores(matrix)                      # (texts, classes)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

COSTS = (1.0, 4.0, 16.0, 64.0)
"""Inverse regularisation strengths to choose from, for features of unit mean square length."""

_FOLDS = 3
_MAX_STEPS = 500


@dataclass(frozen=True)
class Head:
    """coefficients: (features, classes) float32.  intercepts: (classes,) float32."""

    coefficients: NDArray[np.float32]
    intercepts: NDArray[np.float32]

    def scores(self, matrix: Any) -> NDArray[np.float64]:
        """(texts, features) dense or sparse -> (texts, classes) log-probabilities up to a constant."""
        return np.asarray(matrix @ self.coefficients + self.intercepts, dtype=np.float64)


def fit_head(matrix: Any, labels: NDArray[np.int64], n_classes: int, weights: NDArray[np.float32], cost: float) -> Head:
    """Multinomial logistic regression.

    matrix: (texts, features), dense or a scipy matrix.  weights: (texts,) of each text's loss.  A class without texts
    gets the score of a class that never occurs.
    """
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    present = np.unique(labels)
    coefficients = np.zeros((matrix.shape[1], n_classes), dtype=np.float32)
    intercepts = np.full(n_classes, -20.0, dtype=np.float32)
    if len(present) == 1:
        intercepts[present] = 0
        return Head(coefficients, intercepts)
    with threadpool_limits(1):  # more of them change the last bits, and save no time on matrices of this size
        model = LogisticRegression(C=cost, max_iter=_MAX_STEPS, tol=1e-4).fit(matrix, labels, weights)
    found, offsets = model.coef_.T, model.intercept_
    if len(present) == 2:  # one output; half of it for either class
        found, offsets = np.hstack([-found, found]) / 2, np.array([-offsets[0], offsets[0]]) / 2
    coefficients[:, present], intercepts[present] = found, offsets
    return Head(coefficients, intercepts)


def choose_cost(
    matrix: Any,
    labels: NDArray[np.int64],
    n_classes: int,
    weights: NDArray[np.float32],
    groups: NDArray[np.int64] | None,
    seed: int,
) -> float:
    """The cost with the smallest log loss on texts that were left out; groups are left out together."""
    losses = dict.fromkeys(COSTS, 0.0)
    for train, test in _folds(labels, groups, seed):
        for cost in COSTS:
            head = fit_head(matrix[train], labels[train], n_classes, weights[train], cost)
            losses[cost] += float(weights[test] @ log_loss(head.scores(matrix[test]), labels[test]))
    return min(COSTS, key=losses.__getitem__)


def _folds(
    labels: NDArray[np.int64], groups: NDArray[np.int64] | None, seed: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """(train, test) rows of each fold; nothing if a class has too few texts."""
    from sklearn.model_selection import StratifiedGroupKFold

    groups = np.arange(len(labels)) if groups is None else groups
    smallest = min(len(np.unique(groups[labels == label])) for label in np.unique(labels))
    if smallest < 2:
        return
    folds = StratifiedGroupKFold(min(_FOLDS, smallest), shuffle=True, random_state=seed)
    yield from folds.split(labels, labels, groups)


def log_loss(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """(texts,) cross-entropy of each text, from (texts, classes) scores."""
    margins = scores - scores.max(axis=1, keepdims=True)
    return np.log(np.exp(margins).sum(axis=1)) - margins[np.arange(len(labels)), labels]
