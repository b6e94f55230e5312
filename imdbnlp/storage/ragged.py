"""Rows of unequal length in two flat arrays.

tokens = Ragged(values=np.array([7, 8, 9], np.int32), offsets=np.array([0, 2, 2, 3]))
tokens[0]        # array([7, 8])
tokens[1]        # array([]): an empty row
len(tokens)      # 3
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.checks import checked, checked_offsets
from imdbnlp.storage.files import read_array, write_array


@dataclass(frozen=True)
class Ragged:
    """values: (items,) int32, row after row.  offsets: (rows + 1,) int64, from 0 to items."""

    values: NDArray[np.int32]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, row: int) -> NDArray[np.int32]:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(rows,) items in each row."""
        return np.diff(self.offsets)

    @cached_property
    def row_ids(self) -> NDArray[np.int32]:
        """(items,) the row of each item."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths)

    def take(self, rows: NDArray[np.integer]) -> "Ragged":
        """The given rows, in the given order."""
        lengths = self.lengths[rows]
        if len(rows) and (np.diff(rows) > 0).all():  # in order: a mask is faster than positions
            chosen = np.zeros(len(self), dtype=bool)
            chosen[rows] = True
            return Ragged(self.values[np.repeat(chosen, self.lengths)], offsets_of(lengths))
        return Ragged(self.values[ranges(self.offsets[rows], lengths)], offsets_of(lengths))

    def keep(self, mask: NDArray[np.bool_]) -> "Ragged":
        """Drop the items where mask, (items,), is false; rows stay, perhaps empty."""
        kept_before = np.concatenate([[0], np.cumsum(mask, dtype=np.int64)])
        return Ragged(self.values[mask], kept_before[self.offsets])

    def save(self, folder: Path, name: str) -> None:
        """Write `<name>.values.npy` and `<name>.offsets.npy`."""
        write_array(folder / f"{name}.values.npy", self.values)
        write_array(folder / f"{name}.offsets.npy", self.offsets)

    @classmethod
    def open(cls, folder: Path, name: str, below: int, rows: int | None = None) -> Self:
        """Map the two files into memory.  below: limit of the values, which begin with 0.  rows: how many there are.

        Raises ArtefactError if the values are out of range, or the offsets do not fit them.
        """
        paths = [folder / f"{name}.{kind}.npy" for kind in ("values", "offsets")]
        values, offsets = (read_array(path, mmap=True) for path in paths)
        checked(paths[0], values, np.int32, (None,), 0, below)
        return cls(values, checked_offsets(paths[1], offsets, len(values), rows))


def offsets_of(lengths: NDArray[np.integer] | Sequence[int]) -> NDArray[np.int64]:
    """(rows,) lengths -> (rows + 1,) int64 offsets."""
    offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def ranges(starts: NDArray[np.integer], lengths: NDArray[np.integer]) -> NDArray[np.int64]:
    """The positions starts[0], starts[0] + 1, … for lengths[0] places, then the same for the next start."""
    before = offsets_of(lengths)
    return np.repeat(starts - before[:-1], lengths) + np.arange(before[-1])


def concatenate(parts: Sequence[Ragged]) -> Ragged:
    """The rows of all parts, one part after the other."""
    values = np.concatenate([part.values for part in parts])
    return Ragged(values, offsets_of(np.concatenate([part.lengths for part in parts])))
