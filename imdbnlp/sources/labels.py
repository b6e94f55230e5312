"""Labels as strings, checked for common mistakes.

clean_labels([" pos", "neg"], SourceSettings(), "reviews.csv", SILENT)    # ['pos', 'neg']
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from imdbnlp.errors import DataError, check_not_a_string
from imdbnlp.progress import Reporter
from imdbnlp.sources.label_shapes import check_shapes
from imdbnlp.sources.look_alikes import difference, folded, in_latin
from imdbnlp.sources.settings import SourceSettings

_MAX_CLASSES, _ALWAYS_FEW = 1000, 20
_LINE_SPACE = "\t\r\n"
"""Control characters that count as space at a label's ends."""


def clean_labels(labels: Sequence[str], settings: SourceSettings, path: str, reporter: Reporter) -> list[str]:
    """(rows,) stripped labels, empty where there is none.

    Raises DataError for control characters, look-alikes, combinations of labels, amounts, too many classes, and missing
    labels that may not be dropped.
    """
    check_not_a_string(labels, "labels")
    cleaned_of = {label: _cleaned(label, settings.fold_labels) for label in set(labels)}
    classes = {label for label in cleaned_of.values() if label}
    counts = Counter(cleaned_of[label] for label in labels)
    check_shapes(counts, settings.combined_labels, settings.many_classes, path, reporter)
    _check_number_of_classes(len(classes), len(labels), settings, path)
    _check_characters(sorted(cleaned_of), labels, path)
    _check_spelling(classes, path, reporter)
    cleaned = [cleaned_of[label] for label in labels]
    _check_unlabelled(cleaned, settings, path)
    padded = {label for label in cleaned_of if label != label.strip()}
    if padded:
        reporter.warn(f"{path}: spaces around {sum(label in padded for label in labels)} label(s) were removed")
    composed = {label for label in cleaned_of if label != unicodedata.normalize("NFC", label)}
    if composed and not settings.fold_labels:
        reporter.warn(f"{path}: {sum(label in composed for label in labels)} label(s) were normalised (Unicode NFC)")
    _check_numbers(classes, path, reporter)
    return cleaned


def _cleaned(label: str, fold: bool) -> str:
    stripped = label.strip()
    if stripped.lower() == "nan":  # how programs write that a value is missing
        return ""
    return folded(stripped) if fold else unicodedata.normalize("NFC", stripped)


def _check_unlabelled(labels: Sequence[str], settings: SourceSettings, path: str) -> None:
    missing = sum(not label for label in labels)
    if not missing:
        return
    if not settings.drop_unlabelled:
        first = next(row for row, label in enumerate(labels, start=1) if not label)
        raise DataError(
            f"{path}: {missing} of {len(labels)} rows have no label, the first is record {first}",
            hint="label them, or use --drop-unlabelled",
        )
    if missing == len(labels):
        raise DataError(f"{path}: none of its {missing} rows has a label", hint="check --label-column")


def _check_characters(distinct: Iterable[str], labels: Sequence[str], path: str) -> None:
    for label in distinct:
        if any(unicodedata.category(character) == "Cc" for character in label.strip(_LINE_SPACE + " ")):
            raise DataError(
                f"{path}, record {labels.index(label) + 1}: the label {_short(label)} contains control characters",
                hint="check --label-column, and that every quote is closed",
            )


def _check_spelling(classes: set[str], path: str, reporter: Reporter) -> None:
    """Raise DataError for labels that differ only by accident; warn of those with letters that look the same."""
    same: dict[str, str] = {}
    alike: dict[str, str] = {}
    for label in sorted(classes):
        other = same.setdefault(folded(label), label)
        if other != label:
            raise DataError(
                f"{path} has the labels {difference(other, label)}", hint="make them equal, or use --fold-labels"
            )
        other = alike.setdefault(in_latin(label), label)
        if other != label:
            reporter.warn(f"{path}: the labels {difference(other, label)} look the same but are different classes")


def _check_numbers(classes: set[str], path: str, reporter: Reporter) -> None:
    """Warn of labels that are the same number: labels are compared as strings."""
    numbers: dict[float, str] = {}
    for label in sorted(classes):
        try:
            number = float(label)
        except ValueError:
            continue
        other = numbers.setdefault(number, label)
        if other != label:
            reporter.warn(f"{path}: the labels {_short(other)} and {_short(label)} are different classes")


def _check_number_of_classes(n_classes: int, n_rows: int, settings: SourceSettings, path: str) -> None:
    many = n_classes > _MAX_CLASSES or (n_classes > _ALWAYS_FEW and n_classes > n_rows / 2)
    if many and not settings.many_classes:
        raise DataError(
            f"{path} has {n_classes:,} different labels in {n_rows:,} rows",
            hint="check that --label-column is not the column of texts; if it is not, use --many-classes",
        )


def _short(label: str) -> str:
    return repr(label if len(label) <= 40 else label[:37] + "...")
