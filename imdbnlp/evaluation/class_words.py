"""Words that distinguish classes: log-odds with an informative Dirichlet prior.

    class_words(counts, words, 10)[1]          # [('great', 41.3), …]; counts: (classes, words), sparse

Each log-odds ratio is divided by its standard error, so that a rare word does not rank high by chance and a frequent
one can rank high.
Source: Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 16, 19, 20 and 22.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def class_words(counts: "csr_matrix", words: Sequence[str], n: int) -> list[list[tuple[str, float]]]:
    """For each class, the n words with the largest log-odds above zero and these (z), the largest first.

    counts: (classes, words).  A word that does not occur in a class cannot speak for it, so each class is scored over
    its own words alone: memory grows with what occurs, not with classes times words.
    """
    check_not_a_string(words, "words")
    totals = np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()
    return [
        strongest(log_odds(in_class, totals[columns], totals.sum()), [words[column] for column in columns], n)
        for columns, in_class in _rows(counts)
    ]


def _rows(counts: "csr_matrix") -> Iterator[tuple[NDArray[np.integer], NDArray[np.integer]]]:
    """For each class, the words that occur in it and their counts."""
    for start, stop in zip(counts.indptr[:-1], counts.indptr[1:], strict=True):
        yield counts.indices[start:stop], counts.data[start:stop]


def log_odds(in_class: NDArray[np.integer], totals: NDArray[np.floating], n_all: float) -> NDArray[np.float64]:
    """How much more often each word of a class occurs there than in the other classes, in standard errors (z).

    in_class: (words,) counts of all the words that occur in the class.  totals: (words,) their counts in all classes.
    n_all: the number of words of all classes.  The prior of a word is its count in all classes, so that every class
    starts from the language that they share.
    """
    inside, outside = in_class + totals, 2 * totals - in_class
    all_inside = in_class.sum() + n_all
    all_outside = 2 * n_all - in_class.sum()
    odds_inside = inside / np.maximum(all_inside - inside, 0.5)  # half a word: where there is no other word at all
    odds_outside = outside / np.maximum(all_outside - outside, 0.5)
    return np.asarray((np.log(odds_inside) - np.log(odds_outside)) / np.sqrt(1 / inside + 1 / outside))


def strongest(scores: NDArray[np.floating], words: Sequence[str], n: int) -> list[tuple[str, float]]:
    """The words with the largest scores above zero, the largest first.  scores: (words,)."""
    check_not_a_string(words, "words")
    order = np.argsort(-scores, kind="stable")[:n]
    return [(words[word], float(scores[word])) for word in order if scores[word] > 0]
