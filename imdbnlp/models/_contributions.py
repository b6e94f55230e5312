"""What each word of a text contributes to its scores.

    contributions = model.contributions(document)
    contributions.words          # (words, classes): what each word adds to the score of each class
    contributions.exact          # whether base + absent + all words is the score

Exact for sums of features: a feature's contribution goes to the words that it is made of, in equal shares.  For any
other model a word's contribution is what the scores lose without it (occlusion; Zeiler & Fergus 2014): approximate,
since words of the same meaning replace each other.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.counts import Vectorizer
from imdbnlp.features.sparse import SparseRows
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.documents import Documents

_MOST_PIECES, _MOST_TOKENS = 1000, 20_000_000  # that are left out one by one, and that are read for it in all
_TOKENS_AT_ONCE = 500_000


@dataclass(frozen=True)
class Contributions:
    """words: (words, classes) of one text, to the scores.  base: (classes,) scores without any word.  absent:
    (classes,) what features add that the text does not have.  features: of the text, the (classes,) each adds.
    exact: base + absent + words is the score.  together: this many consecutive words were left out at once."""

    words: NDArray[np.float64]
    base: NDArray[np.float64]
    absent: NDArray[np.float64]
    features: dict[str, NDArray[np.float64]]
    exact: bool
    together: int = 1


def of_features(
    vectorizer: Vectorizer, document: Documents, row: SparseRows, added: NDArray[np.float64], base: NDArray[np.float64],
    absent: NDArray[np.float64],
) -> Contributions:  # fmt: skip
    """Hand the features' contributions down to the words.

    row: the text's features.  added: (features of the text, classes), in the row's order.
    """
    words = np.zeros((len(document.tokens.values), added.shape[1]))
    columns = row.columns[0]
    found = list(vectorizer.occurrences(document))
    times = sum(np.bincount(one.features, minlength=row.n_columns)[columns] for one in found)
    for one in found:
        places = np.searchsorted(columns, one.features)
        shares = added[places] / np.asarray(times)[places, None] / one.length
        for word in range(one.length):
            np.add.at(words, one.tokens + word, shares)
    names = (vectorizer.name_of(int(column)) for column in columns)
    return Contributions(words, base, absent, dict(zip(names, added, strict=True)), exact=True)


def by_occlusion(scores: Callable[[Documents], NDArray[np.float64]], document: Documents) -> Contributions:
    """What the scores lose when a word is left out.  Of a very long text, several words in a row at a time."""
    tokens = document.tokens.values
    n = len(tokens)
    whole = scores(document)[0]
    n_pieces = max(1, min(n, _MOST_PIECES, _MOST_TOKENS // max(n, 1)))
    together = -(-n // n_pieces) if n else 1
    starts = np.arange(0, n, together)
    words = np.zeros((n, len(whole)))
    at_once = max(1, _TOKENS_AT_ONCE // max(n, 1))
    for first in range(0, len(starts), at_once):
        chosen = starts[first : first + at_once]
        kept = [np.delete(tokens, slice(start, start + together)) for start in chosen]
        without = Documents(Ragged(np.concatenate(kept), offsets_of([len(one) for one in kept])), document.words)
        for start, lost in zip(chosen, whole - scores(without), strict=True):
            piece = slice(start, min(start + together, n))
            words[piece] = lost / (piece.stop - piece.start)
    nothing = np.zeros_like(whole)
    return Contributions(words, whole - words.sum(axis=0), nothing, {}, exact=False, together=together)
