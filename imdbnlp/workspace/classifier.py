"""A trained classifier: a model, the recipe of its words, its classes and its temperature.

    classifier = fit_classifier("nbsvm", config, recipe, classes, training)
    classifier.probabilities(["A fine film."])        # (1, classes)

The temperature divides the scores so that the probabilities mean what they say (Guo et al. 2017); it is found on
documents that the model which scored them had not seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.split import VALID, stratified_split
from imdbnlp.evaluation.calibration import apply_temperature, fit_temperature
from imdbnlp.models.base import ModelConfig, TextModel, Training, model_module
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Recipe


@dataclass(frozen=True)
class Classifier:
    """model_name and config: what was asked for.  classes: labels by code.  priors: (classes,) the share of each in
    training as weighed there, the answer to a text that the model calls unread; None for a run that has none."""

    model_name: str
    config: ModelConfig
    recipe: Recipe
    classes: list[str]
    model: TextModel
    temperature: float
    priors: NDArray[np.float64] | None = None

    def read(self, texts: Sequence[str]) -> Documents:
        """The texts in code, as the model reads them."""
        return read_documents(texts, self.recipe)

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """(texts, classes) calibrated probabilities; one row for each text, an empty one included."""
        return self.probabilities_of(self.read(texts))

    def probabilities_of(self, documents: Documents) -> NDArray[np.float64]:
        """(documents, classes) calibrated probabilities."""
        probabilities = apply_temperature(self.model.scores(documents), self.temperature)
        if self.priors is not None:
            probabilities[self.unread(documents)] = self.priors
        return probabilities

    def unread(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those that are answered with the priors."""
        return self.model.unread(documents) & (self.priors is not None)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model into `folder`; returns what else is needed to load it, as JSON values."""
        self.model.save(folder)
        return {
            "model": self.model_name,
            "config": self.config.stored(),
            "recipe": self.recipe.stored(),
            "classes": self.classes,
            "temperature": self.temperature,
            "priors": None if self.priors is None else self.priors.tolist(),
        }

    @classmethod
    def load(cls, folder: Path, stored: dict[str, Any]) -> Self:
        """Read what save wrote and returned; the checksums have been verified."""
        module = model_module(stored["model"])
        config = module.Config(**stored["config"])
        classes = [str(name) for name in stored["classes"]]
        model = module.Model.load(config, folder, len(classes))
        recipe = Recipe.restored(stored["recipe"])
        priors = None if stored.get("priors") is None else np.array(stored["priors"])
        return cls(stored["model"], config, recipe, classes, model, float(stored["temperature"]), priors)


def fit_classifier(
    model_name: str, config: ModelConfig, recipe: Recipe, classes: Sequence[str], training: Training
) -> Classifier:
    """Fit a model and find its temperature on the valid documents, a share of all where none are marked."""
    if not training.valid.any():
        valid = hold_out(training.labels, config.valid_share, training.seed, training.groups)
        training = replace(training, valid=valid)
    model = model_module(model_name).Model.fit(config, training)
    temperature = 1.0
    if model.valid_scores is not None:
        temperature = fit_temperature(model.valid_scores, training.labels[training.valid])
    weights = training.weights(config.class_weight)[training.train_rows]
    counts = 1 + np.bincount(training.labels[training.train_rows], weights, minlength=len(classes))
    return Classifier(model_name, config, recipe, list(classes), model, temperature, counts / counts.sum())


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
