"""Train a classifier, calibrate and test it, keep it as a run.

`imdbnlp train --model NAME --help` shows the model's own options.

Example:

    imdbnlp train --model nbsvm
    imdbnlp train --model linear --ngrams 1-2 --min-df 2 --cost 10
    imdbnlp train --model nbsvm --folds 5
    imdbnlp train --config configs/gbm.yaml
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._figures import by_class, confusion, figures, history, without_copies
from imdbnlp.commands._training import (
    ModelOptions,
    check_vectors,
    config_of,
    draw_history,
    key_of,
    preprocessing_of,
    source_of,
    trained_run,
    training_on,
    was_interrupted,
    with_config,
)
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.parts import Copies
from imdbnlp.data.split import stratified_folds
from imdbnlp.errors import DataError
from imdbnlp.evaluation.calibration import apply_temperature
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.models.base import ModelConfig, Training
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import Field, work_setting
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.storage.files import read_json
from imdbnlp.storage.store import Draft, valid_name
from imdbnlp.tasks.classifier import Classifier, fit_classifier
from imdbnlp.text.documents import Documents
from imdbnlp.workspace.run import UNLEAKED, Predictions, Run, peak_megabytes, write_run
from imdbnlp.workspace.vectors import VectorSource
from imdbnlp.workspace.workspace import Workspace

FORMAT = 4
FOLDS = "folds"
_TIMED_TEXTS = 1000
_COSTS = {
    "train_seconds": "train seconds", "peak_megabytes": "peak MB", "model_megabytes": "model MB",
    "milliseconds_per_text": "ms a text",
}  # fmt: skip


class Options(ModelOptions):
    """What to train on, and where to keep it; the model's own options come on top."""

    name: str | None = work_setting(None, description="Name of the run; by default the model's name and a key.")
    folds: int | None = Field(None, ge=2, description="Also cross-validate on the training texts with this many folds.")


def options_for(given: Mapping[str, Any]) -> type[Options]:
    """Options with the chosen model's own among them."""
    return with_config(Options, given)


