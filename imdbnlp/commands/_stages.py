"""The stages of a pipeline's file, and what `--set` and the environment change in them.

stages = read_stages(Path("stages.yaml"), "stages.yaml")
override(stages, ["preprocess.sample=1000", "train-gbm[2].trees=100"])
stages[0].resolved().settings
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imdbnlp.commands._discover import Command, load_command
from imdbnlp.commands._given import Given, Resolved, from_file, from_variables, settings_from, values_of
from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.settings import Settings, nearest, read_yaml

_FORM = re.compile(r"(?P<stage>[\w-]+)(?:\[(?P<number>[0-9]+)\])?\.(?P<option>[\w-]+)=(?P<value>.*)", re.DOTALL)
_EXAMPLE = "for an example: imdbnlp presets notebook"


@dataclass
class Stage:
    """number: from 1.  name: of its command.  in_file: its options in the file.  changes: what replaces them."""

    number: int
    name: str
    in_file: Mapping[str, Given]
    variables: Mapping[str, Given] = field(default_factory=dict)
    changes: dict[str, Given] = field(default_factory=dict)

    def set(self, option: str, value: Any, origin: str) -> None:
        """Give an option a value, whatever the file and the environment say."""
        self.changes[option] = Given(value, origin)

    def read_variables(self, but: Collection[str]) -> None:
        """Take options from the environment, which replace those of the file.  but: options to leave alone."""
        if "model" in self.command.options_for({}).model_fields:
            self.variables = from_variables(["model"])
        self.variables = from_variables(self.kind.model_fields.keys() - set(but))

    @property
    def given(self) -> dict[str, Given]:
        """Its options: the file's, below the environment's, below the changes."""
        return {**self.in_file, **self.variables, **self.changes}

    def value(self, option: str) -> Any:
        """What an option was set to; None if it was not."""
        return self.given[option].value if option in self.given else None

    @property
    def names_dataset(self) -> bool:
        """Whether the file or --set says which dataset to use; a variable yields to one that the pipeline makes."""
        return "dataset" in self.in_file or "dataset" in self.changes

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
        kind: type[Settings] = self.command.options_for(values_of(self.given))
        return kind

    def resolved(self) -> Resolved:
        """The options, checked.  Raises SettingsError naming the stage, and the file, variable or flag at fault."""
        try:
            return settings_from(self.command, self.given)
        except SettingsError as error:
            raise SettingsError(f"{self.title}: {error.message}", error.hint, error.field) from None


def read_stages(path: Path, title: str) -> list[Stage]:
    """The commands of a pipeline's file and their options, in order.  title: what messages call the file.

    Raises UsageError for another file.
    """
    content = read_yaml(path)
    stages = content.get("stages")
    if set(content) != {"stages"} or not isinstance(stages, list) or not stages:
        raise UsageError(f"{title}: expected one key, `stages`, with a list of commands", hint=_EXAMPLE)
    return [_stage(title, number, stage) for number, stage in enumerate(stages, start=1)]


def _stage(title: str, number: int, stage: Any) -> Stage:
    if isinstance(stage, str):
        return Stage(number, stage, {})
    if isinstance(stage, dict) and len(stage) == 1:
        name, values = next(iter(stage.items()))
        if isinstance(values, dict | None):
            return Stage(number, str(name), from_file(_plain(values or {}), title))
    raise UsageError(f"{title}, stage {number}: expected `command: {{option: value}}`", hint=_EXAMPLE)


def _plain(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).replace("-", "_"): value for key, value in values.items()}


def override(stages: Sequence[Stage], changes: Sequence[str]) -> None:
    """Change options as `--set` says.  Raises UsageError for an unknown stage, or an option changed twice."""
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
