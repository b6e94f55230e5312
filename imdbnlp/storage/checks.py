"""Whether an array from disk is fit to be used: its dtype, its shape, and the range of its values.

    ids = checked(path, read_array(path, mmap=True), np.int32, (None,), 0, n_words)     # 0 <= ids < n_words

A checksum does not show that an index points outside its table.  So an array that is used as an index, an offset or a
size, or whose values are summed, is checked once when it is opened.  Its smallest and largest value are found at the
speed of memory, in a fraction of the time that the checksum takes.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError
from imdbnlp.storage.files import REMEDY

MOST = 1e30
"""Limit of the size of a weight: far over any that is learned; the sums of such numbers stay finite."""


def checked(
    path: Path,
    array: NDArray[Any],
    dtype: Any,
    shape: tuple[int | None, ...],
    low: float = -MOST,
    below: float = MOST,
) -> NDArray[Any]:
    """The array, if it has this dtype and shape (None: any length) and all its values are in [low, below).

    Raises ArtefactError naming the file otherwise; a value that is not a number is in no range.
    """
    if array.dtype != np.dtype(dtype):
        raise unfit(path, f"an array of {array.dtype}, expected {np.dtype(dtype)}")
    if len(array.shape) != len(shape) or any(
        wanted not in (None, length) for wanted, length in zip(shape, array.shape, strict=True)
    ):
        wanted = " × ".join("any" if length is None else f"{length}" for length in shape)
        raise unfit(path, f"an array of shape {array.shape}, expected {wanted}")
    if array.size:
        smallest, largest = array.min(), array.max()
        if not (smallest >= low and largest < below):
            raise unfit(path, f"values from {smallest} to {largest}, expected from {low} to below {below}")
    return array


def checked_offsets(path: Path, offsets: NDArray[Any], n_items: int, n_rows: int | None = None) -> NDArray[Any]:
    """The offsets, if they begin with 0, never fall, and end with `n_items`; n_rows: one fewer than there are."""
    checked(path, offsets, np.int64, (None if n_rows is None else n_rows + 1,))
    if not len(offsets) or offsets[0] != 0 or offsets[-1] != n_items or (np.diff(offsets) < 0).any():
        raise unfit(path, f"offsets that do not divide {n_items:,} items into rows")
    return offsets


def unfit(path: Path, found: str) -> ArtefactError:
    """The error for a file that is whole, but cannot be used."""
    return ArtefactError(f"{path} is damaged: {found}", hint=REMEDY)
