"""How good predictions are, in figures that can be stored as JSON.

    evaluate_predictions(labels, probabilities, ["neg", "pos"])["accuracy"]     # 0.917

METRICS is the one table of metrics: an entry is stored with every run, shown in every table and can be compared by.
Labels are codes: positions in the list of classes.  In numpy alone: importing scikit-learn takes longer than all
of this; the tests compare the two.  A figure that is not defined (an AUC with one class) is None, never NaN.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, check_not_a_string
from imdbnlp.evaluation.bootstrap import Weighted, macro_f1_of, roc_auc_of
from imdbnlp.evaluation.calibration import reliability_bins
from imdbnlp.evaluation.decisions import coverage_table
from imdbnlp.evaluation.significance import wilson_interval

_EPSILON = float(np.finfo(np.float64).eps)
Labels = NDArray[np.integer]
Probabilities = NDArray[np.floating]


@dataclass(frozen=True)
class Metric:
    """label: how it is called in tables.  function: of (n,) labels and (n, classes) probabilities; the label -1 is one
    that training never saw.  digits: decimal places that are shown.  resampled: the same as a function of how often
    each text is drawn, where that is faster than drawing the texts.  of_predictions: whether it depends on the
    predicted classes alone, which are then given as probabilities of 0 and 1 if they are not the most probable."""

    name: str
    label: str
    function: Callable[[Labels, Probabilities], float | None]
    higher_is_better: bool = True
    digits: int = 3
    resampled: Callable[[Labels, Probabilities], Weighted] | None = None
    of_predictions: bool = False

    def scores(self, probabilities: Probabilities, predicted: NDArray[np.integer]) -> Probabilities:
        """(n, classes) what the function is given.  predicted: (n,) codes."""
        if not self.of_predictions or (probabilities.argmax(axis=1) == predicted).all():
            return probabilities
        return np.asarray(np.arange(probabilities.shape[1]) == predicted[:, None], dtype=np.float64)

    def weighted(self, labels: Labels, probabilities: Probabilities) -> Weighted:
        """The metric as a function of how often each text is drawn."""
        if self.resampled:
            return self.resampled(labels, probabilities)

        def of_sample(weights: NDArray[np.float64]) -> float:
            rows = np.repeat(np.arange(len(labels)), weights.astype(np.int64))
            value = self.function(labels[rows], probabilities[rows])
            return np.nan if value is None else value

        return of_sample


METRICS: dict[str, Metric] = {}
"""Every metric by its name, in the order of the tables."""


def register(metric: Metric) -> None:
    """Add a metric to those that are computed, stored, shown and compared by."""
    METRICS[metric.name] = metric


def evaluate_predictions(
    labels: Labels, probabilities: Probabilities, classes: Sequence[str], predicted: NDArray[np.integer] | None = None
) -> dict[str, Any]:
    """All figures of (n,) labels and (n, classes) probabilities, as JSON values.

    predicted: (n,) codes of the predicted classes; None for the most probable ones.

    The label -1 is one that training never saw.  No prediction can be right about it: it counts as wrong in accuracy,
    precision, F1 and calibration error.  It has no probability: AUC, log loss and Brier score leave it out, and it has
    no row in the confusion matrix.
    Raises DataError if the shapes do not fit or a probability is not finite.
    """
    check_not_a_string(classes, "classes")
    _check(labels, probabilities, classes)
    labels, probabilities = labels.astype(np.int64), probabilities.astype(np.float64)
    predicted = probabilities.argmax(axis=1) if predicted is None else predicted
    confidence = probabilities[np.arange(len(labels)), predicted]
    known = labels >= 0
    per_class = class_figures(labels, predicted, len(classes))
    return {
        "n_documents": len(labels),
        "n_unknown_label": int((~known).sum()),
        **{name: metric.function(labels, metric.scores(probabilities, predicted)) for name, metric in METRICS.items()},
        "accuracy_interval": list(wilson_interval(int((predicted == labels).sum()), len(labels))),
        "per_class": dict(zip(classes, per_class, strict=True)),
        "coverage": coverage_table(labels, predicted, confidence),
        "confusion": confusion(labels[known], predicted[known], len(classes)).tolist(),
    }


def evaluate_without_copies(
    labels: Labels, probabilities: Probabilities, classes: Sequence[str], leaked: NDArray[np.bool_],
    repeated: NDArray[np.bool_], predicted: NDArray[np.integer] | None = None,
) -> dict[str, Any] | None:  # fmt: skip
    """The figures of the texts that are neither leaked nor repeated; None if all texts are, or none is."""
    kept = ~(leaked | repeated)
    if kept.all() or not kept.any():
        return None
    note = f"{int(leaked.sum()):,} texts are also training texts, {int((repeated & ~leaked).sum()):,} others repeated"
    decided = None if predicted is None else predicted[kept]
    return evaluate_predictions(labels[kept], probabilities[kept], list(classes), decided) | {"note": note}


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


def confusion(labels: NDArray[np.integer], predicted: NDArray[np.integer], n_classes: int) -> NDArray[np.int64]:
    """(classes, classes) counts: a row for each true class, a column for each predicted one."""
    pairs = labels.astype(np.int64) * n_classes + predicted  # int64: codes may come as int8
    return np.bincount(pairs, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


def class_figures(labels: NDArray[np.integer], predicted: NDArray[np.integer], n_classes: int) -> list[dict[str, Any]]:
    """Precision, recall, F1 and support of each class; 0 where the class was never predicted or does not occur."""
    hits = np.bincount(predicted[predicted == labels], minlength=n_classes).tolist()
    n_predicted = np.bincount(predicted, minlength=n_classes).tolist()
    support = np.bincount(labels[labels >= 0], minlength=n_classes).tolist()
    return [
        {
            "precision": _ratio(hits[code], n_predicted[code]),
            "recall": _ratio(hits[code], support[code]),
            "f1": _ratio(2 * hits[code], n_predicted[code] + support[code]),
            "support": support[code],
        }
        for code in range(n_classes)
    ]


def accuracy(labels: Labels, probabilities: Probabilities) -> float | None:
    """Share of the predictions that are right; None if there are no documents."""
    return float((probabilities.argmax(axis=1) == labels).mean()) if len(labels) else None


def macro_f1(labels: Labels, probabilities: Probabilities) -> float | None:
    """Mean F1 of the classes that occur or are predicted; None if there are no documents."""
    predicted = probabilities.argmax(axis=1)
    per_class = class_figures(labels, predicted, probabilities.shape[1])
    return _mean([per_class[code]["f1"] for code in np.union1d(labels[labels >= 0], predicted)])


def roc_auc(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Area under the ROC curve: of the second of two classes, or the mean of each class against the rest.

    Unknown labels do not count.  The mean is over the classes that occur; None if fewer than two do.
    """
    labels, probabilities = _known(labels, probabilities)
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
    """Mean negative natural logarithm of the right class's probability; None if there are no documents.

    Unknown labels do not count.  Probabilities are clipped to [eps, 1 - eps] of float64, as scikit-learn does,
    so that one certain mistake costs 36 and not infinity.
    """
    labels, probabilities = _known(labels, probabilities)
    if not len(labels):
        return None
    chosen = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    return float(-np.log(np.clip(chosen, _EPSILON, 1 - _EPSILON)).mean())


