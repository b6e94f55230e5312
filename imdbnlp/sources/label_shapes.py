"""Labels that are something else: combinations of labels, lists, or amounts.

combination(["a", "b", "a|b"])       # 'a|b'
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping

from imdbnlp.errors import DataError
from imdbnlp.progress import Reporter

_SEPARATORS = ("|", ";", ",", "\t")
_WEAK_SEPARATORS = ("/", "+", "&")
"""Also occur inside of the names of classes, so that every part must be a class itself."""

_LIST = re.compile(r"\s*[\[({].*[\])}]\s*", re.DOTALL)
_MANY = 20


def check_shapes(counts: Mapping[str, int], combined: bool, many: bool, path: str, reporter: Reporter) -> None:
    """Raise DataError for combinations of labels or amounts that the settings do not accept; warn of doubtful numbers.

    counts: rows of each label.
    """
    labels = [label for label in counts if label]
    if not combined:
        _check_combinations(counts, labels, path)
    numbers = [number for label in labels if (number := _number(label)) is not None]
    if len(numbers) < len(labels) or not labels:
        return
    span = f"{len(numbers):,} different numbers from {min(numbers):g} to {max(numbers):g}"
    n_rows = sum(counts[label] for label in labels)
    fractions = sum(number != round(number) for number in numbers)
    if 2 * fractions >= len(numbers) and len(numbers) > max(5, min(_MANY, n_rows / 3)) and not many:
        raise DataError(
            f"{path}: the labels are {span}: amounts, not classes",
            hint="choose another --label-column, group the numbers into a few ranges, or use --many-classes",
        )
    codes = set(range(int(min(numbers)), int(min(numbers)) + len(numbers)))
    if len(numbers) > _MANY and not (min(numbers) in (0, 1) and set(numbers) == codes):
        reporter.warn(f"{path}: the labels are {span}; each number is a class of its own")


def combination(labels: Collection[str]) -> str | None:
    """A label that combines several labels; None if there is none."""
    return next(iter(_combinations(labels)), None)


def _check_combinations(counts: Mapping[str, int], labels: Collection[str], path: str) -> None:
    found = _combinations(labels)
    if found:
        n_rows, total = sum(counts[label] for label in found), sum(counts[label] for label in labels)
        example = found[0] if len(found[0]) <= 40 else found[0][:37] + "..."
        raise DataError(
            f"{path}: {n_rows:,} of {total:,} labels combine several labels, for example {example!r}",
            hint="keep one label per text, or use --combined-labels to make each combination a class",
        )


def _combinations(labels: Collection[str]) -> list[str]:
    lists = sorted(label for label in labels if _LIST.fullmatch(label) and _is_list(label))
    if lists and 2 * len(lists) >= len(labels):
        return sorted(lists, key=lambda label: -label.count(","))
    for separator in (*_SEPARATORS, *_WEAK_SEPARATORS):
        found = _combined_by(separator, labels)
        if found:
            return found
    return []


def _combined_by(separator: str, labels: Collection[str]) -> list[str]:
    """The labels that this character divides into parts which recur in other labels."""
    parts_of = {label: {part.strip() for part in label.split(separator)} - {""} for label in labels}
    combined = sorted(label for label, parts in parts_of.items() if len(parts) > 1)
    if not combined:
        return []
    uses = Counter(part for parts in parts_of.values() for part in parts)
    if separator in _WEAK_SEPARATORS:
        return [label for label in combined if parts_of[label] <= set(labels)]
    parts = {part for label in combined for part in parts_of[label]}
    return combined if 2 * sum(uses[part] > 1 for part in parts) >= len(parts) else []


def _is_list(label: str) -> bool:
    """Whether a label in brackets is a list as JSON, Python or NumPy write it."""
    stripped = label.strip()
    try:
        return isinstance(json.loads(stripped), list | dict)
    except (ValueError, RecursionError):
        inner = stripped[1:-1].strip()
        return inner.startswith(("'", '"')) or not inner or all(_number(part) is not None for part in inner.split())


def _number(label: str) -> float | None:
    try:
        number = float(label)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None
