"""A trained classifier: a model, the preprocessing of its words, its classes and its temperature.

    classifier = fit_classifier("nbsvm", config, preprocessing, classes, training)
    classifier.probabilities(["A fine film."])        # (1, classes)

The temperature divides the scores so that the probabilities mean what they say (Guo et al. 2017); it is found on
documents that the model which scored them had not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

import numpy as np
import pydantic
from numpy.typing import NDArray

from imdbnlp.data.split import stratified_split
from imdbnlp.errors import DataError
from imdbnlp.evaluation.calibration import apply_temperature, fit_temperature
from imdbnlp.evaluation.decisions import choose_factors, decide, ranking
from imdbnlp.models.base import DecisionSettings, HoldOutSettings, Inputs, TextModel, Training, WeightSettings
from imdbnlp.models.registry import model_module
from imdbnlp.settings import Settings
from imdbnlp.sources.split_names import VALID
from imdbnlp.tasks.base import TrainedShape
from imdbnlp.text.documents import read_documents
from imdbnlp.text.texts import Texts
from imdbnlp.text.views import Preprocessing

NO_KNOWN_WORDS = "the text has no known word: the prediction is the weighted share of each class in the training set"
"""Warning for a text whose prediction is the priors."""

_N_CHECKED_TEXTS = 256  # training texts that are scored to see whether a model is worth anything
_EQUAL_SCORES = 1e-6  # scores that differ by less are equal


class ClassifierShape(TrainedShape):
    """What is stored of a classifier besides its model's files."""

    classes: list[str] = pydantic.Field(min_length=1)
    temperature: float = pydantic.Field(gt=1e-9, lt=1e9)
    priors: list[Annotated[float, pydantic.Field(ge=0, le=1)]] | None
    labels: list[str | bool | int | float] | None = None
    params: dict[str, Any] = {}
    factors: list[Annotated[float, pydantic.Field(gt=0, lt=1e9)]] | None = None

    @pydantic.model_validator(mode="after")
    def _fit(self) -> Self:
        """Raises ValueError if two classes have one name, or the priors are not one of each."""
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("two classes have the same name")
        if self.priors is not None and len(self.priors) != len(self.classes):
            raise ValueError("as many priors as classes expected")
        if self.factors is not None and len(self.factors) != len(self.classes):
            raise ValueError("as many decision factors as classes expected")
        if self.labels is not None and list(map(str, self.labels)) != self.classes:
            raise ValueError("the labels are not those of the classes")
        return self


