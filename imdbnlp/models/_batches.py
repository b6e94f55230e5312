"""Batches of texts of similar length, padded only to the longest of them.

    batches = TextBatches(rows, labels, weights, batch_size=64, side="post", seed=42)
    for token_ids, labels, weights in batches:       # (64, longest) int32, (64,), (64,)

Each epoch draws new batches: the texts are shuffled, sorted by length within pools of some batches, and the batches are
shuffled, so that the order stays random while little is padded.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import Side, pad
from imdbnlp.storage.ragged import Ragged

LOGITS_AT_ONCE = 16_000_000  # of a sequence-to-sequence model: 64 MB of them
_POOL = 50  # batches that are sorted together


class BucketedBatches(ABC):
    """The training set of a network, in batches that are drawn again in each epoch.

    unit: what progress is counted in.  signature: dtype and rank of each array of a batch, nested as they are.
    """

    unit: ClassVar[str]
    signature: ClassVar[Any]

    def __init__(self, lengths: NDArray[np.int64], n_units: NDArray[np.int64], batch_size: int, seed: int) -> None:
        """lengths: (texts,) by which texts are put together.  n_units: (texts,) units of progress in each."""
        self.lengths, self._n_units, self.batch_size = lengths, n_units, batch_size
        self._random = np.random.default_rng(seed)
        self._batches: list[NDArray[np.int64]] = []

    def __len__(self) -> int:
        return math.ceil(len(self.lengths) / self.batch_size)

    @property
    def n_units(self) -> int:
        """Units of progress in an epoch."""
        return int(self._n_units.sum())

    def units_of(self, batch: int) -> int:
        """Units of progress in a batch of this epoch."""
        return int(self._n_units[self._batches[batch]].sum())

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        self._batches = self._draw()
        for rows in self._batches:
            yield self.batch(rows)

    @abstractmethod
    def batch(self, rows: NDArray[np.int64]) -> tuple[Any, ...]:
        """Inputs, targets and sample weights of these texts, padded to the longest of them."""

    def _draw(self) -> list[NDArray[np.int64]]:
        size, lengths = self.batch_size, self.lengths
        shuffled = self._random.permutation(len(lengths))
        pools = [shuffled[start : start + _POOL * size] for start in range(0, len(shuffled), _POOL * size)]
        by_length = [pool[np.argsort(lengths[pool], kind="stable")] for pool in pools]
        batches = [pool[start : start + size] for pool in by_length for start in range(0, len(pool), size)]
        return [batches[place] for place in self._random.permutation(len(batches))]


class TextBatches(BucketedBatches):
    """rows: (texts,) ragged token ids.  labels, weights: (texts,) class codes and sample weights."""

    unit = "texts"
    signature = (("int32", 2), ("int64", 1), ("float32", 1))

    def __init__(
        self, rows: Ragged, labels: NDArray[np.int64], weights: NDArray[np.float32], batch_size: int, side: Side,
        seed: int,
    ) -> None:  # fmt: skip
        super().__init__(rows.lengths, np.ones(len(rows), dtype=np.int64), batch_size, seed)
        self.rows, self.labels, self.weights, self.side = rows, labels, weights, side

    def batch(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        return pad(self.rows, rows, self.side), self.labels[rows], self.weights[rows]


def length_groups(
    lengths: NDArray[np.int64], most_tokens: int, most_rows: int | None = None, most_scores: int | None = None
) -> Iterator[NDArray[np.int64]]:
    """The rows that are not empty, the longest first, in groups of similar length that fit into memory.

    A group has at most `most_rows` rows and, padded, `most_tokens` tokens and `most_scores` pairs of tokens (which
    attention scores); one row at least.
    """
    order = np.argsort(-lengths, kind="stable")
    order = order[lengths[order] > 0]
    while len(order):
        longest = int(lengths[order[0]])
        limits = [most_tokens // longest]
        limits += [most_rows] if most_rows is not None else []
        limits += [most_scores // longest**2] if most_scores is not None else []
        size = max(1, min(limits))
        yield order[:size]
        order = order[size:]
