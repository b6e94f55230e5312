"""Character n-grams within words: scikit-learn's char_wb analyser, applied once to each distinct word.

    within_word("film", 2, 3)     # [' f', 'fi', 'il', 'lm', 'm ', ' fi', 'fil', 'ilm', 'lm ']

A document's character n-grams are its word counts times the (words, n-grams) matrix of the vocabulary.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sparse import SparseRows
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.documents import Documents
from imdbnlp.text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def within_word(word: str, shortest: int, longest: int) -> list[str]:
    """The n-grams of a word with a space at each end; a word too short for a length gives itself, once."""
    padded = f" {word} "
    grams: list[str] = []
    for length in range(shortest, longest + 1):
        if length >= len(padded):
            return [*grams, padded]
        grams += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return grams


@dataclass(frozen=True)
class CharNgrams:
    """span: shortest and longest.  grams: the n-grams that are counted, by column."""

    span: tuple[int, int]
    grams: list[str]

    @cached_property
    def _book(self) -> Vocabulary:
        return Vocabulary(self.grams)

    def counts(self, documents: Documents) -> SparseRows:
        """(documents, n-grams) how often each known n-gram occurs in each document."""
        grams_of_words = _word_matrix(documents.words, self.span, self._book, grow=False)
        product = (_word_counts(documents) @ grams_of_words).tocsr()
        product.sum_duplicates()
        return SparseRows.from_scipy(product)

    def occurrences(self, documents: Documents) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """(n,) known n-grams and (n,) the tokens in whose words they occur."""
        grams = [self._book.find(within_word(word, *self.span)) for word in documents.words]
        of_words = Ragged(
            np.concatenate([np.zeros(0, dtype=np.int32), *grams]), offsets_of([len(one) for one in grams])
        )
        of_tokens = of_words.take(documents.tokens.values)
        known = of_tokens.values >= 0
        return of_tokens.values[known], of_tokens.row_ids[known].astype(np.int64)


def count_char_ngrams(documents: Documents, span: tuple[int, int]) -> tuple[CharNgrams, SparseRows]:
    """Every character n-gram of the documents, in alphabetical order, with its counts."""
    vocabulary = Vocabulary()
    grams_of_words = _word_matrix(documents.words, span, vocabulary, grow=True)
    order = np.array(sorted(range(len(vocabulary)), key=vocabulary.words.__getitem__), dtype=np.int64)
    product = (_word_counts(documents) @ grams_of_words[:, order]).tocsr()
    product.sum_duplicates()
    grams = vocabulary.words
    return CharNgrams(span, [grams[number] for number in order]), SparseRows.from_scipy(product)


def _word_counts(documents: Documents) -> "csr_matrix":
    tokens = documents.tokens
    width = len(documents.words)
    return SparseRows.from_pairs(tokens.row_ids, tokens.values, len(tokens), width).to_scipy()


def _word_matrix(words: Sequence[str], span: tuple[int, int], vocabulary: Vocabulary, grow: bool) -> "csr_matrix":
    """(words, n-grams) counts; the vocabulary learns new n-grams where it may grow, else they are left out."""
    from scipy.sparse import csr_matrix

    grams = [within_word(word, *span) for word in words]
    flat = [gram for word_grams in grams for gram in word_grams]
    ids = vocabulary.add(flat) if grow else vocabulary.find(flat)
    known = ids >= 0
    offsets = np.concatenate([[0], np.cumsum(known)])[offsets_of([len(word_grams) for word_grams in grams])]
    ones = np.ones(int(known.sum()), dtype=np.float32)
    return csr_matrix((ones, ids[known], offsets), shape=(len(words), len(vocabulary)))
