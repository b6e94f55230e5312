"""List, show, verify and remove runs.

Example:

    imdbnlp runs
    imdbnlp runs show nbsvm-1a2b3c4d
    imdbnlp runs verify
    imdbnlp runs remove nbsvm-1a2b3c4d gbm-5e6f7a8b
"""

from dataclasses import replace
from typing import Any

from imdbnlp.commands._entries import Options as _Options
from imdbnlp.commands._entries import act, options_of, settings_table
from imdbnlp.commands.train import headline_part, run_result
from imdbnlp.commands.train_seq2seq import translation_result
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

Options = options_of("runs")


def runs(options: _Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """What was asked for, of runs."""
    return act(
        "run", workspace.runs, options, lambda: _list(workspace, reporter), lambda name: _show(workspace.any_run(name))
    )


def _show(run: Run) -> Result:
    result = translation_result(run) if run.translates else run_result(run)
    return replace(result, tables=[*result.tables, *settings_table(run.record.get("settings", {}))])


def _list(workspace: Workspace, reporter: Reporter) -> Result:
    rows: list[tuple[Any, ...]] = []
    for name, run in workspace.each_run():
        if isinstance(run, Run):
            rows.append(_row(run))
        else:
            reporter.warn(run.message)
            rows.append((name, "(unreadable)", "", "", None, None, None, None))
    columns = ["run", "model", "dataset", "part", "accuracy", "BLEU", "train s", "MB"]
    if all(row[5] is None for row in rows):
        columns, rows = [*columns[:5], *columns[6:]], [(*row[:5], *row[6:]) for row in rows]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("runs, latest first", columns, rows)], data=data)


def _row(run: Run) -> tuple[Any, ...]:
    part = headline_part(run)
    accuracy, bleu = (run.metrics[part].get(name) if part else None for name in ("accuracy", "bleu"))
    record = run.record
    return (
        run.name, record["model"], record["dataset"]["name"], part or "", accuracy, bleu,
        record["train_seconds"], record["model_megabytes"],
    )  # fmt: skip
