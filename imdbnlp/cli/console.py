"""How answers, progress and errors look: rich on a terminal, tab-separated values in a pipe, JSON on request.

stdout carries the answer alone; everything else goes to stderr.
"""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from imdbnlp.errors import ImdbnlpError
from imdbnlp.progress import Advance
from imdbnlp.result import Bar, Passage, Result, Table, is_number, readable

_LONG_CELL, _LONG_NAME = 16, 44  # longer ones may be folded; names stand in the first column
_WIDE_GAP = 3
_BAR_WIDTH = 30
_EIGHTHS = " ▏▎▍▌▋▊▉"
_FAINT = 0.15  # a weaker mark is not worth a colour
_FOR = ("color(222)", "color(214)", "color(208)")  # from weak to strong; their nearest of 16 colours differ, too
_AGAINST = ("color(117)", "color(75)", "color(33)")


def show(result: Result, as_json: bool) -> None:
    """Write an answer to stdout."""
    lines = result.json_lines if as_json and result.json_lines is not None else result.lines
    if result.preview is not None and not as_json and sys.stdout.isatty():
        _show_tables([result.preview()])
    elif lines is not None:
        for line in lines:
            sys.stdout.write(line)
    elif as_json:
        sys.stdout.write(json.dumps(result.data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    elif sys.stdout.isatty():
        _show_tables(result.tables)
    else:
        blocks = ["\n".join(_tabbed(table)) for table in result.tables if isinstance(table, Table)]
        sys.stdout.write("\n\n".join(blocks) + ("\n" if blocks else ""))
    sys.stdout.flush()


def _show_tables(tables: Sequence[Table | Passage]) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    for table in tables:
        if isinstance(table, Passage):
            _show_passage(console, table)
        else:
            _show_table(console, table)


def _show_table(console: Any, table: Table) -> None:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    rows = [[_printable(_for_eyes(value)) for value in row] for row in table.rows]
    gap = 1 if _width(table.columns, rows) <= console.width else 0
    shown = RichTable(box=box.SIMPLE_HEAD, padding=(0, gap), pad_edge=False, show_edge=False, header_style="dim")
    for place, name in enumerate(table.columns):
        numeric = all(is_number(row[place]) for row in table.rows)
        short = all(len(row[place]) <= (_LONG_CELL if place else _LONG_NAME) for row in rows)
        drawn = any(isinstance(row[place], Bar) for row in table.rows)
        justify: Literal["left", "right"] = "right" if numeric else "left"
        shown.add_column(Text(name), justify=justify, overflow="fold", no_wrap=short or drawn)
    for row in rows:
        shown.add_row(*map(Text, row))
    if table.title:
        console.print(Text(_printable(table.title), style="bold"))
    console.print(shown)
    console.print(Text(table.note + "\n", style="dim") if table.note else "")


def _show_passage(console: Any, passage: Passage) -> None:
    """The text, in orange where a word speaks for the answer and in blue where against it; stronger is darker."""
    from rich.text import Text

    console.print(Text(_printable(passage.title), style="bold"))
    text = Text()
    for piece, strength in passage.pieces:
        lines = "\n".join(map(_printable, piece.splitlines())) + ("\n" if piece.endswith("\n") else "")
        text.append(lines, style=_mark(strength))
    console.print(text)
    console.print(Text(passage.note + "\n", style="dim") if passage.note else "")


def _mark(strength: float) -> str:
    size = abs(strength)
    if size < _FAINT:
        return ""
    shade = int(min(2.0, size * 3))
    return f"black on {(_FOR if strength > 0 else _AGAINST)[shade]}" + (" bold" if shade == 2 else "")


def _width(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Characters that a table takes with a wide gap between its columns."""
    widest = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    return sum(widest) + _WIDE_GAP * (len(widest) - 1)


def _for_eyes(value: Any) -> str:
    """A value as a person reads it; a bar is drawn before its number."""
    if not isinstance(value, Bar):
        return readable(value)
    eighths = round(value.share * _BAR_WIDTH * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).strip() + f" {readable(value.value)}"


def _tabbed(table: Table) -> Iterator[str]:
    yield "\t".join(table.columns)
    for row in table.rows:
        yield "\t".join(_printable(_for_programs(value)) for value in row)


def _for_programs(value: Any) -> str:
    value = value.value if isinstance(value, Bar) else value
    return "" if value is None else format(value, ".6g") if isinstance(value, float) else str(value)


def _printable(text: str) -> str:
    """Escape what could drive a terminal or break a line: control, direction and line-end characters."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" if c not in "\t\r\n" else " " for c in text)


class ConsoleReporter:
    """Progress, notes and warnings on stderr."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet, self.verbose = quiet, verbose
        self._depth = 0

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Show a bar with the stage, the rate and the time left, where somebody looks at it."""
        began = time.perf_counter()
        if self.quiet or not sys.stderr.isatty() or self._depth:
            yield lambda n, doing="": None
        else:
            self._depth += 1
            try:
                with _bar(unit) as bar:
                    task = bar.add_task(name, total=total)
                    yield lambda n, doing="": bar.update(task, advance=n, description=doing or None)
            finally:
                self._depth -= 1
        if self.verbose:
            self.note(f"{name}: {time.perf_counter() - began:.2f} s")

    def note(self, text: str) -> None:
        if not self.quiet:
            _say(text)

    def warn(self, text: str) -> None:
        _say(f"warning: {text}")


def _bar(unit: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Units a second."""

        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f} {unit}/s" if task.speed else "", style="dim")

    columns = [TextColumn("{task.description:14}"), BarColumn(24), TextColumn("{task.percentage:>3.0f} %")]
    return Progress(
        *columns, Rate(), TimeElapsedColumn(), TimeRemainingColumn(), console=Console(stderr=True), transient=True
    )


def show_error(error: ImdbnlpError) -> None:
    """One line that says what is wrong, and one that says what to do."""
    _say(f"error: {error.message}")
    if error.hint:
        _say(f"  {error.hint}")


def show_next_steps(steps: Sequence[str], quiet: bool) -> None:
    """What to try now, where a person is looking."""
    if steps and not quiet and sys.stderr.isatty():
        _say("next:")
        for step in steps:
            _say(f"  {step}")


def _say(text: str) -> None:
    sys.stderr.write(_printable(text) + "\n")
    sys.stderr.flush()
