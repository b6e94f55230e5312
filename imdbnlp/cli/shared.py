"""The options that every command has; they may be given before the command, too, or as IMDBNLP_… variables."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import click

from imdbnlp.errors import UsageError

SHARED_OPTIONS = [
    click.Option(["--workspace"], type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
                 help="Folder that keeps datasets and runs.  [default ./imdbnlp-work]"),
    click.Option(["--config"], type=click.Path(path_type=Path), metavar="YAML",
                 help="Read the command's options from a YAML file."),
    click.Option(["--json"], is_flag=True, help="Write the result as JSON."),
    click.Option(["-q", "--quiet"], is_flag=True, help="Show no progress and no notes, but warnings and errors."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Report how long each stage took."),
    click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
]  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """What the shared options say, wherever they were given.

    config_is_ambient: the config file was named by a variable, so it is for all commands, not for this one alone.
    """

    workspace: Path | None
    config: Path | None
    config_is_ambient: bool
    json: bool
    quiet: bool
    verbose: bool

    @classmethod
    def of(cls, ctx: click.Context) -> Self:
        """From the flags of the command and those before it, else from the environment.

        Raises UsageError for two different values, or a variable that is neither yes nor no.
        """
        from imdbnlp.cli.resolve import switch

        flags = {name: any(one.get(name) for one in _levels(ctx)) or switch(name) for name in ("json", "quiet")}
        verbose = any(one.get("verbose") for one in _levels(ctx)) or switch("verbose")
        switch("debug")
        ambient = not any(one.get("config") for one in _levels(ctx))
        return cls(_path(ctx, "workspace"), _path(ctx, "config"), ambient, flags["json"], flags["quiet"], verbose)

    @staticmethod
    def config_of(ctx: click.Context, given: str | None) -> Path | None:
        """The config file, before the command's own options are parsed.  given: what its own --config says."""
        path = given or (ctx.parent and ctx.parent.params.get("config")) or os.environ.get("IMDBNLP_CONFIG")
        return Path(path) if path else None


def _levels(ctx: click.Context) -> list[dict[str, Any]]:
    """The values of the command's options, and of those before it."""
    return [ctx.params, ctx.parent.params if ctx.parent else {}]


def _path(ctx: click.Context, name: str) -> Path | None:
    given = list(dict.fromkeys(path for one in _levels(ctx) if (path := one.get(name))))
    if len(given) > 1:
        raise UsageError(f"--{name} is given twice: {given[1]} and {given[0]}", hint="give it once")
    value = given[0] if given else os.environ.get(f"IMDBNLP_{name.upper()}")
    return Path(value) if value else None
