"""What a command answers: tables to read, the same as data, and lines to stream.

Result(tables=[Table("runs", ["run", "accuracy"], [("nbsvm-1a2b3c4d", 0.917)])], data={...})
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Table:
    """Rows under named columns.  Numbers stay numbers: the console decides how they look.  note: what they mean."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """A command's answer.

    tables: what a person reads.  data: the same as JSON values.  lines: text to pass on to stdout as it comes,
    for answers that do not fit in memory.  json_lines: the same as a JSON object a line, where JSON was asked for.
    next_steps: what to try now.  interrupted: Ctrl-C ended the work early, and this is what had been done by then.
    """

    tables: Sequence[Table] = ()
    data: Any = None
    lines: Iterable[str] | None = None
    json_lines: Iterable[str] | None = None
    next_steps: Sequence[str] = field(default=())
    interrupted: bool = False
