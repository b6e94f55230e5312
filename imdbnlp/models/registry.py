"""Every model by its name: the files of this package, and the entry points of other packages.

    model_names("classification")                # ['attention', 'average', …]
    model_class("seq2seq-lstm").task             # 'translation'
    module = model_module("nbsvm")
    module.Model.fit(module.Config(), training)

A file dropped into this folder, or into one of its packages, is a model.  A package installed beside imdbnlp adds one
by the entry point group `imdbnlp.models`, which names a module with a `Config` and a `Model`:

    [project.entry-points."imdbnlp.models"]
    bert = "my_package.bert"
"""

import ast
import importlib
import importlib.util
import pkgutil
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from imdbnlp.errors import UsageError
from imdbnlp.progress import Reporter
from imdbnlp.settings import nearest

GROUP = "imdbnlp.models"
_NOT_MODELS = {"base", "registry"}


def model_names(task: str | None = None) -> list[str]:
    """Every model, or those of one task ("classification", "translation").

    A model of another package is imported only when it is chosen, not to list it: it is in the list of every task.
    """
    return sorted({*own_models(task), *(_other_models().keys() - _own_models().keys())})


def own_models(task: str | None = None, library: str | None = None) -> list[str]:
    """The models of this package, or those of one task or library."""
    return [
        name
        for name in sorted(_own_models())
        if task in (None, model_class(name).task) and library in (None, model_class(name).library)
    ]


def _own_models() -> dict[str, str]:
    """The module of each model of this package.  A subpackage may give its models' names a PREFIX."""
    models = {}
    for package in _packages():
        folder, prefix = Path(str(package.__file__)).parent, getattr(package, "PREFIX", "")
        for file in pkgutil.iter_modules([str(folder)]):
            if not (file.ispkg or file.name.startswith("_") or file.name in _NOT_MODELS):
                models[prefix + file.name] = f"{package.__name__}.{file.name}"
    return models


def _packages() -> list[ModuleType]:
    """This package and those inside it."""
    own = importlib.import_module(str(__package__))
    inner = [file.name for file in pkgutil.iter_modules(own.__path__) if file.ispkg]
    return [own, *(importlib.import_module(f"{__package__}.{name}") for name in inner)]


def _other_models() -> dict[str, str]:
    """The module of each model that another package brings."""
    return {point.name: point.module for point in entry_points(group=GROUP)}


def _module_name(name: str) -> str:
    """Where a model lives.  Raises UsageError naming the nearest one."""
    models = _other_models() | _own_models()
    if name not in models:
        raise UsageError(f"there is no model '{name}'", hint=nearest(name, models))
    return models[name]


def model_module(name: str) -> ModuleType:
    """The module of a model, with its Config and Model.  Raises UsageError if it does not exist or cannot be used."""
    path = _module_name(name)
    try:
        module = importlib.import_module(path)
    except ImportError as error:
        raise UsageError(
            f"model '{name}' cannot be imported from {path}: {error}", hint="install what its package needs"
        ) from error
    for needed in ("Config", "Model"):
        if not hasattr(module, needed):
            raise UsageError(f"model '{name}': {path} has no class {needed}", hint="see imdbnlp.models.base")
    return module


def model_class(name: str) -> Any:
    """The class of a model, a TextModel or Seq2SeqModel.  Raises UsageError as model_module does."""
    return model_module(name).Model


def model_summary(name: str) -> str:
    """The first line of a model's docstring, read without importing it."""
    spec = importlib.util.find_spec(_module_name(name))
    source = Path(str(spec.origin)).read_text(encoding="utf-8") if spec else ""
    return (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0]


def announce_import(library: str, reporter: Reporter) -> None:
    """Say that a package is about to be imported which takes seconds; nothing if it has been, or there is none."""
    if library and library.lower() not in sys.modules:
        reporter.note(f"starting {library}, which takes a few seconds")
