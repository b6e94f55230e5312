"""Where the values of settings come from: flag, then IMDBNLP_… variable, then --config file, then the default.

resolved = resolve(command, TrainOptions, context.params, config_file)
resolved.settings, resolved.ignored
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from imdbnlp.commands._discover import Command
from imdbnlp.commands._known_settings import all_setting_names, check_keys
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Settings, flag, nearest, read_yaml

PREFIX = "IMDBNLP_"
SHARED = ("workspace", "config", "json", "quiet", "verbose", "debug")
_OF_TESTS = PREFIX + "TEST_"
_TRUE, _FALSE = ("1", "true", "yes", "on", "y", "t"), ("0", "false", "no", "off", "n", "f", "")


@dataclass(frozen=True)
class Resolved:
    """settings: valid, and aware of their origins.  ignored: why variables were passed over."""

    settings: Settings
    ignored: list[str]


def resolve(
    command: Command, kind: type[Settings], context: click.Context, config: Path | None, ambient: bool = False
) -> Resolved:
    """Build the settings.  Raises SettingsError naming the flag, the variable, or the file and its key.

    ambient: the file is for all commands, so what it says for others is passed over.
    """
    from_file = read_yaml(config) if config else {}
    if ambient and not from_file.keys() <= kind.model_fields.keys():
        of_others = all_setting_names() - kind.model_fields.keys()
        from_file = {name: value for name, value in from_file.items() if name not in of_others}
    said, variables = given(context, set(kind.model_fields)), _variables(kind.model_fields)
    if config:
        check_keys(from_file, command, from_file | variables | said, config)
    variables = {name: value for name, value in variables.items() if name not in said}
    values = from_file | variables | said
    origins = {name: str(config) for name in from_file} | {name: variable(name) for name in variables}
    origins |= {name: _flag_of(context, name) for name in said}
    for_many = set(variables) | (from_file.keys() - said.keys() if ambient else set())
    values, ignored = _applicable(kind, values, for_many, origins)
    settings = _built(kind, values, origins, set(said))
    settings.check_conditions(values.keys())
    return Resolved(settings.with_origins({name: origins[name] for name in values}), ignored)


def _built(kind: type[Settings], values: Mapping[str, Any], origins: Mapping[str, str], said: set[str]) -> Settings:
    try:
        return kind(**values)
    except SettingsError as error:
        if error.field in origins and error.field not in said:
            raise SettingsError(f"{origins[error.field]}: {error.message}", error.hint, error.field) from None
        raise


def _applicable(
    kind: type[Settings], values: dict[str, Any], ambient: set[str], origins: Mapping[str, str]
) -> tuple[dict[str, Any], list[str]]:
    """The values without the ambient ones that have no meaning here: a variable is set for many commands."""
    conditional = {name for name in ambient if kind.condition_of(name)}
    if not conditional:
        return values, []
    try:
        probe = kind(**{name: value for name, value in values.items() if name not in conditional})
    except SettingsError:  # which is told when all values are looked at
        return values, []
    unused = [name for name in sorted(conditional) if probe.unmet(name)]
    kept = {name: value for name, value in values.items() if name not in unused}
    return kept, [f"{origins[name]} is not used: {flag(name)} has no meaning here" for name in unused]


def given(context: click.Context, names: Iterable[str]) -> dict[str, Any]:
    """What the command line says."""
    return {
        name: context.params[name]
        for name in names
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and context.params[name] not in (None, ())
    }


def _flag_of(context: click.Context, name: str) -> str:
    parameter = next((one for one in context.command.params if one.name == name), None)
    return "argument" if isinstance(parameter, click.Argument) else flag(name)


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def _variables(names: Iterable[str]) -> dict[str, str]:
    """What the environment says of these settings; an empty variable says nothing."""
    return {name: os.environ[variable(name)] for name in names if os.environ.get(variable(name))}


def switch(name: str) -> bool:
    """Whether the environment turns a shared flag on.  Raises SettingsError for what is neither yes nor no."""
    value = os.environ.get(variable(name), "")
    if value.lower() not in (*_TRUE, *_FALSE):
        raise SettingsError(f"{variable(name)}={value}: expected 1 or 0", hint=f"set it to 1 for --{name}, or unset it")
    return value.lower() in _TRUE


def unknown_variables(known: Iterable[str]) -> list[str]:
    """A warning for each IMDBNLP_ variable that no command and no model has.  known: settings of this command."""
    ours = [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(_OF_TESTS)]
    expected = {variable(name) for name in (*known, *SHARED)}
    if all(name in expected for name in ours):
        return []
    expected |= {variable(name) for name in all_setting_names()}
    return [f"unknown variable {name}: {_nearest(name, expected)}" for name in sorted(ours) if name not in expected]


def _nearest(name: str, known: Iterable[str]) -> str:
    hint = nearest(name, known)
    return hint if hint.startswith("did you mean") else "no setting has this name"
