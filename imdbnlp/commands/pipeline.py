"""Run the stages of a YAML file, from the cache where it can.

FILE holds `stages:`, a list of commands with their options; the dataset that
a stage makes is the one that later stages use.  DATA, if it is given, is the
file that the preprocess stage reads.  --set changes an option of all stages
of a name, or of one: train-gbm[2] is the second of them.

Example:

    imdbnlp pipeline configs/notebook.yaml "IMDB Dataset.csv"
    imdbnlp pipeline configs/notebook.yaml my.csv --set preprocess.sample=1000
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imdbnlp.commands._stages import Stage, override, read_stages
from imdbnlp.errors import ImdbnlpError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Passage, Result, Table
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which stages, on which data."""

    file: str = argument(description="YAML file with the stages.")
    data: str | None = argument(None, description="File that the preprocess stage reads.")
    set: tuple[str, ...] = Field(
        (), description="Change an option, as STAGE.OPTION=VALUE; null unsets it.  Can be given several times."
    )
    force: bool = work_setting(False, description="Do every stage again.")


def pipeline(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Check every stage's options, then run them one after the other."""
    stages = read_stages(Path(options.file))
    override(stages, options.set)
    _add_data(stages, options)
    for stage in stages:
        if options.force and "force" in stage.kind.model_fields:
            stage.set("force", True, "--force")
        stage.settings()
    return _run(stages, workspace, reporter)


def _add_data(stages: Sequence[Stage], options: Options) -> None:
    """Give DATA to the stages that read it.  Raises UsageError if there are none, or if they have no file."""
    readers = [stage for stage in stages if stage.name == "preprocess"]
    if options.data and not readers:
        raise UsageError(f"{options.file} has no preprocess stage that could read {options.data}", hint="leave it out")
    for stage in readers:
        if options.data and stage.origins.get("file") != "--set":
            stage.set("file", options.data, "argument")
        if "file" not in stage.values:
            raise UsageError(f"{stage.title}: no data were named", hint=f"imdbnlp pipeline {options.file} DATA.csv")


def _run(stages: Sequence[Stage], workspace: Workspace, reporter: Reporter) -> Result:
    tables: list[Table | Passage] = []
    data: list[Any] = []
    interrupted = False
    dataset: str | None = None
    for stage in stages:
        reporter.note(f"stage {stage.number} of {len(stages)}: {stage.name} {stage.values.get('model', '')}".rstrip())
        if dataset and "dataset" in stage.kind.model_fields and "dataset" not in stage.values:
            stage.set("dataset", dataset, "pipeline")
        result = _result(stage, workspace, reporter)
        if stage.name in ("preprocess", "demo"):
            dataset = _dataset_of(result)
        tables += result.tables
        data.append({"stage": stage.name, "result": result.data})
        interrupted = result.interrupted
        if interrupted:
            break
    next_steps = ["imdbnlp compare", "imdbnlp runs"]
    return Result(tables=tables, data=data, next_steps=next_steps, interrupted=interrupted)


def _result(stage: Stage, workspace: Workspace, reporter: Reporter) -> Result:
    """What the stage's command answers.  Raises its error, with the stage, and how its option is changed here."""
    settings = stage.kind(**stage.values).with_origins(stage.origins)
    try:
        result: Result = stage.command.function(settings, workspace, reporter)
    except ImdbnlpError as error:
        error.message = f"{stage.title}: {error.message}"
        option = re.match(rf"{re.escape(stage.title)}: --([\w-]+) ", error.message)
        if option and option[1].replace("-", "_") in stage.kind.model_fields:
            error.hint = f"{error.hint}; here: --set {stage.name}.{option[1]}=VALUE".removeprefix("; ")
        raise
    return result


def _dataset_of(result: Result) -> str:
    found = result.data["dataset"]
    return str(found["dataset"] if isinstance(found, dict) else found)
