"""The leaderboard ranks runs on the same texts, and says which differences may be chance."""

from pathlib import Path
from typing import Any

import pytest

from imdbnlp.commands.compare import Options, compare
from imdbnlp.commands.runs import Options as RunsOptions
from imdbnlp.commands.runs import runs
from imdbnlp.errors import DataError, UsageError
from imdbnlp.workspace.workspace import Workspace


def test_the_best_run_comes_first(trained: Workspace) -> None:
    ranked = compare(Options(), trained).data["runs"]
    assert [(run["run"], run["accuracy"], run["mark"]) for run in ranked] == [("nb", 1.0, "best"), ("floor", 0.5, "")]


def test_p_is_mcnemars_on_the_same_texts(trained: Workspace) -> None:
    best, floor = compare(Options(), trained).data["runs"]
    assert best["p"] is None
    assert floor["p"] == pytest.approx(2 / 2**20)  # of 40 texts, 20 are answered rightly by the best alone


def test_runs_can_be_ranked_on_the_folds(trained: Workspace) -> None:
    result = compare(Options(part="folds", metric="macro_f1"), trained)
    assert result.data["part"] == "folds" and result.data["runs"][0]["n_documents"] == 160


@pytest.mark.parametrize("metric", ["macro_f1", "roc_auc"])
def test_other_metrics_are_tested_by_a_paired_bootstrap(trained: Workspace, metric: Any) -> None:
    result = compare(Options(metric=metric), trained)
    best, floor = result.data["runs"]
    assert best["mark"] == "best" and floor["p"] == pytest.approx(2 / 1001) and floor["mark"] == ""
    assert f"paired bootstrap of {result.data['significance_test'][20:]}" in result.tables[0].note  # type: ignore[union-attr]


def test_a_dataset_without_runs_says_so(trained: Workspace, reviews_csv: Path, tmp_path: Path) -> None:
    from imdbnlp.commands import preprocess

    workspace = Workspace(tmp_path)
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    with pytest.raises(DataError, match="no run on reviews-.* has figures for the part 'test'"):
        compare(Options(), workspace)


def test_runs_are_listed_latest_first(trained: Workspace) -> None:
    rows = runs(RunsOptions(), trained).data
    assert [(row["run"], row["model"], row["part"]) for row in rows] == [
        ("nb", "nbsvm", "test"),
        ("floor", "majority", "test"),
    ]


def test_showing_a_run_repeats_what_training_said(trained: Workspace) -> None:
    assert runs(RunsOptions(action="show", names=("nb",)), trained).data["metrics"]["test"]["accuracy"] == 1.0
    with pytest.raises(UsageError, match="there is no run 'nc'"):
        runs(RunsOptions(action="show", names=("nc",)), trained)
