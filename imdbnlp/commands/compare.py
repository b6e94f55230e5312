"""Show the leaderboard of the runs on one dataset.

Runs are ranked by a metric on the test set, accuracy by default.  Each is
compared with the best on the same texts: accuracy by McNemar's exact test,
macro F1 and ROC AUC by a paired bootstrap.  If the difference may be chance
(p >= 0.05 after Holm's correction) the run is marked as tied.

Example:

    imdbnlp compare
    imdbnlp compare --part folds --metric macro_f1
"""

from typing import Literal

from imdbnlp.errors import DataError, UsageError
from imdbnlp.evaluation.comparison import significance_test
from imdbnlp.evaluation.metrics import METRICS
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.leaderboard import leaderboard, rank, runs_on
from imdbnlp.report.result import Result
from imdbnlp.settings import Field, Settings, nearest, work_setting
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which runs to compare, and by what."""

    dataset: str | None = work_setting(
        None, description="Dataset whose runs are compared; by default the latest.", entries="datasets"
    )
    part: Literal["test", "folds", "valid"] = Field(
        "test", description="Part of the dataset whose metrics are compared."
    )
    metric: str = Field(
        "accuracy", description="Rank the runs by this metric.", json_schema_extra={"choices": list(METRICS)}
    )


def compare(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Rank the runs that have figures for the part."""
    if options.metric not in METRICS:
        raise UsageError(f"there is no metric '{options.metric}'", hint=nearest(options.metric, METRICS))
    metric, dataset = METRICS[options.metric], workspace.dataset(options.dataset)
    on_dataset = runs_on(workspace, dataset.key, reporter)
    runs = [run for run in on_dataset if options.part in run.metrics]
    if not runs:
        known = ", ".join(sorted({f"--part {part}" for run in on_dataset for part in run.predicted_parts}))
        hint = f"there are: {known}" if known else "imdbnlp train --model nbsvm --folds 5, then compare --part folds"
        raise DataError(f"no run on {dataset.name} has figures for the part '{options.part}'", hint=hint)
    ranked = rank(runs, options.part, metric)
    best = ranked[0].run.name
    return Result(
        tables=[leaderboard(ranked, options.part, dataset.name, metric)],
        data={
            "dataset": dataset.name,
            "part": options.part,
            "metric": options.metric,
            "significance_test": significance_test(metric),
            "runs": [one.data(options.part) for one in ranked],
        },
        next_steps=[f"imdbnlp evaluate {best} FILE", f'imdbnlp predict {best} --text "…"'],
    )
