"""What a run got wrong, which labels look wrong, and whether more would help."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.commands import curve, preprocess, suspects
from imdbnlp.errors import DataError
from imdbnlp.workspace.workspace import Workspace

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def workspace(trained: Workspace) -> Workspace:
    return trained


def test_errors_are_the_wrong_answers_the_surest_first(ask: Ask, trained: Workspace) -> None:
    code, out, _ = ask("errors", "floor", "--json", "--top", "5")
    data = json.loads(out)
    wrong = trained.run("floor").predictions("test")
    assert code == 0 and data["part"] == "test" and len(data["errors"]) == 5
    assert data["n_wrong"] == (wrong.probabilities.argmax(axis=1) != wrong.labels).sum()
    assert all(one["label"] != one["prediction"] for one in data["errors"])
    sure = [one["probability"] for one in data["errors"]]
    assert sure == sorted(sure, reverse=True)


def test_a_run_without_mistakes_has_an_empty_table(ask: Ask) -> None:
    code, out, _ = ask("errors", "nb")
    assert (code, out) == (0, "id\tlabel\tprediction\tprobability\ttext\n")


def test_answers_that_a_run_has_not_are_named(tmp_path: Path, reviews_csv: Path, cli: Ask) -> None:
    cli("preprocess", str(reviews_csv), "--test-size", "0", "--valid-size", "0")
    cli("train", "--model", "majority", "--name", "floor")
    code, out, err = cli("errors", "floor", "--part", "folds")
    assert (code, out) == (1, "") and "has no predictions for the part 'folds'" in err
    code, _, err = cli("suspects", "floor")
    assert code == 1 and "no probabilities of training texts" in err and "--folds 5" in err
    code, _, err = cli("curve", "--model", "majority")
    assert code == 1 and "has no test texts to measure on" in err


@pytest.fixture(scope="module")
def mislabelled(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The short reviews, every 19th of which has the other label."""
    folder = tmp_path_factory.mktemp("mislabelled")
    with reviews_csv.open() as file:
        rows = list(csv.reader(file))
    for row in rows[1::19]:
        row[1] = {"positive": "negative", "negative": "positive"}[row[1]]
    with (folder / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    workspace = Workspace(folder / "work")
    preprocess.preprocess(preprocess.Options(file=str(folder / "a.csv"), test_size=0.1, valid_size=0), workspace)
    return workspace


@pytest.mark.parametrize("method", ["noise-rate", "confident"])
def test_labels_that_were_turned_are_suspected(mislabelled: Workspace, method: str) -> None:
    data = suspects.suspects(suspects.Options(method=method, top=0), mislabelled).data
    dataset = mislabelled.dataset()
    turned = {dataset.ids[row] for row in dataset.rows("train") if dataset.source_rows[row] % 19 == 0}
    assert {one["id"] for one in data["suspects"]} == turned
    assert all(one["label"] != one["suggested"] for one in data["suspects"])
    assert sum(one["suspected"] for one in data["classes"]) == data["n_suspects"] == len(turned)


def test_a_run_with_folds_is_asked_without_training(mislabelled: Workspace) -> None:
    run = suspects.suspects(suspects.Options(), mislabelled).data["run"]
    before = mislabelled.runs.names()
    again = suspects.suspects(suspects.Options(run=run, top=2), mislabelled).data
    assert mislabelled.runs.names() == before and len(again["suspects"]) == 2


def test_the_dataset_is_not_changed(mislabelled: Workspace) -> None:
    name = mislabelled.datasets.names()[0]
    before = mislabelled.datasets.manifest(name)
    suspects.suspects(suspects.Options(), mislabelled)
    assert mislabelled.datasets.manifest(name) == before


def test_the_curve_has_five_sizes_each_half_of_the_next_with_intervals(trained: Workspace) -> None:
    options = curve.options_for({"model": "nbsvm"})(model="nbsvm")
    data = curve.curve(options, trained).data
    sizes = [one["n_texts"] for one in data["sizes"]]
    assert len(sizes) == 5 and sizes[-1] == len(trained.dataset().rows("train", "valid"))
    assert all(abs(2 * small - large) <= 2 for small, large in zip(sizes, sizes[1:], strict=False))
    for one in data["sizes"]:
        assert one["accuracy_interval"][0] <= one["accuracy"] <= one["accuracy_interval"][1]
    assert (Path(data["pictures"]) / "curve.png").is_file() and (Path(data["pictures"]) / "curve.svg").is_file()


def test_the_last_point_of_the_curve_is_the_run_on_all_texts(trained: Workspace) -> None:
    options = curve.options_for({"model": "nbsvm"})(model="nbsvm", sizes=2)
    assert curve.curve(options, trained).data["sizes"][-1]["accuracy"] == trained.run("nb").metrics["test"]["accuracy"]


def test_too_many_sizes_are_refused(trained: Workspace) -> None:
    options = curve.options_for({"model": "majority"})(model="majority", sizes=12)
    with pytest.raises(DataError, match="the smallest share has a class with 1 text"):
        curve.curve(options, trained)
