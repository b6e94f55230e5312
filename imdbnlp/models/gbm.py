"""Gradient-boosted trees (LightGBM) on counts or TF-IDF, with early stopping on the validation set.

Source: Ke et al. 2017, "LightGBM"; on word counts as in the IMDB study.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError
from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._contributions import Contributions, of_features
from imdbnlp.models._forest import safe_text
from imdbnlp.models.base import HeldOut, HoldOutConfig, TextModel, Training
from imdbnlp.progress import Advance
from imdbnlp.settings import Field
from imdbnlp.storage.checks import unfit
from imdbnlp.storage.files import read_bytes, write_json
from imdbnlp.storage.stated import Shape, read_stated
from imdbnlp.text.documents import Documents

_PRECISION = np.float64  # as scikit-learn's: where trees split depends on the last digits of TF-IDF weights


class Config(HoldOutConfig, FeatureSettings):
    """The settings of the features and of LightGBM, under its own names."""

    num_iterations: int = Field(
        500, ge=1, description="Maximum number of boosting iterations, each of which adds one tree per class."
    )
    learning_rate: float = Field(0.1, gt=0, le=1, description="Factor by which the output of each tree is shrunk.")
    num_leaves: int = Field(31, ge=2, description="Maximum number of leaves of a tree.")
    min_data_in_leaf: int | None = Field(
        None, ge=1,
        description="Minimum number of training texts in a leaf; by default 20, or one in 20 of fewer than 400.",
    )  # fmt: skip
    feature_fraction: float = Field(1.0, gt=0, le=1, description="Share of the features that each tree may use.")
    max_bin: int = Field(255, ge=2, description="Maximum number of bins that the values of a feature are put into.")
    lambda_l2: float = Field(0.0, ge=0, description="L2 regularisation of the leaf values.")
    patience: int = Field(
        50, ge=1, description="Stop after this many iterations without improvement on the validation set."
    )


class Model(TextModel):
    """booster: a LightGBM Booster over features named f0…fn."""

    def __init__(self, vectorizer: Vectorizer, booster: Any) -> None:
        self.vectorizer, self.booster = vectorizer, booster
        self.info = {"features": vectorizer.n_features, "trees": booster.num_trees()}

    @classmethod
    def fit(cls, config: Config, training: Training) -> Self:
        with training.reporter.stage("features", 1) as advance:
            train_documents = training.documents.take(training.train_rows)
            vectorizer, train_rows = Vectorizer.fit(train_documents, config.subset(FeatureSettings), _PRECISION)
            valid_rows = vectorizer.transform(training.documents.take(training.valid_rows), _PRECISION)
            advance(1)
        with training.reporter.stage("trees", config.num_iterations, "iterations") as advance:
            model = cls(vectorizer, _boost(config, training, train_rows, valid_rows, advance))
        model.held_out = HeldOut(training.valid_rows, model._scores(valid_rows))
        return model

    def scores(self, documents: Documents) -> NDArray[np.float64]:
        return self._scores(self.vectorizer.transform(documents, _PRECISION))

    def _scores(self, rows: SparseRows) -> NDArray[np.float64]:
        if not len(rows):
            return np.zeros((0, max(2, self.booster.num_model_per_iteration())))
        raw = np.asarray(self.booster.predict(rows.to_scipy(), raw_score=True), dtype=np.float64)
        return raw if raw.ndim == 2 else np.stack([np.zeros_like(raw), raw], axis=1)

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        return ~self.vectorizer.has_features(documents)

    def contributions(self, document: Documents) -> Contributions:
        """SHAP values of the features (Lundberg et al. 2018), as LightGBM computes them, handed down to the words."""
        row = self.vectorizer.transform(document, _PRECISION)
        width = row.n_columns + 1
        dense = row.to_scipy().toarray()
        values = np.asarray(self.booster.predict(dense, pred_contrib=True), dtype=np.float64).reshape(-1, width)
        if len(values) == 1:  # of two classes, the first one's score is 0
            values = np.pad(values, ((1, 0), (0, 0)))
        added = values[:, row.columns.values].T
        absent = values[:, :-1].sum(axis=1) - added.sum(axis=0)
        return of_features(self.vectorizer, document, row, added, values[:, -1], absent)

    def represent(self, documents: Documents) -> SparseRows:
        """The leaves that a text falls into: texts that share many leaves are similar (Breiman's proximity)."""
        rows = self.vectorizer.transform(documents, _PRECISION).to_scipy()
        leaves = np.asarray(self.booster.predict(rows, pred_leaf=True), dtype=np.int64).reshape(len(documents), -1)
        n_trees = leaves.shape[1]
        columns = leaves + np.arange(n_trees) * self._most_leaves
        texts = np.repeat(np.arange(len(documents)), n_trees)
        return SparseRows.from_pairs(texts, columns.ravel(), len(documents), n_trees * self._most_leaves)

    @cached_property
    def _most_leaves(self) -> int:
        """Leaves of the largest tree."""
        found = re.findall(r"^num_leaves=(\d+)$", self.booster.model_to_string(), re.MULTILINE)
        return max(map(int, found), default=1)

    def save(self, folder: Path) -> None:
        self.vectorizer.save(folder / "features")
        (folder / "model.txt").write_text(self.booster.model_to_string(), encoding="utf-8")  # its own may lose the end
        shape = {"features": self.booster.num_feature(), "trees": self.booster.num_trees()}
        write_json(folder / "shape.json", shape)

    @classmethod
    def load(cls, config: Config, folder: Path, n_classes: int) -> Self:
        """Raises ArtefactError if the trees are not those that were saved, or LightGBM cannot read them."""
        import lightgbm

        path = folder / "model.txt"
        vectorizer, shape = Vectorizer.load(folder / "features"), read_stated(folder / "shape.json", _Shape)
        if shape["features"] != vectorizer.n_features:
            raise unfit(path, f"trees over {shape['features']:,} features, expected {vectorizer.n_features:,}")
        try:
            text = safe_text(read_bytes(path).decode(), vectorizer.n_features, n_classes, shape["trees"])
        except (ArtefactError, ValueError) as error:
            raise unfit(path, str(error)) from None
        return cls(vectorizer, lightgbm.Booster(model_str=text))


class _Shape(Shape):
    features: int
    trees: int


def _boost(config: Config, training: Training, train_rows: SparseRows, valid_rows: SparseRows, advance: Advance) -> Any:
    import lightgbm

    weights = training.weights(config.class_weight)
    names = [f"f{number}" for number in range(train_rows.n_columns)]

    def as_dataset(rows: SparseRows, chosen: NDArray[np.int64], reference: Any = None) -> Any:
        labels = training.labels[chosen]
        return lightgbm.Dataset(
            rows.to_scipy(), labels, weight=weights[chosen], feature_name=names, reference=reference,
            params=_parameters(config, training),
        )  # fmt: skip

    train = as_dataset(train_rows, training.train_rows)
    callbacks = [lambda environment: advance(1)]
    valid_sets = []
    if len(valid_rows):
        valid_sets = [as_dataset(valid_rows, training.valid_rows, reference=train)]
        callbacks.append(lightgbm.early_stopping(config.patience, verbose=False))
    booster = lightgbm.train(
        _parameters(config, training), train, config.num_iterations, valid_sets=valid_sets, callbacks=callbacks
    )
    return lightgbm.Booster(model_str=booster.model_to_string(num_iteration=booster.best_iteration or -1))


def _parameters(config: Config, training: Training) -> dict[str, Any]:
    several = training.n_classes > 2
    min_leaf = config.min_data_in_leaf or min(20, max(1, len(training.train_rows) // 20))
    return {
        "objective": "multiclass" if several else "binary",
        **({"num_class": training.n_classes} if several else {}),
        "learning_rate": config.learning_rate,
        "num_leaves": config.num_leaves,
        "min_data_in_leaf": min_leaf,
        "min_data_in_bin": min(3, min_leaf),
        "feature_fraction": config.feature_fraction,
        "max_bin": config.max_bin,
        "lambda_l2": config.lambda_l2,
        "seed": training.seed,
        "deterministic": True,
        "force_row_wise": True,
        "enable_bundle": False,  # finding features that exclude each other takes longer than it saves on n-grams
        "num_threads": training.threads,
        "verbosity": -1,
    }
