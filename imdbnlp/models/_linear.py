"""What the linear models share: features, two fits (one to calibrate, one on everything), and their files.

The first fit leaves the valid documents out and scores them, for calibration; the second sees every document.  (To
start the second where the first ended takes as many steps as to start at zero: the scales have moved.)
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._contributions import Contributions, of_features
from imdbnlp.models._logistic import Solution, fit_logistic
from imdbnlp.models.base import ModelConfig, TextModel, Training
from imdbnlp.progress import Advance
from imdbnlp.settings import Field
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, write_array
from imdbnlp.text.documents import Documents


class LinearConfig(ModelConfig, FeatureSettings):
    """Features, and how much the data count against simplicity."""

    cost: float = Field(1.0, gt=0, le=1e6, description="Inverse of the regularisation strength (C of scikit-learn).")


class LinearModel(TextModel):
    """vectorizer: texts to features.  solution: the weights of the features."""

    def __init__(self, vectorizer: Vectorizer, solution: Solution) -> None:
        self.vectorizer, self.solution = vectorizer, solution
        self.info = {"features": vectorizer.n_features}

    @classmethod
    def scale(cls, config: Any, rows: SparseRows, labels: NDArray[np.int64], n_classes: int) -> Any:
        """(features, outputs) factor of each feature, learned from training rows; None for 1."""
        return None

    @classmethod
    def fit(cls, config: Any, training: Training) -> Self:
        reporter = training.reporter
        with reporter.stage("features", 1) as advance:
            settings = config.subset(FeatureSettings)
            vectorizer, rows = Vectorizer.fit(training.documents, settings)
            advance(1)
        n_outputs = training.n_classes if training.n_classes > 2 else 1
        n_fits = 2 if len(training.valid_rows) else 1
        with reporter.stage("weights", n_fits * n_outputs, "fits") as advance:
            valid_scores = None
            if len(training.valid_rows):
                first = _fit_on(cls, config, training, rows, training.train_rows, advance)
                valid_scores = first.class_scores(_take(rows, training.valid_rows))
            model = cls(vectorizer, _fit_on(cls, config, training, rows, np.arange(len(rows)), advance))
        model.valid_scores = valid_scores
        return model

    def scores(self, documents: Documents) -> NDArray[np.float64]:
        return self.solution.class_scores(self.vectorizer.transform(documents))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        return ~self.vectorizer.has_features(documents)

    def contributions(self, document: Documents) -> Contributions:
        """Coefficient times value of each feature, handed down to its words."""
        row = self.vectorizer.transform(document)
        added = self.solution.coefficients[row.columns.values].astype(np.float64) * row.data[:, None]
        base = self.solution.intercepts[None].astype(np.float64)
        if added.shape[1] == 1:  # of two classes, the first one's score is 0
            added, base = np.pad(added, ((0, 0), (1, 0))), np.pad(base, ((0, 0), (1, 0)))
        return of_features(self.vectorizer, document, row, added, base[0], np.zeros(len(base[0])))

    def represent(self, documents: Documents) -> SparseRows:
        """What each feature contributes: its value times the length of its coefficients."""
        rows = self.vectorizer.transform(documents)
        strengths = np.sqrt((self.solution.coefficients.astype(np.float64) ** 2).sum(axis=1))
        return rows.with_data(rows.data * strengths[rows.columns.values])

    def save(self, folder: Path) -> None:
        self.vectorizer.save(folder / "features")
        write_array(folder / "coefficients.npy", self.solution.coefficients)
        write_array(folder / "intercepts.npy", self.solution.intercepts)

    @classmethod
    def load(cls, config: Any, folder: Path, n_classes: int) -> Self:
        """Raises ArtefactError if the coefficients are not those of the features and classes, or not finite."""
        vectorizer, n_outputs = Vectorizer.load(folder / "features"), n_classes if n_classes > 2 else 1
        shapes = {"coefficients": (vectorizer.n_features, n_outputs), "intercepts": (n_outputs,)}
        paths = {name: folder / f"{name}.npy" for name in shapes}
        arrays = {
            name: checked(paths[name], read_array(paths[name], mmap=True), np.float32, shape)
            for name, shape in shapes.items()
        }
        return cls(vectorizer, Solution(arrays["coefficients"], arrays["intercepts"]))


def _fit_on(
    model: type[LinearModel],
    config: LinearConfig,
    training: Training,
    all_rows: SparseRows,
    chosen: NDArray[np.int64],
    advance: Advance,
) -> Solution:
    """Fit on the chosen documents, with the features that are frequent enough among them."""
    whole = len(chosen) == len(all_rows)
    rows = all_rows if whole else _mask_rare(_take(all_rows, chosen), config.min_df)
    labels = training.labels[chosen]
    scale = model.scale(config, rows, labels, training.n_classes)
    costs = config.cost * training.weights(config.class_weight)[chosen]
    return fit_logistic(rows, labels, training.n_classes, costs, scale, training.threads, advance=advance)


def _take(rows: SparseRows, chosen: NDArray[np.int64]) -> SparseRows:
    return SparseRows.from_scipy(rows.to_scipy()[chosen])


def _mask_rare(rows: SparseRows, min_df: int) -> SparseRows:
    """Zero what would not have become a feature from these rows alone."""
    if min_df == 1:
        return rows
    frequencies = np.bincount(rows.columns.values, minlength=rows.n_columns)
    return rows.with_data(rows.data * (frequencies >= min_df)[rows.columns.values])
