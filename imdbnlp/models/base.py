"""What a classifier's model is: one file with a docstring, `class Config(ModelConfig)` and `class Model(TextModel)`.

    module = model_module("nbsvm")
    model = module.Model.fit(module.Config(), training)
    model.held_out                     # scores of documents by a model that had not seen them: for calibration
    model.scores(documents)            # (documents, classes)

The registry finds the file: the command line, the contract tests and the leaderboard see the model at once.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.features.counts import ViewSettings
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._contributions import Contributions, by_occlusion
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Field, Settings
from imdbnlp.text.documents import Documents
from imdbnlp.text.texts import Texts

_COST_OF_LABEL = re.compile(r"(.+?)=([^,=]*)(?:,|$)|(.+)")  # a label may contain commas and equal signs
_NUMBER = re.compile(r"\d{1,9}(\.\d{1,9})?")

Inputs = Documents | Texts
"""What a model reads."""


class WeightSettings(Settings):
    """How much each class counts."""

    class_weight: Literal["none", "balanced"] = Field(
        "none", description="Weight of each class in the loss; balanced gives all classes the same total weight."
    )


class DecisionSettings(Settings):
    """How predictions follow from probabilities."""

    conditions = {"error_costs": "optimise=cost"}

    optimise: Literal["accuracy", "f1", "balanced_accuracy", "cost"] = Field(
        "accuracy",
        description="Choose decision thresholds on held-out texts that are best for this metric (f1: macro average); "
        "accuracy predicts the most probable class.",
    )
    error_costs: str | None = Field(
        None,
        description="Cost of a wrong prediction for a text of each class, as LABEL=COST,LABEL=COST; of classes not "
        "named, 1.",
    )

    def costs_of(self, classes: Sequence[str]) -> NDArray[np.float64] | None:
        """(classes,) costs of wrong predictions; None if thresholds are not chosen for them.

        Raises SettingsError for an unknown label or a cost that is not a positive number.
        """
        if self.optimise != "cost":
            return None
        if not self.error_costs:
            raise SettingsError(
                "--optimise cost needs --error-costs", hint="write LABEL=COST,LABEL=COST, like spam=10,ham=1",
                field="error_costs",
            )  # fmt: skip
        costs = np.ones(len(classes))
        for label, cost, rest in _COST_OF_LABEL.findall(self.error_costs):
            if label.strip() not in classes:
                raise SettingsError(
                    f"--error-costs {self.error_costs!r}: {label.strip() or rest!r} is not a class",
                    hint=f"write LABEL=COST,LABEL=COST with the classes {', '.join(classes[:10])}",
                    field="error_costs",
                )
            value = float(cost) if _NUMBER.fullmatch(cost.strip()) else 0.0
            if not 0 < value < np.inf:
                raise SettingsError(
                    f"--error-costs {self.error_costs!r}: {cost.strip()!r} is not a positive number",
                    hint="write LABEL=COST,LABEL=COST, like spam=10,ham=1", field="error_costs",
                )  # fmt: skip
            costs[classes.index(label.strip())] = value
        return costs


class HoldOutSettings(Settings):
    """How many training texts are held out."""

    valid_share: float = Field(
        0.1, ge=0, lt=1,
        description="Share of the training set to hold out as the validation set, if the dataset has none.",
    )  # fmt: skip


class ModelConfig(ViewSettings, WeightSettings, DecisionSettings):
    """The settings of every model that reads words."""


class HoldOutConfig(ModelConfig, HoldOutSettings):
    """The settings of every model that reads words and needs a validation set to stop by."""


@dataclass(frozen=True)
class Training:
    """What a model learns from.

    documents, labels: (n,) token ids of the texts, and class codes.  valid: (n,) true for the documents that decide
    when to stop, and calibrate.  threads: how many may run at once.  embeddings: word vectors to start from.
    groups: (n,) documents with one code are copies of each other and are held out together; None if none are.
    sample_weight: (n,) factor of each document's loss; None for 1.  texts: (n,) the same documents as raw texts; None
    if the model does not read texts.
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
    texts: Texts | None = None

    @property
    def inputs(self) -> Inputs:
        """(n,) what the model reads."""
        return self.documents if self.texts is None else self.texts

    def part(self, rows: NDArray[np.int64], valid: NDArray[np.bool_]) -> "Training":
        """Some of the documents to learn from, silently.  valid: (rows,) as of a Training."""
        groups = None if self.groups is None else self.groups[rows]
        sample_weight = None if self.sample_weight is None else self.sample_weight[rows]
        return replace(
            self, documents=self.documents.take(rows), labels=self.labels[rows], valid=valid, groups=groups,
            sample_weight=sample_weight, texts=None if self.texts is None else self.texts.take(rows), reporter=SILENT,
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

    task: what the model is for.  reads: "documents" (token ids), or "texts" for a model that tokenises raw texts
    itself: it is given Texts wherever a parameter is called `documents`, and `training.texts`.
    reads_words: false for a floor, which gives every text the same scores on purpose.  varies_with_threads: whether
    another number of threads gives another model.  library: a package the model needs that takes seconds to import.
    """

    task: ClassVar[str] = "classification"
    reads: ClassVar[Literal["documents", "texts"]] = "documents"
    library: ClassVar[str] = ""
    reads_words: ClassVar[bool] = True
    varies_with_threads: ClassVar[bool] = False
    held_out: HeldOut | None = None
    info: dict[str, Any]

    @classmethod
    def sources(cls, config: Any) -> Any:
        """What the model depends on besides its settings, as a JSON value: digests of the files that they name."""
        return None

    @classmethod
    @abstractmethod
    def fit(cls, config: Any, training: Training) -> Self:
        """Learn.  The same config, data and seed give the same model."""

    @abstractmethod
    def scores(self, documents: Any) -> NDArray[np.float64]:
        """(documents, classes) unnormalised log-probabilities."""

    def contributions(self, document: Documents) -> Contributions:
        """What each word of one text contributes to its scores; here, by leaving it out."""
        return by_occlusion(self.scores, document)

    def represent(self, documents: Documents) -> SparseRows | NDArray[np.float32]:
        """(documents, features) the representation that the model predicts from: similar texts have similar directions.

        Raises UsageError for a model that has no such thing.
        """
        raise UsageError("this model does not use words, so it cannot compare texts", hint="choose another run")

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those in which the model finds nothing that it knows; here, those without a word.

        Their predictions are the shares of the classes in the training set, and the user is told.
        """
        if isinstance(documents, Texts):
            return np.array([not text.strip() for text in documents], dtype=bool)
        return np.asarray(documents.tokens.lengths == 0)

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write the model into an empty folder, in formats that cannot hold code."""

    @classmethod
    @abstractmethod
    def load(cls, config: Any, folder: Path, n_classes: int) -> Self:
        """Read what save wrote; its checksums have been verified."""


def was_interrupted(info: Mapping[str, Any]) -> bool:
    """Whether Ctrl-C ended a training, by what the model says of it."""
    return info.get("stopped") == "interrupted"
