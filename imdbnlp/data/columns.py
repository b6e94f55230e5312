"""Which column holds the texts and which the labels: as told, or recognised by name.

choose_columns(["review", "sentiment"], SourceSettings(), "reviews.csv")
# Columns(text=0, label=1, id=None, split=None)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError, UsageError
from imdbnlp.settings import nearest

TEXT_NAMES = (
    "review", "text", "texts", "sentence", "comment", "document", "content", "message", "body", "tweet",
    "description", "utterance", "abstract", "title",
)  # fmt: skip
LABEL_NAMES = (
    "sentiment", "label", "labels", "target", "class", "category", "group", "polarity", "rating", "stars", "topic", "y",
)  # fmt: skip


@dataclass(frozen=True)
class Columns:
    """Positions of the columns in a row."""

    text: int
    label: int | None
    id: int | None
    split: int | None


def choose_columns(columns: Sequence[str], settings: SourceSettings, path: str, labelled: bool = True) -> Columns:
    """Find the columns.  Raises DataError that lists the columns, UsageError for a contradiction."""
    if settings.text_column is not None and settings.text_column == settings.label_column:
        raise UsageError("--text-column and --label-column are the same", hint=f"choose two of: {_listed(columns)}")
    label = _named(columns, settings.label_column, "--label-column", path)
    text = _named(columns, settings.text_column, "--text-column", path)
    if text is None:
        text = _recognised(columns, TEXT_NAMES, path, exclude=label)
    if label is None and labelled:
        label = _recognised(columns, LABEL_NAMES, path, exclude=text)
    if len(columns) == 2 and labelled:
        text, label = _fill_in(text, label)
    if text is None:
        raise _not_found("the texts", "--text-column", columns, path)
    if label is None and labelled:
        raise _not_found("the labels", "--label-column", columns, path)
    return Columns(
        text,
        label if labelled else None,
        _named(columns, settings.id_column, "--id-column", path),
        _named(columns, settings.split_column, "--split-column", path) if labelled else None,
    )


def _fill_in(text: int | None, label: int | None) -> tuple[int | None, int | None]:
    """Of two columns, one known tells the other."""
    if text is None and label is not None:
        return 1 - label, label
    if label is None and text is not None:
        return text, 1 - text
    return text, label


def _named(columns: Sequence[str], name: str | None, option: str, path: str) -> int | None:
    if name is None:
        return None
    places = [place for place, column in enumerate(columns) if column == name]
    if len(places) == 1:
        return places[0]
    if places:
        raise DataError(f"{path} has {len(places)} columns named '{name}'", hint="rename all but one")
    raise DataError(f"{path} has no column '{name}' ({option})", hint=nearest(name, columns))


def _recognised(columns: Sequence[str], names: Sequence[str], path: str, exclude: int | None) -> int | None:
    """The first known name that a column has, in any case."""
    lowered = [column.lower() for column in columns]
    for name in names:
        places = [place for place, column in enumerate(lowered) if column == name and place != exclude]
        if len(places) > 1:
            raise DataError(f"{path} has {len(places)} columns named '{name}'", hint="rename all but one")
        if places:
            return places[0]
    return None


def _not_found(what: str, option: str, columns: Sequence[str], path: str) -> DataError:
    hint = f"name the column with {option}"
    if len(columns) == 1:
        for mark, spelled in ((";", ";"), ("\t", "tab"), ("|", "|"), (",", ",")):
            if mark in columns[0]:
                hint = f"columns seem to be parted by {spelled}: --delimiter '{spelled}'"
    return DataError(f"{path}: no column for {what} among: {_listed(columns)}", hint=hint)


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(column if len(column) <= 40 else column[:37] + "..." for column in columns[:20])
    return shown + (", ..." if len(columns) > 20 else "")
