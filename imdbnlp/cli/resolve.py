"""Where the values of settings come from: flag, then IMDBNLP_… variable, then --config or --preset, then the default.

resolved = resolve(command, TrainOptions, context, config_file)
resolved.settings, resolved.ignored
"""

import os
from collections.abc import Iterable

import click
from click.core import ParameterSource

from imdbnlp.cli.shared import Config
from imdbnlp.commands._discover import Command
from imdbnlp.commands._given import PREFIX, Given, Resolved, from_file, from_variables, settings_from, variable
from imdbnlp.commands._known_settings import all_setting_names
from imdbnlp.settings import Settings, flag, nearest, read_yaml

SHARED = ("workspace", "config", "preset", "json", "quiet", "verbose", "debug")
_OF_TESTS = PREFIX + "TEST_"


def resolve(command: Command, kind: type[Settings], context: click.Context, config: Config | None) -> Resolved:
    """Build the settings.  Raises SettingsError naming the flag, the variable, or the file and its key."""
    given = _from_config(kind, config) if config else {}
    return settings_from(command, given | from_variables(kind.model_fields) | _from_flags(context, kind))


def _from_config(kind: type[Settings], config: Config) -> dict[str, Given]:
    """The settings of a file.  An ambient file is for all commands, so what it says for others is passed over."""
    values = read_yaml(config.path)
    if config.ambient and not values.keys() <= kind.model_fields.keys():
        of_others = all_setting_names() - kind.model_fields.keys()
        values = {name: value for name, value in values.items() if name not in of_others}
    return from_file(values, config.title, config.ambient)


def _from_flags(context: click.Context, kind: type[Settings]) -> dict[str, Given]:
    """The options and arguments on the command line."""
    return {
        name: Given(context.params[name], _flag_of(context, name))
        for name in kind.model_fields
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE and context.params[name] not in (None, ())
    }


def _flag_of(context: click.Context, name: str) -> str:
    parameter = next((one for one in context.command.params if one.name == name), None)
    return "argument" if isinstance(parameter, click.Argument) else flag(name)


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
