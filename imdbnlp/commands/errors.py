"""Show a run's wrong predictions, the most confident first.

Errors are shown for texts that the run was not trained on: the test set, or
another part of the dataset for which it has predictions.

Example:

    imdbnlp errors nbsvm
    imdbnlp errors nbsvm --part folds --top 50
"""

from typing import Literal

from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.report.texts import confident_errors, error_table
from imdbnlp.settings import Field, Settings, argument
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which run, and which of its predictions."""

    run: str | None = argument(None, description="Name or folder of the run; by default the latest.", entries="runs")
    part: Literal["test", "folds", "valid"] | None = Field(
        None,
        description="Part of the dataset to look at; by default the first of test, folds and valid that the run has.",
    )
    top: int = Field(20, ge=1, description="Show this many errors, the most confident first.")


def errors(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The wrong predictions, by their probability."""
    run = workspace.run(options.run)
    predictions = _predictions_of(run, options.part)
    dataset = workspace.dataset_of(run)
    found = confident_errors(predictions, dataset, options.top)
    n_wrong, n_texts = int((~predictions.is_right).sum()), len(predictions.rows)
    title = f"{run.name}, {predictions.part}: {n_wrong:,} of {n_texts:,} texts are predicted wrongly"
    return Result(
        tables=[error_table(title, found)],
        data={"run": run.name, "part": predictions.part, "n_wrong": n_wrong, "n_texts": n_texts, "errors": found},
        next_steps=[f"imdbnlp explain {run.name} --review-id {found[0]['id']}"] if found else [],
    )


def _predictions_of(run: Run, part: str | None = None) -> Predictions:
    """A run's predictions for a part.  Raises DataError if it has none."""
    chosen = part or run.headline_part
    if chosen is None or chosen not in run.metrics:
        has = ", ".join(f"--part {one}" for one in run.predicted_parts)
        raise DataError(
            f"run {run.name} has no predictions for the part '{chosen or 'test'}'",
            hint=f"it has: {has}" if has else "train it with --folds 5, or on a dataset with test texts",
        )
    return run.predictions(chosen)
