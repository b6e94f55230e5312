"""Settings -> click options: each field is declared once, and everything else follows from it.

    parameters(TrainOptions)      # [<Option --model>, <Option --seed>, …]
    options = resolve(TrainOptions, context, config_file)

Precedence: flag, then IMDBNLP_… variable, then --config file, then the default.
"""

import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import click
from click.core import ParameterSource
from pydantic.fields import FieldInfo

from imdbnlp.settings import Settings, flag, read_yaml

_GIVEN = {ParameterSource.COMMANDLINE, ParameterSource.ENVIRONMENT}
_METAVARS = {int: "N", float: "X", str: "TEXT", Path: "PATH"}


def parameters(kind: type[Settings]) -> list[click.Parameter]:
    """One click parameter for each setting."""
    return [_parameter(name, field) for name, field in kind.model_fields.items()]


def _parameter(name: str, field: FieldInfo) -> click.Parameter:
    extra = field.json_schema_extra
    kind = _core_type(field.annotation)
    if isinstance(extra, dict) and extra.get("argument"):
        many = get_origin(kind) is tuple
        return click.Argument(
            [name], required=field.is_required(), nargs=-1 if many else 1, metavar=_argument(name, field, many)
        )
    shown: dict[str, Any] = {"help": _help(field), "envvar": f"IMDBNLP_{name.upper()}", "default": None, "show_default": False}
    if kind is bool:
        return click.Option(
            [f"{flag(name)}/{flag('no_' + name)}" if field.default else flag(name)], is_flag=True, **shown
        )
    choices = [str(choice) for choice in get_args(kind)] if get_origin(kind) is Literal else None
    if choices:
        return click.Option([flag(name)], type=click.Choice(choices), **shown)
    return click.Option(
        [flag(name)], metavar=_METAVARS.get(kind, "RANGE" if get_origin(kind) is tuple else "TEXT"), **shown
    )


def _argument(name: str, field: FieldInfo, many: bool) -> str:
    shown = name.upper() + ("..." if many else "")
    return shown if field.is_required() else f"[{shown}]"


def _core_type(annotation: Any) -> Any:
    """The type of a setting where it is not None."""
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [kind for kind in get_args(annotation) if kind is not type(None)]
        annotation = kinds[0]
    if hasattr(annotation, "__metadata__"):
        return _core_type(get_args(annotation)[0])
    return annotation


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
    return ", ".join(f"{sign}{found[name]:g}" for name, sign in signs.items() if name in found and found[name] < 2**31)


def resolve(kind: type[Settings], context: click.Context, config: Path | None) -> Settings:
    """Build the settings from flags, environment, config file and defaults.  Raises SettingsError."""
    return kind(**(_from_file(config) | given(context, set(kind.model_fields))))


def given(context: click.Context, names: set[str]) -> dict[str, Any]:
    """What the command line or the environment said."""
    return {
        name: value
        for name, value in context.params.items()
        if name in names and context.get_parameter_source(name) in _GIVEN and value not in (None, ())
    }


def _from_file(config: Path | None) -> dict[str, Any]:
    return read_yaml(config) if config else {}
