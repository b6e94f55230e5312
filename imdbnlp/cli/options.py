"""Settings -> click options: each field is declared once, and everything else follows from it.

    parameters(TrainOptions)      # [<Option --model>, <Option --seed>, …]
    options = resolve(TrainOptions, context, config_file)

Precedence: flag, then IMDBNLP_… variable, then --config file, then the default.
"""

from pathlib import Path
from typing import Any, Literal, get_origin

import click
from click.core import ParameterSource
from pydantic.fields import FieldInfo

from imdbnlp.errors import SettingsError
from imdbnlp.settings import Settings, choices_of, core_type, flag, is_argument, read_yaml

_GIVEN = {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}
_METAVARS = {int: "N", float: "X", str: "TEXT"}
_FILES = {"file", "data"}


def parameters(kind: type[Settings]) -> list[click.Parameter]:
    """One click parameter for each setting."""
    return [_parameter(name, field) for name, field in kind.model_fields.items()]


def _parameter(name: str, field: FieldInfo) -> click.Parameter:
    kind, choices = core_type(field.annotation), choices_of(field)
    many = get_origin(kind) is tuple
    if is_argument(field):
        of_type = _Choice(choices) if choices else click.Path() if name in _FILES else None
        return click.Argument(
            [name], type=of_type, required=field.is_required(), nargs=-1 if many else 1,
            metavar=_argument(name, field, many),
        )  # fmt: skip
    shown: dict[str, Any] = {"help": _help(field), "envvar": f"IMDBNLP_{name.upper()}", "default": None}
    if kind is bool:
        both = f"{flag(name)}/{flag('no_' + name)}"
        return click.Option([both if field.default else flag(name)], is_flag=True, **shown)
    if choices:
        metavar = None if get_origin(kind) is Literal else "NAME"
        return click.Option([flag(name)], type=_Choice(choices), metavar=metavar, **shown)
    return click.Option([flag(name)], metavar=_METAVARS.get(kind, "RANGE" if many else "TEXT"), **shown)


class _Choice(click.Choice[str]):
    """A choice that the shell completes; what was chosen is judged with the other settings."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value


def _argument(name: str, field: FieldInfo, many: bool) -> str:
    shown = name.upper() + ("..." if many else "")
    return shown if field.is_required() else f"[{shown}]"


def _help(field: FieldInfo) -> str:
    facts = [_bounds(field)] if _bounds(field) else []
    default = field.default
    if not field.is_required() and default is not None and not isinstance(default, bool):
        facts.append(f"default {default[0]}-{default[1]}" if isinstance(default, tuple) else f"default {default}")
    if field.is_required():
        facts.append("required")
    return (field.description or "") + (f"  [{'; '.join(facts)}]" if facts else "")


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    found = {
        name: getattr(rule, name) for rule in field.metadata for name in signs if getattr(rule, name, None) is not None
    }
    return ", ".join(
        f"{sign}{found[name]:g}" for name, sign in signs.items() if name in found and found[name] < 2**31 - 1
    )


def resolve(kind: type[Settings], context: click.Context, config: Path | None) -> Settings:
    """Build the settings from flags, environment, config file and defaults.  Raises SettingsError."""
    from_file = read_yaml(config) if config else {}
    said = given(context, set(kind.model_fields))
    try:
        return kind(**(from_file | said))
    except SettingsError as error:
        if error.field in from_file and error.field not in said:
            raise SettingsError(f"{config}: {error.message}", error.hint, error.field) from None
        raise


def given(context: click.Context, names: set[str]) -> dict[str, Any]:
    """What the command line or the environment said."""
    return {
        name: value
        for name, value in context.params.items()
        if name in names and context.get_parameter_source(name) in _GIVEN and value not in (None, ())
    }
