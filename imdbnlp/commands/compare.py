"""The leaderboard of the runs on one dataset.

Runs are ranked by a metric on the test set, accuracy by default.  Each is
compared with the best on the same texts: accuracy by McNemar's exact test,
macro F1 and ROC AUC by a paired bootstrap.  If the difference may be chance
(p >= 0.05 after Holm's correction) the run is marked as tied.

Example:

    imdbnlp compare
    imdbnlp compare --part folds --metric macro_f1
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._figures import interval
from imdbnlp.errors import DataError
from imdbnlp.evaluation.bootstrap import Weighted, macro_f1_of, paired_bootstrap, roc_auc_of
from imdbnlp.evaluation.significance import holm, mcnemar_exact
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, work_setting
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace

_SIGNIFICANT = 0.05
_NOTE = "95 %: confidence interval of the accuracy.  F1: macro average.  p: {test} against the best run.  ms: per text."
_TESTS = {
    "accuracy": "McNemar's exact test", "macro_f1": "paired bootstrap of macro F1",
    "roc_auc": "paired bootstrap of ROC AUC",
}  # fmt: skip
Metric = Literal["accuracy", "macro_f1", "roc_auc"]


class Options(Settings):
    """Which runs to compare, and by what."""

    dataset: str | None = work_setting(
        None, description="Dataset whose runs are compared; by default the latest.", entries="datasets"
    )
    part: Literal["test", "folds", "valid"] = Field(
        "test", description="Part of the dataset whose metrics are compared."
    )
    metric: Metric = Field("accuracy", description="Rank the runs by this metric.")


def compare(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Rank the runs that have figures for the part."""
    dataset = workspace.dataset(options.dataset)
    on_dataset = runs_on(workspace, dataset.key, reporter)
    runs = [run for run in on_dataset if options.part in run.metrics]
    if not runs:
        known = ", ".join(sorted({f"--part {part}" for run in on_dataset for part in run.answered_parts}))
        hint = f"there are: {known}" if known else "imdbnlp train --model nbsvm --folds 5, then compare --part folds"
        raise DataError(f"no run on {dataset.name} has figures for the part '{options.part}'", hint=hint)
    ranked = rank(runs, options.part, options.metric)
    best = ranked[0][0].name
    return Result(
        tables=[leaderboard(ranked, options.part, dataset.name, options.metric)],
        data={
            "dataset": dataset.name,
            "part": options.part,
            "metric": options.metric,
            "significance_test": _TESTS[options.metric],
            "runs": [_data(run, options.part, p) for run, p in ranked],
        },
        next_steps=[f"imdbnlp evaluate {best} FILE", f'imdbnlp predict {best} --text "…"'],
    )


Ranked = list[tuple[Run, float | None]]
"""Runs, the best first, each with the p that its gap to the best is chance; None for the best."""


def rank(runs: list[Run], part: str, metric: Metric = "accuracy") -> Ranked:
    """Order runs that all have predictions for the part, the best first, and test the others against the best."""
    runs = sorted(runs, key=lambda run: (-(run.metrics[part][metric] or 0), run.name))
    return list(zip(runs, _against_best(runs, part, metric), strict=True))


def leaderboard(ranked: Ranked, part: str, dataset: str, metric: Metric = "accuracy") -> Table:
    """The ranked runs as a table."""
    columns = ["run", "accuracy", "95 %", "F1", "AUC", "p", "", "fit s", "MB", "ms"]
    title = f"{dataset}, {part}: {ranked[0][0].metrics[part]['n_documents']:,} texts"
    rows = [_row(run, part, p) for run, p in ranked]
    return Table(title, columns, rows, _NOTE.format(test=_TESTS[metric]))


def runs_on(workspace: Workspace, dataset_key: str, reporter: Reporter) -> list[Run]:
    """The runs on a dataset; of a damaged one it is not known, so it is told."""
    runs = []
    for _, run in workspace.each_run():
        if not isinstance(run, Run):
            reporter.warn(f"{run.message}; left out")
        elif run.dataset_key == dataset_key:
            runs.append(run)
    return runs


def _against_best(runs: list[Run], part: str, metric: Metric) -> list[float | None]:
    """Holm-corrected p of each run against the first, None for the first itself."""
    best, *others = [_in_order(run, part) for run in runs]
    for run, predictions in zip(runs[1:], others, strict=True):
        if not np.array_equal(predictions.rows, best.rows):
            raise DataError(
                f"{runs[0].name} and {run.name} have predictions of different texts",
                hint="compare runs on the same texts",
            )
    if metric == "accuracy":
        p_values = [mcnemar_exact(_correct(best), _correct(other)) for other in others]
    else:
        weighted = [_weighted(predictions, metric) for predictions in (best, *others)]
        p_values = paired_bootstrap(weighted, len(best.rows)) if others else []
    return [None, *holm(p_values)]


def _in_order(run: Run, part: str) -> Predictions:
    """A run's predictions, by rows of the dataset."""
    found = run.predictions(part)
    order = np.argsort(found.rows)
    return Predictions(part, found.rows[order], found.labels[order], found.probabilities[order])


def _correct(predictions: Predictions) -> NDArray[np.bool_]:
    return np.asarray(predictions.probabilities.argmax(axis=1) == predictions.labels)


def _weighted(predictions: Predictions, metric: Metric) -> Weighted:
    """The metric as a function of how often each text is drawn."""
    labels, probabilities = predictions.labels, predictions.probabilities
    if metric == "roc_auc":
        return roc_auc_of(labels, probabilities)
    return macro_f1_of(labels, probabilities.argmax(axis=1), probabilities.shape[1])


def mark(p: float | None) -> str:
    """What the leaderboard says of a run, by its p against the best."""
    return "best" if p is None else "tied" if p >= _SIGNIFICANT else ""


def _row(run: Run, part: str, p: float | None) -> tuple[Any, ...]:
    metrics, record = run.metrics[part], run.record
    return (
        run.name, metrics["accuracy"], interval(metrics["accuracy_interval"]), metrics["macro_f1"], metrics["roc_auc"],
        p, mark(p), record["train_seconds"], record["model_megabytes"],
        record["milliseconds_per_text"],
    )  # fmt: skip


def _data(run: Run, part: str, p: float | None) -> dict[str, Any]:
    return {
        "run": run.name, "model": run.record["model"], "p": p, "mark": mark(p), **run.metrics[part],
        "train_seconds": run.record["train_seconds"], "model_megabytes": run.record["model_megabytes"],
        "milliseconds_per_text": run.record["milliseconds_per_text"], "peak_megabytes": run.record["peak_megabytes"],
    }  # fmt: skip
