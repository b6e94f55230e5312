"""List, show, verify and remove runs.

Example:

    imdbnlp runs
    imdbnlp runs show nbsvm-1a2b3c4d
    imdbnlp runs verify
    imdbnlp runs remove nbsvm-1a2b3c4d
"""

from typing import Any

from imdbnlp.commands._entries import Options, act
from imdbnlp.commands.train import headline_part, run_result
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

__all__ = ["Options", "runs"]


def runs(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """What was asked for, of runs."""
    return act("run", workspace.runs, options, lambda: _list(workspace), lambda name: run_result(workspace.run(name)))


def _list(workspace: Workspace) -> Result:
    found = [Run.open(workspace.runs.path(name)) for name in workspace.runs.names()]
    rows = [_row(run) for run in found]
    columns = ["run", "model", "dataset", "part", "accuracy", "train s", "MB"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("runs, newest first", columns, rows)], data=data)


def _row(run: Run) -> tuple[Any, ...]:
    part = headline_part(run)
    accuracy = run.metrics[part]["accuracy"] if part else None
    record = run.record
    return (
        run.name, record["model"], record["dataset"]["name"], part or "", accuracy,
        record["train_seconds"], record["model_megabytes"],
    )  # fmt: skip
