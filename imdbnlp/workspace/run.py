"""A run: what one training left behind, enough to predict with it anywhere.

run.json              model, config, preprocessing, classes, temperature, dataset key, versions, seed, seconds, memory
metrics.json          figures for each part that was evaluated
predictions.parquet   row (position in the source file of that part), document (position in the dataset), id, split,
                      true label and the probability of each class; of a translator, row, split and the two sentences
                      with its answer
model/                features and weights
trained_on.npy        fingerprints of the texts that it learned from
manifest.json         size and sha256 of every file, checked before any of them is read
"""

import hashlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
import pydantic
from numpy.typing import NDArray

from imdbnlp import __version__
from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import ArtefactError
from imdbnlp.models.base import model_module
from imdbnlp.models.seq2seq.base import is_seq2seq, seq2seq_module
from imdbnlp.settings import canonical_digest
from imdbnlp.sources.split_names import TRAIN, VALID
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, write_array, write_json
from imdbnlp.storage.manifest import lasting, read_manifest
from imdbnlp.storage.stated import Shape, read_stated, stated
from imdbnlp.storage.tables import Column, read_table, write_table
from imdbnlp.tasks.classifier import Classifier
from imdbnlp.tasks.translator import Translator
from imdbnlp.text.clean import Profile
from imdbnlp.text.fingerprints import Fingerprints, is_among, text_fingerprints
from imdbnlp.text.views import Preprocessing, View

_RECORD, _METRICS, _PREDICTIONS, _MODEL = "run.json", "metrics.json", "predictions.parquet", "model"
_TRAINED_ON = "trained_on.npy"
_PROBABILITY = "probability "
UNLEAKED = " without leaked texts"
"""Follows the name of a part, for its figures without copies of training texts and of its own earlier texts."""

_LIBRARIES = ("numpy", "pyarrow", "scipy", "numba", "lightgbm", "scikit-learn", "nltk", "simplemma", "tensorflow",
              "keras", "tokenizers")  # fmt: skip


@dataclass(frozen=True)
class Predictions:
    """part: of the dataset.  rows: (n,) documents of the dataset.  labels: (n,) codes.  probabilities: (n, classes)."""

    part: str
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]


class _DatasetName(Shape):
    name: str
    key: str


class PreprocessingShape(Shape):
    """A stored preprocessing."""

    profile: Profile
    language: str
    view: View
    stop_words: list[str]


class RunShape(Shape):
    """What the record of every run states."""

    model: str
    config: dict[str, Any]
    dataset: _DatasetName
    info: dict[str, Any] = {}
    settings: dict[str, dict[str, Any]] = {}
    train_seconds: float | None = None
    model_megabytes: float | None = None
    milliseconds_per_text: float | None = None
    peak_megabytes: float | None = None


class _FiguresShape(Shape):
    """The figures of a part, as far as anything but their being shown depends on their types."""

    n_documents: int = 0
    accuracy: float | None = None
    macro_f1: float | None = None
    accuracy_interval: list[float] | None = None
    per_class: dict[str, dict[str, float | None]] = {}
    confusion: list[list[int]] = []


class ClassifierShape(RunShape):
    """What the record of a classifier states besides."""

    preprocessing: PreprocessingShape
    classes: list[str] = pydantic.Field(min_length=1)
    temperature: float = pydantic.Field(gt=1e-9, lt=1e9)
    priors: list[Annotated[float, pydantic.Field(ge=0, le=1)]] | None
    columns: dict[str, str | None]
    labels: list[str | bool | int | float] | None = None
    params: dict[str, Any] = {}

    @pydantic.model_validator(mode="after")
    def _fit(self) -> Self:
        """Raises ValueError if two classes have one name, or the priors are not one of each."""
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("two classes have the same name")
        if self.priors is not None and len(self.priors) != len(self.classes):
            raise ValueError("as many priors as classes expected")
        if self.labels is not None and list(map(str, self.labels)) != self.classes:
            raise ValueError("the labels are not those of the classes")
        return self


