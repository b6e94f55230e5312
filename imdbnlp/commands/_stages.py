"""The stages of a pipeline's file, and what `--set` changes in them.

stages = read_stages(Path("configs/notebook.yaml"))
override(stages, ["preprocess.sample=1000", "train-gbm[2].trees=100"])
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imdbnlp.commands._discover import Command, load_command
from imdbnlp.commands._known_settings import check_keys
from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.settings import Settings, nearest, read_yaml

_FORM = re.compile(r"(?P<stage>[\w-]+)(?:\[(?P<number>[0-9]+)\])?\.(?P<option>[\w-]+)=(?P<value>.*)", re.DOTALL)


@dataclass
class Stage:
    """number: from 1.  name: of its command.  values: its options.  origins: where each option comes from."""

    number: int
    name: str
    values: dict[str, Any]
    origins: dict[str, str] = field(default_factory=dict)

    def set(self, option: str, value: Any, origin: str) -> None:
        """Give an option a value, whatever the file says."""
        self.values[option], self.origins[option] = value, origin

    @property
    def title(self) -> str:
        """What messages call the stage."""
        return f"stage {self.number}, {self.name}"

    @property
    def command(self) -> Command:
        return load_command(self.name)

    @property
    def kind(self) -> type[Settings]:
        """The settings class that fits the options."""
        kind: type[Settings] = self.command.options_for(self.values)
        return kind

    def settings(self) -> Settings:
        """The options, checked.  Raises SettingsError naming the stage, and the file or flag that is wrong."""
        try:
            for origin in dict.fromkeys(self.origins.values()):
                given = [name for name, one in self.origins.items() if one == origin]
                check_keys(given, self.command, self.values, origin)
            settings = self.kind(**self.values)
            settings.check_conditions(self.values.keys())
        except SettingsError as error:
            raise SettingsError(f"{self.title}: {error.message}", error.hint, error.field) from None
        return settings.with_origins(self.origins)


def read_stages(path: Path) -> list[Stage]:
    """The commands of a pipeline's file and their options, in order.  Raises UsageError for another file."""
    content = read_yaml(path)
    stages = content.get("stages")
    if set(content) != {"stages"} or not isinstance(stages, list) or not stages:
        raise UsageError(
            f"{path}: expected one key, `stages`, with a list of commands", hint="see configs/notebook.yaml"
        )
    return [_stage(path, number, stage) for number, stage in enumerate(stages, start=1)]


def _stage(path: Path, number: int, stage: Any) -> Stage:
    if isinstance(stage, str):
        return Stage(number, stage, {})
    if isinstance(stage, dict) and len(stage) == 1:
        name, values = next(iter(stage.items()))
        if isinstance(values, dict | None):
            plain = _plain(values or {})
            return Stage(number, str(name), plain, dict.fromkeys(plain, str(path)))
    raise UsageError(f"{path}, stage {number}: expected `command: {{option: value}}`", hint="see configs/notebook.yaml")


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).replace("-", "_"): value for key, value in values.items()}


def override(stages: Sequence[Stage], changes: Sequence[str]) -> None:
    """Change options as `--set` says.  Raises UsageError for a stage that is not there, or a change made twice."""
    seen: set[tuple[str, str | None, str]] = set()
    for change in changes:
        match = _FORM.fullmatch(change)
        if not match:
            raise UsageError(
                f"--set {change}: expected STAGE.OPTION=VALUE", hint="for example: --set preprocess.sample=1000"
            )
        target = (match["stage"], match["number"], match["option"].replace("-", "_"))
        if target in seen:
            raise UsageError(f"--set {change.partition('=')[0]} is given twice", hint="give it once")
        seen.add(target)
        for stage in _chosen(stages, match["stage"], match["number"], change):
            stage.set(target[2], None if match["value"] == "null" else match["value"], "--set")


def _chosen(stages: Sequence[Stage], name: str, number: str | None, change: str) -> list[Stage]:
    named = [stage for stage in stages if stage.name == name]
    if not named:
        hint = nearest(name, {stage.name for stage in stages})
        raise UsageError(f"--set {change}: the pipeline has no stage '{name}'", hint=hint)
    if number is None:
        return named
    if not 1 <= int(number) <= len(named):
        raise UsageError(f"--set {change}: there are {len(named)} stages '{name}'", hint=f"from [1] to [{len(named)}]")
    return [named[int(number) - 1]]
