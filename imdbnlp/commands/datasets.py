"""List, show, verify and remove datasets.

Example:

    imdbnlp datasets
    imdbnlp datasets show reviews-1a2b3c4d
    imdbnlp datasets verify
    imdbnlp datasets remove reviews-1a2b3c4d
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from imdbnlp.commands._entries import Options as _Options
from imdbnlp.commands._entries import act, options_of, settings_table
from imdbnlp.data.pairs import PairDataset
from imdbnlp.errors import ArtefactError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.datasets import dataset_result
from imdbnlp.report.result import Result, Table
from imdbnlp.storage.files import reading
from imdbnlp.storage.store import Store
from imdbnlp.workspace.workspace import Workspace

Options = options_of("datasets")


def datasets(options: _Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """List, show, verify or remove datasets."""
    store = workspace.datasets

    def show(name: str) -> Result:
        manifest = store.manifest(name)
        result, described = dataset_result(name, manifest), manifest.get("described", {})
        return replace(
            result, tables=[*result.tables, *settings_table(described)], data=result.data | {"settings": described}
        )

    return act("dataset", store, options, lambda: _list(store, reporter), show, keyed=True)


def _list(store: Store, reporter: Reporter) -> Result:
    rows: list[tuple[Any, ...]] = []
    for name in store.names():
        try:
            with reading(store.path(name)):
                rows.append(_row(name, store.manifest(name)))
        except ArtefactError as error:
            reporter.warn(error.message)
            rows.append((name, "(unreadable)", None, None, "", ""))
    columns = ["dataset", "source", "texts", "classes", "profile", "created"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("datasets, latest first", columns, rows)], data=data)


def _row(name: str, manifest: dict[str, Any]) -> tuple[Any, ...]:
    texts, source = sum(manifest["parts"].values()), Path(manifest["source"]).name
    created = manifest["created"][:16].replace("T", " ")
    if manifest["kind"] == PairDataset.kind:
        return (name, source, texts, None, f"pairs, {manifest['tokens']}", created)
    return (name, source, texts, len(manifest["classes"]), manifest["profile"], created)
