"""The leaderboard of the runs on one dataset.

Runs are ranked by accuracy on the test part.  Each is compared with the best
by McNemar's exact test on the same texts; where the difference may be chance
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
from imdbnlp.evaluation.significance import holm, mcnemar_exact
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.settings import Field, Settings, work_setting
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

_SIGNIFICANT = 0.05
_NOTE = (
    "95 %: interval of the accuracy.  F1: mean of the classes.  p: could the gap to the best be chance?  ms: a text."
)


class Options(Settings):
    """Which runs to compare, and by what."""

    dataset: str | None = work_setting(
        None, description="Dataset whose runs are compared; by default the latest.", entries="datasets"
    )
    part: Literal["test", "folds", "valid"] = Field(
        "test", description="Part of the dataset whose metrics are compared."
    )
    metric: Literal["accuracy", "macro_f1", "roc_auc"] = Field("accuracy", description="Rank the runs by this metric.")


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
        tables=[leaderboard(ranked, options.part, dataset.name)],
        data={
            "dataset": dataset.name,
            "part": options.part,
            "runs": [_data(run, options.part, p) for run, p in ranked],
        },
        next_steps=[f"imdbnlp evaluate {best} FILE", f'imdbnlp predict {best} --text "…"'],
    )


Ranked = list[tuple[Run, float | None]]
"""Runs, the best first, each with the p that its gap to the best is chance; None for the best."""


def rank(runs: list[Run], part: str, metric: str = "accuracy") -> Ranked:
    """Order runs that all have answers for the part."""
    runs = sorted(runs, key=lambda run: (-(run.metrics[part][metric] or 0), run.name))
    return list(zip(runs, _against_best(runs, part), strict=True))


def leaderboard(ranked: Ranked, part: str, dataset: str) -> Table:
    """The runs as they are read."""
    columns = ["run", "accuracy", "95 %", "F1", "AUC", "p", "", "fit s", "MB", "ms"]
    title = f"{dataset}, {part}: {ranked[0][0].metrics[part]['n_documents']:,} texts"
    return Table(title, columns, [_row(run, part, p) for run, p in ranked], _NOTE)


def runs_on(workspace: Workspace, dataset_key: str, reporter: Reporter) -> list[Run]:
    """The runs on a dataset; of a damaged one it is not known, so it is told."""
    runs = []
    for _, run in workspace.each_run():
        if not isinstance(run, Run):
            reporter.warn(f"{run.message}; left out")
        elif run.dataset_key == dataset_key:
            runs.append(run)
    return runs


def _against_best(runs: list[Run], part: str) -> list[float | None]:
    """Holm-corrected p of each run against the first, None for the first itself."""
    best = _correct(runs[0], part)
    return [None, *holm([mcnemar_exact(best, _correct(run, part)) for run in runs[1:]])]


def _correct(run: Run, part: str) -> NDArray[np.bool_]:
    answers = run.predictions(part)
    return np.asarray(answers.probabilities.argmax(axis=1) == answers.labels)[np.argsort(answers.rows)]


def _mark(p: float | None) -> str:
    return "best" if p is None else "tied" if p >= _SIGNIFICANT else ""


def _row(run: Run, part: str, p: float | None) -> tuple[Any, ...]:
    metrics, record = run.metrics[part], run.record
    return (
        run.name, metrics["accuracy"], interval(metrics["accuracy_interval"]), metrics["macro_f1"], metrics["roc_auc"],
        p, _mark(p), record["train_seconds"], record["model_megabytes"],
        record["milliseconds_per_text"],
    )  # fmt: skip


def _data(run: Run, part: str, p: float | None) -> dict[str, Any]:
    return {
        "run": run.name, "model": run.record["model"], "p": p, "mark": _mark(p), **run.metrics[part],
        "train_seconds": run.record["train_seconds"], "model_megabytes": run.record["model_megabytes"],
        "milliseconds_per_text": run.record["milliseconds_per_text"], "peak_megabytes": run.record["peak_megabytes"],
    }  # fmt: skip
