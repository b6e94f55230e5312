"""Cross-validation: probabilities of every training text by a classifier that was fitted without it.

check_folds(training, classes, 5)
probabilities, predicted = cross_validate(fit, training, 5)       # (texts, classes), (texts,)
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.split import stratified_folds
from imdbnlp.errors import DataError
from imdbnlp.models.base import Training, was_interrupted
from imdbnlp.tasks.classifier import Classifier

Fit = Callable[[Training], Classifier]


def check_folds(training: Training, classes: Sequence[str], n_folds: int) -> None:
    """Raise DataError if a class has fewer different texts than there are folds."""
    groups = np.arange(len(training.labels)) if training.groups is None else training.groups
    n_texts = np.bincount(training.labels, minlength=len(classes))
    n_different = [len(np.unique(groups[training.labels == code])) for code in range(len(classes))]
    smallest = int(np.argmin(n_different))
    if n_different[smallest] < n_folds:
        raise DataError(
            f"class {classes[smallest]!r} has {n_different[smallest]} different training texts "
            f"(of {n_texts[smallest]}), too few for {n_folds} folds",
            hint="use fewer --folds",
        )


def cross_validate(fit: Fit, training: Training, n_folds: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(texts, classes) calibrated probabilities and (texts,) codes of the predicted classes.

    Each is by a classifier that was fitted without the text's fold.

    Folds are stratified, and copies of a text are in the same fold.  Raises KeyboardInterrupt if a training was
    interrupted.
    """
    folds = stratified_folds(training.labels, n_folds, training.seed, training.groups)
    probabilities = np.empty((len(training.labels), training.n_classes))
    predicted = np.empty(len(training.labels), dtype=np.int64)
    with training.reporter.stage("folds", n_folds, "folds") as advance:
        for fold in range(n_folds):
            inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
            classifier = fit(training.part(inside, np.zeros(len(inside), dtype=bool)))
            if was_interrupted(classifier.model.info):
                raise KeyboardInterrupt
            probabilities[outside] = classifier.probabilities_of(training.inputs.take(outside))
            predicted[outside] = classifier.decide(probabilities[outside])
            advance(1)
    return probabilities, predicted
