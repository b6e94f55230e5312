"""Pipelines: checked before anything runs, and run in order."""

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Listener

from imdbnlp.commands.pipeline import Options, pipeline
from imdbnlp.errors import DataError, SettingsError, UsageError
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

STAGES = """
stages:
  - preprocess: {test-size: 0.5}
  - vectorize: {method: count, max-features: 10}
  - train: {model: nbsvm, min_df: 1}
  - train: {model: majority}
  - compare
"""


def write(path: Path, text: str) -> str:
    (path / "stages.yaml").write_text(text)
    return str(path / "stages.yaml")


def test_stages_follow_one_another_on_the_same_dataset(reviews_csv: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    result = pipeline(Options(file=write(tmp_path, STAGES), data=str(reviews_csv)), workspace)
    assert [stage["stage"] for stage in result.data] == ["preprocess", "vectorize", "train", "train", "compare"]
    assert [run["model"] for run in result.data[-1]["result"]["runs"]] == ["nbsvm", "majority"]


def test_a_second_time_everything_comes_from_the_cache(reviews_csv: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    options = Options(file=write(tmp_path, STAGES), data=str(reviews_csv))
    pipeline(options, workspace)
    created = [workspace.runs.manifest(name)["created"] for name in workspace.runs.names()]
    pipeline(options, workspace)
    assert [workspace.runs.manifest(name)["created"] for name in workspace.runs.names()] == created


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("stages: []", UsageError, "expected one key, `stages`"),
        ("stages: [{train: {model: nbsvm}}, {a: 1, b: 2}]", UsageError, "stage 2: expected `command"),
        ("stages: [tarin]", UsageError, "there is no command 'tarin'"),
        ("stages: [{train: {model: nbsvm, min_fd: 1}}]", SettingsError, "unknown setting 'min_fd'"),
        ("stages: [preprocess]", UsageError, "stage 1, preprocess: no data were given"),
    ],
)
def test_a_wrong_stage_stops_before_anything_runs(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        pipeline(Options(file=write(tmp_path, text)), Workspace(tmp_path / "work"))
    assert not (tmp_path / "work").exists()


def manifest_of(workspace: Workspace) -> dict[str, Any]:
    return workspace.datasets.manifest(workspace.datasets.names()[0])


def test_set_changes_all_stages_of_a_name_or_one_of_them(reviews_csv: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    changes = ("preprocess.sample=100", "preprocess.test-size=0.2", "train.seed=7", "train[1].cost=3")
    pipeline(Options(file=write(tmp_path, STAGES), data=str(reviews_csv), set=changes), workspace)
    assert manifest_of(workspace)["parts"] == {"train": 70, "valid": 10, "test": 20}
    records = {run.record["model"]: run.record for _, run in workspace.each_run() if isinstance(run, Run)}
    assert [records[model]["seed"] for model in ("nbsvm", "majority")] == [7, 7]
    assert records["nbsvm"]["config"]["cost"] == 3.0


def test_a_run_of_a_pipeline_knows_where_its_settings_came_from(reviews_csv: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "work")
    file = write(tmp_path, STAGES)
    pipeline(Options(file=file, data=str(reviews_csv), set=("train[1].cost=3",)), workspace)
    settings = next(run for _, run in workspace.each_run() if run.record["model"] == "nbsvm").record["settings"]
    assert settings["min_df"] == {"value": 1, "from": file}
    assert settings["cost"] == {"value": 3.0, "from": "--set"}
    assert settings["seed"] == {"value": 42, "from": "default"}


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ("preprocess.sample", "--set preprocess.sample: expected STAGE.OPTION=VALUE", "for example: --set"),
        ("preproces.sample=3", "the pipeline has no stage 'preproces'", "did you mean preprocess?"),
        ("train[3].cost=3", "there are 2 stages 'train'", r"from \[1\] to \[2\]"),
        ("train[1].csot=3", "stage 3, train: unknown setting 'csot' in --set", "did you mean 'cost'?"),
        ("train[2].cost=3", "stage 4, train: setting 'cost' in --set does not belong to model majority", "remove it"),
        ("train[1].cost=0", "stage 3, train: --cost '0': input should be greater than 0", "--cost: "),
    ],
)
def test_a_wrong_change_stops_before_anything_runs(
    change: str, message: str, hint: str, reviews_csv: Path, tmp_path: Path
) -> None:
    options = Options(file=write(tmp_path, STAGES), data=str(reviews_csv), set=(change,))
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        pipeline(options, Workspace(tmp_path / "work"))
    assert re.match(hint, caught.value.hint)
    assert not (tmp_path / "work").exists()


