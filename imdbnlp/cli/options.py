"""Settings -> click options: each field is declared once, and everything else follows from it.

    parameters(TrainOptions)      # [<Option --model>, <Option --seed>, …]

How values are found is in imdbnlp.cli.resolve.
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from imdbnlp.cli.completion import complete_entries
from imdbnlp.commands._discover import Command
from imdbnlp.presets import Preset, presets
from imdbnlp.settings import Settings, choices_of, core_type, entries_of, flag, is_argument, shown_name

_METAVARS = {int: "N", float: "X", str: "TEXT"}
_FILES = {"file", "data"}
_SHORT = {"model": "-m", "output": "-o"}


def parameters(kind: type[Settings]) -> list[click.Parameter]:
    """One click parameter for each setting."""
    return [_parameter(kind, name, field) for name, field in kind.model_fields.items()]


def fitting_presets(command: Command) -> list[Preset]:
    """The presets that set up one of the command's models; none if the command lacks the models' settings."""
    field = command.options_for({}).model_fields.get("model")
    models = choices_of(field) or [field.default] if field else []
    candidates = [preset for preset in presets() if preset.model in models]
    if not candidates:
        return []
    settings = command.options_for({"model": candidates[0].model}).model_fields  # what holds for one holds for all
    return candidates if candidates[0].settings <= settings.keys() else []


def preset_option(presets: Sequence[Preset]) -> click.Option:
    """The option that takes the command's settings from a preset."""
    names = [preset.name for preset in presets]
    text = f"Use the settings of this preset, below those given by other options: {', '.join(names)}."
    return click.Option(["--preset"], type=_Choice(names), metavar="NAME", help=text)


def is_list(kind: Any) -> bool:
    """Whether a type takes any number of values."""
    return get_origin(kind) is tuple and get_args(kind)[-1:] == (Ellipsis,)


def _parameter(settings: type[Settings], name: str, field: FieldInfo) -> click.Parameter:
    kind, choices = core_type(field.annotation), choices_of(field)
    completed: dict[str, Any] = {}
    if entries := entries_of(field):
        completed["shell_complete"] = complete_entries(entries)
    if is_argument(field):
        of_type = _Choice(choices) if choices else click.Path() if name in _FILES else None
        return click.Argument(
            [name], type=of_type, required=False, nargs=-1 if is_list(kind) else 1,
            metavar=_argument(name, field, is_list(kind)), **completed,
        )  # fmt: skip
    shown: dict[str, Any] = {"help": _help(settings, name, field), "default": None, **completed}
    names = [name, *([_SHORT[name]] if name in _SHORT else []), flag(name)]
    if kind is bool:
        both = f"{flag(name)}/{flag('no_' + name)}"
        return click.Option([name, both if field.default else flag(name)], is_flag=True, **shown)
    if choices:
        metavar = None if get_origin(kind) is Literal else "NAME"
        return click.Option(names, type=_Choice(choices), metavar=metavar, **shown)
    metavar = _METAVARS.get(kind, "RANGE" if get_origin(kind) is tuple and not is_list(kind) else "TEXT")
    return click.Option(names, metavar=metavar, multiple=is_list(kind), **shown)


class _Choice(click.Choice[str]):
    """A choice that the shell completes; what was chosen is judged with the other settings."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value


def _argument(name: str, field: FieldInfo, many: bool) -> str:
    shown = name.upper() + ("..." if many else "")
    return shown if field.is_required() else f"[{shown}]"


def _help(settings: type[Settings], name: str, field: FieldInfo) -> str:
    info = [_bounds(field)] if _bounds(field) else []
    default = field.default
    if not field.is_required() and default not in (None, ()) and not isinstance(default, bool):
        info.append(f"default {default[0]}-{default[1]}" if isinstance(default, tuple) else f"default {default}")
    if field.is_required():
        info.append("required")
    condition = settings.condition_of(name)
    if condition:
        info.append(condition.described(shown_name(settings, condition.name)))
    return (field.description or "") + (f"  [{'; '.join(info)}]" if info else "")


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
    found = {
        name: getattr(rule, name) for rule in field.metadata for name in signs if getattr(rule, name, None) is not None
    }
    return ", ".join(
        f"{sign}{found[name]:g}" for name, sign in signs.items() if name in found and found[name] < 2**31 - 1
    )
