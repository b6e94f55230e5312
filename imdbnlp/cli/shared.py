"""The options that every command has; they may be given before the command, too, or as IMDBNLP_… variables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import click

from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.presets import Preset, find_preset

SHARED_OPTIONS = [
    click.Option(["--workspace"], type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
                 help="Folder that keeps datasets and runs.  [default ./imdbnlp-work]"),
    click.Option(["--config"], type=click.Path(path_type=Path), metavar="YAML",
                 help="Read the command's options from a YAML file."),
    click.Option(["--json"], is_flag=True, help="Write the result as JSON."),
    click.Option(["-q", "--quiet"], is_flag=True, help="Show warnings and errors, but no progress and no notes."),
    click.Option(["-v", "--verbose"], is_flag=True, help="Report how long each stage took."),
    click.Option(["--debug"], is_flag=True, help="Show the traceback of an error."),
]  # fmt: skip


_TRUE, _FALSE = ("1", "true", "yes", "on", "y", "t"), ("0", "false", "no", "off", "n", "f", "")


@dataclass(frozen=True)
class Config:
    """A file of settings.

    title: what messages call it.  ambient: it was named by a variable, so it is for all commands, not for this one
    alone.
    """

    path: Path
    title: str
    ambient: bool = False

    @classmethod
    def of_file(cls, path: Path | str, ambient: bool = False) -> Self:
        return cls(Path(path), str(path), ambient)

    @classmethod
    def of_preset(cls, name: str, known: Sequence[Preset]) -> Self:
        """Raises UsageError naming the nearest preset."""
        return cls(find_preset(name, known).path, f"preset {name}")

    @classmethod
    def chosen(cls, ctx: click.Context, config: Path | str | None, preset: str | None) -> Self | None:
        """The file that was named: by the command's own flags, by --config before the command, or by a variable.

        Raises UsageError for two files.
        """
        presets: Sequence[Preset] = ctx.meta.get("presets", ())
        config = config or (ctx.parent.params.get("config") if ctx.parent else None)
        if config and preset:
            raise UsageError("--config and --preset both name a file of settings", hint="give one of them")
        if preset or config:
            return cls.of_preset(preset, presets) if preset else cls.of_file(config or "")
        if presets and (named := os.environ.get("IMDBNLP_PRESET")):
            return cls.of_preset(named, presets)
        ambient = os.environ.get("IMDBNLP_CONFIG")
        return cls.of_file(ambient, ambient=True) if ambient else None


@dataclass(frozen=True)
class Shared:
    """What the shared options say, wherever they were given."""

    workspace: Path | None
    config: Config | None
    json: bool
    quiet: bool
    verbose: bool

    @classmethod
    def of(cls, ctx: click.Context) -> Self:
        """From the flags of the command and those before it, else from the environment.

        Raises UsageError for two different values, or a variable that is neither yes nor no.
        """
        flags = {name: any(one.get(name) for one in _levels(ctx)) or switch(name) for name in ("json", "quiet")}
        verbose = any(one.get("verbose") for one in _levels(ctx)) or switch("verbose")
        switch("debug")
        preset = ctx.params.get("preset") if ctx.meta.get("presets") else None
        config = Config.chosen(ctx, _given(ctx, "config"), preset)
        workspace = _given(ctx, "workspace") or os.environ.get("IMDBNLP_WORKSPACE")
        return cls(Path(workspace) if workspace else None, config, flags["json"], flags["quiet"], verbose)


def _levels(ctx: click.Context) -> list[dict[str, Any]]:
    """The values of the command's options, and of those before it."""
    return [ctx.params, ctx.parent.params if ctx.parent else {}]


def _given(ctx: click.Context, name: str) -> Path | None:
    given = list(dict.fromkeys(path for one in _levels(ctx) if (path := one.get(name))))
    if len(given) > 1:
        raise UsageError(f"--{name} is given twice: {given[1]} and {given[0]}", hint="give it once")
    return given[0] if given else None


def switch(name: str) -> bool:
    """Whether the environment turns a shared flag on.  Raises SettingsError for what is neither yes nor no."""
    variable = f"IMDBNLP_{name.upper()}"
    value = os.environ.get(variable, "")
    if value.lower() not in (*_TRUE, *_FALSE):
        raise SettingsError(f"{variable}={value}: expected 1 or 0", hint=f"set it to 1 for --{name}, or unset it")
    return value.lower() in _TRUE
