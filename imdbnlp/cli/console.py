"""How answers, progress and errors look: rich on a terminal, tab-separated values in a pipe, JSON on request.

stdout carries the answer alone; everything else goes to stderr.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from imdbnlp.errors import ImdbnlpError
from imdbnlp.progress import Advance
from imdbnlp.result import Result, Table


def show(result: Result, as_json: bool) -> None:
    """Write an answer to stdout."""
    if result.lines is not None:
        for line in result.lines:
            sys.stdout.write(line)
    elif as_json:
        sys.stdout.write(json.dumps(result.data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    elif sys.stdout.isatty():
        _show_tables(result.tables)
    else:
        blocks = ["\n".join(_tabbed(table)) for table in result.tables]
        sys.stdout.write("\n\n".join(blocks) + ("\n" if blocks else ""))
    sys.stdout.flush()


def _show_tables(tables: Sequence[Table]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    console = Console()
    for table in tables:
        shown = RichTable(
            title=Text(table.title, style="bold"), box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False
        )
        for column, name in enumerate(table.columns):
            numeric = all(isinstance(row[column], int | float | None) for row in table.rows)
            shown.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
        for row in table.rows:
            shown.add_row(*(Text(_printable(_cell(value, ".3f"))) for value in row))
        console.print(shown)


def _tabbed(table: Table) -> Iterator[str]:
    yield "\t".join(table.columns)
    for row in table.rows:
        yield "\t".join(_printable(_cell(value, ".6g")) for value in row)


def _cell(value: Any, float_format: str) -> str:
    if value is None:
        return "–" if float_format == ".3f" else ""
    if isinstance(value, float):
        return format(value, float_format)
    return f"{value:,}" if isinstance(value, int) and float_format == ".3f" else str(value)


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
        if self.quiet or not sys.stderr.isatty() or self._depth:
            yield lambda n: None
            return
        self._depth += 1
        try:
            with _bar(unit) as bar:
                task = bar.add_task(name, total=total)
                yield lambda n: bar.advance(task, n)
        finally:
            self._depth -= 1

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
