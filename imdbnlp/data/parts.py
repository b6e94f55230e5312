"""The split of each row of a dataset: as its source says, or else stratified by class.

rows = divide(rows, settings, classes)
rows.parts        # array(['train', 'test', …])
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.rare import (
    OTHER,
    Rare,
    check_rare,
    rare_classes,
    with_merged_classes,
    with_source_rows,
    without_classes,
)
from imdbnlp.data.selection import Selection
from imdbnlp.data.split import plain_split, stratified_split
from imdbnlp.errors import DataError, SettingsError
from imdbnlp.progress import Reporter
from imdbnlp.settings import flag
from imdbnlp.sources.split_names import PART_NAMES, TEST, TRAIN, VALID
from imdbnlp.text.fingerprints import Fingerprints, is_among, is_repeated
from imdbnlp.text.profiles import PROFILES


def divide(
    rows: Selection, settings: DatasetSettings, classes: list[str], train_only: Collection[str] = ()
) -> Selection:
    """Assign each row to a split.  A test or validation set that the source lacks is drawn from its training set.

    Rows of the same group stay together (except in the notebook profile, which splits row by row like its study).
    train_only: classes whose training rows are not divided.
    Raises DataError if a class has nothing to train on, SettingsError for the size of a split that the source defines.
    """
    parts = rows.parts.copy()
    sizes = _sizes(parts, rows.source.splits is not None, settings)
    labels = _codes(rows.labels, classes)
    divided = ~np.isin(labels, [code for code, name in enumerate(classes) if name in train_only])
    free = np.flatnonzero((parts == TRAIN) & divided)
    parts[free] = _deal(rows.groups[free], labels[free], sizes, settings)
    _check_trained(labels, parts, classes, rows.source.path)
    return replace(rows, parts=parts)


def treat_rare_classes(rows: Selection, settings: DatasetSettings) -> tuple[Selection, dict[str, Rare]]:
    """The rows without, or with merged, rare classes; and the classes that are too rare to be divided.

    Raises DataError naming all of them if the settings do not say what to do, or if merging does not help.
    """
    n_parts, rare = _rare(rows, settings)
    if settings.rare_classes == "error":
        check_rare(rare, n_parts)
    if rare and settings.rare_classes == "drop":
        return without_classes(rows, rare), rare
    if rare and settings.rare_classes == "merge":
        rows = with_merged_classes(rows, rare)
        check_rare({label: found for label, found in _rare(rows, settings)[1].items() if label == OTHER}, n_parts)
    return rows, rare


def _rare(rows: Selection, settings: DatasetSettings) -> tuple[int, dict[str, Rare]]:
    """How many splits the training rows are divided into, and the classes that are too rare for that."""
    if PROFILES[settings.profile].split_seed is not None:
        return 1, {}
    free = np.flatnonzero(rows.parts == TRAIN)
    n_parts = 1 + sum(size > 0 for size in _sizes(rows.parts, rows.source.splits is not None, settings).values())
    labels = rows.labels
    rare = rare_classes([labels[row] for row in free], rows.groups[free].tolist(), n_parts)
    return n_parts, rare if rows.source.splits is not None else with_source_rows(rare, rows)


def named_parts(splits: Sequence[str] | None, n_rows: int, path: str, settings: DatasetSettings) -> NDArray[np.str_]:
    """(rows,) the split that the source gives each row; train if it gives none.

    Raises DataError for an unknown name, SettingsError for options that define what the source defines.
    """
    if splits is None:
        return np.full(n_rows, TRAIN, dtype="U10")
    names = [name.strip().lower() for name in splits]
    unknown = sorted(set(names) - set(PART_NAMES))
    if unknown:
        raise DataError(
            f"{path}: unknown split {unknown[0][:40]!r} in the split column",
            hint=f"use one of: {', '.join(PART_NAMES)}",
        )
    parts = np.array([PART_NAMES[name] for name in names], dtype="U10")
    options = {TEST: ["test_size", "test_file"], VALID: ["valid_size", "valid_file"]}
    for part, fields in options.items():
        given = [name for name in fields if getattr(settings, name)]
        if given and (parts == part).any():
            raise SettingsError(
                f"{flag(given[0])}: {path} itself defines the {part} split",
                hint=f"leave out {flag(given[0])}", field=given[0],
            )  # fmt: skip
    return parts


@dataclass(frozen=True)
class Copies:
    """repeated: (rows,) true for a text that is equal to an earlier one of its part.  leaked: (rows,) true for a
    validation text that is also a training text, and for a test text that is also one of either.  near: (rows,) true
    for those that are near duplicates of one, without being equal; None if near duplicates were not looked for."""

    parts: NDArray[np.str_]
    repeated: NDArray[np.bool_]
    leaked: NDArray[np.bool_]
    near: NDArray[np.bool_] | None = None

    @classmethod
    def among(
        cls, prints: Fingerprints, parts: NDArray[np.str_], near_groups: NDArray[np.int64] | None = None
    ) -> "Copies":
        """Compare the texts of each held-out part with each other and with those that are learned from.

        near_groups: (rows,) equal codes for near duplicates, if they were looked for.
        """
        repeated, leaked, near = (np.zeros(len(parts), dtype=bool) for _ in range(3))
        for part, learned in ((VALID, [TRAIN]), (TEST, [TRAIN, VALID])):
            rows = np.flatnonzero(parts == part)
            repeated[rows] = is_repeated(prints[rows])
            is_learned = np.isin(parts, learned)
            leaked[rows] = is_among(prints[rows], prints[is_learned])
            if near_groups is not None:
                near[rows] = np.isin(near_groups[rows], near_groups[is_learned]) & ~leaked[rows]
        return cls(parts, repeated, leaked, None if near_groups is None else near)

    def counts(self) -> dict[str, int]:
        """How many texts of each held-out part are leaked, and repeated, and near duplicates if they are known."""
        return {
            f"{kind}_{part}_texts": int(copies[self.parts == part].sum())
            for kind, copies in (("leaked", self.leaked), ("repeated", self.repeated), ("near_leaked", self.near))
            if copies is not None
            for part in (TEST, VALID)
        }

    def warn(self, reporter: Reporter) -> None:
        """Warn of texts in the validation and test sets that are copies."""
        for part in (VALID, TEST):
            self.warn_of(part, reporter)

    def warn_of(self, part: str, reporter: Reporter) -> None:
        """Warn of texts in one of these sets that are copies."""
        rows = self.parts == part
        learned = "training or validation texts" if part == TEST else "training texts"
        for copies, what in (
            (self.leaked, f"also {learned}"),
            (self.near, f"near duplicates of {learned}"),
            (self.repeated, f"copies of an earlier {part} text"),
        ):
            n_copies = 0 if copies is None else int(copies[rows].sum())
            if n_copies:
                reporter.warn(f"{n_copies:,} of {int(rows.sum()):,} {part} texts are {what}")


def _sizes(parts: NDArray[np.str_], says_parts: bool, settings: DatasetSettings) -> dict[str, float]:
    """The share of the training rows that is moved to each split."""
    test_size, valid_size = settings.test_size, settings.valid_size
    if test_size is None:
        test_size = 0.0 if settings.test_file or says_parts else 0.2
    if valid_size is None:
        has_valid = settings.valid_file or (parts == VALID).any()
        valid_size = 0.0 if has_valid else PROFILES[settings.profile].valid_size
    return {TEST: test_size, VALID: valid_size}


def _deal(
    groups: NDArray[np.int64],
    labels: NDArray[np.int64],
    sizes: dict[str, float],
    settings: DatasetSettings,
) -> NDArray[np.str_]:
    seed = PROFILES[settings.profile].split_seed
    if seed is not None:
        return _plain_parts(len(groups), sizes[TEST], sizes[VALID], seed)
    return stratified_split(labels, groups, sizes, settings.seed)


def _plain_parts(n_rows: int, test_size: float, valid_size: float, seed: int) -> NDArray[np.str_]:
    parts = plain_split(n_rows, test_size, seed)
    if valid_size:
        train = np.flatnonzero(parts == TRAIN)
        inner = plain_split(len(train), valid_size / (1 - test_size), seed)
        parts[train[inner == TEST]] = VALID
    return parts


def _codes(labels: list[str], classes: list[str]) -> NDArray[np.int64]:
    codes = {name: code for code, name in enumerate(classes)}
    return np.fromiter((codes[label] for label in labels), np.int64, len(labels))


def _check_trained(labels: NDArray[np.int64], parts: NDArray[np.str_], classes: list[str], path: str) -> None:
    counts = np.bincount(labels[parts == TRAIN], minlength=len(classes))
    if not counts.all():
        missing = [repr(classes[code][:40]) for code in np.flatnonzero(counts == 0)]
        which = f"class {missing[0]}" if len(missing) == 1 else f"classes {', '.join(missing[:20])}"
        raise DataError(
            f"{path}: no text of the {which} is left in the training set",
            hint="add texts, use --rare-classes drop or train-only, or make the other splits smaller",
        )
