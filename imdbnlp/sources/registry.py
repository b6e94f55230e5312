"""Which format a file is read as: the one that was asked for, else that of its name, else that of its content.

format_of("reviews.csv.gz", SourceSettings())                       # the Format of formats/csv.py
recognise(Sample(b"good film\nbad film\n", SourceSettings(), allow_lines=True))   # (lines' Format, FALLBACK)
"""

import importlib
from collections.abc import Sequence
from functools import cache

from imdbnlp.errors import UsageError
from imdbnlp.settings import flag
from imdbnlp.sources.compression import file_ending
from imdbnlp.sources.format_names import format_modules, format_names
from imdbnlp.sources.settings import AUTO, SourceSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.sources.table_format import Confidence, Sample, TableFormat

_DEFAULT = "csv"


@cache
def load_format(name: str) -> TableFormat:
    """The format of that name, one of format_names()."""
    loaded: TableFormat = importlib.import_module(format_modules()[name]).Format()
    loaded.name = name
    return loaded


def all_formats() -> list[TableFormat]:
    """Every format, in the order of their names."""
    return [load_format(name) for name in format_names()]


def known_endings() -> list[str]:
    """The endings of files whose names determine their format."""
    return sorted(ending for known in all_formats() for ending in known.endings)


def format_of(path: str, settings: SourceSettings) -> TableFormat | None:
    """The format that was asked for, else that of the name; None if it depends on the content."""
    if settings.format != AUTO:
        return load_format(settings.format)
    ending = file_ending(path)
    return next((known for known in all_formats() if known.accepts(path, ending)), None)


def recognise(sample: Sample) -> tuple[TableFormat, Confidence]:
    """The format by the content, and how sure it is of it; of several the first.  CSV if none is sure."""
    formats = [load_format(_DEFAULT), *all_formats()]
    return max(((known, known.recognise(sample)) for known in formats), key=lambda pair: pair[1])


def marked_format(sample: Sample) -> TableFormat | None:
    """The format that a file beyond doubt has, whatever its name says; None if there is none."""
    found, confidence = recognise(sample)
    return found if confidence == Confidence.MARK else None


def check_table_options(settings: SourceSettings, paths: Sequence[str]) -> None:
    """Raise UsageError for an option that was given although it applies to the format of none of the sources."""
    formats = [format_of(path, settings) for path in paths]
    for name in sorted({name for known in all_formats() for name in known.options}):
        is_given = getattr(settings, name) != SourceSettings.model_fields[name].default
        if is_given and all(known and name not in known.options for known in formats):
            used_as = ", ".join(sorted({known.name for known in formats if known}))
            suitable = next(known.name for known in all_formats() if name in known.options)
            raise UsageError(
                f"{flag(name)} does not apply to {shown_path(paths[0])}, which is read as {used_as}",
                hint=f"leave {flag(name)} out, or use --format {suitable}",
            )
