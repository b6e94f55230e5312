"""List, show, verify or remove word vectors.

Example:

    imdbnlp vectors
    imdbnlp vectors show w2v
    imdbnlp vectors verify
    imdbnlp vectors remove w2v
"""

from typing import Any

from imdbnlp.commands._entries import Options as _Options
from imdbnlp.commands._entries import act, options_of, settings_table
from imdbnlp.errors import ArtefactError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.storage.stated import Shape, read_stated
from imdbnlp.workspace.vectors import SUMMARY
from imdbnlp.workspace.workspace import Workspace

Options = options_of("vectors")


class _Summary(Shape):
    """What is stated of word vectors."""

    dataset: str
    settings: dict[str, dict[str, Any]]


def vectors(options: _Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """What was asked for, of word vectors."""
    store = workspace.vectors
    return act(
        "set of word vectors", store, options, lambda: _list(workspace, reporter), lambda name: _show(workspace, name)
    )


def _list(workspace: Workspace, reporter: Reporter) -> Result:
    rows: list[tuple[Any, ...]] = []
    for name in workspace.vectors.names():
        try:
            summary = _summary(workspace, name)
        except ArtefactError as error:
            reporter.warn(error.message)
            rows.append((name, "(unreadable)", None, None, None))
        else:
            rows.append((name, summary["dataset"], summary["vectors"], summary["dimensions"], summary["seconds"]))
    columns = ["vectors", "dataset", "words", "dimensions", "train s"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("word vectors, latest first", columns, rows)], data=data)


def _show(workspace: Workspace, name: str) -> Result:
    summary = _summary(workspace, name)
    rows = [(key.replace("_", " "), value) for key, value in summary.items() if key != "settings"]
    tables = [Table(f"word vectors {name}", ["statistic", "value"], rows), *settings_table(summary["settings"])]
    return Result(tables=tables, data={"name": name} | summary)


def _summary(workspace: Workspace, name: str) -> dict[str, Any]:
    workspace.vectors.verify(name)
    return read_stated(workspace.vectors.path(name) / SUMMARY, _Summary)
