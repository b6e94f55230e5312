"""Every file in configs/ says only what its command understands."""

from pathlib import Path

import pytest

from imdbnlp.commands._discover import load_command
from imdbnlp.commands._stages import read_stages
from imdbnlp.models.registry import model_names
from imdbnlp.settings import read_yaml

CONFIGS = sorted((Path(__file__).resolve().parent.parent / "configs").glob("*.yaml"))
PIPELINES = [path for path in CONFIGS if "stages" in read_yaml(path)]
MODELS = [path for path in CONFIGS if path not in PIPELINES]
OF_PAIRS = [path for path in MODELS if path.stem.startswith("seq2seq-")]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_models_file_holds_options_of_its_command(path: Path) -> None:
    values = read_yaml(path)
    assert values["model"] == path.stem
    command = "train-seq2seq" if path in OF_PAIRS else "train"
    load_command(command).options_for(values)(**values)


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.stem)
def test_the_stages_of_a_pipeline_can_be_run(path: Path) -> None:
    for stage in read_stages(path):
        if stage.name == "preprocess":
            stage.set("file", "reviews.csv", "argument")
        stage.settings()


def test_every_model_has_a_file() -> None:
    assert sorted(path.stem for path in MODELS) == sorted([*model_names("classification"), *model_names("translation")])


def test_every_file_says_what_it_is_for() -> None:
    assert [path.name for path in CONFIGS if not path.read_text().startswith("# ")] == []
