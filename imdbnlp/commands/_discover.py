"""Which commands there are, found without importing any of them.

    command_names()                   # ['compare', 'datasets', …]
    load_command("train-gbm").Options

A command is a file in this folder: a docstring (its help, with an example), `Options`, and a function of the
file's name that takes options, workspace and reporter and returns a Result.
"""

import ast
import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imdbnlp.errors import UsageError

GROUPS = {
    "Data": ("demo", "preprocess", "explore", "vectorize"),
    "Train": ("train", "train-gbm", "train-keras", "train-seq2seq", "train-w2v", "pipeline"),
    "Use": ("predict", "translate", "explain", "neighbors", "similar"),
    "Evaluate": ("compare", "evaluate", "errors", "suspects", "curve", "summary", "report"),
    "Manage": ("datasets", "runs", "vectors", "cache", "presets"),
}
"""The commands as the help lists them."""

OTHERS = "More"


def grouped_commands() -> dict[str, list[str]]:
    """Every command under the heading of its group; those that are in no group come last."""
    known = command_names()
    groups = {title: [name for name in names if name in known] for title, names in GROUPS.items()}
    placed = {name for names in groups.values() for name in names}
    return groups | {OTHERS: [name for name in known if name not in placed]}


def command_names() -> list[str]:
    """Every command as it is typed, with dashes."""
    files = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(file.name.replace("_", "-") for file in files if not file.name.startswith("_"))


def command_help(name: str) -> str:
    """A command's whole help text: its file's docstring."""
    source = (Path(__file__).parent / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source)) or ""


@dataclass(frozen=True)
class Command:
    """A command ready to run.  options_for: the settings class that fits what was given so far."""

    name: str
    options_for: Callable[[Mapping[str, Any]], Any]
    function: Callable[..., Any]


def load_command(name: str) -> Command:
    """Import one command.  Raises UsageError naming the nearest one."""
    if name not in command_names():
        from imdbnlp.settings import nearest

        raise UsageError(f"there is no command '{name}'", hint=nearest(name, command_names()))
    module = importlib.import_module(f"imdbnlp.commands.{name.replace('-', '_')}")
    options_for = getattr(module, "options_for", None) or (lambda given: module.Options)
    return Command(name, options_for, getattr(module, name.replace("-", "_")))
