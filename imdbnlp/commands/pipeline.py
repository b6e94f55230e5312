"""Run the stages of a YAML file, from the cache where it can.

FILE holds `stages:`, a list of commands with their options; the dataset that
a stage makes is the one that later stages use.  DATA, where it is given, is
the file that the preprocess stage reads.

Example:

    imdbnlp pipeline configs/notebook.yaml "IMDB Dataset.csv"
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from imdbnlp.commands._discover import load_command
from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Passage, Result, Table
from imdbnlp.settings import Field, Settings, argument, read_yaml
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which stages, on which data."""

    file: str = argument(description="YAML file with the stages.")
    data: str | None = argument(None, description="The texts that the preprocess stage reads.")
    force: bool = Field(False, description="Do every stage again.")


def pipeline(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Check every stage's options, then run them one after the other."""
    stages = read_stages(Path(options.file))
    prepared = [_prepare(number, name, dict(values), options) for number, (name, values) in enumerate(stages, start=1)]
    tables: list[Table | Passage] = []
    data: list[Any] = []
    dataset: str | None = None
    interrupted = False
    for number, (command, kind, values) in enumerate(prepared, start=1):
        reporter.note(f"stage {number} of {len(prepared)}: {command.name} {values.get('model', '')}".rstrip())
        if dataset and "dataset" in kind.model_fields:
            values = {"dataset": dataset} | values
        result = command.function(kind(**values), workspace, reporter)
        if command.name in ("preprocess", "demo"):
            dataset = _dataset_of(result)
        tables += result.tables
        data.append({"stage": command.name, "result": result.data})
        interrupted = result.interrupted
        if interrupted:
            break
    next_steps = ["imdbnlp compare", "imdbnlp runs"]
    return Result(tables=tables, data=data, next_steps=next_steps, interrupted=interrupted)


def _dataset_of(result: Result) -> str:
    found = result.data["dataset"]
    return str(found["dataset"] if isinstance(found, dict) else found)


def read_stages(path: Path) -> list[tuple[str, Mapping[str, Any]]]:
    """The commands of a pipeline's file and their options, in order.  Raises UsageError for another file."""
    content = read_yaml(path)
    stages = content.get("stages")
    if set(content) != {"stages"} or not isinstance(stages, list) or not stages:
        raise UsageError(
            f"{path}: expected one key, `stages`, with a list of commands", hint="see configs/notebook.yaml"
        )
    return [_stage(path, number, stage) for number, stage in enumerate(stages, start=1)]


def _stage(path: Path, number: int, stage: Any) -> tuple[str, Mapping[str, Any]]:
    if isinstance(stage, str):
        return stage, {}
    if isinstance(stage, dict) and len(stage) == 1:
        name, values = next(iter(stage.items()))
        if isinstance(values, dict | None):
            return str(name), {str(key).replace("-", "_"): value for key, value in (values or {}).items()}
    raise UsageError(f"{path}, stage {number}: expected `command: {{option: value}}`", hint="see configs/notebook.yaml")


def _prepare(number: int, name: str, values: dict[str, Any], options: Options) -> tuple[Any, Any, dict[str, Any]]:
    """The command, its options' class and its values.  Raises UsageError before anything has run."""
    command = load_command(name)
    kind = command.options_for(values)
    if name == "preprocess" and options.data:
        values["file"] = options.data
    if name == "preprocess" and "file" not in values:
        raise UsageError(
            f"stage {number}, preprocess: no data were named", hint=f"imdbnlp pipeline {options.file} DATA.csv"
        )
    if options.force and "force" in kind.model_fields:
        values["force"] = True
    kind(**values)
    return command, kind, values
