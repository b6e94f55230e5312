"""Commands on a damaged workspace: caches are made again, runs are kept, and lists show the rest."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.commands import compare, datasets, preprocess, runs, train, vectorize
from imdbnlp.commands._entries import Options
from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.storage.manifest import seal
from imdbnlp.workspace.workspace import Workspace


@pytest.fixture
def copy(trained: Workspace, tmp_path: Path) -> Workspace:
    """Runs `nb` and `floor` on one dataset, to be damaged."""
    shutil.copytree(trained.root, tmp_path / "work")
    return Workspace(tmp_path / "work")


def test_a_damaged_dataset_is_kept_aside_and_made_again(copy: Workspace, reviews_csv: Path, listener: Any) -> None:
    (name,) = copy.datasets.names()
    folder = copy.datasets.path(name)
    for number, file in enumerate(["vocabulary.txt", "manifest.json"], start=1):
        (folder / file).write_text("damaged")
        preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), copy, listener)
        assert copy.datasets.verify(name) and copy.datasets.names() == [name]
        assert len(listener.warnings) == number and f"{name}/{file} is damaged" in listener.warnings[-1]
    assert (folder.with_name(f"{name}.bad") / "vocabulary.txt").read_text() == "damaged"
    assert (folder.with_name(f"{name}.bad2") / "manifest.json").read_text() == "damaged"


def test_damaged_features_are_kept_aside_and_made_again(copy: Workspace, listener: Any) -> None:
    options = vectorize.Options(method="count")
    vectorize.vectorize(options, copy)
    (name,) = copy.features.names()
    folder = copy.features.path(name)
    (folder / "matrix.npz").unlink()
    vectorize.vectorize(options, copy, listener)
    assert copy.features.verify(name) and (folder / "matrix.npz").is_file()
    assert folder.with_name(f"{name}.bad").is_dir() and "matrix.npz is missing" in listener.warnings[0]


def floor(**more: Any) -> Any:
    return train.options_for({"model": "majority"})(model="majority", name="floor", folds=4, **more)


def test_a_damaged_run_is_not_taken_for_one_with_other_settings(copy: Workspace) -> None:
    record = copy.runs.path("floor") / "run.json"
    record.write_text(record.read_text().replace('"key": "', '"key": "0'))
    with pytest.raises(ArtefactError, match=r"floor/run.json is damaged") as caught:
        train.train(floor(), copy)
    assert caught.value.hint == "make floor again with --force, or restore it from a copy"
    assert train.train(floor(force=True), copy).data["run"] == "floor"


def test_a_run_with_other_settings_is_not_answered_for(copy: Workspace) -> None:
    with pytest.raises(UsageError, match="'floor' exists with other settings"):
        train.train(floor(seed=1), copy)


@pytest.mark.parametrize("file", ["manifest.json", "run.json", "metrics.json"])
def test_the_list_of_runs_shows_a_damaged_one_and_the_others(file: str, copy: Workspace, listener: Any) -> None:
    (copy.runs.path("nb") / file).write_text("damaged")
    rows = runs.runs(Options(), copy, listener).tables[0].rows
    assert sorted(row[:2] for row in rows) == [("floor", "majority"), ("nb", "(unreadable)")]
    assert len(listener.warnings) == 1 and f"nb/{file} is damaged" in listener.warnings[0]


def test_the_leaderboard_leaves_a_damaged_run_out_and_says_so(copy: Workspace, listener: Any) -> None:
    (copy.runs.path("nb") / "predictions.parquet").write_text("damaged")
    result = compare.compare(compare.Options(), copy, listener)
    assert [run["run"] for run in result.data["runs"]] == ["floor"]
    assert len(listener.warnings) == 1 and listener.warnings[0].endswith("; left out")


def test_the_list_of_datasets_shows_a_damaged_one_and_the_others(copy: Workspace, listener: Any) -> None:
    (name,) = copy.datasets.names()
    shutil.copytree(copy.datasets.path(name), copy.datasets.path("other"))
    (copy.datasets.path("other") / "manifest.json").write_text("damaged")
    rows = datasets.datasets(Options(), copy, listener).tables[0].rows
    assert sorted((row[0], row[2]) for row in rows) == [("other", None), (name, 200)]
    assert len(listener.warnings) == 1 and "other/manifest.json is damaged" in listener.warnings[0]


def sealed(folder: Path, about: dict[str, Any]) -> None:
    """Let a manifest with checksums that fit say this."""
    (folder / "manifest.json").unlink()
    seal(folder, {key: value for key, value in about.items() if key not in ("files", "sha256")})


@pytest.mark.parametrize("settings", ["x", ["x"], {"seed": "x"}, {"seed": {}}, {"seed": None}])
def test_stated_settings_of_another_shape_are_one_error(settings: Any, copy: Workspace) -> None:
    run, (name,) = copy.runs.path("nb"), copy.datasets.names()
    record = json.loads((run / "run.json").read_text()) | {"settings": settings}
    (run / "run.json").write_text(json.dumps(record))
    sealed(run, {})
    with pytest.raises(ArtefactError, match="nb/run.json is damaged"):
        runs.runs(Options(action="show", names=("nb",)), copy)
    manifest = copy.datasets.manifest(name) | {"described": settings}
    sealed(copy.datasets.path(name), manifest)
    with pytest.raises(ArtefactError, match="is damaged"):
        datasets.datasets(Options(action="show", names=(name,)), copy)


def test_the_list_of_datasets_shows_one_whose_manifest_states_something_else(copy: Workspace, listener: Any) -> None:
    (name,) = copy.datasets.names()
    sealed(copy.datasets.path(name), copy.datasets.manifest(name) | {"parts": 1})
    rows = datasets.datasets(Options(), copy, listener).tables[0].rows
    assert [row[:2] for row in rows] == [(name, "(unreadable)")]
    assert len(listener.warnings) == 1 and "is damaged" in listener.warnings[0]
