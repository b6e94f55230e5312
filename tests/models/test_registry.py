"""Models are found by name: those of this package, and those that another package brings by an entry point."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.errors import UsageError
from imdbnlp.models.registry import model_class, model_module, model_names, model_summary
from imdbnlp.tasks.explanation import explain_text
from imdbnlp.workspace.training import TrainingPlan, train_run
from imdbnlp.workspace.workspace import Workspace

SHOUTING = '''"""Counts capital letters, which no token id tells."""

import numpy as np

from imdbnlp.models.base import TextModel, WeightSettings
from imdbnlp.settings import Field
from imdbnlp.storage.files import read_array, write_array


def capitals(texts):
    return np.array([float(any(character.isupper() for character in text)) for text in texts])


class Config(WeightSettings):
    """How sure the model is."""

    margin: float = Field(4.0, gt=0, description="Score of the class that shouts.")


class Model(TextModel):
    reads = "texts"

    def __init__(self, scores):
        self.table, self.info = scores, {}

    @classmethod
    def fit(cls, config, training):
        shouts = capitals(training.inputs)
        shares = [shouts[training.labels == code].mean() for code in range(training.n_classes)]
        return cls(config.margin * np.array([1 - np.array(shares), shares]))

    def scores(self, documents):
        return self.table[capitals(documents).astype(int)]

    def save(self, folder):
        write_array(folder / "table.npy", self.table)

    @classmethod
    def load(cls, config, folder, n_classes):
        return cls(read_array(folder / "table.npy"))
'''


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with a model that reads raw texts, as pip would install it."""
    site = tmp_path / "site"
    (site / "shouting-1.0.dist-info").mkdir(parents=True)
    (site / "shouting-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shouting\nVersion: 1.0\n")
    (site / "shouting-1.0.dist-info" / "entry_points.txt").write_text("[imdbnlp.models]\nshouting = shouting_model\n")
    (site / "shouting_model.py").write_text(SHOUTING)
    monkeypatch.syspath_prepend(str(site))
    yield site
    sys.modules.pop("shouting_model", None)


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    rows = [f"{'GREAT film' if n % 2 else 'great film'} number{n},{'loud' if n % 2 else 'quiet'}" for n in range(100)]
    (tmp_path / "reviews.csv").write_text("text,label\n" + "\n".join(rows) + "\n")
    return tmp_path / "reviews.csv"


def test_the_models_of_a_task_are_listed_by_what_their_classes_state() -> None:
    assert {"nbsvm", "lstm", "majority"} <= set(model_names("classification"))
    assert model_names("translation") == ["seq2seq-attention", "seq2seq-lstm", "seq2seq-transformer"]
    assert set(model_names()) == {*model_names("classification"), *model_names("translation")}


def test_an_unknown_model_gets_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="there is no model 'nbsv'") as caught:
        model_module("nbsv")
    assert caught.value.hint == "did you mean nbsvm?"


def test_a_model_of_another_package_is_listed_without_being_imported(installed: Path) -> None:
    assert "shouting" in model_names() and "shouting" in model_names("classification")
    assert model_summary("shouting") == "Counts capital letters, which no token id tells."
    assert "shouting_model" not in sys.modules


def test_a_model_that_reads_raw_texts_trains_is_saved_and_predicts(
    installed: Path, reviews: Path, tmp_path: Path
) -> None:
    from imdbnlp.commands import preprocess

    workspace = Workspace(tmp_path / "work")
    preprocess.preprocess(preprocess.Options(file=str(reviews)), workspace)
    from imdbnlp.tasks.classification import FoldSettings

    run = train_run(workspace, TrainingPlan("shouting", evaluation=FoldSettings(folds=3)))
    assert run.metrics["test"]["accuracy"] == 1.0 == run.metrics["folds"]["accuracy"]
    again = workspace.run(run.name, ready=True).classifier
    assert again.probabilities(["a FILM", "a film"]).argmax(axis=1).tolist() == [0, 1]
    explanation = explain_text(again, "a FILM here")
    assert explanation.by_word[0][0] == "film" and [text for text, mark in explanation.pieces if mark == 1.0] == [
        "FILM"
    ]
    assert again.has_no_known_words(again.read(["x", "  "])).tolist() == [False, True]


def test_a_model_of_another_package_is_on_the_command_line(installed: Path, reviews: Path, tmp_path: Path) -> None:
    def run(*arguments: str) -> Any:
        environment = os.environ | {"PYTHONPATH": str(installed)}
        command = [sys.executable, "-m", "imdbnlp", "--workspace", str(tmp_path / "work"), *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert "shouting" in run("train", "--help").stdout
    shown = run("train", "--model", "shouting", "--help").stdout
    assert "--margin" in shown and "--view" not in shown
    run("preprocess", str(reviews))
    run("train", "--model", "shouting", "--name", "loud", "--margin", "5")
    assert run("predict", "loud", "--text", "GREAT").stdout.splitlines()[1].startswith("loud\t0.9")


def test_a_model_that_cannot_be_imported_says_so(installed: Path) -> None:
    (installed / "shouting_model.py").write_text("import no_such_package\n")
    with pytest.raises(UsageError, match="model 'shouting' cannot be imported from shouting_model: No module named"):
        model_class("shouting")


def test_the_majority_model_offers_only_options_that_it_has() -> None:
    assert list(model_module("majority").Config.model_fields) == ["class_weight"]
