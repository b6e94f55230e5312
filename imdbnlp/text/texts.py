"""Raw texts that are read when they are needed: what a model is given that does its own tokenisation.

texts = Texts.of(["A fine film.", "Dull."])
list(texts.take(np.array([1])))                # ['Dull.']
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string


@dataclass(frozen=True)
class Texts:
    """rows: (texts,) positions in their source.  read: gives the texts at some positions of the source."""

    rows: NDArray[np.int64]
    read: Callable[[NDArray[np.int64]], list[str]]

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """Texts that are in memory."""
        check_not_a_string(texts, "texts")
        return cls(np.arange(len(texts)), lambda rows: [texts[row] for row in rows.tolist()])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self.read(self.rows))

    def take(self, rows: NDArray[np.integer]) -> "Texts":
        """The texts at these places, in the given order."""
        return Texts(self.rows[rows], self.read)
