"""Write a report of runs and their dataset as one HTML page.

The page is self-contained: it opens offline, runs no script, and can be read
on a phone and on paper.

Example:

    imdbnlp report
    imdbnlp report nbsvm linear --output report.html
"""

from pathlib import Path

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.leaderboard import rank, runs_on
from imdbnlp.report.pages import PAGE_ENDINGS
from imdbnlp.report.result import Result, Table
from imdbnlp.report.run_report import report_page
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.sources.split_names import TEST
from imdbnlp.storage.output import check_output, is_standard_output, replacing
from imdbnlp.tasks.classification import FOLDS
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which runs, and where the page goes."""

    runs: tuple[str, ...] = argument((), description="Runs on one dataset; by default all of them.", entries="runs")
    dataset: str | None = work_setting(
        None, description="Dataset of the report; by default that of the runs, or the latest.", entries="datasets"
    )
    output: str = Field("report.html", description="File to write, as .html; - for standard output.")


def report(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Gather what the dataset and its runs have to show, and write the page."""
    check_output("--output", options.output, PAGE_ENDINGS)
    dataset, part, runs = _chosen(options, workspace, reporter)
    ranked = rank(runs, part)
    page = report_page(dataset, part, ranked, reporter)
    if is_standard_output(options.output):
        return Result(lines=[page])
    with replacing(Path(options.output)) as file:
        file.write(page)
    size = len(page.encode()) / 1e6
    return Result(
        tables=[Table("report", ["file", "runs", "MB"], [(options.output, len(runs), size)])],
        data={"output": options.output, "runs": [one.run.name for one in ranked], "megabytes": round(size, 3)},
    )


def _chosen(options: Options, workspace: Workspace, reporter: Reporter) -> tuple[Dataset, str, list[Run]]:
    """The dataset, the part that is reported, and the runs that have predictions for it.

    Raises UsageError for runs of several datasets, DataError if the named runs have no unseen texts in common.
    """
    if options.runs:
        runs = [workspace.run(name) for name in dict.fromkeys(options.runs)]
        dataset = workspace.dataset_of(runs[0], options.dataset)
        for run in runs:
            if run.dataset_key != dataset.key:
                raise UsageError(
                    f"{runs[0].name} and {run.name} were trained on different datasets",
                    hint="write a report for the runs of each dataset",
                )
    else:
        dataset = workspace.dataset(options.dataset)
        runs = runs_on(workspace, dataset.key, reporter)
    wanted = len(runs) if options.runs else 1
    for part in (TEST, FOLDS):
        tested = [run for run in runs if part in run.metrics]
        if len(tested) >= max(1, wanted):
            return dataset, part, tested
    if options.runs:
        raise DataError(
            "the runs have no predictions for the same unseen texts",
            hint="name runs that were all tested, or all trained with --folds",
        )
    raise DataError(f"no run on {dataset.name} was tested", hint="imdbnlp train --model nbsvm")
