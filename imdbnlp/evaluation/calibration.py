"""Probabilities that mean what they say.

    temperature = fit_temperature(valid_logits, valid_labels)
    probabilities = apply_temperature(test_logits, temperature)
    bins = reliability_bins(probabilities, test_labels)      # confidence, accuracy and sizes, for a diagram

One number divides all scores: it changes how confident predictions are, never which class is predicted.
Source: Guo et al. 2017, "On calibration of modern neural networks".
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError

N_BINS = 15
_LOW, _HIGH = 0.05, 20.0
_HALVINGS = 40  # of log(_HIGH / _LOW) = 6: the temperature is exact to 11 digits


class ReliabilityBins(NamedTuple):
    """(bins,) mean confidence, share of right predictions, number of documents; an empty bin is all 0."""

    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    sizes: NDArray[np.int64]


def softmax(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """(n, classes) logits -> (n, classes) probabilities that sum to 1, however large the logits are."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def apply_temperature(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """(n, classes) logits -> (n, classes) calibrated probabilities."""
    return softmax(logits.astype(np.float64) / temperature)


def fit_temperature(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> float:
    """The temperature in [0.05, 20] with which softmax(logits / temperature) has the lowest log loss.

    logits: (n, classes).  labels: (n,) class codes; documents with -1, an unknown label, are left out.
    If no wrong class outscores the right one there is no minimum.  Then a document of the mean margin over the next
    class is given the probability (n + 1) / (n + 2), by Laplace's rule of succession; without any margin (no documents,
    one class, equal logits) the temperature is 1.
    Raises DataError if a logit is not finite.
    """
    if not np.isfinite(logits).all():
        raise DataError("the model's scores are not finite", hint="training diverged: try a lower learning rate")
    known = np.flatnonzero(labels >= 0)
    logits = logits[known].astype(np.float64)
    gaps = logits - logits[np.arange(len(known)), labels[known]][:, None]  # over the right class
    if not (gaps > 0).any():
        return _without_errors(gaps)
    # The loss is convex in 1 / temperature, so its slope changes sign once: close in on that place by halves.
    low, high = math.log(_LOW), math.log(_HIGH)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _prefers_cooler(gaps, math.exp(middle)):
            high = middle
        else:
            low = middle
    return min(_HIGH, max(_LOW, math.exp((low + high) / 2)))


def _without_errors(gaps: NDArray[np.float64]) -> float:
    """gaps: (n, classes) by how much each class outscores the right one, whose own is 0; none is above 0."""
    if gaps.size == 0 or gaps.shape[1] == 1 or not gaps.any():
        return 1.0
    margin = -float(np.partition(gaps, -2, axis=1)[:, -2].mean())
    return min(_HIGH, max(_LOW, margin / math.log(len(gaps) + 1)))


def _prefers_cooler(gaps: NDArray[np.float64], temperature: float) -> bool:
    """Whether a lower temperature lowers the log loss, whose slope in 1 / temperature is the expected gap."""
    return bool((apply_temperature(gaps, temperature) * gaps).sum() < 0)


def reliability_bins(
    probabilities: NDArray[np.floating], labels: NDArray[np.integer], n_bins: int = N_BINS
) -> ReliabilityBins:
    """How often predictions are right, by their confidence.

    probabilities: (n, classes).  labels: (n,) codes, -1 for a label that no prediction can match.  The bins are of
    equal width over the confidence, which is the probability of the predicted class; a bin holds its upper edge.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    correct = probabilities.argmax(axis=1) == labels
    bins = np.clip(np.ceil(confidence * n_bins).astype(np.int64) - 1, 0, n_bins - 1)
    sizes = np.bincount(bins, minlength=n_bins)
    divisor = np.maximum(sizes, 1)
    return ReliabilityBins(
        np.bincount(bins, weights=confidence, minlength=n_bins) / divisor,
        np.bincount(bins, weights=correct, minlength=n_bins) / divisor,
        sizes,
    )