@dataclass(frozen=True)
class Classifier:
    """model_name and config: what was asked for.  classes: labels by code.  priors: (classes,) weighted share of each
    in the training set, which is the prediction for a text without a known word.  factors: (classes,) of the
    probabilities, the largest product is predicted; None for the most probable class."""

    shape: ClassVar[type[TrainedShape]] = ClassifierShape
    model_name: str
    config: Settings
    preprocessing: Preprocessing
    classes: list[str]
    model: TextModel
    temperature: float
    priors: NDArray[np.float64]
    factors: NDArray[np.float64] | None = None

    def read(self, texts: Sequence[str]) -> Inputs:
        """The texts as the model reads them."""
        return Texts.of(texts) if self.model.reads == "texts" else read_documents(texts, self.preprocessing)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, classes) calibrated probabilities; one row for each text, an empty one included."""
        return self.probabilities_of(self.read(texts))

    def probabilities_of(self, documents: Any) -> NDArray[np.float64]:
        """(documents, classes) calibrated probabilities of what `read` gave."""
        probabilities = apply_temperature(self.model.scores(documents), self.temperature)
        probabilities[self.has_no_known_words(documents)] = self.priors
        return probabilities

    def decide(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n,) codes of the predicted classes.  probabilities: (n, classes)."""
        return decide(probabilities, self.factors)

    def ranking(self, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
        """(n, classes) codes of the classes, the predicted one first.  probabilities: (n, classes)."""
        return ranking(probabilities, self.factors)

    def has_no_known_words(self, documents: Any) -> NDArray[np.bool_]:
        """(documents,) true for those without a known word, whose prediction is the priors."""
        return self.model.has_no_known_words(documents)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model into `folder`; returns what else is needed to load it, as JSON values."""
        self.model.save(folder)
        return {
            "model": self.model_name,
            "config": self.config.stored(),
            "preprocessing": self.preprocessing.stored(),
            "classes": self.classes,
            "temperature": self.temperature,
            "priors": self.priors.tolist(),
            "factors": None if self.factors is None else self.factors.tolist(),
        }

    @classmethod
    def load(cls, folder: Path, stored: dict[str, Any]) -> Self:
        """Read what save wrote and returned; the checksums have been verified."""
        module = model_module(stored["model"])
        config = module.Config(**stored["config"])
        classes = [str(name) for name in stored["classes"]]
        model = module.Model.load(config, folder, len(classes))
        preprocessing = Preprocessing.restored(stored["preprocessing"])
        priors = np.array(stored["priors"], dtype=np.float64)
        factors = None if stored.get("factors") is None else np.array(stored["factors"], dtype=np.float64)
        temperature = float(stored["temperature"])
        return cls(stored["model"], config, preprocessing, classes, model, temperature, priors, factors)


def fit_classifier(
    model_name: str, config: Settings, preprocessing: Preprocessing, classes: Sequence[str], training: Training
) -> Classifier:
    """Fit a model, and find its temperature and its decision thresholds on scores of documents that the model which
    gave them had not seen.

    A model that needs a validation set gets one if the dataset has none; the others hold out texts by themselves.
    Raises DataError for a model whose scores are not finite; warns of one with the same prediction for all texts.
    """
    costs = config.costs_of(classes) if isinstance(config, DecisionSettings) else None
    if isinstance(config, HoldOutSettings) and not training.valid.any():
        valid = hold_out(training.labels, config.valid_share, training.seed, training.groups)
        training = replace(training, valid=valid)
    model = model_module(model_name).Model.fit(config, training)
    _check_scores(model_name, model, training, classes)
    temperature = 1.0
    if model.held_out is not None:
        temperature = fit_temperature(model.held_out.scores, training.labels[model.held_out.rows])
    class_weight = config.class_weight if isinstance(config, WeightSettings) else "none"
    weights = training.weights(class_weight)[training.train_rows]
    counts = 1 + np.bincount(training.labels[training.train_rows], weights, minlength=len(classes))
    classifier = Classifier(model_name, config, preprocessing, list(classes), model, temperature, counts / counts.sum())
    if isinstance(config, DecisionSettings) and config.optimise != "accuracy":
        return replace(classifier, factors=_factors(classifier, config.optimise, costs, training))
    return classifier


def _factors(
    classifier: Classifier, objective: str, costs: NDArray[np.float64] | None, training: Training
) -> NDArray[np.float64] | None:
    """Decision factors that are best on the documents that were held out; None, with a warning, if none were."""
    held_out = classifier.model.held_out
    if held_out is None or not len(held_out.rows):
        training.reporter.warn(
            f"no texts were held out to choose thresholds for {objective} on: the most probable class is predicted"
        )
        return None
    probabilities = apply_temperature(held_out.scores, classifier.temperature)
    return choose_factors(training.labels[held_out.rows], probabilities, objective, costs)


def _check_scores(model_name: str, model: TextModel, training: Training, classes: Sequence[str]) -> None:
    """Score some training texts, and all of them if their predictions are the same.  Problems are recorded in the info.

    Raises DataError for scores that are not finite numbers.
    """
    n_texts = len(training.labels)
    for n_scored in (min(_N_CHECKED_TEXTS, n_texts), n_texts):
        rows = np.linspace(0, n_texts - 1, n_scored).astype(np.int64)
        scores = model.scores(training.inputs.take(rows))
        for checked in (scores, *([model.held_out.scores] if model.held_out else [])):
            if not np.isfinite(checked).all():
                raise DataError(
                    f"{model_name} did not converge: its scores are not finite numbers",
                    hint="choose less extreme settings, like a lower --learning-rate or --cost",
                )
        predicted = scores.argmax(axis=1)
        if not model.reads_words or (predicted != predicted[0]).any():
            return
    margins = scores - scores[:, :1]
    only = classes[int(predicted[0])]
    if np.ptp(margins, axis=0).max() <= _EQUAL_SCORES:
        model.info |= {"constant": True}
        training.reporter.warn(
            f"{model_name} gives every training text the same scores: with these settings it learned nothing from "
            f"{len(training.train_rows):,} texts"
        )
    else:
        model.info |= {"predicts_only": only}
        training.reporter.warn(f"{model_name} predicts '{only}' for every training text")


def hold_out(
    labels: NDArray[np.int64], share: float, seed: int, groups: NDArray[np.int64] | None = None
) -> NDArray[np.bool_]:
    """(documents,) true for a stratified share that shares no group with the others.

    groups: (documents,) documents with one code are copies of each other; None if there are none.
    Every class keeps something to train on.
    """
    groups = np.arange(len(labels)) if groups is None else groups
    held_out = stratified_split(labels, groups, {VALID: share}, seed) == VALID
    for label in np.unique(labels):
        if held_out[labels == label].all():
            held_out[np.isin(groups, groups[labels == label])] = False
    return np.asarray(held_out)
