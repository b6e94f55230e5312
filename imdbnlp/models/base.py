"""What a model is: one file with a docstring, `class Config(ModelConfig)` and `class Model(TextModel)`.

    module = model_module("nbsvm")
    model = module.Model.fit(module.Config(), training)
    model.held_out                     # scores of documents by a model that had not seen them: for calibration
    model.scores(documents)            # (documents, classes)

Dropping a file into this folder is all it takes: the command line, the contract tests and the leaderboard find it.
"""

import ast
import importlib
import pkgutil
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import UsageError
from imdbnlp.features.counts import ViewSettings
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._contributions import Contributions, by_occlusion
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Field, nearest
from imdbnlp.text.documents import Documents


class ModelConfig(ViewSettings):
    """What every model can be told."""

    class_weight: Literal["none", "balanced"] = Field(
        "none", description="balanced: every class counts alike, however many texts it has."
    )


class HoldOutConfig(ModelConfig):
    """What every model can be told that needs a validation set to stop by."""

    valid_share: float = Field(
        0.1,
        ge=0,
        lt=1,
        description="Share of the training set to hold out as the validation set, if the dataset has none.",
    )


@dataclass(frozen=True)
class Training:
    """What a model learns from.

    documents, labels: (n,) texts in code and class codes.  valid: (n,) true for the documents that decide when to
    stop and calibrate.  threads: how many may run at once.  embeddings: word vectors to start from.  groups: (n,)
    documents with one code are copies of each other and are held out together; None if there are no copies.
    sample_weight: (n,) factor of each document's loss; None for 1.
    """

    documents: Documents
    labels: NDArray[np.int64]
    valid: NDArray[np.bool_]
    n_classes: int
    seed: int = 42
    threads: int = 2
    reporter: Reporter = field(default=SILENT)
    embeddings: WordVectors | None = None
    groups: NDArray[np.int64] | None = None
    sample_weight: NDArray[np.float32] | None = None

    def part(self, rows: NDArray[np.int64], valid: NDArray[np.bool_]) -> "Training":
        """Some of the documents to learn from, silently.  valid: (rows,) as of a Training."""
        groups = None if self.groups is None else self.groups[rows]
        sample_weight = None if self.sample_weight is None else self.sample_weight[rows]
        return replace(
            self, documents=self.documents.take(rows), labels=self.labels[rows], valid=valid, groups=groups,
            sample_weight=sample_weight, reporter=SILENT,
        )  # fmt: skip

    @property
    def n_outputs(self) -> int:
        """How many outputs a linear model has: one for two classes, one for each of more."""
        return self.n_classes if self.n_classes > 2 else 1

    @cached_property
    def train_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.valid)

    @cached_property
    def valid_rows(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.valid)

    def weights(self, kind: str) -> NDArray[np.float32]:
        """(n,) weight of each document: its class's times its own; balanced weights of classes have the mean 1."""
        of_class = self._class_weights(kind)
        return of_class if self.sample_weight is None else of_class * self.sample_weight

    def _class_weights(self, kind: str) -> NDArray[np.float32]:
        if kind == "none":
            return np.ones(len(self.labels), dtype=np.float32)
        counts = np.bincount(self.labels, minlength=self.n_classes)
        of_class = len(self.labels) / (np.maximum(counts, 1) * max(1, (counts > 0).sum()))
        return np.asarray(of_class[self.labels], dtype=np.float32)


@dataclass(frozen=True)
class HeldOut:
    """rows: (n,) documents of the training.  scores: (n, classes) theirs, by models that had not seen them."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


class TextModel(ABC):
    """A fitted model.  held_out: scores to calibrate by; of the validation set, if one is marked.  None without any.

    reads_words: false for a floor, which gives every text the same scores on purpose.  varies_with_threads: whether
    another number of threads gives another model.  library: a package the model needs that takes seconds to import.
    """

    description: ClassVar[str] = ""
    library: ClassVar[str] = ""
    reads_words: ClassVar[bool] = True
    varies_with_threads: ClassVar[bool] = False
    held_out: HeldOut | None = None
    info: dict[str, Any]

    @classmethod
    @abstractmethod
    def fit(cls, config: Any, training: Training) -> Self:
        """Learn.  The same config, data and seed give the same model."""

    @abstractmethod
    def scores(self, documents: Documents) -> NDArray[np.float64]:
        """(documents, classes) unnormalised log-probabilities."""

    def contributions(self, document: Documents) -> Contributions:
        """What each word of one text contributes to its scores; here, by leaving it out."""
        return by_occlusion(self.scores, document)

    def represent(self, documents: Documents) -> SparseRows | NDArray[np.float32]:
        """(documents, features) what the model tells texts apart by: texts in like directions are alike to it.

        Raises UsageError for a model that has no such thing.
        """
        raise UsageError("this model looks at no words: no text is near another to it", hint="choose another run")

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those in which the model finds nothing that it knows; here, those without a word.

        They are answered with the shares of the classes in training, and the user is told.
        """
        return np.asarray(documents.tokens.lengths == 0)

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write the model into an empty folder, in formats that cannot hold code."""

    @classmethod
    @abstractmethod
    def load(cls, config: Any, folder: Path, n_classes: int) -> Self:
        """Read what save wrote; its checksums have been verified."""


def announce_import(library: str, reporter: Reporter) -> None:
    """Say that a package is about to be imported which takes seconds; nothing if it has been, or there is none."""
    if library and library.lower() not in sys.modules:
        reporter.note(f"starting {library}, which takes a few seconds")


def model_names() -> list[str]:
    """Every model: the files beside this one."""
    files = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(file.name for file in files if not (file.name.startswith("_") or file.name == "base" or file.ispkg))


def model_summary(name: str) -> str:
    """The first line of a model's docstring, read without importing it."""
    source = (Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def model_module(name: str) -> ModuleType:
    """The module of a model, with its Config and Model.  Raises UsageError naming the nearest one."""
    if name not in model_names():
        raise UsageError(f"there is no model '{name}'", hint=nearest(name, model_names()))
    return importlib.import_module(f"imdbnlp.models.{name}")
