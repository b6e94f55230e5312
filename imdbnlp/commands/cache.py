"""List, verify and remove features, indexes and pictures.

These cached entries are made again when they are needed.  NAMES are names
of entries, or kinds: features (of vectorize), indexes (of neighbors and
explain), pictures (of explore and curve).

Example:

    imdbnlp cache
    imdbnlp cache verify
    imdbnlp cache remove tfidf-1a2b3c4d
    imdbnlp cache remove indexes pictures
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Settings, argument
from imdbnlp.storage.files import reading
from imdbnlp.storage.store import Store
from imdbnlp.workspace.workspace import Workspace, full_name

Action = Literal["list", "verify", "remove"]


class Options(Settings):
    """What to do, and with which entries."""

    action: Action = argument("list", description="What to do: list, verify or remove.")
    names: tuple[str, ...] = argument(
        (), description="Entries, or kinds of entries; list and verify take all if none is given."
    )


@dataclass(frozen=True)
class _Entry:
    """A cached entry.  kind: features, indexes or pictures."""

    kind: str
    name: str
    store: Store


def cache(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Carry out an action on cached entries.  Raises UsageError for an unknown one, ArtefactError for a damaged one."""
    stores = {"features": workspace.features, "indexes": workspace.indexes, "pictures": workspace.pictures}
    entries = [_Entry(kind, name, store) for kind, store in stores.items() for name in store.names()]
    if options.action == "remove" and not options.names:
        raise UsageError("`remove` needs names of entries, or a kind", hint=f"choose from: {', '.join(stores)}")
    chosen = _chosen(entries, list(stores), options.names) if options.names else entries
    if options.action == "list":
        return _list(chosen, reporter)
    return _verify(chosen) if options.action == "verify" else _remove(chosen)


def _chosen(entries: Sequence[_Entry], kinds: Sequence[str], names: Sequence[str]) -> list[_Entry]:
    """The entries of these names and kinds, each once.  Raises UsageError for an unknown name."""
    known = [entry.name for entry in entries]
    found = [name if name in kinds else full_name("cached entry", name, known) for name in names]
    return [entry for entry in entries if entry.kind in found or entry.name in found]


def _list(entries: Sequence[_Entry], reporter: Reporter) -> Result:
    rows: list[tuple[Any, ...]] = []
    for entry in entries:
        try:
            with reading(entry.store.path(entry.name)):
                manifest = entry.store.manifest(entry.name)
                megabytes = sum(file["bytes"] for file in manifest["files"].values()) / 1e6
                rows.append((entry.name, entry.kind, megabytes, manifest["created"][:16].replace("T", " ")))
        except ArtefactError as error:
            reporter.warn(error.message)
            rows.append((entry.name, entry.kind, None, "(unreadable)"))
    columns = ["entry", "kind", "MB", "created"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("cached entries, latest of each kind first", columns, rows)], data=data)


def _verify(entries: Sequence[_Entry]) -> Result:
    """Check every file's sha256.  Raises ArtefactError naming all damaged entries, once all were checked."""
    damaged = []
    for entry in entries:
        try:
            entry.store.verify(entry.name)
        except ArtefactError as error:
            damaged.append((entry.name, error.message))
    if damaged:
        names = " ".join(name for name, _ in damaged)
        raise ArtefactError(
            f"{len(damaged)} of {len(entries)} cached entries: {'; '.join(message for _, message in damaged)}",
            hint=f"remove what is damaged: imdbnlp cache remove {names}",
        )
    return _states("whole", entries)


def _remove(entries: Sequence[_Entry]) -> Result:
    for entry in entries:
        entry.store.remove(entry.name)
    return _states("removed", entries)


def _states(state: str, entries: Sequence[_Entry]) -> Result:
    rows = [(entry.name, entry.kind, state) for entry in entries]
    return Result(tables=[Table("", ["entry", "kind", "state"], rows)], data={state: [entry.name for entry in entries]})
