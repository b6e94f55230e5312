"""METRICS is the one table of metrics: an entry is computed, stored, shown and compared by."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from imdbnlp.commands import preprocess
from imdbnlp.commands.compare import Options, compare
from imdbnlp.commands.evaluate import Options as EvaluateOptions
from imdbnlp.commands.evaluate import evaluate
from imdbnlp.evaluation.metrics import METRICS, Labels, Metric, Probabilities, register
from imdbnlp.report.runs import run_result
from imdbnlp.storage.files import read_json
from imdbnlp.workspace.training import TrainingPlan, train_run
from imdbnlp.workspace.workspace import Workspace


def error_rate(labels: Labels, probabilities: Probabilities) -> float | None:
    return float((probabilities.argmax(axis=1) != labels).mean()) if len(labels) else None


@pytest.fixture
def registered() -> Iterator[None]:
    register(Metric("error_rate", "error rate", error_rate, higher_is_better=False))
    yield
    del METRICS["error_rate"]


def test_a_registered_metric_is_stored_shown_and_compared_by(
    registered: None, reviews_csv: Path, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path)
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    for model in ("nbsvm", "majority"):
        run = train_run(workspace, TrainingPlan(model, name=model))
    assert read_json(run.folder / "metrics.json")["test"]["error_rate"] == 0.5
    assert ("error rate", 0.5) in [row[:2] for row in run_result(run).tables[0].rows]
    result = compare(Options(metric="error_rate"), workspace)
    assert [one["run"] for one in result.data["runs"]] == ["nbsvm", "majority"]
    assert "error rate" in result.tables[0].columns
    shown = evaluate(EvaluateOptions(run="nbsvm", file=str(reviews_csv)), workspace).tables[0]
    assert "error rate" in [row[0] for row in shown.rows]


def test_a_metric_without_a_fast_form_is_resampled_by_drawing_the_texts() -> None:
    labels, probabilities = np.array([0, 1, 1]), np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]])
    weighted = Metric("error_rate", "error rate", error_rate).weighted(labels, probabilities)
    assert weighted(np.array([1.0, 2.0, 1.0])) == 0.5
