"""Which part each row of a dataset belongs to: as its source says, and dealt out by class where it says nothing.

rows = divide(rows, settings, classes)
rows.parts        # array(['train', 'test', …])
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.chosen import ChosenRows
from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.split import (
    PART_NAMES,
    TEST,
    TRAIN,
    UNLABELLED,
    VALID,
    check_class_sizes,
    plain_split,
    stratified_split,
    text_groups,
)
from imdbnlp.errors import DataError, SettingsError, check_not_a_string
from imdbnlp.settings import flag

_NOTEBOOK_SPLIT_SEED = 42


def divide(rows: ChosenRows, settings: DatasetSettings, classes: list[str]) -> ChosenRows:
    """Give each row its part.  A test or validation part that the source does not name is taken from its training.

    Raises DataError if a class has nothing to train on, SettingsError for a share of what the source names itself.
    """
    parts = named_parts(rows.splits, len(rows.chosen), rows.source.path, settings)
    sizes = _sizes(parts, rows.source.splits is not None, settings)
    free = np.flatnonzero(parts == TRAIN)
    labels, texts = _codes(rows.labels, classes), rows.texts
    parts[free] = _deal([texts[row] for row in free], labels[free], classes, sizes, settings)
    _check_trained(labels, parts, classes, rows.source.path)
    return replace(rows, parts=parts)


def named_parts(splits: Sequence[str] | None, n_rows: int, path: str, settings: DatasetSettings) -> NDArray[np.str_]:
    """(rows,) the part that the source names for each row; training where it names none.

    Raises DataError for an unknown name, SettingsError for options that give what the source names itself.
    """
    if splits is None:
        return np.full(n_rows, TRAIN, dtype="U10")
    names = [name.strip().lower() for name in splits]
    unknown = sorted(set(names) - set(PART_NAMES))
    if unknown:
        raise DataError(
            f"{path}: the split column says {unknown[0][:40]!r}", hint=f"known are: {', '.join(PART_NAMES)}"
        )
    parts = np.array([PART_NAMES[name] for name in names], dtype="U10")
    options = {TEST: ["test_size", "test_file"], VALID: ["valid_size", "valid_file"]}
    for part, fields in options.items():
        given = [name for name in fields if getattr(settings, name)]
        if given and (parts == part).any():
            raise SettingsError(
                f"{flag(given[0])}: {path} says itself which texts are for {part}",
                hint=f"leave out {flag(given[0])}", field=given[0],
            )  # fmt: skip
    return parts


def count_leaks(texts: Sequence[str], parts: NDArray[np.str_], held_out: Collection[str]) -> int:
    """How many texts of the parts that are held out also stand in the others, which are learned from."""
    check_not_a_string(texts, "texts")
    both = list(zip(texts, parts.tolist(), strict=True))
    learned = {text for text, part in both if part not in held_out and part != UNLABELLED}
    return sum(part in held_out and text in learned for text, part in both)


def _sizes(parts: NDArray[np.str_], says_parts: bool, settings: DatasetSettings) -> dict[str, float]:
    """The share of the training rows that each part still gets."""
    test_size, valid_size = settings.test_size, settings.valid_size
    if test_size is None:
        test_size = 0.0 if settings.test_file or says_parts else 0.2
    if valid_size is None:
        valid_size = 0.0 if settings.profile == "notebook" or settings.valid_file or (parts == VALID).any() else 0.1
    return {TEST: test_size, VALID: valid_size}


def _deal(
    texts: list[str], labels: NDArray[np.int64], classes: list[str], sizes: dict[str, float], settings: DatasetSettings
) -> NDArray[np.str_]:
    if settings.profile == "notebook":
        return _notebook_parts(len(texts), sizes[TEST], sizes[VALID])
    groups = text_groups(texts)
    _, first = np.unique(groups, return_index=True)
    present = np.unique(labels)  # what has no training text at all is refused later, by its own name
    codes, names = np.searchsorted(present, labels[first]), [classes[code] for code in present]
    check_class_sizes(codes, names, 1 + sum(size > 0 for size in sizes.values()))
    return stratified_split(labels, groups, sizes, settings.seed)


def _notebook_parts(n_rows: int, test_size: float, valid_size: float) -> NDArray[np.str_]:
    parts = plain_split(n_rows, test_size, _NOTEBOOK_SPLIT_SEED)
    if valid_size:
        train = np.flatnonzero(parts == TRAIN)
        inner = plain_split(len(train), valid_size / (1 - test_size), _NOTEBOOK_SPLIT_SEED)
        parts[train[inner == TEST]] = VALID
    return parts


def _codes(labels: list[str], classes: list[str]) -> NDArray[np.int64]:
    codes = {name: code for code, name in enumerate(classes)}
    return np.fromiter((codes[label] for label in labels), np.int64, len(labels))


def _check_trained(labels: NDArray[np.int64], parts: NDArray[np.str_], classes: list[str], path: str) -> None:
    counts = np.bincount(labels[parts == TRAIN], minlength=len(classes))
    if not counts.all():
        name = classes[int(np.argmin(counts))]
        raise DataError(
            f"{path}: no text of the class {name[:40]!r} is left to train on",
            hint="add texts of that class, drop it, or make the other parts smaller",
        )
