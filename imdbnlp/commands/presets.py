"""List the settings that come with imdbnlp, or write one file.

A preset is a YAML file of settings: those of a model, tuned to a data set, or
the stages of a pipeline.

Example:

    imdbnlp presets
    imdbnlp train --preset nbsvm-imdb
    imdbnlp presets nbsvm-imdb > mine.yaml
"""

import json

from imdbnlp.presets import find_preset
from imdbnlp.presets import presets as all_presets
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Settings, argument
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which preset."""

    name: str | None = argument(None, description="Preset to write; all are listed if none is given.")


def presets(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The list of presets, or the file of one."""
    if options.name:
        text = find_preset(options.name, all_presets()).text
        return Result(lines=[text], json_lines=[json.dumps({"preset": options.name, "yaml": text}) + "\n"])
    rows = [(one.name, one.model, one.description) for one in all_presets()]
    columns = ["preset", "model", "description"]
    data = [dict(zip(columns, row, strict=True)) for row in rows]
    return Result(tables=[Table("presets", columns, rows)], data=data)
