"""Probabilities that mean what they say.

    temperature = fit_temperature(valid_scores, valid_labels)
    probabilities = apply_temperature(test_scores, temperature)

Source: Guo et al. 2017, "On calibration of modern neural networks".
"""

import numpy as np
from numpy.typing import NDArray

_LOW, _HIGH = 0.05, 20.0
_GOLDEN = (5**0.5 - 1) / 2


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, classes) scores -> (n, classes) probabilities that sum to 1."""
    shifted = scores.astype(np.float64) - scores.max(axis=1, keepdims=True, initial=-np.inf)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def apply_temperature(scores: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """(n, classes) scores -> (n, classes) calibrated probabilities."""
    return softmax(scores / temperature)


def fit_temperature(scores: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature in [0.05, 20] with the lowest log loss; 1 where there is nothing to learn from.

    scores: (n, classes).  labels: (n,) class codes.  The loss is convex in 1 / temperature, so a golden-section search
    finds its minimum.
    """
    if len(labels) == 0 or scores.shape[1] < 2 or np.ptp(scores, axis=1).max() == 0:
        return 1.0

    def loss(inverse: float) -> float:
        scaled = scores * inverse
        top = scaled.max(axis=1)
        norm = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        return float((norm - scaled[np.arange(len(labels)), labels]).mean())

    low, high = 1 / _HIGH, 1 / _LOW
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    loss_left, loss_right = loss(left), loss(right)
    while high - low > 1e-4:
        if loss_left <= loss_right:
            high, right, loss_right = right, left, loss_left
            left = high - _GOLDEN * (high - low)
            loss_left = loss(left)
        else:
            low, left, loss_left = left, right, loss_right
            right = low + _GOLDEN * (high - low)
            loss_right = loss(right)
    return 2 / (low + high)
