"""Batches of texts of like length, padded no further than the longest of them.

    batches = Batches(rows, labels, weights, batch_size=64, side="post", seed=42)
    for numbers, labels, weights in batches:       # (64, longest) int32, (64,), (64,)

Each round deals the texts out anew: shuffled, sorted within pools of some batches, and the batches shuffled again, so
that chance stays while little is padded.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import Side, pad
from imdbnlp.storage.ragged import Ragged

_POOL = 50  # batches that are sorted together
_NUMBERS_AT_ONCE = 40_000  # that a network answers at once


class Batches:
    """rows: (texts,) ragged numbers.  labels, weights: (texts,) class codes and what each text counts."""

    def __init__(
        self, rows: Ragged, labels: NDArray[np.int64], weights: NDArray[np.float32], batch_size: int, side: Side,
        seed: int,
    ) -> None:  # fmt: skip
        self.rows, self.labels, self.weights, self.batch_size, self.side = rows, labels, weights, batch_size, side
        self._chance = np.random.default_rng(seed)

    def __len__(self) -> int:
        return math.ceil(len(self.rows) / self.batch_size)

    def __iter__(self) -> Iterator[tuple[NDArray[Any], ...]]:
        for chosen in self._deal():
            yield pad(self.rows, chosen, self.side), self.labels[chosen], self.weights[chosen]

    def _deal(self) -> list[NDArray[np.int64]]:
        size, lengths = self.batch_size, self.rows.lengths
        shuffled = self._chance.permutation(len(self.rows))
        pools = [shuffled[start : start + _POOL * size] for start in range(0, len(shuffled), _POOL * size)]
        in_order = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [pool[start : start + size] for pool in in_order for start in range(0, len(pool), size)]
        return [batches[place] for place in self._chance.permutation(len(batches))]


def of_like_length(rows: Ragged) -> Iterator[NDArray[np.int64]]:
    """The rows that hold something, the longest first, in groups that fit into memory together."""
    order = np.argsort(-rows.lengths, kind="stable")
    order = order[rows.lengths[order] > 0]
    while len(order):
        size = max(1, _NUMBERS_AT_ONCE // int(rows.lengths[order[0]]))
        yield order[:size]
        order = order[size:]
