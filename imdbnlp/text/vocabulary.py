"""The vocabulary: every distinct word has an id, its position.

    vocabulary = Vocabulary()
    vocabulary.add(["good", "film"])           # array([0, 1])
    vocabulary.find(["film", "unseen"])        # array([ 1, -1])

A dataset's vocabulary has no statistics: which words matter is learned later, from the training texts alone.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.tokenize import Block


class Vocabulary:
    """Words and their ids, growing as blocks are added."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._ids = {word: token_id for token_id, word in enumerate(words)}

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def words(self) -> list[str]:
        """The words; a word's position is its id."""
        return list(self._ids)

    def add(self, words: Sequence[str]) -> NDArray[np.int32]:
        """(words,) the id of each; new words get new ids."""
        check_not_a_string(words, "words")
        ids = self._ids
        new = dict.fromkeys([word for word in words if word not in ids])
        ids.update(zip(new, range(len(ids), len(ids) + len(new)), strict=True))
        return np.fromiter(map(ids.__getitem__, words), np.int32, len(words))

    def find(self, words: Sequence[str]) -> NDArray[np.int32]:
        """(words,) the id of each, -1 for an unknown word."""
        check_not_a_string(words, "words")
        return np.fromiter((self._ids.get(word, -1) for word in words), np.int32, len(words))

    def add_block(self, block: Block) -> Ragged:
        """The documents of a block in the ids of this vocabulary."""
        return Ragged(self.add(block.words)[block.ids.values], block.ids.offsets)
