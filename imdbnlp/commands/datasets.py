"""List, show, verify and remove datasets.

Example:

    imdbnlp datasets
    imdbnlp datasets show reviews-1a2b3c4d
    imdbnlp datasets verify
    imdbnlp datasets remove reviews-1a2b3c4d
"""

from pathlib import Path

from imdbnlp.commands._entries import Options, act
from imdbnlp.commands.preprocess import dataset_result
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.workspace.workspace import Workspace

__all__ = ["Options", "datasets"]


def datasets(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """What was asked for, of datasets."""
    store = workspace.datasets
    return act(
        "dataset", store, options, lambda: _list(workspace), lambda name: dataset_result(name, store.manifest(name))
    )


def _list(workspace: Workspace) -> Result:
    rows = []
    for name in workspace.datasets.names():
        manifest = workspace.datasets.manifest(name)
        texts = sum(manifest["parts"].values())
        rows.append(
            (
                name,
                Path(manifest["source"]).name,
                texts,
                len(manifest["classes"]),
                manifest["profile"],
                manifest["created"][:16].replace("T", " "),
            )
        )
    columns = ["dataset", "source", "texts", "classes", "profile", "created"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("datasets, newest first", columns, rows)], data=data)
