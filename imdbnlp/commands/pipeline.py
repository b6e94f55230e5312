"""Run the stages of a YAML file or preset, one after the other.

FILE holds `stages:`, a list of commands with their options; the dataset that
a stage makes is the one that later stages use.  DATA, if it is given, is the
file that the preprocess stage reads.  With --preset there is no FILE.

--set changes an option of all stages of a name, or of one: train-gbm[2] is
the second of them.  It wins over IMDBNLP_ variables, which win over FILE.

Example:

    imdbnlp pipeline --preset notebook "IMDB Dataset.csv"
    imdbnlp presets notebook > stages.yaml
    imdbnlp pipeline stages.yaml my.csv --set preprocess.sample=1000
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imdbnlp.commands._stages import Stage, override, read_stages
from imdbnlp.errors import ImdbnlpError, UsageError
from imdbnlp.presets import PIPELINE, find_preset, presets
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Passage, Result, Table
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.workspace.workspace import Workspace

_PRESETS = [one for one in presets() if one.model == PIPELINE]


class Options(Settings):
    """Which stages, on which data."""

    file: str | None = argument(None, description="YAML file with the stages; not with --preset.")
    data: str | None = argument(None, description="File that the preprocess stage reads.")
    preset: str | None = Field(
        None,
        description=f"Run the stages of this preset: {', '.join(one.name for one in _PRESETS)}.",
        json_schema_extra={"choices": [one.name for one in _PRESETS]},
    )
    set: tuple[str, ...] = Field(
        (), description="Change an option, as STAGE.OPTION=VALUE; null unsets it.  Can be given several times."
    )
    force: bool = work_setting(False, description="Run every stage again.")


def pipeline(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Check every stage's options, then run them one after the other."""
    stages, data = _stages_and_data(options)
    override(stages, options.set)
    for stage in stages:
        stage.read_variables(but=Options.model_fields)
    _add_data(stages, data)
    for stage in stages:
        if options.force and "force" in stage.kind.model_fields:
            stage.set("force", True, "--force")
        stage.resolved()
    return _run(stages, workspace, reporter)


def _stages_and_data(options: Options) -> tuple[list[Stage], str | None]:
    """The stages of the preset or file, and the data: with a preset the first argument.

    Raises UsageError for both or neither.
    """
    if options.preset is None:
        if options.file is None:
            raise UsageError("no stages were given", hint="imdbnlp pipeline STAGES.yaml DATA.csv, or --preset NAME")
        return read_stages(Path(options.file), options.file), options.data
    if options.file and options.data:
        raise UsageError(f"--preset and {options.file} both name stages", hint=f"leave out {options.file}, or --preset")
    preset = find_preset(options.preset, _PRESETS)
    return read_stages(preset.path, f"preset {preset.name}"), options.data or options.file


def _add_data(stages: Sequence[Stage], data: str | None) -> None:
    """Give the data to the stages that read them.  Raises UsageError if there is none, or if one has no file."""
    readers = [stage for stage in stages if stage.name == "preprocess"]
    if data and not readers:
        raise UsageError(f"there is no preprocess stage that could read {data}", hint=f"leave out {data}")
    for stage in readers:
        if data and "file" not in stage.changes:
            stage.set("file", data, "argument")
        if "file" not in stage.given:
            raise UsageError(f"{stage.title}: no data were given", hint="add the file: imdbnlp pipeline … DATA.csv")


def _run(stages: Sequence[Stage], workspace: Workspace, reporter: Reporter) -> Result:
    tables: list[Table | Passage] = []
    data: list[Any] = []
    interrupted = False
    dataset: str | None = None
    for stage in stages:
        reporter.note(f"stage {stage.number} of {len(stages)}: {stage.name} {stage.value('model') or ''}".rstrip())
        if dataset and "dataset" in stage.kind.model_fields and not stage.names_dataset:
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
    """Run the stage's command.  Raises its error, with the stage, and how its option is changed here."""
    resolved = stage.resolved()
    for note in resolved.ignored:
        reporter.note(note)
    try:
        result: Result = stage.command.function(resolved.settings, workspace, reporter)
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
