"""The result of a command: tables to read, the same as data, and lines to stream.

Result(tables=[Table("runs", ["run", "accuracy"], [("nbsvm-1a2b3c4d", 0.917)])], data={...})
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imdbnlp.errors import UsageError

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Bar:
    """A number in a table that is also drawn.  share: 0 to 1, how long its bar is."""

    value: float
    share: float


def bars(values: Sequence[float]) -> list[Bar]:
    """Numbers from 0 on, each with a bar; the largest has the longest."""
    largest = max(values, default=0) or 1
    return [Bar(value, value / largest) for value in values]


def is_number(cell: Any) -> bool:
    """Whether a cell can be in a column of numbers: a number, or empty."""
    return cell == "" or isinstance(cell, int | float | None)


def readable(value: Any) -> str:
    """A value as a person reads it: three digits that matter, thousands parted."""
    if value is None:
        return "–"
    if isinstance(value, bool | str) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    size = abs(value)
    if 0 < size < 0.001:
        return f"{value:.0e}"
    return f"{value:,.{3 if size <= 1 else 2 if size < 10 else 1 if size < 100 else 0}f}"


@dataclass(frozen=True)
class Table:
    """Rows under named columns.  Numbers stay numbers: the console decides how they look.  note: what they mean."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    note: str = ""

    def to_frame(self) -> "pandas.DataFrame":
        """The rows as a pandas DataFrame; a bar becomes its value."""
        import pandas

        rows = [[cell.value if isinstance(cell, Bar) else cell for cell in row] for row in self.rows]
        return pandas.DataFrame(rows, columns=list(self.columns))


@dataclass(frozen=True)
class Passage:
    """A text with marked words, to be read on a terminal.  pieces: the whole text, cut; each with a strength from
    -1 to 1, 0 for none.  note: what the marks mean.  In a pipe it is left out: the tables say the same."""

    title: str
    pieces: Sequence[tuple[str, float]]
    note: str = ""


@dataclass(frozen=True)
class Result:
    """A command's result.

    tables: what a person reads, in order.  data: the same as JSON values.  lines: text to pass on to stdout as it
    comes, for results that do not fit in memory.  json_lines: the same as a JSON object a line, where JSON was asked
    for.  preview: makes a table of the first of many rows, which a terminal shows in place of the lines.
    next_steps: what to try now.  interrupted: Ctrl-C ended the work early, and this is what had been done by then.
    """

    tables: Sequence[Table | Passage] = ()
    data: Any = None
    lines: Iterable[str] | None = None
    json_lines: Iterable[str] | None = None
    preview: Callable[[], Table] | None = None
    next_steps: Sequence[str] = field(default=())
    interrupted: bool = False

    def to_frame(self, title: str | None = None) -> "pandas.DataFrame":
        """The first table, or the one of this title, as a pandas DataFrame.  Raises UsageError if there is none."""
        tables = [table for table in self.tables if isinstance(table, Table)]
        chosen = next((table for table in tables if title in (None, table.title)), None)
        if chosen is None:
            titles = ", ".join(repr(table.title) for table in tables)
            raise UsageError(
                f"the result has no table {title or ''}".rstrip(), hint=f"its tables are: {titles or 'none'}"
            )
        return chosen.to_frame()
