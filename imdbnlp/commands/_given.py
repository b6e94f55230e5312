"""Settings from several sources: what was given, where, and the settings object that results.

    given = from_file(path, str(path)) | from_variables(Options.model_fields)
    resolved = settings_from(command, given)
    resolved.settings, resolved.ignored

A later source replaces an earlier one: the file, then the environment, then the command line.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from imdbnlp.commands._discover import Command
from imdbnlp.commands._known_settings import check_keys
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Settings, flag

PREFIX = "IMDBNLP_"


@dataclass(frozen=True)
class Given:
    """The value of a setting.

    origin: the flag, variable or file that it comes from.  ambient: it was given for many commands at once, so it is
    passed over where it would have no effect.
    """

    value: Any
    origin: str
    ambient: bool = False

    @property
    def names_itself(self) -> bool:
        """Whether a message that names the flag has named the origin, too."""
        return self.origin.startswith("-") or self.origin == "argument"


@dataclass(frozen=True)
class Resolved:
    """settings: valid, and aware of their origins.  ignored: why values were passed over."""

    settings: Settings
    ignored: list[str]


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper()


def from_variables(names: Iterable[str]) -> dict[str, Given]:
    """Read settings from the environment; an empty variable counts as unset."""
    found = {name: os.environ.get(variable(name)) for name in names}
    return {name: Given(value, variable(name), ambient=True) for name, value in found.items() if value}


def from_file(values: Mapping[str, Any], origin: str, ambient: bool = False) -> dict[str, Given]:
    """The settings in a file's content."""
    return {name: Given(value, origin, ambient) for name, value in values.items()}


def settings_from(command: Command, given: Mapping[str, Given]) -> Resolved:
    """Build a command's settings.  Raises SettingsError naming the flag, the variable, or the file and its key."""
    kind = command.options_for(values_of(given))
    for origin in dict.fromkeys(one.origin for one in given.values()):
        names = [name for name, one in given.items() if one.origin == origin]
        check_keys(names, command, values_of(given), origin)
    unused = _without_effect(kind, given)
    used = {name: one for name, one in given.items() if name not in unused}
    settings = _built(kind, used)
    settings.check_conditions(used.keys())
    ignored = [f"{given[name].origin} is not used: {flag(name)} has no meaning here" for name in unused]
    return Resolved(settings.with_origins({name: one.origin for name, one in used.items()}), ignored)


def values_of(given: Mapping[str, Given]) -> dict[str, Any]:
    """The bare values."""
    return {name: one.value for name, one in given.items()}


def _built(kind: type[Settings], given: Mapping[str, Given]) -> Settings:
    try:
        return kind(**values_of(given))
    except SettingsError as error:
        culprit = given.get(error.field or "")
        if culprit and not culprit.names_itself:
            raise SettingsError(f"{culprit.origin}: {error.message}", error.hint, error.field) from None
        raise


def _without_effect(kind: type[Settings], given: Mapping[str, Given]) -> list[str]:
    """The ambient settings whose conditions do not hold, given the others."""
    conditional = {name for name, one in given.items() if one.ambient and kind.condition_of(name)}
    if not conditional:
        return []
    try:
        probe = kind(**{name: one.value for name, one in given.items() if name not in conditional})
    except SettingsError:  # raised again when all values are checked
        return []
    return [name for name in sorted(conditional) if probe.unmet(name)]
