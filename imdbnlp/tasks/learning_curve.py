"""Learning curves: would more labels help?

    curve = learning_curve(fit, training, test_inputs, test_labels, classes, n_sizes=5)
    curve.points[-1].metrics["accuracy"], curve.gain, curve.p_value

The model is trained on shares of the training texts, each half of the next, and tested on the same test texts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.evaluation.significance import mcnemar_exact
from imdbnlp.models.base import Inputs, Training, was_interrupted
from imdbnlp.tasks.cross_validation import Fit

_FEWEST = 2  # texts that each class must have in the smallest share


@dataclass(frozen=True)
class CurvePoint:
    """n_texts: how many were trained on.  metrics: figures on the test texts."""

    n_texts: int
    metrics: dict[str, Any]


@dataclass(frozen=True)
class LearningCurve:
    """points: from the smallest share to all texts.  p_value: that the last doubling changed nothing."""

    points: list[CurvePoint]
    p_value: float

    @property
    def gain(self) -> float:
        """How much accuracy the last doubling of the training texts gained."""
        last, before = self.points[-1].metrics["accuracy"], self.points[-2].metrics["accuracy"]
        return float(last - before)


def learning_curve(
    fit: Fit, training: Training, test: Inputs, test_labels: NDArray[np.int64], classes: Sequence[str], n_sizes: int = 5
) -> LearningCurve:
    """Train on each share and test.  Raises DataError if the smallest share has too few texts of a class."""
    places = places_in_class(training.labels, training.seed)
    shares = [0.5**halvings for halvings in range(n_sizes - 1, -1, -1)]
    _check_smallest(training, places, shares[0])
    points, correct = [], []
    with training.reporter.stage("sizes", n_sizes, "sizes") as advance:
        for share in shares:
            rows = np.flatnonzero(places < share)
            classifier = fit(training.part(rows, training.valid[rows]))
            if was_interrupted(classifier.model.info):
                raise KeyboardInterrupt
            probabilities = classifier.probabilities_of(test)
            predicted = classifier.decide(probabilities)
            metrics = evaluate_predictions(test_labels, probabilities, classes, predicted)
            points.append(CurvePoint(len(rows), metrics))
            correct.append(predicted == test_labels)
            advance(1)
    return LearningCurve(points, mcnemar_exact(correct[-1], correct[-2]))


def places_in_class(labels: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """(texts,) the place of each text among those of its class, shuffled, from 0 to below 1.

    Those below a share are that share of every class, and smaller shares lie inside larger ones.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    places = np.empty(len(labels))
    for code in np.unique(labels):
        own = shuffled[labels[shuffled] == code]
        places[own] = np.arange(len(own)) / len(own)
    return places


def _check_smallest(training: Training, places: NDArray[np.float64], share: float) -> None:
    sizes = np.bincount(training.labels[places < share], minlength=training.n_classes)
    if sizes.min() < _FEWEST:
        raise DataError(
            f"the smallest share has a class with {sizes.min()} text(s), too few to learn from",
            hint="use fewer --sizes, or give more texts",
        )
