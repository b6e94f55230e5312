"""What a dataset is made of: how many texts, words and different words, how long the texts are, what is there twice.

    (counts,) = count_words(dataset, rows, ["lemma"])
    counts.most_frequent(3)                     # [('the', 322198), ('and', 162243), ('a', 161951)]
    counts.share_seen_once
    cut_by(lengths, 300)                        # share of the texts and of the words that a limit of 300 cuts

Everything is counted over the vocabulary or over ids; texts are not read again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset

QUANTILES = (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)


@dataclass(frozen=True)
class WordCounts:
    """view: of the texts.  words: its vocabulary.  by_class: (classes, words) how often each word stands in the texts
    of each class."""

    view: str
    words: list[str]
    by_class: NDArray[np.int64]

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """(words,) how often each word stands in all texts."""
        return np.asarray(self.by_class.sum(axis=0))

    @property
    def n_words(self) -> int:
        """How many different words there are."""
        return int((self.totals > 0).sum())

    @property
    def share_seen_once(self) -> float:
        """The share of the different words that stand there once (hapax legomena)."""
        return float((self.totals == 1).sum() / max(1, self.n_words))

    def most_frequent(self, n: int) -> list[tuple[str, int]]:
        """The most frequent words and their counts; among equals, the one that was used first."""
        order = np.argsort(-self.totals, kind="stable")[: min(n, self.n_words)]
        return [(self.words[word], int(self.totals[word])) for word in order]


def count_words(dataset: Dataset, rows: NDArray[np.int64], views: Sequence[str]) -> list[WordCounts]:
    """Count the words of these labelled documents: once, and for each view over the vocabulary."""
    tokens = dataset.tokens.take(rows)
    n_classes, n_words = len(dataset.classes), len(dataset.vocabulary)
    labels = np.repeat(dataset.labels[rows], tokens.lengths)
    counts = np.bincount(labels * n_words + tokens.values, minlength=n_classes * n_words).reshape(n_classes, n_words)
    return [_in_view(dataset, counts, view) for view in views]


def _in_view(dataset: Dataset, counts: NDArray[np.int64], view: str) -> WordCounts:
    """The counts of what each word becomes."""
    mapping = dataset.word_map(dataset.recipe(view))
    if mapping is None:
        return WordCounts(view, dataset.vocabulary, counts)
    targets = mapping.targets
    mapped = [
        np.bincount(targets.values, np.repeat(of_class, targets.lengths), len(mapping.words)) for of_class in counts
    ]
    return WordCounts(view, mapping.words, np.stack(mapped).astype(np.int64))


def cut_by(lengths: NDArray[np.int64], most: int) -> tuple[float, float]:
    """The share of the texts that are longer than `most` words, and the share of all words beyond it."""
    over = np.maximum(lengths - most, 0)
    return float((over > 0).mean()), float(over.sum() / max(1, lengths.sum()))


def round_step(largest: float, most_steps: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, … with which so many steps reach the largest value."""
    step, factors = 1, (2, 2.5, 2)
    for number in range(60):
        if step * most_steps >= largest:
            break
        step = int(step * factors[number % 3])
    return step
