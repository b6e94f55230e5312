"""How results, progress and errors look: rich on a terminal, tab-separated values in a pipe, JSON on request.

stdout carries the result alone; everything else goes to stderr.
"""

import json
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal

from imdbnlp.cli.streams import escaped, flush_stdout, is_unicode, write_stderr, write_stdout
from imdbnlp.errors import ImdbnlpError
from imdbnlp.progress import Advance
from imdbnlp.report.result import Bar, Passage, Result, Table, is_number, readable

_LONG_CELL, _LONG_NAME = 16, 44  # longer ones may be folded; names are in the first column
_WIDE_GAP = 3
_BAR_WIDTH = 30
_EIGHTHS = " ▏▎▍▌▋▊▉"
_FAINT = 0.15  # a weaker mark is not worth a colour
_FOR = ("color(222)", "color(214)", "color(208)")  # from weak to strong; their nearest of 16 colours differ, too
_AGAINST = ("color(117)", "color(75)", "color(33)")


def show(result: Result, as_json: bool, reporter: "ConsoleReporter | None" = None) -> None:
    """Write a result to stdout.

    reporter: whose progress bar ends when lines come to a terminal, where they would break it.
    """
    lines = result.json_lines if as_json and result.json_lines is not None else result.lines
    if result.preview is not None and not as_json and sys.stdout.isatty():
        _show_tables([result.preview()])
    elif lines is not None:
        _stream(lines, reporter)
    elif as_json:
        ascii_only = not is_unicode(sys.stdout.encoding)
        text = json.dumps(result.data, indent=2, ensure_ascii=ascii_only, allow_nan=False)
        write_stdout((_printable_json(text) if sys.stdout.isatty() else text) + "\n")
    elif sys.stdout.isatty():
        _show_tables(result.tables)
    else:
        blocks = ["\n".join(_tabbed(table)) for table in result.tables if isinstance(table, Table)]
        write_stdout("\n\n".join(blocks) + ("\n" if blocks else ""))
    flush_stdout()


def _stream(lines: Iterable[str], reporter: "ConsoleReporter | None") -> None:
    """Pass lines on as they come; on a terminal without what could drive it."""
    if not sys.stdout.isatty():
        for line in lines:
            write_stdout(line)
        return
    for line in lines:
        if reporter:
            reporter.end_bar()
        write_stdout(_printable_lines(line))
        flush_stdout()


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
        shown.add_column(Text(_printable(name)), justify=justify, overflow="fold", no_wrap=short or drawn)
    for row in rows:
        shown.add_row(*map(Text, row))
    if table.title:
        console.print(Text(_printable(table.title), style="bold"))
    console.print(shown)
    console.print(Text(_printable(table.note) + "\n", style="dim") if table.note else "")


def _show_passage(console: Any, passage: Passage) -> None:
    """The text: words that speak for the prediction in orange, against it in blue; stronger is darker."""
    from rich.text import Text

    console.print(Text(_printable(passage.title), style="bold"))
    text = Text()
    for piece, strength in passage.pieces:
        lines = "\n".join(map(_printable, piece.splitlines())) + ("\n" if piece.endswith("\n") else "")
        text.append(lines, style=_mark(strength))
    console.print(text)
    console.print(Text(_printable(passage.note) + "\n", style="dim") if passage.note else "")


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
    yield "\t".join(map(_printable, table.columns))
    for row in table.rows:
        yield "\t".join(_printable(_for_programs(value)) for value in row)


def _for_programs(value: Any) -> str:
    value = value.value if isinstance(value, Bar) else value
    return "" if value is None else format(value, ".6g") if isinstance(value, float) else str(value)


def _printable(text: str) -> str:
    """Escape what could drive a terminal or break a line: control, direction and line-end characters."""
    return text if text.isprintable() else "".join(map(_harmless, text))


def _printable_json(text: str) -> str:
    """JSON with escapes for all that could drive a terminal; it means the same."""
    return "".join(one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1] for one in text)


def _printable_lines(text: str) -> str:
    """The same for text that consists of lines, whose ends and tabs remain."""
    return "".join(character if character in "\n\t" else _harmless(character) for character in text)


def _harmless(character: str) -> str:
    if character.isprintable():
        return character
    if character in "\t\r\n" or unicodedata.category(character) == "Zs":
        return " "
    return escaped(character)


class ConsoleReporter:
    """Progress, notes and warnings on stderr."""

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self.quiet, self.verbose = quiet, verbose
        self._depth = 0
        self._bar: Any = None

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = "") -> Iterator[Advance]:
        """Show a bar with the stage, the rate and the time left, where somebody looks at it."""
        began = time.perf_counter()
        if self.quiet or not sys.stderr.isatty() or self._depth:
            yield lambda n, doing="": None
        else:
            self._depth += 1
            try:
                with _bar(_printable(unit)) as self._bar:
                    yield self._advance(self._bar, self._bar.add_task(_printable(name), total=total))
            finally:
                self._depth -= 1
                self._bar = None
        if self.verbose:
            self.note(f"{name}: {time.perf_counter() - began:.2f} s")

    def _advance(self, bar: Any, task: Any) -> Advance:
        def advance(n: int, doing: str = "") -> None:
            bar.update(task, advance=n, description=_printable(doing) or None)

        return advance

    def end_bar(self) -> None:
        """Take the bar away for the rest of its stage."""
        if self._bar:
            self._bar.stop()
            self._bar = None

    def note(self, text: str) -> None:
        if not self.quiet:
            self._say(text)

    def warn(self, text: str) -> None:
        self._say(f"warning: {text}")

    def _say(self, text: str) -> None:
        """A line, above the bar if there is one."""
        if not self._bar:
            _say(text)
            return
        from rich.text import Text

        self._bar.console.print(Text(_printable(text)), soft_wrap=True, highlight=False)


def _bar(unit: str) -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Units a second."""

        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f} {unit}/s" if task.speed else "", style="dim")

    columns = [
        TextColumn("{task.description:14}", markup=False), BarColumn(24), TextColumn("{task.percentage:>3.0f} %"),
        Rate(), TimeElapsedColumn(), TimeRemainingColumn(),
    ]  # fmt: skip
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)


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
    write_stderr(_printable(text) + "\n")