def test_a_sample_larger_than_the_file_tells_how_to_change_it(reviews_csv: Path, tmp_path: Path) -> None:
    file = write(tmp_path, "stages: [{preprocess: {sample: 10000}}]")
    with pytest.raises(DataError, match="stage 1, preprocess: --sample 10000 is more than the 200 rows") as caught:
        pipeline(Options(file=file, data=str(reviews_csv)), Workspace(tmp_path / "work"))
    assert caught.value.hint == (
        "give at most 200, or leave --sample out to take them all; here: --set preprocess.sample=VALUE"
    )


def test_data_without_a_stage_that_reads_them_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no preprocess stage that could read a.csv"):
        pipeline(Options(file=write(tmp_path, "stages: [compare]"), data="a.csv"), Workspace(tmp_path / "work"))


def test_variables_reach_the_stages_between_the_file_and_set(
    reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, file = Workspace(tmp_path / "work"), write(tmp_path, STAGES)
    monkeypatch.setenv("IMDBNLP_MIN_DF", "2")
    monkeypatch.setenv("IMDBNLP_SEED", "5")
    monkeypatch.setenv("IMDBNLP_TEST_SIZE", "0.2")
    pipeline(Options(file=file, data=str(reviews_csv), set=("train[1].seed=7",)), workspace)
    settings = next(run for _, run in workspace.each_run() if run.record["model"] == "nbsvm").record["settings"]
    assert settings["min_df"] == {"value": 2, "from": "IMDBNLP_MIN_DF"}
    assert settings["seed"] == {"value": 7, "from": "--set"}
    assert manifest_of(workspace)["parts"]["test"] == 40
    assert manifest_of(workspace)["settings"]["seed"] == 5


def test_a_wrong_variable_names_itself_and_the_stage(
    reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDBNLP_COST", "0")
    with pytest.raises(SettingsError, match="stage 3, train: IMDBNLP_COST: --cost '0': input should be greater than 0"):
        pipeline(Options(file=write(tmp_path, STAGES), data=str(reviews_csv)), Workspace(tmp_path / "work"))
    assert not (tmp_path / "work").exists()


def test_a_variable_without_effect_on_a_stage_is_passed_over_and_reported(
    reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setenv("IMDBNLP_SUBLINEAR_TF", "1")
    pipeline(Options(file=write(tmp_path, STAGES), data=str(reviews_csv)), Workspace(tmp_path / "work"), listener)
    assert "IMDBNLP_SUBLINEAR_TF is not used: --sublinear-tf has no meaning here" in listener.notes


def test_variables_of_the_pipelines_own_options_do_not_reach_the_stages(
    reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDBNLP_FILE", "elsewhere.csv")
    with pytest.raises(UsageError, match="stage 1, preprocess: no data were given"):
        pipeline(Options(file=write(tmp_path, STAGES)), Workspace(tmp_path / "work"))


def test_the_dataset_of_a_stage_wins_over_a_variable(
    reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDBNLP_DATASET", "another")
    workspace = Workspace(tmp_path / "work")
    pipeline(Options(file=write(tmp_path, STAGES), data=str(reviews_csv)), workspace)
    assert len(workspace.runs.names()) == 2
