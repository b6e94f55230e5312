"""Statistics of a dataset: numbers of texts, words and distinct words, lengths of texts, duplicates.

    (counts,) = count_words(dataset, rows, ["lemma"])
    counts.most_frequent(3)                     # [('the', 322198), ('and', 162243), ('a', 161951)]
    counts.share_seen_once
    cut_by(lengths, 300)                        # share of the texts and of the words that a limit of 300 cuts

Everything is counted over the vocabulary or over ids; texts are not read again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.storage.ragged import Ragged

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_DOCUMENTS_AT_ONCE = 10_000
QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class WordCounts:
    """view: of the texts.  words: its vocabulary.  by_class: (classes, words) sparse, how often each word occurs in the
    texts of each class."""

    view: str
    words: list[str]
    by_class: "csr_matrix"

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """(words,) how often each word occurs in all texts."""
        return np.asarray(self.by_class.sum(axis=0), dtype=np.int64).ravel()

    @property
    def n_words(self) -> int:
        """Number of distinct words."""
        return int((self.totals > 0).sum())

    @property
    def share_seen_once(self) -> float:
        """The share of the distinct words that occur once (hapax legomena)."""
        return float((self.totals == 1).sum() / max(1, self.n_words))

    def most_frequent(self, n: int) -> list[tuple[str, int]]:
        """The most frequent words and their counts; ties in order of first use."""
        order = np.argsort(-self.totals, kind="stable")[: min(n, self.n_words)]
        return [(self.words[word], int(self.totals[word])) for word in order]


def count_words(dataset: Dataset, rows: NDArray[np.int64], views: Sequence[str]) -> list[WordCounts]:
    """Count the words of these labelled documents: once, and for each view over the vocabulary."""
    counts = count_by_class(dataset.tokens, rows, dataset.labels[rows], (len(dataset.classes), len(dataset.vocabulary)))
    return [_in_view(dataset, counts, view) for view in views]


def count_by_class(
    tokens: Ragged, rows: NDArray[np.int64], codes: NDArray[np.integer], shape: tuple[int, int]
) -> "csr_matrix":
    """(classes, words) sparse int64 counts of each word in the documents of each class.

    rows: the documents that are counted.  codes: (rows,) the class of each.  Never dense: a thousand classes of a
    hundred thousand words take the memory of the words that occur in them.
    """
    from scipy.sparse import csr_matrix

    counts = csr_matrix(shape, dtype=np.int64)
    for start in range(0, len(rows), _DOCUMENTS_AT_ONCE):
        part = slice(start, start + _DOCUMENTS_AT_ONCE)
        found = tokens.take(rows[part])
        classes = np.repeat(codes[part].astype(np.int32), found.lengths)
        ones = np.ones(len(classes), dtype=np.int64)
        counts = counts + csr_matrix((ones, (classes, found.values)), shape=shape)
    return counts


def _in_view(dataset: Dataset, counts: "csr_matrix", view: str) -> WordCounts:
    """The counts of the words of a view."""
    from scipy.sparse import csr_matrix

    mapping = dataset.word_map(dataset.preprocessing(view))
    if mapping is None:
        return WordCounts(view, dataset.vocabulary, counts)
    targets = mapping.targets
    becomes = csr_matrix(
        (np.ones(len(targets.values), dtype=np.int64), targets.values, targets.offsets),
        shape=(len(targets), len(mapping.words)),
    )
    return WordCounts(view, mapping.words, (counts @ becomes).tocsr())


def cut_by(lengths: NDArray[np.int64], most: int) -> tuple[float, float]:
    """The share of the texts that are longer than `most` words, and the share of all words beyond it."""
    over = np.maximum(lengths - most, 0)
    return float((over > 0).mean()), float(over.sum() / max(1, lengths.sum()))


def round_step(largest: float, most_steps: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … with which this many steps reach the largest value."""
    step, factors = 1, (2, 2.5, 2)
    for number in range(60):
        if step * most_steps >= largest:
            break
        step = int(step * factors[number % 3])
    return step
