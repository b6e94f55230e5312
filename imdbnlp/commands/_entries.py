"""What `datasets` and `runs` have in common: list, show, verify, remove."""

from collections.abc import Callable
from typing import Literal

from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.result import Result, Table
from imdbnlp.settings import Settings, argument, nearest
from imdbnlp.storage.store import Store
from imdbnlp.workspace.workspace import full_name


class Options(Settings):
    """What to do, and with which entry."""

    action: Literal["list", "show", "verify", "remove"] = argument("list", description="What to do.")
    name: str | None = argument(None, description="With which one; verify takes all where none is named.")


def act(
    kind: str, store: Store, options: Options, list_all: Callable[[], Result], show: Callable[[str], Result]
) -> Result:
    """Carry out an action on a store's entries.  Raises UsageError for an unknown entry."""
    if options.action == "list":
        return list_all()
    if options.action == "verify" and options.name is None:
        return _verify(kind, store, store.names())
    if options.name is None:
        raise UsageError(f"`{options.action}` needs the name of a {kind}", hint=nearest("", store.names()))
    name = full_name(kind, options.name, store.names())
    if options.action == "show":
        return show(name)
    if options.action == "verify":
        return _verify(kind, store, [name])
    store.remove(name)
    return Result(tables=[Table("", [kind, "state"], [(name, "removed")])], data={"removed": name})


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