@dataclass(frozen=True)
class Run:
    """folder: where the files lie.  record: the content of run.json.  files: size and sha256 of each."""

    folder: Path
    record: dict[str, Any]
    files: dict[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read a verified run's record.  Raises ArtefactError if it is not a run."""
        if not (folder / _RECORD).is_file():
            raise ArtefactError(f"{folder} is no run: it has no {_RECORD}", hint="see `imdbnlp runs`")
        record = read_stated(folder / _RECORD, RunShape)
        if not is_seq2seq(record["model"]):
            record = stated(record, folder / _RECORD, ClassifierShape)
        return cls(folder, record, read_manifest(folder)["files"])

    def lasting(self) -> AbstractContextManager[None]:
        """Whatever is read from the folder within is of this run.  Raises ArtefactError if it was replaced."""
        return lasting(self.folder, {"files": self.files})

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def dataset_key(self) -> str:
        return str(self.record["dataset"]["key"])

    @property
    def preprocessing(self) -> Preprocessing:
        """How a text's words become the run's."""
        return Preprocessing.restored(self.record["preprocessing"])

    @property
    def digest(self) -> str:
        """Tells whether two runs are the same, to the last weight."""
        return canonical_digest(self.files)

    @cached_property
    def metrics(self) -> dict[str, dict[str, Any]]:
        """Figures by part."""
        with self.lasting():
            metrics = read_stated(self.folder / _METRICS)
            return {part: stated(figures, self.folder / _METRICS, _FiguresShape) for part, figures in metrics.items()}

    @property
    def answered_parts(self) -> list[str]:
        """The parts that the run has predictions for."""
        return [part for part in self.metrics if not part.endswith(UNLEAKED)]

    @property
    def columns(self) -> dict[str, str]:
        """text_column and label_column of the table that the run was trained on; empty if there was none."""
        return dict(self.record["columns"])

    def fingerprints(self, texts: Sequence[str]) -> Fingerprints:
        """(texts, 2) equal for texts of the same words, as the run's dataset reads them."""
        return text_fingerprints(texts, Preprocessing() if self.translates else self.preprocessing)

    @property
    def trained_on(self) -> Fingerprints:
        """(texts, 2) fingerprints of the texts that the run was trained on, or stopped and calibrated by."""
        with self.lasting():
            path = self.folder / _TRAINED_ON
            return checked(path, read_array(path), np.uint64, (None, 2), 0, 2.0**64)

    def learned_from(self, prints: Fingerprints) -> NDArray[np.bool_]:
        """(texts,) true for those that the run was trained on, or stopped and calibrated by."""
        return is_among(prints, self.trained_on)

    def n_trained_on(self, texts: Sequence[str]) -> int:
        """How many of these texts the run has learned from."""
        return int(self.learned_from(self.fingerprints(texts)).sum())

    @property
    def translates(self) -> bool:
        """Whether it is a sequence-to-sequence run, and no classifier."""
        return is_seq2seq(self.record["model"])

    @property
    def library(self) -> str:
        """The package that its model needs and that takes seconds to import; empty if there is none."""
        name = self.record["model"]
        module = seq2seq_module(name) if self.translates else model_module(name)
        return str(module.Model.library)

    @cached_property
    def classifier(self) -> Classifier:
        """The trained classifier, ready to answer."""
        with self.lasting():
            return Classifier.load(self.folder / _MODEL, self.record)

    @cached_property
    def translator(self) -> Translator:
        """The trained translator, ready to answer."""
        with self.lasting():
            return Translator.load(self.folder / _MODEL, self.record)

    def predictions(self, part: str) -> Predictions:
        """What the run answered for the documents of a part."""
        with self.lasting():
            table = read_table(self.folder / _PREDICTIONS)
            chosen = np.flatnonzero(np.array(table["split"]) == part)
            classes = [str(name) for name in self.record["classes"]]
            codes = {name: code for code, name in enumerate(classes)}
            labels = [table["label"][row] for row in chosen]
            probabilities = [np.asarray(table[_PROBABILITY + name])[chosen] for name in classes]
            return Predictions(
                part,
                checked(self.folder / _PREDICTIONS, np.asarray(table["document"]), np.int64, (None,), 0)[chosen],
                np.array([codes.get(label, -1) for label in labels], dtype=np.int64),
                np.stack(probabilities, axis=1).astype(np.float64),
            )


def write_run(
    folder: Path, classifier: Classifier, record: dict[str, Any], metrics: dict[str, Any], answers: list[Predictions],
    dataset: Dataset,
) -> None:  # fmt: skip
    """Write all files of a run but its manifest.  dataset: what it was trained on."""
    _write_model(folder, classifier, record, metrics, dataset.fingerprints[dataset.rows(TRAIN, VALID)])
    _write_predictions(folder / _PREDICTIONS, classifier.classes, answers, dataset)


def write_classifier(folder: Path, classifier: Classifier, record: dict[str, Any], trained_on: Fingerprints) -> None:
    """Write the files of a run without a dataset or predictions.  trained_on: fingerprints of its training texts."""
    dataset = {"name": "memory", "key": hashlib.sha256(trained_on.tobytes()).hexdigest()}
    record = {
        "dataset": dataset, "columns": {}, "settings": {}, "seed": None, "threads": None,
        "info": classifier.model.info,
    } | record  # fmt: skip
    _write_model(folder, classifier, record, {}, trained_on)


def write_translation_run(
    folder: Path, translator: Translator, record: dict[str, Any], metrics: dict[str, Any], answers: dict[str, Column],
    trained_on: Sequence[str],
) -> None:  # fmt: skip
    """The same of a translator.  answers: columns of its answers.  trained_on: the sources that it learned from."""
    _write_model(folder, translator, record, metrics, text_fingerprints(trained_on, Preprocessing()))
    write_table(folder / _PREDICTIONS, answers)


def _write_model(
    folder: Path, model: Classifier | Translator, record: dict[str, Any], metrics: dict[str, Any],
    trained_on: Fingerprints,
) -> None:  # fmt: skip
    """What all runs have in common."""
    (folder / _MODEL).mkdir()
    stored = model.save(folder / _MODEL)
    bytes_of_model = sum(file.stat().st_size for file in (folder / _MODEL).rglob("*") if file.is_file())
    record = stored | record | {"model_megabytes": round(bytes_of_model / 1e6, 3), "made_by": environment()}
    write_json(folder / _METRICS, metrics)
    write_array(folder / _TRAINED_ON, trained_on)
    write_json(folder / _RECORD, record)


def _write_predictions(path: Path, classes: list[str], answers: list[Predictions], dataset: Dataset) -> None:
    parts = [answer.part for answer in answers for _ in range(len(answer.rows))]
    labels = [classes[code] for answer in answers for code in answer.labels]
    documents = np.concatenate([np.zeros(0, dtype=np.int64), *(answer.rows for answer in answers)])
    ids = dataset.column("id")
    table: dict[str, Any] = {
        "row": dataset.source_rows[documents], "document": documents, "id": [ids[row] for row in documents],
        "split": parts, "label": labels,
    }  # fmt: skip
    empty = np.zeros((0, len(classes)))
    probabilities = np.concatenate([empty, *(answer.probabilities for answer in answers)]).astype(np.float32)
    for code, name in enumerate(classes):
        table[_PROBABILITY + name] = np.ascontiguousarray(probabilities[:, code])
    write_table(path, table)


def environment() -> dict[str, Any]:
    """Versions and machine, as a run records them."""
    versions = {"imdbnlp": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"versions": versions, "system": platform.platform(), "cpus": os.cpu_count()}


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    try:
        import resource
    except ImportError:  # Windows has no such figure in the standard library
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
