"""List, show, verify and remove runs.

Example:

    imdbnlp runs
    imdbnlp runs show nbsvm-1a2b3c4d
    imdbnlp runs verify
    imdbnlp runs remove nbsvm-1a2b3c4d gbm-5e6f7a8b
"""

from dataclasses import replace

from imdbnlp.commands._entries import Options as _Options
from imdbnlp.commands._entries import act, options_of, settings_table
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.report.runs import run_list, run_result
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

Options = options_of("runs")


def runs(options: _Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """List, show, verify or remove runs."""
    return act(
        "run", workspace.runs, options, lambda: _list(workspace, reporter), lambda name: _show(workspace.any_run(name))
    )


def _show(run: Run) -> Result:
    result = run_result(run)
    tables = [*result.tables, *settings_table(run.record.get("settings", {}))]
    return replace(result, tables=tables, interrupted=False)


def _list(workspace: Workspace, reporter: Reporter) -> Result:
    listed: list[tuple[str, Run | None]] = []
    for name, run in workspace.each_run():
        if not isinstance(run, Run):
            reporter.warn(run.message)
        listed.append((name, run if isinstance(run, Run) else None))
    table = run_list(listed)
    return Result(tables=[table], data=[dict(zip(table.columns, row, strict=True)) for row in table.rows])
