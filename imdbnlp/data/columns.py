"""Which column holds the texts and which the labels: as told, or recognised by name.

choose_columns(["review", "sentiment"], SourceSettings(), "reviews.csv")
# Columns(text=0, label=1, id=None, split=None)
"""

import re
from collections.abc import Mapping, Sequence
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
_NUMBERS_ONLY = re.compile(r"(unnamed: ?\d+)?", re.IGNORECASE)
"""How programs call a column of row numbers, or one that a delimiter at the end of each line makes: not at all."""


@dataclass(frozen=True)
class Columns:
    """Positions of the columns in a row."""

    text: int
    label: int | None
    id: int | None
    split: int | None


def choose_columns(columns: Sequence[str], settings: SourceSettings, path: str, labelled: bool = True) -> Columns:
    """Find the columns.  Raises DataError that lists the columns, UsageError for a contradiction.

    labelled=False: a file without labels need not have the label, id and split columns that are named for another.
    """
    text, label = _text_and_label(columns, settings, path, labelled)
    if text is None:
        raise _not_found("the texts", "--text-column", columns, settings, path)
    if label is None and labelled:
        raise _not_found("the labels", "--label-column", columns, settings, path)
    if text == label:
        raise UsageError(
            f"the texts and the labels cannot both be in column '{columns[text]}'",
            hint=f"choose two of: {_listed(columns)}",
        )
    if not labelled:
        has_id = settings.id_column in columns
        return Columns(
            text, None, named_column(columns, settings.id_column, "--id-column", path) if has_id else None, None
        )
    return Columns(
        text,
        label,
        named_column(columns, settings.id_column, "--id-column", path),
        named_column(columns, settings.split_column, "--split-column", path),
    )


def with_usual_columns(settings: SourceSettings, usual: Mapping[str, str], columns: Sequence[str]) -> SourceSettings:
    """The settings, with the usual column wherever they name none and the table has it.

    usual: text_column and label_column of the table that a run was trained on.
    """
    missing = {
        setting: name for setting, name in usual.items() if getattr(settings, setting) is None and name in columns
    }
    return settings.model_copy(update=missing)


def _text_and_label(
    columns: Sequence[str], settings: SourceSettings, path: str, labelled: bool
) -> tuple[int | None, int | None]:
    """As told, else by a known name; of two columns, one known tells the other."""
    label = named_column(columns, settings.label_column, "--label-column", path) if labelled else None
    text = named_column(columns, settings.text_column, "--text-column", path)
    if text is None:
        text = _recognised(columns, TEXT_NAMES, path, exclude=label)
    if label is None and labelled:
        label = _recognised(columns, LABEL_NAMES, path, exclude=text)
    places = [place for place, name in enumerate(columns) if not _NUMBERS_ONLY.fullmatch(name)]
    if labelled and len(places) == 2 and (text is None) != (label is None):
        known = label if text is None else text
        other = next((place for place in places if place != known), None)
        return (other, label) if text is None else (text, other)
    return text, label


def named_column(columns: Sequence[str], name: str | None, option: str, path: str) -> int | None:
    """The place of a column; None where none is named.  option: that names it.  Raises DataError if it is not there."""
    if name is None:
        return None
    places = [place for place, column in enumerate(columns) if column == name.strip()]
    if len(places) == 1:
        return places[0]
    if places:
        raise DataError(f"{path} has {len(places)} columns named '{name}'", hint="rename all but one")
    hint = _delimiter_hint(columns) or nearest(name, columns)
    raise DataError(
        f"{path} has no column '{name}' ({option})",
        hint=hint if len(hint) <= 200 else f"choose one of: {_listed(columns)}",
    )


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


def _not_found(what: str, option: str, columns: Sequence[str], settings: SourceSettings, path: str) -> DataError:
    hint = f"name it with {option}"
    if not settings.no_header:
        hint += ", or --no-header if the first row is data"
    return DataError(f"{path}: no column for {what} among: {_listed(columns)}", hint=_delimiter_hint(columns) or hint)


def _delimiter_hint(columns: Sequence[str]) -> str:
    """What to do about a header that has not been parted."""
    for mark, spelled in ((";", ";"), ("\t", "tab"), ("|", "|"), (",", ",")):
        if len(columns) == 1 and mark in columns[0]:
            return f"columns seem to be parted by {spelled}: --delimiter '{spelled}'"
    return ""


def _listed(columns: Sequence[str]) -> str:
    shown = ", ".join(column if len(column) <= 40 else column[:37] + "..." for column in columns[:20])
    return shown + (", ..." if len(columns) > 20 else "")
