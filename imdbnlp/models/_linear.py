"""What the linear models share: features, the choice of what is not given, the final fit, and their files.

A cost that is not given, and the kind of features, are chosen out of fold on the training set (see `_search`), or on
the validation set if the dataset has one; the same scores calibrate.  The final fit sees every document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._contributions import Contributions, of_features
from imdbnlp.models._search import FeatureData, Kind, Trial, best_trial, costs_of, folds_of, held_out, search
from imdbnlp.models._svm import Problem, Scale, Solution
from imdbnlp.models.base import HeldOut, ModelConfig, TextModel, Training
from imdbnlp.settings import Field
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, write_array
from imdbnlp.text.documents import Documents

_SHORT = 100  # words of a text, on average, up to which characters are tried as well
_USUAL_COST = 1.0  # where there is nothing to choose it by


class LinearConfig(ModelConfig, FeatureSettings):
    """Features, and how much errors cost."""

    conditions = {"ngrams": "features!=characters", "char_ngrams": "features!=words"}

    features: Literal["auto", "words", "characters", "both"] = Field(
        "auto",
        description="Kind of features: word n-grams, character n-grams within words, or both; auto: the best of them "
        "out of fold if the texts have fewer than 100 words on average, else words.",
    )
    cost: float | None = Field(
        None,
        gt=0,
        le=1e6,
        description="Inverse of the regularisation strength (C of scikit-learn's LinearSVC, if rows have a mean "
        "squared length of 1); by default the best of several out of fold.",
    )

    def feature_settings(self, kinds: Sequence[Kind]) -> FeatureSettings:
        """The settings of the features that are of one of these kinds."""
        values = {name: getattr(self, name) for name in FeatureSettings.model_fields}
        values["sublinear_tf"] = self.sublinear_tf and self.method == "tfidf"
        if kinds == ["words"]:
            values["char_ngrams"] = None
        elif kinds == ["characters"]:
            values["ngrams"] = None
        return FeatureSettings(**values)


class LinearModel(TextModel):
    """vectorizer: texts to features.  solution: the weights of the features."""

    def __init__(self, vectorizer: Vectorizer, solution: Solution) -> None:
        self.vectorizer, self.solution = vectorizer, solution
        self.info = {"features": vectorizer.n_features}

    @classmethod
    def scale(cls, config: Any) -> Scale | None:
        """The factor of each feature, learned from training rows; None for 1."""
        return None

    @classmethod
    def fit(cls, config: Any, training: Training) -> Self:
        with training.reporter.stage("features", 1) as advance:
            kinds = kinds_tried(config, training.documents)
            settings = config.feature_settings(kinds)
            vectorizer, counts = Vectorizer.learn(training.documents, settings)
            advance(1)
        data = FeatureData(counts, vectorizer.n_word_features, settings)
        chosen = _choose(config, training, data, kinds, cls.scale(config))
        with training.reporter.stage("weights", training.n_outputs, "classes") as advance:
            rows = np.arange(len(counts))
            weights = training.weights(config.class_weight)
            problem = Problem(
                data.design(chosen.kind, rows), training.labels, training.n_classes, weights, cls.scale(config),
                training.threads, training.seed,
            )  # fmt: skip
            solution = problem.fit(rows, chosen.cost, advance)
        model = cls(*_with_features(chosen.kind, vectorizer, solution))
        model.held_out = chosen.held_out
        model.info |= chosen.info()
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
        strengths = np.sqrt(np.einsum("ij,ij->i", self.solution.coefficients, self.solution.coefficients))
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


@dataclass(frozen=True)
class _Chosen:
    """What the final fit uses.  trials: what it was chosen from, best: its trial; none if there was nothing to try."""

    kind: Kind
    cost: float
    held_out: HeldOut | None = None
    best: Trial | None = None
    trials: tuple[Trial, ...] = ()

    def info(self) -> dict[str, Any]:
        """What was tried and chosen, as JSON values."""
        said: dict[str, Any] = {"kind_of_features": self.kind, "cost": self.cost}
        if self.best is not None:
            said["held_out_accuracy"] = round(self.best.accuracy, 4)
            said["tried"] = [
                {"features": trial.kind, "cost": trial.cost, "accuracy": round(trial.accuracy, 4)}
                for trial in self.trials
            ]
        return said


def kinds_tried(config: LinearConfig, documents: Documents) -> list[Kind]:
    """The kinds of features to choose from."""
    if config.features != "auto":
        return [config.features]
    if config.ngrams is None or config.char_ngrams is None:
        return ["words" if config.char_ngrams is None else "characters"]
    is_long = len(documents.tokens.values) > _SHORT * len(documents)
    return ["words"] if is_long else ["words", "both", "characters"]


def _choose(
    config: LinearConfig, training: Training, data: FeatureData, kinds: list[Kind], scale: Scale | None
) -> _Chosen:
    """The best kind of features and cost, of those that leave a choice."""
    n_entries = len(data.counts.data)
    folds = folds_of(training, n_entries)
    if not folds:
        return _Chosen(kinds[0], config.cost or _USUAL_COST)
    costs = costs_of(training, n_entries) if config.cost is None else (config.cost,)
    weights = training.weights(config.class_weight)
    n_fits = len(kinds) * len(folds) * training.n_outputs
    with training.reporter.stage("choosing", n_fits, "fits") as advance:
        trials = search(data, training, weights, scale, folds, kinds, costs, advance)
    best = best_trial(trials)
    return _Chosen(best.kind, best.cost, held_out(best, folds), best, tuple(trials))


def _with_features(kind: Kind, vectorizer: Vectorizer, solution: Solution) -> tuple[Vectorizer, Solution]:
    """The model without the features that were tried and not chosen."""
    n_words, n_features = vectorizer.n_word_features, vectorizer.n_features
    if kind == "both" or n_words in (0, n_features):
        return vectorizer, solution
    kept = slice(0, n_words) if kind == "words" else slice(n_words, None)
    part = vectorizer.only(words=kind == "words")
    return part, Solution(np.ascontiguousarray(solution.coefficients[kept]), solution.intercepts)
