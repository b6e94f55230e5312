"""When a setting has a meaning: conditions on other settings, written as text.

    "picture"          --picture is given
    "!run"             RUN is not given
    "by=tfidf|count"   --by is one of these
    "beam!=1"          --beam is anything else

A setting that is given although its condition does not hold would be ignored, so it is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_FORM = re.compile(r"(?P<no>!?)(?P<name>\w+)(?:(?P<sign>!?=)(?P<values>.+))?")
_NOTHING = (None, False, "", ())


@dataclass(frozen=True)
class Condition:
    """name: the other setting.  values: those it must have, or must not; None: whether it is given at all."""

    name: str
    values: tuple[str, ...] | None
    negated: bool

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one of the forms that this module's docstring lists.  Raises ValueError for any other."""
        match = _FORM.fullmatch(text)
        if not match:
            raise ValueError(f"not a condition: {text}")
        values = tuple(match["values"].split("|")) if match["values"] else None
        return cls(match["name"], values, match["no"] == "!" or match["sign"] == "!=")

    def holds(self, settings: Mapping[str, Any]) -> bool:
        """Whether the other setting is as it must be.  settings: all values by name."""
        value = settings[self.name]
        fulfilled = value not in _NOTHING if self.values is None else str(value) in self.values
        return fulfilled != self.negated

    def described(self, shown: str) -> str:
        """The condition for a help text or an error.  shown: how the other setting is written."""
        values = self._either()
        if self.negated:
            return f"not used with {shown} {values}".rstrip()
        return f"only used with {shown} {values}".rstrip()

    def remedy(self, shown: str) -> str:
        """What else to do than to leave the setting out."""
        if not self.negated:
            return f"give {shown} {self._either()}".rstrip()
        return f"leave {shown} out" if self.values is None else f"change {shown}"

    def _either(self) -> str:
        """The values as a list: `tfidf, count or binary`."""
        first, last = ", ".join((self.values or ())[:-1]), "".join((self.values or ())[-1:])
        return f"{first} or {last}" if first else last
