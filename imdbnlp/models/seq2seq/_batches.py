"""Batches of sentence pairs of like length, for teacher forcing.

    for (source, given), answers, weights in PairBatches(source, target, batch_size=64, seed=42):
        ...

The decoder is given the start and the target, and has to answer the target and the end: at each place, what comes next.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import BucketedBatches
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.subwords import END, START

Batch = tuple[tuple[NDArray[np.int32], NDArray[np.int32]], NDArray[np.int32], NDArray[np.float32]]
LOGITS_AT_ONCE = 16_000_000  # 64 MB of them
_LONGER = 1000  # more than a sentence has tokens: sorts by target, then by source


class PairBatches(BucketedBatches):
    """source, target: (pairs,) ragged numbers, without start and end."""

    unit = "tokens"
    signature = ((("int32", 2), ("int32", 2)), ("int32", 2), ("float32", 2))

    def __init__(self, source: Ragged, target: Ragged, batch_size: int, seed: int) -> None:
        super().__init__(target.lengths * _LONGER + source.lengths, target.lengths + 1, batch_size, seed)
        self.source, self.target = source, framed(target)

    def batch(self, chosen: NDArray[np.int64]) -> Batch:
        return forced(self.source, self.target, chosen)


def framed(rows: Ragged) -> Ragged:
    """The rows with START before and END behind each."""
    lengths = rows.lengths + 2
    offsets = offsets_of(lengths)
    values = np.empty(int(offsets[-1]), dtype=np.int32)
    inner = np.ones(len(values), dtype=bool)
    inner[offsets[:-1]] = inner[offsets[1:] - 1] = False
    values[offsets[:-1]], values[offsets[1:] - 1] = START, END
    values[inner] = rows.values
    return Ragged(values, offsets)


def forced(source: Ragged, target: Ragged, chosen: NDArray[np.int64]) -> Batch:
    """A batch of the chosen pairs.  target: framed.

    Returns ((pairs, longest source), (pairs, longest target + 1)) int32 numbers; the second moved by one place, as
    answers; and (pairs, longest target + 1) float32 weights, 1 for a token and 0 for padding.
    """
    whole = pad(target, chosen, "post")
    answers = np.ascontiguousarray(whole[:, 1:])
    return (pad(source, chosen, "post"), whole[:, :-1]), answers, (answers > 0).astype(np.float32)


def by_length(rows: Ragged, numbers_at_once: int, rows_at_once: int) -> Iterator[NDArray[np.int64]]:
    """All rows, the longest first, in groups of at most so many numbers and rows, but of one row at least."""
    order = np.argsort(-rows.lengths, kind="stable")
    while len(order):
        size = max(1, min(rows_at_once, numbers_at_once // max(1, int(rows.lengths[order[0]]))))
        yield order[:size]
        order = order[size:]
