"""Labels as strings, checked for what usually goes wrong with them.

clean_labels([" pos", "neg"], SourceSettings(), "reviews.csv", SILENT)    # ['pos', 'neg']
"""

import unicodedata
from collections.abc import Sequence

from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError
from imdbnlp.progress import Reporter

_MAX_CLASSES, _ALWAYS_FEW = 1000, 20


def clean_labels(labels: Sequence[str], settings: SourceSettings, path: str, reporter: Reporter) -> list[str]:
    """(rows,) stripped labels.  Raises DataError for control characters, look-alikes and too many classes."""
    cleaned_of = {label: label.strip().lower() if settings.fold_labels else label.strip() for label in set(labels)}
    padded = sum(label != label.strip() for label in labels)
    if padded:
        reporter.warn(f"{path}: spaces around {padded} label(s) were removed")
    classes = {label for label in cleaned_of.values() if label}
    _check_characters(classes, path)
    _check_spelling(classes, path)
    _check_numbers(classes, path, reporter)
    _check_number_of_classes(len(classes), len(labels), settings, path)
    return [cleaned_of[label] for label in labels]


def check_unlabelled(labels: Sequence[str], settings: SourceSettings, path: str) -> None:
    """Raise DataError if labels are missing and may not be dropped."""
    missing = sum(not label for label in labels)
    if missing and not settings.drop_unlabelled:
        first = next(row for row, label in enumerate(labels, start=1) if not label)
        raise DataError(
            f"{path}: {missing} of {len(labels)} rows have no label, the first is record {first}",
            hint="label them, or --drop-unlabelled",
        )


def _check_characters(classes: set[str], path: str) -> None:
    for label in sorted(classes):
        if any(unicodedata.category(character) == "Cc" for character in label):
            raise DataError(f"{path}: the label {label!r} holds control characters", hint="is --label-column right?")


def _check_spelling(classes: set[str], path: str) -> None:
    folded: dict[str, str] = {}
    for label in sorted(classes):
        other = folded.setdefault(label.casefold(), label)
        if other != label:
            raise DataError(f"{path} has the labels {other!r} and {label!r}", hint="make them equal, or --fold-labels")


def _check_numbers(classes: set[str], path: str, reporter: Reporter) -> None:
    """Labels stay strings; say so where two of them are the same number."""
    numbers: dict[float, str] = {}
    for label in sorted(classes):
        try:
            number = float(label)
        except ValueError:
            continue
        other = numbers.setdefault(number, label)
        if other != label:
            reporter.warn(f"{path}: the labels {other!r} and {label!r} are different classes")


def _check_number_of_classes(n_classes: int, n_rows: int, settings: SourceSettings, path: str) -> None:
    many = n_classes > _MAX_CLASSES or (n_classes > _ALWAYS_FEW and n_classes > n_rows / 2)
    if many and not settings.many_classes:
        raise DataError(
            f"{path} has {n_classes:,} different labels in {n_rows:,} rows",
            hint="is --label-column the column of texts? if not: --many-classes",
        )
