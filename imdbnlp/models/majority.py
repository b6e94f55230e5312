"""Always the most frequent class: the floor that every other model has to beat."""

from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.models.base import TextModel, Training, WeightSettings
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, write_array
from imdbnlp.text.documents import Documents


class Config(WeightSettings):
    """How much each class counts."""


class Model(TextModel):
    """log_priors: (classes,) log share of each class among the training documents, add-one smoothed."""

    reads_words = False

    def __init__(self, log_priors: NDArray[np.float64]) -> None:
        self.log_priors = log_priors
        self.info = {"most_frequent_class": int(np.argmax(log_priors))}

    @classmethod
    def fit(cls, config: Config, training: Training) -> Self:
        weights = training.weights(config.class_weight)
        counts = 1 + np.bincount(training.labels, weights=weights, minlength=training.n_classes)
        return cls(np.log(counts / counts.sum()))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        """Of none: no word is read, so none is missing."""
        return np.zeros(len(documents), dtype=bool)

    def scores(self, documents: Documents) -> NDArray[np.float64]:
        return np.tile(self.log_priors, (len(documents), 1))

    def save(self, folder: Path) -> None:
        write_array(folder / "log_priors.npy", self.log_priors)

    @classmethod
    def load(cls, config: Config, folder: Path, n_classes: int) -> Self:
        path = folder / "log_priors.npy"
        return cls(checked(path, read_array(path), np.float64, (n_classes,)))
