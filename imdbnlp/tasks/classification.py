"""Classification of a dataset's texts: fit, test, cross-validate.

task = Classification("nbsvm", config, dataset, FoldSettings(folds=5))
classifier = task.fit()
task.evaluate(classifier, ["folds"]).metrics["folds"]["accuracy"]
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.data.parts import Copies
from imdbnlp.errors import DataError
from imdbnlp.evaluation.calibration import apply_temperature
from imdbnlp.evaluation.metrics import evaluate_predictions, evaluate_without_copies
from imdbnlp.features.counts import ViewSettings
from imdbnlp.models.base import Inputs, Training
from imdbnlp.models.registry import announce_import, model_class
from imdbnlp.settings import Settings, work_setting
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.storage.tables import Column
from imdbnlp.tasks.base import Evaluation, Task
from imdbnlp.tasks.classifier import Classifier, fit_classifier
from imdbnlp.tasks.cross_validation import check_folds, cross_validate
from imdbnlp.tasks.learning_curve import LearningCurve, learning_curve
from imdbnlp.text.documents import Documents
from imdbnlp.text.fingerprints import Fingerprints
from imdbnlp.text.texts import Texts
from imdbnlp.text.views import Preprocessing

FOLDS = "folds"
UNLEAKED = " without leaked texts"
"""Follows the name of a part, for its figures without copies of training texts and of its own earlier texts."""

_PROBABILITY = "probability "
_TIMED_TEXTS = 1000


class FoldSettings(Settings):
    """How else a classifier is evaluated."""

    folds: int | None = work_setting(
        None, ge=2, description="Also cross-validate on the training texts with this many folds."
    )


def probability_column(label: str) -> str:
    """The column of predictions with the probability of a class."""
    return _PROBABILITY + label


class Classification(Task):
    """Labelled texts and a classifier's model."""

    name = "classification"
    dataset: Dataset
    dataset_type = Dataset
    trained_type = Classifier
    evaluation: FoldSettings
    evaluation_type = FoldSettings
    untested = "nothing was tested: the dataset has no test texts; --folds 5 tests on the training texts"

    @property
    def content(self) -> dict[str, Any]:
        return super().content | {"sources": model_class(self.model).sources(self.config)}

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(training and validation texts,) their rows in the dataset.  Raises DataError if there are none."""
        rows = self.dataset.rows(TRAIN, VALID)
        if not len(rows):
            raise DataError(f"dataset {self.dataset.name} has no training texts", hint="see `imdbnlp datasets show`")
        return rows

    @cached_property
    def documents(self) -> Documents:
        """All texts of the dataset as token ids."""
        return Documents(*self.dataset.documents(self.preprocessing))

    @cached_property
    def inputs(self) -> Inputs:
        """All texts of the dataset as the model reads them."""
        return self.texts or self.documents

    @cached_property
    def texts(self) -> Texts | None:
        """All texts of the dataset as they are, for a model that reads them."""
        reads_texts = model_class(self.model).reads == "texts"
        return Texts(np.arange(self.dataset.n_rows), self.dataset.texts_of) if reads_texts else None

    @property
    def preprocessing(self) -> Preprocessing:
        """How the model reads the dataset's texts."""
        view = self.config if isinstance(self.config, ViewSettings) else ViewSettings()
        return self.dataset.preprocessing(view.view, view.stop_words)

    @cached_property
    def training(self) -> Training:
        """What the model learns from."""
        dataset, rows = self.dataset, self.rows
        return Training(
            self.documents.take(rows), dataset.labels[rows], dataset.parts[rows] == VALID, len(dataset.classes),
            self.seed, self.threads, self.reporter, self.vectors and self.vectors(set(self.documents.words)),
            dataset.groups[rows],
            texts=self.texts and self.texts.take(rows),
        )  # fmt: skip

    def check(self) -> None:
        """Raise DataError if there are no training texts, or a class has too few for the folds."""
        if self.evaluation.folds:
            check_folds(self.training, self.dataset.classes, self.evaluation.folds)

    def fit(self) -> Classifier:
        """Train and calibrate the classifier."""
        announce_import(model_class(self.model).library, self.reporter)
        return self.fit_on(self.training)

    def fit_on(self, training: Training) -> Classifier:
        """The same with some of the training texts."""
        return fit_classifier(self.model, self.config, self.preprocessing, self.dataset.classes, training)

    def basic_figures(self, trained: Classifier) -> Evaluation:
        """Figures of the test set, and of the validation set by the model that had not seen it."""
        evaluation, test = Evaluation(), self.dataset.rows(TEST)
        if len(test):
            probabilities = trained.probabilities_of(self.inputs.take(test))
            predicted = trained.decide(probabilities)
            self._add(evaluation, TEST, test, probabilities, predicted)
            self._add_unleaked(evaluation, test, probabilities, predicted)
        held_out = trained.model.held_out
        if held_out is not None and self.training.valid.any():
            probabilities = apply_temperature(held_out.scores, trained.temperature)
            predicted = trained.decide(probabilities)
            self._add(evaluation, VALID, self.rows[held_out.rows], probabilities, predicted)
            evaluation.metrics[VALID]["note"] = "also used to stop or calibrate"
        evaluation.costs["milliseconds_per_text"] = self._milliseconds_per_text(trained)
        return evaluation

    def missing_parts(self, metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
        folds = self.evaluation.folds
        return [FOLDS] if folds and metrics.get(FOLDS, {}).get("n_folds") != folds else []

    def evaluate(self, trained: Classifier, parts: list[str]) -> Evaluation:
        """The figures of cross-validation."""
        evaluation = Evaluation()
        if FOLDS in parts and self.evaluation.folds:
            announce_import(model_class(self.model).library, self.reporter)
            probabilities, predicted = cross_validate(self.fit_on, self.training, self.evaluation.folds)
            self._add(evaluation, FOLDS, self.rows, probabilities, predicted)
            evaluation.metrics[FOLDS]["n_folds"] = self.evaluation.folds
        return evaluation

    def curve(self, n_sizes: int) -> tuple[LearningCurve, int]:
        """The learning curve, and the number of test texts, copies of training texts left out.

        Raises DataError if there are no test texts.
        """
        test, copies = self.dataset.rows(TEST), self._copies
        copies.warn_of(TEST, self.reporter)
        new = test[~(copies.leaked | copies.repeated)[test]]
        test = new if len(new) else test
        if not len(test):
            raise DataError(
                f"dataset {self.dataset.name} has no test texts to measure on", hint="preprocess with --test-size 0.2"
            )
        announce_import(model_class(self.model).library, self.reporter)
        inputs, labels = self.inputs.take(test), self.dataset.labels[test]
        return learning_curve(self.fit_on, self.training, inputs, labels, self.dataset.classes, n_sizes), len(test)

    @cached_property
    def _copies(self) -> Copies:
        return Copies.among(self.dataset.fingerprints, self.dataset.parts)

    def _add(
        self, evaluation: Evaluation, part: str, rows: NDArray[np.int64], probabilities: NDArray[np.float64],
        predicted: NDArray[np.int64],
    ) -> None:  # fmt: skip
        dataset, labels = self.dataset, self.dataset.labels[rows]
        evaluation.metrics[part] = evaluate_predictions(labels, probabilities, dataset.classes, predicted)
        ids = dataset.column("id")
        table: dict[str, Column] = {
            "row": dataset.source_rows[rows], "document": rows, "id": [ids[row] for row in rows],
            "split": [part] * len(rows), "label": [dataset.classes[code] for code in labels],
            "prediction": [dataset.classes[code] for code in predicted],
        }  # fmt: skip
        for code, name in enumerate(dataset.classes):
            table[probability_column(name)] = np.ascontiguousarray(probabilities[:, code], dtype=np.float32)
        evaluation.predictions[part] = table

    def _add_unleaked(
        self, evaluation: Evaluation, test: NDArray[np.int64], probabilities: NDArray[np.float64],
        predicted: NDArray[np.int64],
    ) -> None:  # fmt: skip
        """The figures of the test set without copies of training texts and of earlier test texts, if it has any."""
        copies = self._copies
        copies.warn_of(TEST, self.reporter)
        metrics = evaluate_without_copies(
            self.dataset.labels[test], probabilities, self.dataset.classes, copies.leaked[test],
            copies.repeated[test], predicted,
        )  # fmt: skip
        if metrics:
            evaluation.metrics[TEST + UNLEAKED] = metrics

    def _milliseconds_per_text(self, classifier: Classifier) -> float:
        """From the text to its probabilities, in a batch."""
        rows = self.dataset.rows(TEST)[:_TIMED_TEXTS]
        sample = self.dataset.texts_of(rows if len(rows) else self.rows[:_TIMED_TEXTS])
        began = time.perf_counter()
        classifier.probabilities(sample)
        return round((time.perf_counter() - began) * 1000 / len(sample), 4)

    def record(self) -> dict[str, Any]:
        """The columns of the dataset's source."""
        columns = {f"{role}_column": name for role, name in self.dataset.manifest["columns"].items()}
        return {"columns": columns}

    def trained_on(self) -> Fingerprints:
        return self.dataset.fingerprints[self.rows]
