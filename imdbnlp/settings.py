"""Settings: one declaration of an option is its type, bounds, default, help text, YAML key and stored value.

class Config(Settings):
    max_features: int | None = Field(None, ge=1, description="Keep the most frequent features only.")

Config(max_features=1000).digest()
Config(max_feature=1)    # SettingsError: unknown setting 'max_feature'; the nearest is 'max_features'
"""

import difflib
import hashlib
import json
import types
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import pydantic
from pydantic import BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.fields import FieldInfo

from imdbnlp.errors import SettingsError, UsageError

__all__ = [
    "Field", "Settings", "Span", "argument", "canonical_digest", "choices_of", "core_type", "flag", "is_argument",
    "nearest", "read_yaml",
]  # fmt: skip


class Settings(pydantic.BaseModel):
    """Frozen, typed options that refuse unknown keys.  Raises SettingsError naming the option."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=(), allow_inf_nan=False)

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except pydantic.ValidationError as error:
            raise _explain(error, type(self)) from None

    def subset(self, kind: "type[Base]") -> "Base":
        """The part of these settings that `kind`, one of their bases, declares."""
        return kind(**{name: getattr(self, name) for name in kind.model_fields})

    def stored(self) -> dict[str, Any]:
        """The settings as JSON values, fit for a manifest or a YAML file."""
        return self.model_dump(mode="json")

    def digest(self) -> str:
        """The sha256 of the settings, the same for equal settings in any order."""
        return canonical_digest(self.stored())


Base = TypeVar("Base", bound=Settings)


def canonical_digest(value: Any) -> str:
    """The sha256, in hex, of a JSON value written canonically (sorted keys, no spaces)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def nearest(name: str, choices: Iterable[str]) -> str:
    """A hint that names the choice spelled most like `name`, or the one that begins so, or else all of them."""
    known = sorted(choices)
    if not known:
        return "there are none yet"
    beginnings = {choice[: len(name)]: choice for choice in reversed(known) if name}
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    close = close or [beginnings[one] for one in difflib.get_close_matches(name, beginnings, n=1, cutoff=0.75)]
    return f"did you mean {close[0]}?" if close else f"choose one of: {', '.join(known)}"


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML mapping; dashes in its keys count as underscores.  Raises UsageError if it is none."""
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}", hint="give the path of a YAML file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        first = " ".join(str(error).split())
        raise UsageError(f"{path} is not YAML: {first}", hint="see configs/ for examples") from None
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise UsageError(f"{path} holds {type(content).__name__}, expected `setting: value` lines")
    return {str(key).replace("-", "_"): value for key, value in content.items()}


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
    """The command-line spelling of a setting; of one letter, with one dash."""
    return ("--" if len(name) > 1 else "-") + name.replace("_", "-")


def _explain(error: pydantic.ValidationError, kind: type[Settings]) -> SettingsError:
    """Turn the first of pydantic's complaints into one line that names the flag."""
    first = error.errors(include_url=False)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return SettingsError(f"unknown setting '{name}'", hint=nearest(name, kind.model_fields), field=name)
    field = kind.model_fields.get(name)
    shown = name.upper() if field and is_argument(field) else flag(name)
    about = f"{shown}: {field.description}" if field and field.description else ""
    if first["type"] == "missing":
        return SettingsError(f"{shown} is missing", hint=about, field=name)
    if first["type"] == "literal_error" and field:
        hint = nearest(str(first["input"]), choices_of(field))
        return SettingsError(f"{shown} {first['input']!r} is not known", hint=hint, field=name)
    problem = first["msg"].removeprefix("Value error, ")
    problem = problem[0].lower() + problem[1:]
    if not name:
        return SettingsError(problem)
    return SettingsError(f"{shown} {first['input']!r}: {problem}", hint=about, field=name)


def argument(default: Any = ..., *, description: str) -> Any:
    """A setting that stands on the command line by its place, not behind a flag."""
    return Field(default, description=description, json_schema_extra={"argument": True})


def is_argument(field: FieldInfo) -> bool:
    """Whether a setting was declared by `argument`."""
    return isinstance(field.json_schema_extra, dict) and bool(field.json_schema_extra.get("argument"))


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
    extra = field.json_schema_extra
    listed = extra.get("choices", []) if isinstance(extra, dict) else []
    return [str(choice) for choice in listed] if isinstance(listed, list) else []
