"""The leaderboard: runs on the same texts, ranked, each tested against the best.

ranked = rank(runs, "test", METRICS["accuracy"])
leaderboard(ranked, "test", dataset.name, METRICS["accuracy"])
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from imdbnlp.errors import DataError
from imdbnlp.evaluation.comparison import SIGNIFICANT, compare_with_best, significance_test
from imdbnlp.evaluation.metrics import METRICS, Metric
from imdbnlp.progress import Reporter
from imdbnlp.report.figures import interval
from imdbnlp.report.result import Table
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace

_SHOWN = {"accuracy": "accuracy", "macro_f1": "F1", "roc_auc": "AUC"}
_NOTE = "95 %: confidence interval of the accuracy.  F1: macro average.  p: {test} against the best run.  ms: per text."
_COSTS = ("train_seconds", "model_megabytes", "milliseconds_per_text")


@dataclass(frozen=True)
class Ranked:
    """p_value: that its difference from the best run is chance; None for the best."""

    run: Run
    p_value: float | None

    @property
    def mark(self) -> str:
        """What the leaderboard says of the run."""
        if self.p_value is None:
            return "best"
        return "tied" if self.p_value >= SIGNIFICANT else ""

    def data(self, part: str) -> dict[str, Any]:
        """The same as JSON values."""
        costs = {name: self.run.record[name] for name in (*_COSTS, "peak_megabytes")}
        known = {"run": self.run.name, "model": self.run.model_name, "p": self.p_value, "mark": self.mark}
        return known | self.run.metrics[part] | costs


def runs_on(workspace: Workspace, dataset_key: str, reporter: Reporter) -> list[Run]:
    """The runs on a dataset.  A damaged run may be one of them: it is reported."""
    runs = []
    for _, run in workspace.each_run():
        if not isinstance(run, Run):
            reporter.warn(f"{run.message}; left out")
        elif run.dataset_key == dataset_key:
            runs.append(run)
    return runs


def rank(runs: list[Run], part: str, metric: Metric = METRICS["accuracy"]) -> list[Ranked]:
    """Runs that all have predictions for the part, the best first, the others tested against it."""
    sign = -1 if metric.higher_is_better else 1
    undefined = [run.metrics[part].get(metric.name) is None for run in runs]
    values = [run.metrics[part].get(metric.name) or 0 for run in runs]
    order = sorted(range(len(runs)), key=lambda place: (undefined[place], sign * values[place], runs[place].name))
    ranked = [runs[place] for place in order]
    predictions = [_in_order(run, part) for run in ranked]
    for run, other in zip(ranked[1:], predictions[1:], strict=True):
        if not np.array_equal(other.rows, predictions[0].rows):
            raise DataError(
                f"{ranked[0].name} and {run.name} have predictions of different texts",
                hint="compare runs on the same texts",
            )
    p_values = [None, *compare_with_best(predictions, metric)]
    return [Ranked(run, p_value) for run, p_value in zip(ranked, p_values, strict=True)]


def _in_order(run: Run, part: str) -> Predictions:
    """A run's predictions, by rows of the dataset."""
    predictions = run.predictions(part)
    return predictions.take(np.argsort(predictions.rows))


def leaderboard(ranked: list[Ranked], part: str, dataset: str, metric: Metric = METRICS["accuracy"]) -> Table:
    """The ranked runs as a table; the metric has a column of its own if it is not among the usual ones."""
    shown = _SHOWN if metric.name in _SHOWN else {metric.name: metric.label} | _SHOWN
    columns = [column for name, label in shown.items() for column in _columns(name, label)]
    title = f"{dataset}, {part}: {ranked[0].run.metrics[part]['n_documents']:,} texts"
    rows = [_row(one, part, list(shown)) for one in ranked]
    note = _NOTE.format(test=significance_test(metric))
    return Table(title, ["run", *columns, "p", "", "fit s", "MB", "ms"], rows, note)


def _columns(name: str, label: str) -> list[str]:
    return [label, "95 %"] if name == "accuracy" else [label]


def _row(ranked: Ranked, part: str, shown: list[str]) -> tuple[Any, ...]:
    metrics, cells = ranked.run.metrics[part], []
    for name in shown:
        cells.append(metrics.get(name))
        cells += [interval(metrics["accuracy_interval"])] if name == "accuracy" else []
    costs = [ranked.run.record[name] for name in _COSTS]
    return (ranked.run.name, *cells, ranked.p_value, ranked.mark, *costs)
