"""The names of runs, datasets and word vectors, for the shell that completes them: fast, and silent on errors."""

import os
from collections.abc import Callable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

_VARIABLE, _DEFAULT = "IMDBNLP_WORKSPACE", "imdbnlp-work"

Completion = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def complete_entries(kind: str) -> Completion:
    """A completion of the names in one folder of the workspace, the latest first.  kind: "runs", "datasets", …"""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        names = [name for name in _entries(_workspace(ctx) / kind) if name.startswith(incomplete)]
        return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]

    return complete


def _workspace(ctx: click.Context) -> Path:
    given = ctx.params.get("workspace") or ctx.find_root().params.get("workspace")
    return Path(given or os.environ.get(_VARIABLE) or _DEFAULT)


def _entries(folder: Path) -> list[str]:
    """Folders by the time of their last change; nothing if they cannot be listed."""
    try:
        found = [entry for entry in os.scandir(folder) if not entry.name.startswith(".") and entry.is_dir()]
        return [entry.name for entry in sorted(found, key=lambda entry: entry.stat().st_mtime, reverse=True)]
    except OSError:
        return []
