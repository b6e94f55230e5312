"""Settings: one declaration of an option is its type, bounds, default, help text, YAML key and stored value.

class Config(Settings):
    max_features: int | None = Field(None, ge=1, description="Keep the most frequent features only.")

Config(max_features=1000).content()      # {'max_features': 1000}
Config(max_feature=1)    # SettingsError: unknown setting 'max_feature'; the nearest is 'max_features'
"""

import difflib
import hashlib
import json
import types
from collections.abc import Collection, Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar, Union, get_args, get_origin

import pydantic
from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer, PrivateAttr
from pydantic.fields import FieldInfo

from imdbnlp.conditions import Condition
from imdbnlp.errors import SettingsError
from imdbnlp.yaml_files import read_yaml

__all__ = [
    "Field", "Settings", "Span", "argument", "canonical_digest", "choices_of", "core_type", "entries_of", "flag",
    "is_argument", "is_work", "nearest", "read_yaml", "shown_name", "work_setting",
]  # fmt: skip

DEFAULT, CALL = "default", "call"
"""Where a setting came from, if neither from a flag, a variable nor a file."""


class Settings(pydantic.BaseModel):
    """Frozen, typed options that refuse unknown keys.  Raises SettingsError naming the option.

    conditions: when a setting of this class, or an inherited one, has a meaning; see imdbnlp.conditions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), allow_inf_nan=False)
    conditions: ClassVar[Mapping[str, str]] = {}
    _origins: dict[str, str] = PrivateAttr(default_factory=dict)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except pydantic.ValidationError as error:
            raise _explain(error, type(self)) from None
        fields = type(self).model_fields
        self.check_conditions({name for name in self.model_fields_set if getattr(self, name) != fields[name].default})

    @classmethod
    def condition_of(cls, name: str) -> Condition | None:
        """When a setting has a meaning; None if always."""
        for kind in cls.__mro__:
            text = kind.__dict__.get("conditions", {}).get(name)
            if text is not None:
                return Condition.parse(text) if text else None
        return None

    def unmet(self, name: str) -> Condition | None:
        """The condition of a setting, if it does not hold."""
        condition = type(self).condition_of(name)
        return None if condition is None or condition.holds(dict(self)) else condition

    def check_conditions(self, given: Collection[str]) -> None:
        """Raise SettingsError for a setting among those that were given that would be ignored."""
        for name in sorted(given):
            condition = self.unmet(name)
            if condition:
                shown, other = shown_name(type(self), name), shown_name(type(self), condition.name)
                found = (
                    f", not with {getattr(self, condition.name)}" if condition.values and not condition.negated else ""
                )
                raise SettingsError(
                    f"{shown} is {condition.described(other)}{found}",
                    hint=f"leave {shown} out, or {condition.remedy(other)}",
                    field=name,
                )

    def refuse(self, names: Iterable[str], why: str) -> None:
        """Raise SettingsError for the first of these settings that was given.  why: the end of `--picture …`."""
        for name in names:
            if name in self.model_fields_set and getattr(self, name) is not None:
                raise SettingsError(f"{shown_name(type(self), name)} {why}", hint="leave it out", field=name)

    def with_origins(self, origins: Mapping[str, str]) -> Self:
        """These settings, knowing where each came from: a flag, a variable, a file."""
        self._origins.update(origins)
        return self

    def origins(self) -> dict[str, str]:
        """Where each setting came from; of those that nothing is known of: given by the caller, or the default."""
        usual = {name: CALL if name in self.model_fields_set else DEFAULT for name in type(self).model_fields}
        return usual | self._origins

    def described(self) -> dict[str, dict[str, Any]]:
        """Every setting with its value as JSON and where it came from, for a manifest."""
        origins = self.origins()
        return {name: {"value": value, "from": origins[name]} for name, value in self.stored().items()}

    def content(self) -> dict[str, Any]:
        """The settings that the content of what is made depends on, as JSON values: all but those of the work."""
        return {name: value for name, value in self.stored().items() if not is_work(type(self).model_fields[name])}

    def subset(self, kind: "type[Base]") -> "Base":
        """The part of these settings that `kind`, one of their bases, declares."""
        return kind(**{name: getattr(self, name) for name in kind.model_fields})

    def stored(self) -> dict[str, Any]:
        """The settings as JSON values, fit for a manifest or a YAML file; bytes that are not UTF-8 become `?`."""
        values = self.model_dump(mode="json")
        return {
            name: value.encode(errors="replace").decode() if isinstance(value, str) else value
            for name, value in values.items()
        }


Base = TypeVar("Base", bound=Settings)


def canonical_digest(value: Any) -> str:
    """The sha256, in hex, of a JSON value written canonically (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def nearest(name: str, choices: Iterable[str], quote: str = "") -> str:
    """A hint that names the choice spelled most like `name`, or the one that begins so, or else all of them."""
    known = sorted(choices)
    if not known:
        return "there are none yet"
    beginnings = {choice[: len(name)]: choice for choice in reversed(known) if name}
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    close = close or [beginnings[one] for one in difflib.get_close_matches(name, beginnings, n=1, cutoff=0.75)]
    return f"did you mean {quote}{close[0]}{quote}?" if close else f"choose one of: {', '.join(known)}"


def _parse_span(value: Any) -> Any:
    """Read `2` or `1-3`."""
    if isinstance(value, int):
        return (value, value)
    if isinstance(value, str):
        low, _, high = value.partition("-")
        if low.strip().isdecimal() and (high or low).strip().isdecimal():
            return (int(low), int(high or low))
    if isinstance(value, list | tuple) and len(value) == 2:
        return tuple(value)
    raise ValueError("expected a range like 1-3")


def _check_span(span: tuple[int, int]) -> tuple[int, int]:
    if not 1 <= span[0] <= span[1]:
        raise ValueError("expected a range like 1-3, smaller number first, from 1 on")
    return span


Span = Annotated[
    tuple[int, int],
    BeforeValidator(_parse_span),
    pydantic.AfterValidator(_check_span),
    PlainSerializer(lambda span: f"{span[0]}-{span[1]}", return_type=str),
]
"""A range of lengths, both ends included: written `1-3`, held as (1, 3)."""


def flag(name: str) -> str:
    """The command-line spelling of a setting; of one letter, with one dash.

    A setting whose name is a word of Python ends in an underscore, which its flag leaves out: `with_` is `--with`.
    """
    return ("--" if len(name) > 1 else "-") + name.rstrip("_").replace("_", "-")


def shown_name(kind: type[Settings], name: str) -> str:
    """How a setting is written on the command line: FILE, or --min-df."""
    field = kind.model_fields.get(name)
    return name.upper() if field and is_argument(field) else flag(name)


def _explain(error: pydantic.ValidationError, kind: type[Settings]) -> SettingsError:
    """Turn the first of pydantic's complaints into one line that names the flag."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return SettingsError(f"unknown setting '{name}'", hint=nearest(name, kind.model_fields), field=name)
    field = kind.model_fields.get(name)
    shown = shown_name(kind, name)
    about = f"{shown}: {field.description}" if field and field.description else ""
    if first["type"] == "missing":
        return SettingsError(f"{shown} is missing", hint=about, field=name)
    choices = choices_of(field) if field else []
    if choices and str(first["input"]) not in choices:
        hint = nearest(str(first["input"]), choices)
        return SettingsError(f"{shown} {first['input']!r} is not known", hint=hint, field=name)
    problem = first["msg"].removeprefix("Value error, ")
    problem = problem[0].lower() + problem[1:]
    if not name:
        return SettingsError(problem)
    return SettingsError(f"{shown} {first['input']!r}: {problem}", hint=about, field=name)


def argument(default: Any = ..., *, description: str, entries: str | None = None) -> Any:
    """A setting that is given by its position on the command line.  entries: as of `work_setting`."""
    return Field(default, description=description, json_schema_extra={"argument": True, "entries": entries})


def work_setting(default: Any = ..., *, description: str, entries: str | None = None, **bounds: Any) -> Any:
    """A setting of the work alone: what is made does not depend on it, so it is not part of a cache key.

    Among these is the name of an entry of the workspace, whose content enters a key by its own digest.
    entries: the kind of entries whose name it is ("runs", "datasets", "vectors"), which the shell completes.
    """
    return Field(default, description=description, json_schema_extra={"work": True, "entries": entries}, **bounds)


def _extra(field: FieldInfo, name: str) -> Any:
    return field.json_schema_extra.get(name) if isinstance(field.json_schema_extra, dict) else None


def is_argument(field: FieldInfo) -> bool:
    """Whether a setting was declared by `argument`."""
    return bool(_extra(field, "argument"))


def is_work(field: FieldInfo) -> bool:
    """Whether a setting was declared by `work_setting`."""
    return bool(_extra(field, "work"))


def entries_of(field: FieldInfo) -> str | None:
    """The kind of workspace entries that a setting names, if it does."""
    entries = _extra(field, "entries")
    return str(entries) if entries else None


def core_type(annotation: Any) -> Any:
    """The type of a setting where it is not None, without what validates it."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    if hasattr(annotation, "__metadata__"):
        return core_type(get_args(annotation)[0])
    return annotation


def choices_of(field: FieldInfo) -> list[str]:
    """What a setting may be: those of its Literal, or those it was declared with; empty where it is free."""
    kind = core_type(field.annotation)
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    return [str(choice) for choice in _extra(field, "choices") or []]
