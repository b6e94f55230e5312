"""What `datasets`, `runs` and `vectors` have in common: list, show, verify, remove."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Settings, argument, nearest
from imdbnlp.storage.files import reading
from imdbnlp.storage.store import Store
from imdbnlp.workspace.workspace import full_name

Action = Literal["list", "show", "verify", "remove"]


class Options(Settings):
    """What to do, and with which entries."""

    action: Action = argument("list", description="What to do: list, show, verify or remove.")
    names: tuple[str, ...] = argument((), description="Names of entries; verify checks all if none is given.")


def options_of(entries: str) -> type[Options]:
    """The options with the shell's completion of names.  entries: "runs", "datasets" or "vectors"."""

    class EntryOptions(Options):
        __doc__ = Options.__doc__
        names: tuple[str, ...] = argument(
            (), description="Names of entries; verify checks all if none is given.", entries=entries
        )

    return EntryOptions


def act(
    kind: str, store: Store, options: Options, list_all: Callable[[], Result], show: Callable[[str], Result],
    keyed: bool = False,
) -> Result:  # fmt: skip
    """Carry out an action on a store's entries.  keyed: as of `full_name`.  Raises UsageError for an unknown entry."""
    names = list(dict.fromkeys(options.names))
    if options.action == "list":
        if names:
            raise UsageError(f"`list` takes no name, got {names[0]}", hint=f"to look at one: show {names[0]}")
        return list_all()
    known = store.names()
    if options.action == "verify":
        return _verify(kind, store, [full_name(kind, name, known, keyed) for name in names] or known)
    if not names:
        raise UsageError(f"`{options.action}` needs the name of a {kind}", hint=nearest("", known))
    if options.action == "remove":
        return _remove(kind, store, names)
    return _joined([_shown_entry(store, full_name(kind, name, known, keyed), show) for name in names])


def _shown_entry(store: Store, name: str, show: Callable[[str], Result]) -> Result:
    """What there is to show of an entry.  Raises ArtefactError where it states something else than is needed."""
    with reading(store.path(name)):
        return show(name)


def _joined(shown: list[Result]) -> Result:
    """One entry as it is; several one after the other."""
    if len(shown) == 1:
        return shown[0]
    return Result(tables=[table for one in shown for table in one.tables], data=[one.data for one in shown])


def _remove(kind: str, store: Store, names: list[str]) -> Result:
    """Remove entries by their whole names; none of them, if one is unknown."""
    known = store.names()
    for name in names:
        if name not in known:
            begun = [one for one in known if one.startswith(name)]
            hint = f"give the whole name: {', '.join(begun)}" if begun else nearest(name, known)
            raise UsageError(f"there is no {kind} '{name}'; nothing was removed", hint=hint)
    for name in names:
        store.remove(name)
    return Result(tables=[Table("", [kind, "state"], [(name, "removed") for name in names])], data={"removed": names})


def settings_table(described: Mapping[str, Mapping[str, Any]]) -> list[Table]:
    """The settings that an entry was made with, and where each came from; no table if nothing is known of them."""
    rows = [(name.replace("_", "-"), _shown(one["value"]), one["from"]) for name, one in described.items()]
    return [Table("settings", ["setting", "value", "from"], rows)] if rows else []


def _shown(value: Any) -> Any:
    """A value as YAML writes it."""
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _verify(kind: str, store: Store, names: list[str]) -> Result:
    """Check every file's sha256.  Raises ArtefactError naming all that are damaged, once all were checked."""
    damaged = {}
    for name in names:
        try:
            store.verify(name)
        except ArtefactError as error:
            damaged[name] = error
    if damaged:
        raise ArtefactError(
            f"{len(damaged)} of {len(names)} {kind}(s): {'; '.join(error.message for error in damaged.values())}",
            hint=next(iter(damaged.values())).hint,
        )
    return Result(tables=[Table("", [kind, "state"], [(name, "whole") for name in names])], data={"whole": names})