def train(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train, or answer from the cache.  The run's name is in the result's data."""
    dataset = workspace.dataset(options.dataset)
    config = config_of(options)
    source = source_of(config, workspace)
    key = key_of(options, config, dataset, source, format=FORMAT, folds=options.folds)
    name = valid_name(options.name or f"{options.model}-{key[:8]}")

    def build(draft: Draft) -> None:
        if source:
            check_vectors(source, dataset, config, reporter)
        outcome = _Outcome.of(options, config, dataset, source, reporter)
        record = outcome.record(options, dataset) | {"name": name, "key": key}
        write_run(draft.folder, outcome.classifier, record, outcome.metrics, outcome.answers, dataset)
        draw_history(draft.folder, getattr(outcome.classifier.model, "history", None))
        draft.manifest |= {"kind": "run", "model": options.model, "dataset": dataset.key}
        if not outcome.metrics:
            reporter.warn("nothing was tested: the dataset has no test texts; --folds 5 tests on the training texts")

    run = trained_run(workspace, name, key, options.force, reporter, build)
    return replace(run_result(run), interrupted=was_interrupted(run.record["info"]))


class _Outcome:
    """What a training gives: a classifier, what it answered, and what that is worth."""

    def __init__(self, classifier: Classifier, dataset: Dataset, seconds: float) -> None:
        self.classifier, self.dataset, self.seconds = classifier, dataset, seconds
        self.answers: list[Predictions] = []
        self.metrics: dict[str, Any] = {}
        self.milliseconds: float | None = None

    @classmethod
    def of(
        cls, options: Options, config: ModelConfig, dataset: Dataset, source: VectorSource | None, reporter: Reporter
    ) -> "_Outcome":
        documents, rows, training = training_on(options, config, dataset, source, reporter)

        def fit(training: Training) -> Classifier:
            return fit_classifier(options.model, config, preprocessing_of(config, dataset), dataset.classes, training)

        if options.folds:
            _check_folds(training, dataset.classes, options.folds)
        began = time.perf_counter()
        classifier = fit(training)
        outcome = cls(classifier, dataset, time.perf_counter() - began)
        outcome.evaluate(documents, rows, training.valid, reporter)
        if options.folds and not was_interrupted(classifier.model.info):
            outcome.cross_validate(training, rows, options.folds, options.seed, fit)
        outcome.time_one()
        return outcome

    def evaluate(
        self, documents: Documents, rows: NDArray[np.int64], valid: NDArray[np.bool_], reporter: Reporter
    ) -> None:
        """Answer for the test part, and for the validation part as the model that had not seen it did."""
        test = self.dataset.rows(TEST)
        if len(test):
            self._add(TEST, test, self.classifier.probabilities_of(documents.take(test)))
            self._add_unleaked(test, reporter)
        held_out = self.classifier.model.held_out
        if held_out is not None and valid.any():
            self._add(VALID, rows[held_out.rows], apply_temperature(held_out.scores, self.classifier.temperature))
            self.metrics[VALID]["note"] = "also used to stop or calibrate"

    def cross_validate(self, training: Training, rows: NDArray[np.int64], n_folds: int, seed: int, fit: Any) -> None:
        """Answer for every training text by a classifier that was fitted without it."""
        labels = training.labels
        folds = stratified_folds(labels, n_folds, seed, training.groups)
        probabilities = np.empty((len(labels), training.n_classes))
        with training.reporter.stage("folds", n_folds, "folds") as advance:
            for fold in range(n_folds):
                inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
                classifier = fit(training.part(inside, np.zeros(len(inside), dtype=bool)))
                if was_interrupted(classifier.model.info):
                    raise KeyboardInterrupt
                probabilities[outside] = classifier.probabilities_of(training.documents.take(outside))
                advance(1)
        self._add(FOLDS, rows, probabilities)

    def _add_unleaked(self, test: NDArray[np.int64], reporter: Reporter) -> None:
        """The figures of the test set without copies of training texts and of earlier test texts, if it has any."""
        copies = Copies.among(self.dataset.fingerprints, self.dataset.parts)
        copies.warn_of(TEST, reporter)
        metrics = without_copies(
            self.dataset.labels[test], self.answers[-1].probabilities, self.dataset.classes, copies.leaked[test],
            copies.repeated[test],
        )  # fmt: skip
        if metrics:
            self.metrics[TEST + UNLEAKED] = metrics

    def _add(self, part: str, rows: NDArray[np.int64], probabilities: NDArray[np.float64]) -> None:
        labels = self.dataset.labels[rows]
        self.answers.append(Predictions(part, rows, labels, probabilities))
        self.metrics[part] = evaluate_predictions(labels, probabilities, self.dataset.classes)

    def time_one(self) -> None:
        """Milliseconds a text, from the text to its probabilities, in a batch."""
        rows = (self.dataset.rows(TEST) if len(self.dataset.rows(TEST)) else self.dataset.rows(TRAIN))[:_TIMED_TEXTS]
        texts = self.dataset.texts
        sample = [texts[row] for row in rows]
        began = time.perf_counter()
        self.classifier.probabilities(sample)
        self.milliseconds = (time.perf_counter() - began) * 1000 / len(sample)

    def record(self, options: Options, dataset: Dataset) -> dict[str, Any]:
        """The run's record, beyond what is needed to load it."""
        return {
            "dataset": {"name": dataset.name, "key": dataset.key},
            "columns": {f"{role}_column": name for role, name in dataset.manifest["columns"].items()},
            "settings": options.described(),
            "seed": options.seed,
            "threads": options.threads,
            "info": self.classifier.model.info,
            "train_seconds": round(self.seconds, 3),
            "milliseconds_per_text": round(self.milliseconds or 0.0, 4),
            "peak_megabytes": peak_megabytes(),
        }


def _check_folds(training: Training, classes: list[str], n_folds: int) -> None:
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


def run_result(run: Run) -> Result:
    """A run's figures as tables."""
    main, record = headline_part(run), run.record
    costs = [(shown, record[name]) for name, shown in _COSTS.items()]
    tables = [figures(f"run {run.name}", run.metrics, costs)]
    if main:
        tables += [by_class(run.metrics[main], main), confusion(run.metrics[main], main)]
    epochs = run.folder / "model" / "history.json"
    if epochs.is_file():
        tables.append(history(read_json(epochs), record["info"]["best_epoch"]))
    return Result(
        tables=tables,
        data={"run": run.name, "metrics": run.metrics} | run.record,
        next_steps=["imdbnlp compare", f'imdbnlp predict {run.name} --text "…"', f"imdbnlp evaluate {run.name} FILE"],
    )


def headline_part(run: Run) -> str | None:
    """The part whose figures count: unseen texts first."""
    return next((part for part in (TEST, FOLDS, VALID) if part in run.metrics), None)
