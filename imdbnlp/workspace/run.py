"""A run: what one training left behind, enough to predict with it anywhere.

run.json              task, model, config, preprocessing, classes, temperature, dataset key, versions, seed, costs
metrics.json          figures of each part that was evaluated
predictions.parquet   row (position in the source file of that part), split and prediction: of a classifier, document
                      (position in the dataset), id, label, prediction and the probability of each class; of a
                      translator, the two sentences and the translation
model/                features and weights
trained_on.npy        fingerprints of the texts that it was trained on
manifest.json         size and sha256 of every file, checked before any of them is read
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pydantic
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.evaluation.comparison import Predicted
from imdbnlp.models.base import was_interrupted
from imdbnlp.models.registry import model_class
from imdbnlp.settings import canonical_digest
from imdbnlp.sources.split_names import TEST, VALID
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, read_json
from imdbnlp.storage.manifest import lasting, read_manifest
from imdbnlp.storage.stated import Shape, read_stated, stated
from imdbnlp.storage.tables import read_table
from imdbnlp.tasks.base import Metrics, PreprocessingShape, restored_preprocessing
from imdbnlp.tasks.classification import FOLDS, UNLEAKED, probability_column
from imdbnlp.tasks.classifier import Classifier
from imdbnlp.tasks.kinds import TASKS
from imdbnlp.tasks.translator import Translator
from imdbnlp.text.fingerprints import Fingerprints, is_among, text_fingerprints
from imdbnlp.text.views import Preprocessing

RECORD, METRICS, PREDICTIONS, MODEL = "run.json", "metrics.json", "predictions.parquet", "model"
TRAINED_ON = "trained_on.npy"


@dataclass(frozen=True)
class Predictions(Predicted):
    """rows: (n,) documents of the dataset.  part: of the dataset."""

    rows: NDArray[np.int64]
    part: str

    def take(self, places: NDArray[np.integer]) -> "Predictions":
        """Some of the predictions, in the given order."""
        return Predictions(
            self.labels[places], self.probabilities[places], self.predicted[places], self.rows[places], self.part
        )


class _DatasetName(Shape):
    name: str
    key: str


class RunShape(Shape):
    """What the record of every run states."""

    task: str
    model: str
    config: dict[str, Any]
    preprocessing: PreprocessingShape
    dataset: _DatasetName
    columns: dict[str, str | None]
    info: dict[str, Any] = {}
    settings: dict[str, dict[str, Any]] = {}
    train_seconds: float | None = None
    model_megabytes: float | None = None
    milliseconds_per_text: float | None = None
    peak_megabytes: float | None = None

    @pydantic.field_validator("task")
    @classmethod
    def _known(cls, task: str) -> str:
        """Raises ValueError for a task that there is not."""
        if task not in TASKS:
            raise ValueError(f"expected one of {', '.join(TASKS)}")
        return task


class _FiguresShape(Shape):
    """The figures of a part, as far as anything but their being shown depends on their types."""

    n_documents: int = 0
    accuracy: float | None = None
    macro_f1: float | None = None
    accuracy_interval: list[float] | None = None
    per_class: dict[str, dict[str, float | None]] = {}
    confusion: list[list[int]] = []


@dataclass(frozen=True)
class Run:
    """folder: where the files lie.  record: the content of run.json.  files: size and sha256 of each."""

    folder: Path
    record: dict[str, Any]
    files: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read a verified run's record.  Raises ArtefactError if it is not a run."""
        path = folder / RECORD
        if not path.is_file():
            raise ArtefactError(f"{folder} is not a run: it has no {RECORD}", hint="see `imdbnlp runs`")
        record = read_stated(path, RunShape)
        record = stated(record, path, TASKS[record["task"]].trained_type.shape)
        return cls(folder, record, read_manifest(folder)["files"])

    def lasting(self) -> AbstractContextManager[None]:
        """Whatever is read from the folder within is of this run.  Raises ArtefactError if it was replaced."""
        return lasting(self.folder, {"files": self.files})

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def model_name(self) -> str:
        return str(self.record["model"])

    @property
    def task(self) -> str:
        """What it was trained for: "classification" or "translation"."""
        return str(self.record["task"])

    @property
    def dataset_key(self) -> str:
        return str(self.record["dataset"]["key"])

    @property
    def preprocessing(self) -> Preprocessing:
        """How a text's words become the run's."""
        return restored_preprocessing(self.record)

    @property
    def digest(self) -> str:
        """Tells whether two runs have the same model, to the last weight."""
        return canonical_digest({name: about for name, about in self.files.items() if name.startswith(f"{MODEL}/")})

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl-C ended the training early."""
        return was_interrupted(self.record["info"])

    @cached_property
    def metrics(self) -> Metrics:
        """Figures by part."""
        with self.lasting():
            metrics = read_stated(self.folder / METRICS)
            return {part: stated(figures, self.folder / METRICS, _FiguresShape) for part, figures in metrics.items()}

    @property
    def predicted_parts(self) -> list[str]:
        """The parts that the run has predictions for."""
        return [part for part in self.metrics if not part.endswith(UNLEAKED)]

    @property
    def headline_part(self) -> str | None:
        """The part whose figures count: unseen texts first."""
        return next((part for part in (TEST, FOLDS, VALID) if part in self.metrics), None)

    @property
    def history(self) -> list[dict[str, Any]]:
        """The figures of each epoch of a network's training; empty for other models."""
        path = self.folder / MODEL / "history.json"
        return list(read_json(path)) if path.is_file() else []

    @property
    def columns(self) -> dict[str, str]:
        """text_column and label_column of the table that the run was trained on; empty if there was none."""
        return dict(self.record["columns"])

    def fingerprints(self, texts: Sequence[str]) -> Fingerprints:
        """(texts, 2) equal for texts of the same words, as the run's dataset reads them."""
        return text_fingerprints(texts, self.preprocessing)

    @property
    def trained_on(self) -> Fingerprints:
        """(texts, 2) fingerprints of the training and validation texts."""
        with self.lasting():
            path = self.folder / TRAINED_ON
            return checked(path, read_array(path), np.uint64, (None, 2), 0, 2.0**64)

    def was_trained_on(self, prints: Fingerprints) -> NDArray[np.bool_]:
        """(texts,) true for training and validation texts of the run."""
        return is_among(prints, self.trained_on)

    def n_trained_on(self, texts: Sequence[str]) -> int:
        """How many of these texts the run was trained on."""
        return int(self.was_trained_on(self.fingerprints(texts)).sum())

    @property
    def library(self) -> str:
        """The package that its model needs and that takes seconds to import; empty if there is none."""
        return str(model_class(self.model_name).library)

    @cached_property
    def trained(self) -> Any:
        """The Classifier or Translator, ready to predict."""
        with self.lasting():
            return TASKS[self.task].trained_type.load(self.folder / MODEL, self.record)

    @property
    def classifier(self) -> Classifier:
        """The trained classifier.  Raises UsageError if the run is not one."""
        self.check_task("classification")
        return self.trained

    @property
    def translator(self) -> Translator:
        """The trained translator.  Raises UsageError if the run is not one."""
        self.check_task("translation")
        return self.trained

    def check_task(self, task: str) -> None:
        """Raise UsageError if the run was trained for another task."""
        if self.task != task:
            command = "translate" if self.task == "translation" else "predict"
            raise UsageError(
                f"{self.name} was trained for {self.task}, not for {task}: it is {self.model_name}",
                hint=f"use it with imdbnlp {command}, or choose another run",
            )

    def predictions(self, part: str) -> Predictions:
        """What a classifier predicted for the documents of a part."""
        with self.lasting():
            path = self.folder / PREDICTIONS
            table = read_table(path) if path.is_file() else {"split": []}
            chosen = np.flatnonzero(np.array(table["split"]) == part)
            classes = [str(name) for name in self.record["classes"]]
            if not len(chosen):
                none = np.zeros(0, dtype=np.int64)
                return Predictions(none, np.zeros((0, len(classes))), none, none, part)
            codes = {name: code for code, name in enumerate(classes)}
            predicted = np.array([codes.get(table["prediction"][row], -1) for row in chosen], dtype=np.int64)
            probabilities = [np.asarray(table[probability_column(name)])[chosen] for name in classes]
            return Predictions(
                np.array([codes.get(table["label"][row], -1) for row in chosen], dtype=np.int64),
                np.stack(probabilities, axis=1).astype(np.float64),
                checked(path, predicted, np.int64, (None,), 0),
                checked(path, np.asarray(table["document"]), np.int64, (None,), 0)[chosen],
                part,
            )
