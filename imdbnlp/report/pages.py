"""Pages to open in a browser, offline: one file each, without any script, with every text escaped.

    render("explanation.html", run="nbsvm", pieces=[("bad", mark_of(0.9)), (" film", "")], …)

Templates are Jinja's, with autoescape on and unknown names refused; what may hold markup is drawn here (svg) and
nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from imdbnlp.report.pictures import Picture
from imdbnlp.report.result import Bar, Table, is_number, readable

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

PAGE_ENDINGS = (".html", ".htm")
_STEPS = 5  # shades of a mark
_LONG_CELL = 60


def render(template: str, **values: Any) -> str:
    """Fill a template of the folder beside this file."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("imdbnlp.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def svg(picture: Picture, title: str) -> "Markup":
    """A picture as part of a page.  matplotlib has escaped the texts in it."""
    from markupsafe import Markup

    return Markup(picture.inline(title))


def mark_of(strength: float) -> str:
    """The class of a mark, by its strength from -1 to 1; nothing for a faint one."""
    step = min(_STEPS, int(abs(strength) * _STEPS + 0.5))
    return "" if not step else f"{'for' if strength > 0 else 'against'}{step}"


def heat_of(share: float) -> str:
    """The class of a cell, by a share from 0 to 1."""
    step = min(_STEPS, int(share * _STEPS + 0.5))
    return f"heat{step}" if step else ""


@dataclass(frozen=True)
class PageTable:
    """A table whose cells are text already.  numeric, texts: (columns,) which hold numbers, and which long texts."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str
    numeric: Sequence[bool]
    texts: Sequence[bool]


def page_table(table: Table) -> PageTable:
    """A table for a page, its numbers as a person reads them."""
    columns = range(len(table.columns))
    values = [[cell.value if isinstance(cell, Bar) else cell for cell in row] for row in table.rows]
    rows = [[readable(cell) for cell in row] for row in values]
    numeric = [all(is_number(row[place]) for row in values) for place in columns]
    texts = [any(len(row[place]) > _LONG_CELL for row in rows) for place in columns]
    return PageTable(table.title, list(table.columns), rows, table.note, numeric, texts)
