"""Classes with too few different texts to be divided into parts: all named at once, dropped, merged or only trained on.

rare = rare_classes(labels, groups, n_parts=3)
rare["neg"]          # Rare(n_rows=30, n_texts=1)
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from imdbnlp.data.selection import Selection
from imdbnlp.errors import DataError

OTHER = "other"
"""The class of merged classes."""

_LISTED = 100


@dataclass(frozen=True)
class Rare:
    """n_rows: in the source, with repetitions.  n_texts: different ones."""

    n_rows: int
    n_texts: int


def rare_classes(labels: Sequence[str], groups: Iterable[int], n_parts: int) -> dict[str, Rare]:
    """The classes with fewer different texts than parts, by name.  groups: (rows,) equal codes for equal texts."""
    rows = Counter(labels)
    texts = Counter(label for label, _ in set(zip(labels, groups, strict=True)))
    return {label: Rare(rows[label], n) for label, n in sorted(texts.items()) if n < n_parts}


def with_source_rows(rare: Mapping[str, Rare], rows: Selection) -> dict[str, Rare]:
    """The same, with the number of rows before repetitions were dropped."""
    n_rows = Counter(rows.source.labels or [])
    return {label: replace(found, n_rows=n_rows[label]) for label, found in rare.items()}


def check_rare(rare: Mapping[str, Rare], n_parts: int) -> None:
    """Raise DataError naming all classes that are too rare."""
    if not rare:
        return
    described = [_described(label, found) for label, found in list(rare.items())[:_LISTED]]
    more = f"; and {len(rare) - _LISTED} more" if len(rare) > _LISTED else ""
    actions = "drop, merge or train-only" if OTHER not in rare else "drop or train-only"
    raise DataError(
        f"{'; '.join(described)}{more}: too few for {n_parts} splits",
        hint=f"use --rare-classes {actions}, or --test-size 0 --valid-size 0",
    )


def without_classes(rows: Selection, classes: Iterable[str]) -> Selection:
    """The rows of all other classes."""
    unwanted = set(classes)
    kept = [row for row, label in enumerate(rows.labels) if label not in unwanted]
    return rows.take(np.array(kept, dtype=np.int64), "of rare classes")


def with_merged_classes(rows: Selection, classes: Iterable[str]) -> Selection:
    """The rows, those of these classes with the label `other`."""
    merged = set(classes)
    labels = [OTHER if label in merged else label for label in rows.source.labels or []]
    return replace(rows, source=replace(rows.source, labels=labels))


def _described(label: str, found: Rare) -> str:
    name = repr(label if len(label) <= 40 else label[:37] + "...")
    rows = f"class {name} has {found.n_rows} row{'s' * (found.n_rows != 1)}"
    if found.n_texts == found.n_rows:
        return rows
    return f"{rows} but {'one distinct text' if found.n_texts == 1 else f'{found.n_texts} distinct texts'}"
