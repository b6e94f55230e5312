"""Which column contains the texts and which the labels: given by options, or recognised by name and content.

choose_columns(["Title", "Review Text", "Rating"], SourceSettings(), "reviews.csv", sample=rows)
# Columns(text=1, label=2, id=None, split=None)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imdbnlp.errors import DataError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import nearest
from imdbnlp.sources.column_choice import best_label, best_text, listed
from imdbnlp.sources.column_content import Content, contents_of
from imdbnlp.sources.column_names import is_index_name, label_score, matching
from imdbnlp.sources.settings import SourceSettings

SAMPLE_ROWS = 1000
"""How many of the first rows are sampled."""


@dataclass(frozen=True)
class Columns:
    """The positions of the columns in a row."""

    text: int
    label: int | None
    id: int | None
    split: int | None


def choose_columns(
    columns: Sequence[str], settings: SourceSettings, path: str, labelled: bool = True,
    sample: Sequence[Sequence[object]] = (), reporter: Reporter = SILENT,
) -> Columns:  # fmt: skip
    """Find the columns.  Raises DataError listing the columns, UsageError for a contradiction.

    labelled=False: a file without labels may lack the label, id and split columns of the other files.
    sample: the first rows; empty if all columns are given.  reporter: is warned of a choice that is not clear.
    """
    label = named_column(columns, settings.label_column, "--label-column", path) if labelled else None
    text = named_column(columns, settings.text_column, "--text-column", path)
    id_, split = _others(columns, settings, path, labelled)
    contents = contents_of(sample, len(columns)) if sample else None
    places = [place for place in range(len(columns)) if place not in (id_, split)]
    if text is None:
        text = _text(columns, [place for place in places if place != label], label, contents, path, reporter)
    if text is None:
        raise _not_found("the texts", "--text-column", columns, settings, path)
    if label is None and labelled:
        free = [place for place in places if place != text]
        label = best_label(columns, free, text, contents, path, reporter)
        if label is None:
            label = _only_other(columns, free)
    if label is None and labelled:
        raise _not_found("the labels", "--label-column", columns, settings, path)
    if text == label:
        raise UsageError(
            f"the texts and the labels cannot both be in column '{columns[text]}'",
            hint=f"choose two of: {listed(columns)}",
        )
    return Columns(text, label, id_, split)


def sample_is_needed(settings: SourceSettings, labelled: bool) -> bool:
    """Whether a column has to be recognised."""
    return settings.text_column is None or (labelled and settings.label_column is None)


def with_default_columns(
    settings: SourceSettings,
    default_columns: Mapping[str, str],
    columns: Sequence[str],
    path: str,
    labelled: bool = True,
) -> SourceSettings:
    """The settings, with the default columns where they give none.

    default_columns: text_column and label_column of the table that a run was trained on.  Names may differ in case,
    spaces and punctuation, and the only column of a table contains its texts.  Raises DataError if the table has no
    such column: no other column is used instead.
    """
    taken: dict[str, str] = {}
    for setting, name in default_columns.items():
        if getattr(settings, setting) is not None or not (labelled or setting == "text_column"):
            continue
        option = f"--{setting.replace('_', '-')}"
        places = matching(columns, name)
        if not places and len(columns) == 1 and setting == "text_column":
            continue
        if not places:
            header = "use --no-header, or " if name.isdigit() and not settings.no_header else ""
            raise DataError(
                f"{path} has no column '{name}', which the model was trained on; it has: {listed(columns)}",
                hint=_delimiter_hint(columns) or f"{header}use {option} NAME to read another column",
            )
        if len(places) > 1:
            raise _several(path, len(places), name)
        taken[setting] = columns[places[0]]
    return settings.model_copy(update=taken)


def named_column(columns: Sequence[str], name: str | None, option: str, path: str) -> int | None:
    """The position of a column; None if no name is given.  option: the one that gives it.  Raises DataError if the
    column is missing.
    """
    if name is None:
        return None
    places = matching(columns, name)
    if len(places) == 1:
        return places[0]
    if places:
        raise _several(path, len(places), name)
    hint = _delimiter_hint(columns) or nearest(name, columns)
    raise DataError(
        f"{path} has no column '{name}' ({option})",
        hint=hint if len(hint) <= 200 else f"choose one of: {listed(columns)}",
    )


def _others(
    columns: Sequence[str], settings: SourceSettings, path: str, labelled: bool
) -> tuple[int | None, int | None]:
    """The columns of identifiers and splits."""
    if not labelled and not matching(columns, settings.id_column or ""):
        return None, None
    id_ = named_column(columns, settings.id_column, "--id-column", path)
    return id_, named_column(columns, settings.split_column, "--split-column", path) if labelled else None


def _text(
    columns: Sequence[str], places: list[int], label: int | None, contents: list[Content] | None, path: str,
    reporter: Reporter,
) -> int | None:  # fmt: skip
    if len(columns) == 1:
        return None if _delimiter_hint(columns) else 0
    text = best_text(columns, places, contents, path, reporter)
    if text is not None:
        return text
    if label is None:  # of two columns, the other one
        named = [place for place in places if label_score(columns[place]) > 0]
        label = named[0] if len(named) == 1 else None
    return _only_other(columns, [place for place in places if place != label]) if label is not None else None


def _only_other(columns: Sequence[str], places: Sequence[int]) -> int | None:
    """The only column that is left, if it may contain texts or labels."""
    left = [place for place in places if not is_index_name(columns[place]) and label_score(columns[place]) >= 0]
    return left[0] if len(left) == 1 else None


def _several(path: str, n: int, name: str) -> DataError:
    return DataError(f"{path} has {n} columns named '{name}'", hint="rename all but one")


def _not_found(what: str, option: str, columns: Sequence[str], settings: SourceSettings, path: str) -> DataError:
    hint = f"choose it with {option}"
    if not settings.no_header:
        hint += ", or use --no-header if the first row is data"
    return DataError(f"{path}: no column for {what} among: {listed(columns)}", hint=_delimiter_hint(columns) or hint)


def _delimiter_hint(columns: Sequence[str]) -> str:
    """What to do about a header that is a single field."""
    for mark, spelled in ((";", ";"), ("\t", "tab"), ("|", "|"), (",", ",")):
        if len(columns) == 1 and mark in columns[0]:
            return f"use --delimiter '{spelled}' if the columns are separated by it"
    return ""
