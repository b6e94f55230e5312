"""Presets: each is valid for its command, listed, found after an install, and used by --preset."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.commands._discover import load_command
from imdbnlp.commands._stages import read_stages
from imdbnlp.models.registry import model_names
from imdbnlp.presets import PIPELINE, presets
from imdbnlp.settings import read_yaml

Cli = Callable[..., tuple[int, str, str]]
REPOSITORY = Path(__file__).resolve().parent.parent
PIPELINES = [preset for preset in presets() if preset.model == PIPELINE]
MODELS = [preset for preset in presets() if preset.model != PIPELINE]
NAMES = [preset.name for preset in presets()]


@pytest.mark.parametrize("preset", MODELS, ids=lambda preset: preset.name)
def test_a_models_preset_holds_options_of_its_command(preset) -> None:  # type: ignore[no-untyped-def]
    values = read_yaml(preset.path)
    command = "train-seq2seq" if preset.model in model_names("translation") else "train"
    load_command(command).options_for(values)(**values)
    assert preset.settings == values.keys() and preset.name.startswith(f"{values['model']}-")


@pytest.mark.parametrize("preset", PIPELINES, ids=lambda preset: preset.name)
def test_the_stages_of_a_pipeline_can_be_run(preset) -> None:  # type: ignore[no-untyped-def]
    for stage in read_stages(preset.path, preset.name):
        if stage.name == "preprocess":
            stage.set("file", "reviews.csv", "argument")
        stage.resolved()


def test_the_first_line_of_a_preset_describes_it() -> None:
    first = {preset.name: preset.path.read_text().partition("\n")[0] for preset in presets()}
    assert [name for name, line in first.items() if not line.startswith("# ") or len(line) > 100] == []


def test_presets_are_part_of_the_installed_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert project["tool"]["setuptools"]["package-data"]["imdbnlp.presets"] == ["*.yaml"]


def test_presets_are_listed_with_their_descriptions(cli: Cli) -> None:
    rows = json.loads(cli("--json", "presets")[1])
    assert [row["preset"] for row in rows] == NAMES
    expected = {
        "preset": "nbsvm-imdb",
        "model": "nbsvm",
        "description": "NB-SVM on sublinear TF-IDF of 1-3-grams, tuned on IMDB; the cost is chosen out of fold",
    }
    assert expected in rows


def test_a_preset_is_written_as_it_is(cli: Cli) -> None:
    text = next(preset.path for preset in MODELS if preset.name == "nbsvm-imdb").read_text()
    assert cli("presets", "nbsvm-imdb") == (0, text, "")
    assert json.loads(cli("--json", "presets", "nbsvm-imdb")[1])["yaml"] == text


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("train", [preset.name for preset in MODELS]),
        ("train-gbm", ["gbm-imdb"]),
        ("train-seq2seq", [preset.name for preset in MODELS if preset.model in model_names("translation")]),
        ("pipeline", [preset.name for preset in PIPELINES]),
    ],
)
def test_the_help_names_the_presets_of_the_command(cli: Cli, command: str, names: list[str]) -> None:
    text = " ".join(cli(command, "--help")[1].split()).replace("- ", "-")
    assert f": {', '.join(names)}." in text


@pytest.mark.parametrize("command", ["suspects", "compare", "train-w2v"])
def test_a_command_without_presets_does_not_offer_them(cli: Cli, command: str) -> None:
    assert "--preset" not in cli(command, "--help")[1]


def test_training_takes_its_settings_from_a_preset_below_other_options(
    cli: Cli, reviews_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("preprocess", str(reviews_csv))
    monkeypatch.setenv("IMDBNLP_SMOOTHING", "2")
    assert cli("train", "--preset", "nbsvm-imdb", "--min-df", "1", "--name", "m")[0] == 0
    settings = json.loads(cli("--json", "runs", "show", "m")[1])["settings"]
    assert settings["ngrams"] == {"value": "1-3", "from": "preset nbsvm-imdb"}
    assert settings["min_df"] == {"value": 1, "from": "--min-df"}
    assert settings["smoothing"] == {"value": 2.0, "from": "IMDBNLP_SMOOTHING"}


def test_a_preset_may_be_a_variable(cli: Cli, reviews_csv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cli("preprocess", str(reviews_csv))
    monkeypatch.setenv("IMDBNLP_PRESET", "nbsvm-imdb")
    assert json.loads(cli("--json", "train")[1])["model"] == "nbsvm"
    assert cli("compare")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["train", "--preset", "nbsvm-imbd"], "there is no preset 'nbsvm-imbd'", "did you mean nbsvm-imdb?"),
        (
            ["train", "--preset", "notebook"],
            "there is no preset 'notebook'",
            "choose one of: attention",
        ),
        (["train", "--preset", "gbm-imdb", "--config", "a.yaml"], "--config and --preset both name a file", "give one"),
        (["--config", "a.yaml", "train", "--preset", "gbm-imdb"], "--config and --preset both name a file", "give one"),
        (["presets", "notebok"], "there is no preset 'notebok'", "did you mean notebook?"),
        (["pipeline", "--preset", "notebok"], "there is no preset 'notebok'", "did you mean notebook?"),
        (["pipeline", "--preset", "notebook"], "stage 1, preprocess: no data were given", "add the file"),
        (["pipeline", "--preset", "notebook", "a.yaml", "b.csv"], "--preset and a.yaml both name stages", "leave out"),
        (["pipeline"], "no stages were given", "imdbnlp pipeline STAGES.yaml"),
    ],
)
def test_a_wrong_preset_is_named_with_a_hint(cli: Cli, arguments: list[str], message: str, hint: str) -> None:
    code, out, err = cli(*arguments)
    first, second = err.splitlines()
    assert (code, out) == (2, "") and first.startswith(f"error: {message}") and second.strip().startswith(hint)
