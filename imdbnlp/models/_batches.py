"""Batches of texts of like length, padded no further than the longest of them.

    batches = Batches(rows, labels, weights, batch_size=64, side="post", seed=42)
    for numbers, labels, weights in batches:       # (64, longest) int32, (64,), (64,)

Each round deals the texts out anew: shuffled, sorted within pools of some batches, and the batches shuffled again, so
that chance stays while little is padded.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import Side, pad
from imdbnlp.storage.ragged import Ragged

_POOL = 50  # batches that are sorted together
_NUMBERS_AT_ONCE = 40_000  # that a network answers at once


class BucketedBatches(ABC):
    """What a network learns from, in batches that are dealt out anew in each round.

    unit: what is counted of the work, in words.  signature: type and rank of each array of a batch, nested as they are.
    """

    unit: ClassVar[str]
    signature: ClassVar[Any]

    def __init__(self, lengths: NDArray[np.int64], sizes: NDArray[np.int64], batch_size: int, seed: int) -> None:
        """lengths: (texts,) by which texts go together.  sizes: (texts,) units of work in each."""
        self.lengths, self.sizes, self.batch_size = lengths, sizes, batch_size
        self._chance = np.random.default_rng(seed)
        self._batches: list[NDArray[np.int64]] = []

    def __len__(self) -> int:
        return math.ceil(len(self.lengths) / self.batch_size)

    @property
    def n_units(self) -> int:
        """Units of work in a round."""
        return int(self.sizes.sum())

    def units_of(self, batch: int) -> int:
        """Units of work in a batch of this round."""
        return int(self.sizes[self._batches[batch]].sum())

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self._batches = self._deal()
        for chosen in self._batches:
            yield self.batch(chosen)

    @abstractmethod
    def batch(self, chosen: NDArray[np.int64]) -> tuple[Any, ...]:
        """Inputs, answers and weights of the chosen texts, padded to the longest of them."""

    def _deal(self) -> list[NDArray[np.int64]]:
        size, lengths = self.batch_size, self.lengths
        shuffled = self._chance.permutation(len(lengths))
        pools = [shuffled[start : start + _POOL * size] for start in range(0, len(shuffled), _POOL * size)]
        in_order = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [pool[start : start + size] for pool in in_order for start in range(0, len(pool), size)]
        return [batches[place] for place in self._chance.permutation(len(batches))]


class Batches(BucketedBatches):
    """rows: (texts,) ragged numbers.  labels, weights: (texts,) class codes and what each text counts."""

    unit = "texts"
    signature = (("int32", 2), ("int64", 1), ("float32", 1))

    def __init__(
        self, rows: Ragged, labels: NDArray[np.int64], weights: NDArray[np.float32], batch_size: int, side: Side,
        seed: int,
    ) -> None:  # fmt: skip
        super().__init__(rows.lengths, np.ones(len(rows), dtype=np.int64), batch_size, seed)
        self.rows, self.labels, self.weights, self.side = rows, labels, weights, side

    def batch(self, chosen: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        return pad(self.rows, chosen, self.side), self.labels[chosen], self.weights[chosen]


def of_like_length(rows: Ragged) -> Iterator[NDArray[np.int64]]:
    """The rows that hold something, the longest first, in groups that fit into memory together."""
    order = np.argsort(-rows.lengths, kind="stable")
    order = order[rows.lengths[order] > 0]
    while len(order):
        size = max(1, _NUMBERS_AT_ONCE // int(rows.lengths[order[0]]))
        yield order[:size]
        order = order[size:]
