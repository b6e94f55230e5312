"""Which classifiers are as good as the best one on the same texts?

    compare_with_best([best, other], METRICS["accuracy"])       # [0.03]: corrected p of the other against the best

Accuracy is compared by McNemar's exact test, any other metric by a paired bootstrap.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imdbnlp.evaluation.bootstrap import paired_bootstrap
from imdbnlp.evaluation.metrics import Metric
from imdbnlp.evaluation.significance import holm, mcnemar_exact

SIGNIFICANT = 0.05
"""A difference whose p-value is below this is unlikely to be chance."""


@dataclass(frozen=True)
class Predicted:
    """labels: (n,) codes, -1 for unknown.  probabilities: (n, classes).  predicted: (n,) codes."""

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    predicted: NDArray[np.int64]

    @property
    def confidence(self) -> NDArray[np.float64]:
        """(n,) the probability of the predicted class."""
        return np.asarray(self.probabilities[np.arange(len(self.labels)), self.predicted])

    @property
    def is_right(self) -> NDArray[np.bool_]:
        """(n,) whether the prediction is the label."""
        return np.asarray(self.predicted == self.labels)

    def confident_errors(self) -> NDArray[np.int64]:
        """The places of wrong predictions, the most confident first."""
        wrong = np.flatnonzero(~self.is_right)
        return wrong[np.argsort(-self.confidence[wrong], kind="stable")]


def compare_with_best(predictions: Sequence[Predicted], metric: Metric) -> list[float]:
    """Holm-corrected p of each classifier but the first against the first.  All are of the same texts, in one order."""
    best, *others = predictions
    if metric.name == "accuracy":
        return holm([mcnemar_exact(best.is_right, other.is_right) for other in others])
    weighted = [metric.weighted(one.labels, metric.scores(one.probabilities, one.predicted)) for one in predictions]
    return holm(paired_bootstrap(weighted, len(best.labels)) if others else [])


def significance_test(metric: Metric) -> str:
    """The significance test that a metric is compared by."""
    return "McNemar's exact test" if metric.name == "accuracy" else f"paired bootstrap of {metric.label}"
