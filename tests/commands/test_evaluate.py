"""Testing a run on texts it has not seen."""

from pathlib import Path
from typing import Any

import pytest

from imdbnlp.commands.evaluate import Options, evaluate
from imdbnlp.errors import DataError
from imdbnlp.workspace.workspace import Workspace


def test_figures_are_of_the_texts_of_the_file(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "held.csv").write_text("review,sentiment\na wonderful film,positive\nboring,negative\nfunny,negative\n")
    metrics = evaluate(Options(run="nb", file=str(tmp_path / "held.csv")), trained).data["metrics"]
    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert metrics["confusion"] == [[1, 1], [0, 1]]


def test_an_unknown_label_counts_as_wrong_and_is_said(trained: Workspace, tmp_path: Path, listener: Any) -> None:
    (tmp_path / "held.csv").write_text("review,sentiment\na wonderful film,positive\nboring,mixed\n")
    metrics = evaluate(Options(run="nb", file=str(tmp_path / "held.csv")), trained, listener).data["metrics"]
    assert metrics["accuracy"] == 0.5 and metrics["n_unknown_label"] == 1
    assert listener.warnings == ["1 text(s) have a label that is not a class of the run: counted as wrong"]


def test_texts_that_the_run_learned_from_are_said(trained: Workspace, reviews_csv: Path, listener: Any) -> None:
    metrics = evaluate(Options(run="nb", file=str(reviews_csv)), trained, listener).data["metrics"]
    assert metrics["n_trained_on"] == 160
    assert listener.warnings == ["the run was trained on 160 of these 200 texts: the metrics are optimistic"]


def test_no_known_label_at_all_is_an_error(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "held.csv").write_text("review,sentiment\nfunny,1\nboring,0\n")
    with pytest.raises(DataError, match="no label in column 'sentiment' is a class of the run") as caught:
        evaluate(Options(run="nb", file=str(tmp_path / "held.csv")), trained)
    assert caught.value.hint == "name the column with --label-column; the classes are: negative, positive"
