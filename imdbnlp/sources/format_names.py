"""Names of the formats that a table of texts can be read from, found without importing any of them.

format_names()                     # ['csv', 'fasttext', 'folder', 'jsonl', 'lines', 'parquet', 'tsv']

A format is a file in imdbnlp/sources/formats/, or a module that an installed package names under the entry point
`imdbnlp.formats`.
"""

import pkgutil
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

ENTRY_POINTS = "imdbnlp.formats"
_PACKAGE = "imdbnlp.sources.formats"


def format_names() -> list[str]:
    """The names in alphabetical order."""
    return sorted(format_modules())


@cache
def format_modules() -> dict[str, str]:
    """The module of each format, by the format's name; ours come before those of other packages."""
    files = pkgutil.iter_modules([str(Path(__file__).parent / "formats")])
    external = {point.name: point.value for point in entry_points(group=ENTRY_POINTS)}
    return external | {file.name: f"{_PACKAGE}.{file.name}" for file in files}