def brier_score(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Mean squared error of the probabilities; None if there are no documents.

    Unknown labels do not count.  Of two classes, the error of the second alone (0 to 1); of more, the sum over
    all classes (0 to 2), as scikit-learn's brier_score_loss.  Source: Brier 1950.
    """
    labels, probabilities = _known(labels, probabilities)
    if not len(labels):
        return None
    truth = labels[:, None] == np.arange(probabilities.shape[1])
    errors = (probabilities - truth) ** 2
    return float(errors[:, 1].mean() if probabilities.shape[1] == 2 else errors.sum(axis=1).mean())


def calibration_error(labels: NDArray[np.integer], probabilities: NDArray[np.floating]) -> float | None:
    """Expected calibration error: mean |confidence - accuracy| over 15 bins of equal width, weighted by size.

    labels: (n,) codes, -1 counting as wrong.  None if there are no documents.
    Source: Naeini et al. 2015; Guo et al. 2017.
    """
    if not len(labels):
        return None
    bins = reliability_bins(probabilities, labels)
    return float((np.abs(bins.confidence - bins.accuracy) * bins.sizes).sum() / len(labels))


def _known(labels: Labels, probabilities: Probabilities) -> tuple[Labels, Probabilities]:
    """The documents whose label training has seen."""
    known = labels >= 0
    return labels[known], probabilities[known]


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if len(values) else None


def _resampled_macro_f1(labels: Labels, probabilities: Probabilities) -> Weighted:
    return macro_f1_of(labels, probabilities.argmax(axis=1), probabilities.shape[1])


for _metric in (
    Metric("accuracy", "accuracy", accuracy, of_predictions=True),
    Metric("macro_f1", "macro F1", macro_f1, resampled=_resampled_macro_f1, of_predictions=True),
    Metric("roc_auc", "ROC AUC", roc_auc, resampled=roc_auc_of),
    Metric("log_loss", "log loss", log_loss, higher_is_better=False),
    Metric("brier", "Brier score", brier_score, higher_is_better=False),
    Metric("ece", "calibration error", calibration_error, higher_is_better=False),
):
    register(_metric)
