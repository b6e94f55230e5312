"""A task: what is learned from which dataset, and how well.  Classification and translation are the two kinds.

    task = Classification("nbsvm", config, dataset)
    classifier = task.fit()
    task.basic_figures(classifier).metrics["test"]["accuracy"]        # 0.917

Whatever trains, evaluates or stores models does it for all kinds alike; `kinds.TASKS` finds a kind by the `task` of a
model's class.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, Self

from imdbnlp.data.base import BaseDataset
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.models.registry import model_class
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Settings
from imdbnlp.storage.stated import Shape
from imdbnlp.storage.tables import Column
from imdbnlp.text.fingerprints import Fingerprints
from imdbnlp.text.profiles import ProfileName
from imdbnlp.text.views import Preprocessing, View

Metrics = dict[str, dict[str, Any]]
"""Figures of each part, by their names, as JSON values."""


class PreprocessingShape(Shape):
    """A stored preprocessing."""

    profile: ProfileName
    language: str
    view: View
    stop_words: list[str]


class TrainedShape(Shape):
    """What is stored of every trained model besides its files."""

    model: str
    config: dict[str, Any]
    preprocessing: PreprocessingShape


class Trained(Protocol):
    """A trained model and all that it needs to predict: a Classifier or a Translator."""

    shape: ClassVar[type[TrainedShape]]

    @property
    def model_name(self) -> str:
        """The name of the model in the registry."""

    @property
    def model(self) -> Any:
        """The fitted TextModel or Seq2SeqModel."""

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model into a folder.  Returns what else is needed to load it, as JSON values."""

    @classmethod
    def load(cls, folder: Path, stored: dict[str, Any]) -> Self:
        """Read what save wrote and returned."""


@dataclass
class Evaluation:
    """metrics: figures by part.  predictions: by part, the columns of a table.  costs: how fast it was."""

    metrics: Metrics = field(default_factory=dict)
    predictions: dict[str, dict[str, Column]] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)


class Task(ABC):
    """A model to fit, and the dataset to fit it on.

    name: what a model's class calls the task.  dataset_type: what it learns from.  trained_type: what a fit returns.
    evaluation_type: settings of the evaluation; they do not change the model, so figures are added to a trained one.
    vectors: reads the word vectors that a network starts from, at least those of some words; None for random ones.
    """

    name: ClassVar[str]
    dataset_type: ClassVar[type[BaseDataset]]
    trained_type: ClassVar[Any]
    evaluation_type: ClassVar[type[Settings]]
    untested: ClassVar[str]
    """What to say of a model that could not be tested."""

    def __init__(
        self, model: str, config: Any, dataset: Any, evaluation: Any = None, seed: int = 42, threads: int = 2,
        reporter: Reporter = SILENT,
    ) -> None:  # fmt: skip
        self.model, self.config, self.dataset = model, config, dataset
        self.evaluation = evaluation or self.evaluation_type()
        self.seed, self.threads, self.reporter = seed, threads, reporter
        self.vectors: Callable[[set[str]], WordVectors] | None = None

    @property
    def content(self) -> dict[str, Any]:
        """All that the trained model depends on, but for its word vectors, as JSON values."""
        varies = model_class(self.model).varies_with_threads
        return {
            "model": self.model, "config": self.config.content(), "dataset": self.dataset.key, "seed": self.seed,
            "threads": self.threads if varies else None,
        }  # fmt: skip

    @property
    @abstractmethod
    def preprocessing(self) -> Preprocessing:
        """How the texts are read, and compared with each other."""

    @abstractmethod
    def check(self) -> None:
        """Raise DataError if the dataset does not allow the training or the evaluation."""

    @abstractmethod
    def fit(self) -> Any:
        """Train the model."""

    @abstractmethod
    def basic_figures(self, trained: Any) -> Evaluation:
        """The figures that every model gets right after the fit."""

    @abstractmethod
    def missing_parts(self, metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """The parts that the evaluation's settings ask for, and that these figures lack."""

    @abstractmethod
    def evaluate(self, trained: Any, parts: list[str]) -> Evaluation:
        """The figures of these parts."""

    @abstractmethod
    def record(self) -> dict[str, Any]:
        """What a run states of the dataset, as JSON values."""

    @abstractmethod
    def trained_on(self) -> Fingerprints:
        """(texts, 2) fingerprints of the texts that decide what is learned."""


def restored_preprocessing(stored: Mapping[str, Any]) -> Preprocessing:
    """How a text's words become a trained model's."""
    return Preprocessing.restored(stored["preprocessing"])
