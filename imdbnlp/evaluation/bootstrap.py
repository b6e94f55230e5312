"""Could the gap between two classifiers on the same texts be chance?  By resampling the texts, for any metric.

    metrics = [macro_f1_of(labels, predicted, 2) for predicted in predictions]
    paired_bootstrap(metrics, len(labels))           # [0.012, 0.4]: p of each of the others against the first

The same texts are drawn for all classifiers, so that a hard sample is hard for all of them.
Source: Efron & Tibshirani 1993, chapter 16; for classifiers of texts, Berg-Kirkpatrick, Burkett & Klein 2012.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

N_SAMPLES = 1000
Weighted = Callable[[NDArray[np.float64]], float]
"""A metric as a function of how often each text is drawn: (texts,) -> a number, NaN if it is not defined."""


def paired_bootstrap(
    metrics: Sequence[Weighted], n_texts: int, n_samples: int = N_SAMPLES, seed: int = 0
) -> list[float]:
    """Two-sided p of each metric against the first: twice the share of samples that order the two the other way.

    Samples in which a metric is not defined are left out.  The same seed gives the same values.
    """
    chance = np.random.default_rng(seed)
    values = np.empty((n_samples, len(metrics)))
    for sample in range(n_samples):
        weights = np.bincount(chance.integers(n_texts, size=n_texts), minlength=n_texts).astype(np.float64)
        values[sample] = [metric(weights) for metric in metrics]
    return [_two_sided(values[:, 0] - values[:, other]) for other in range(1, len(metrics))]


def _two_sided(gaps: NDArray[np.float64]) -> float:
    """p of gaps that may be of either sign; one more sample of each kind keeps it above 0."""
    gaps = gaps[~np.isnan(gaps)]
    fewer = min(int((gaps <= 0).sum()), int((gaps >= 0).sum()))
    return min(1.0, 2 * (fewer + 1) / (len(gaps) + 1))


def macro_f1_of(labels: NDArray[np.integer], predicted: NDArray[np.integer], n_classes: int) -> Weighted:
    """The mean F1 of the classes that occur or are predicted in a sample.  labels: (texts,) codes, -1 for unknown."""
    right = np.where(labels == predicted, labels, n_classes)
    true = np.where(labels >= 0, labels, n_classes)

    def metric(weights: NDArray[np.float64]) -> float:
        hits, support, n_predicted = (
            np.bincount(codes, weights, n_classes + 1)[:n_classes] for codes in (right, true, predicted)
        )
        occurs = support + n_predicted > 0
        return float((2 * hits[occurs] / (support + n_predicted)[occurs]).mean()) if occurs.any() else np.nan

    return metric


def roc_auc_of(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> Weighted:
    """The area under the ROC curve: of the second of two classes, or the mean of each class against the rest.

    labels: (texts,) codes; texts with -1, an unknown label, do not count.  probabilities: (texts, classes).
    """
    known = np.flatnonzero(labels >= 0)
    n_classes = probabilities.shape[1]
    codes = [1] if n_classes == 2 else sorted(set(labels[known].tolist()))
    places = [np.unique(probabilities[known, code], return_inverse=True)[1].ravel() for code in codes]
    positive = [labels[known] == code for code in codes]

    def metric(weights: NDArray[np.float64]) -> float:
        areas = [_area(place, own, weights[known]) for place, own in zip(places, positive, strict=True)]
        defined = [area for area in areas if area is not None]
        return float(np.mean(defined)) if defined else np.nan

    return metric


def _area(place: NDArray[np.int64], positive: NDArray[np.bool_], weights: NDArray[np.float64]) -> float | None:
    """The share of (positive, negative) pairs in the right order, ties count half.  place: (texts,) ranks of scores."""
    above = np.bincount(place, weights * positive)
    below = np.bincount(place, weights * ~positive)
    n_pairs = above.sum() * below.sum()
    lower = np.cumsum(below) - below / 2
    return float(above @ lower / n_pairs) if n_pairs else None
