"""The workspace: which dataset or run is meant, and what a damaged one may spoil."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.commands import preprocess, train
from imdbnlp.commands._entries import Options
from imdbnlp.commands.runs import runs
from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.storage.store import Store
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace, full_name


def test_the_folder_is_the_given_one_else_the_environments_else_a_local_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Workspace.find().root == Path("imdbnlp-work")
    monkeypatch.setenv("IMDBNLP_WORKSPACE", "elsewhere")
    assert Workspace.find().root == Path("elsewhere")
    assert Workspace.find(Path("here")).root == Path("here")


def test_the_latest_is_taken_where_none_is_named_and_said(made: Workspace, listener: Any) -> None:
    workspace = Workspace(made.root, listener)
    assert workspace.run().name == "nb"
    dataset = workspace.dataset()
    assert listener.notes == ["run: nb (the latest of 2)", f"dataset: {dataset.name} (the latest of 1)"]


def test_the_beginning_of_a_name_is_enough(made: Workspace) -> None:
    assert made.run("flo").name == "floor"
    assert made.dataset("rev").name.startswith("reviews-")


def test_a_beginning_of_several_names_is_refused(copy: Workspace) -> None:
    shutil.copytree(copy.runs.path("nb"), copy.runs.path("nb2"))
    assert copy.run("nb").name == "nb"
    with pytest.raises(UsageError, match="'n' begins several names: nb2, nb"):
        copy.run("n")


def test_an_unknown_name_gets_the_nearest_one(made: Workspace) -> None:
    with pytest.raises(UsageError, match="there is no run 'flor2'") as caught:
        made.run("flor2")
    assert caught.value.hint == "did you mean floor?"


def test_an_empty_workspace_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no dataset in") as caught:
        Workspace(tmp_path).dataset()
    assert caught.value.hint == "make one: imdbnlp preprocess FILE"
    with pytest.raises(UsageError, match="there is no run in") as caught:
        Workspace(tmp_path).run()
    assert caught.value.hint == "make one: imdbnlp train --model nbsvm"


def test_a_run_answers_from_any_folder_without_its_dataset(copy: Workspace, tmp_path: Path) -> None:
    expected = copy.run("nb").classifier.probabilities(["a dull film"])
    folder = tmp_path / "taken along (2)"
    shutil.move(copy.runs.path("nb"), folder)
    shutil.rmtree(copy.root)
    run = Workspace(tmp_path / "other").run(str(folder))
    assert (run.classifier.probabilities(["a dull film"]) == expected).all()


def test_a_folder_that_is_no_run_is_refused(made: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=f"{tmp_path}/manifest.json is missing"):
        made.run(str(tmp_path))
    dataset = made.datasets.path(made.datasets.names()[0])
    with pytest.raises(ArtefactError, match="is not a run: it has no run.json"):
        made.run(str(dataset))


def test_the_latest_is_not_passed_over_because_it_is_damaged(copy: Workspace, reviews_csv: Path) -> None:
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), name="newer"), copy)
    newest = copy.datasets.path(copy.datasets.names()[0])
    (newest / "manifest.json").write_text("{")
    with pytest.raises(ArtefactError, match=r"newer-\w+/manifest.json is damaged"):
        copy.dataset()
    assert copy.dataset("reviews").name.startswith("reviews-")


@pytest.mark.parametrize("name", ["manifest.json", "run.json", "metrics.json", "predictions.parquet"])
def test_one_damaged_run_spoils_no_list_of_runs(name: str, copy: Workspace) -> None:
    (copy.runs.path("nb") / name).write_text("{")
    listed = dict(copy.each_run())
    assert sorted(listed) == ["floor", "nb"]
    assert isinstance(listed["floor"], Run) and listed["floor"].metrics["test"]["accuracy"] == 0.5
    assert isinstance(listed["nb"], ArtefactError) and f"nb/{name} is damaged" in listed["nb"].message


def test_a_list_of_runs_does_not_read_models(copy: Workspace) -> None:
    (copy.runs.path("nb") / "model" / "coefficients.npy").unlink()
    assert isinstance(dict(copy.each_run())["nb"], Run)
    with pytest.raises(ArtefactError, match=r"coefficients.npy is missing"):
        copy.run("nb")


def test_verify_tells_of_all_that_are_damaged(copy: Workspace) -> None:
    assert runs(Options(action="verify"), copy).data == {"whole": ["nb", "floor"]}
    for name in ("nb", "floor"):
        (copy.runs.path(name) / "run.json").write_text("{")
    with pytest.raises(ArtefactError) as caught:
        runs(Options(action="verify"), copy)
    assert caught.value.message.startswith("2 of 2 run(s): ") and caught.value.message.count("is damaged: 1 bytes") == 2


def test_a_damaged_run_can_be_removed(copy: Workspace) -> None:
    (copy.runs.path("nb") / "manifest.json").unlink()
    assert runs(Options(action="remove", names=("nb",)), copy).data == {"removed": ["nb"]}
    assert copy.runs.names() == ["floor"]


def test_a_damaged_run_is_never_made_again_unasked(copy: Workspace) -> None:
    (copy.runs.path("floor") / "model" / "log_priors.npy").unlink()
    options = {"model": "majority", "name": "floor"}
    with pytest.raises(ArtefactError, match=r"floor/model/log_priors.npy is missing") as caught:
        train.train(train.options_for(options)(**options), copy)
    assert caught.value.hint == "make floor again with --force, or restore it from a copy"
    train.train(train.options_for(options)(**options, force=True), copy)
    assert copy.run("floor").metrics["test"]["accuracy"] == 0.5


def entries(store: Store, *names: str) -> None:
    """Empty entries, the last one the latest."""
    for name in names:
        with store.build(name) as draft:
            draft.manifest |= {"kind": "dataset"}


def test_the_exact_name_wins_over_names_that_begin_so() -> None:
    known = ["study2-1234abcd", "study-x-12345678", "study-9876fedc", "study-1234abcd"]
    assert full_name("dataset", "study", known, keyed=True) == "study-9876fedc"
    assert full_name("dataset", "study-1234abcd", known, keyed=True) == "study-1234abcd"
    assert full_name("run", "nb", ["nb2", "nb", "nb-1234abcd"]) == "nb"


def test_two_runs_of_one_model_need_more_than_its_name() -> None:
    with pytest.raises(UsageError, match="'nbsvm' begins several names: nbsvm-1234abcd, nbsvm-9876fedc"):
        full_name("run", "nbsvm", ["nbsvm-1234abcd", "nbsvm-9876fedc"])


def test_the_latest_of_several_datasets_of_one_name_is_taken_and_said(tmp_path: Path, listener: Any) -> None:
    workspace = Workspace(tmp_path, listener)
    known = ["study-9876fedc", "study2-1234abcd", "study-1234abcd"]
    assert workspace.choose("dataset", known, "study", "", keyed=True) == "study-9876fedc"
    assert listener.notes == ["dataset: study-9876fedc (the latest of 2 named 'study')"]


@pytest.mark.parametrize("name", ["nbsvm", "nbsvm-1234", ""])
def test_removal_takes_whole_names_only(name: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    entries(workspace.runs, "nbsvm-1234abcd", "floor")
    with pytest.raises(UsageError, match=f"there is no run '{name}'; nothing was removed"):
        runs(Options(action="remove", names=("floor", name)), workspace)
    assert workspace.runs.names() == ["floor", "nbsvm-1234abcd"]


def test_several_entries_are_removed_at_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    entries(workspace.runs, "a", "b", "c")
    assert runs(Options(action="remove", names=("c", "a")), workspace).data == {"removed": ["c", "a"]}
    assert workspace.runs.names() == ["b"]


def test_a_list_takes_no_names(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`list` takes no name, got a"):
        runs(Options(action="list", names=("a",)), Workspace(tmp_path))
