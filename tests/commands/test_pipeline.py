"""Pipelines: checked before anything runs, and run in order."""

from pathlib import Path

import pytest

from imdbnlp.commands.pipeline import Options, pipeline
from imdbnlp.errors import SettingsError, UsageError
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
        ("stages: [preprocess]", UsageError, "stage 1, preprocess: no data were named"),
    ],
)
def test_a_wrong_stage_stops_before_anything_runs(
    tmp_path: Path, text: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        pipeline(Options(file=write(tmp_path, text)), Workspace(tmp_path / "work"))
    assert not (tmp_path / "work").exists()
