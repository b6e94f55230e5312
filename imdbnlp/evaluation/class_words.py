"""Words that tell classes apart: log-odds with an informative Dirichlet prior.

    scores = log_odds(counts)                  # counts: (classes, words)
    strongest(scores[1], words, 10)            # [('great', 41.3), …]

A frequent word needs no rare company to rank high, and a rare one does not rank high by chance: each log-odds ratio is
divided by its standard error.
Source: Monroe, Colaresi & Quinn 2008, "Fightin' Words", equations 16, 19, 20 and 22.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def log_odds(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """How much more often each word stands in a class than in the others, in standard errors (z).

    counts: (classes, words).  The prior of a word is its count in all classes, so that every class starts from the
    language that they share.  Returns (classes, words) float64; a word that never occurs gets 0.
    """
    prior = counts.sum(axis=0).astype(np.float64)
    prior_total = prior.sum()
    scores = np.zeros(counts.shape)
    seen = prior > 0
    for code, of_class in enumerate(counts.astype(np.float64)):
        inside, outside = of_class + prior, prior - of_class + prior
        all_inside, all_outside = of_class.sum() + prior_total, prior_total - of_class.sum() + prior_total
        here, there = inside[seen], outside[seen]
        odds_here = here / np.maximum(all_inside - here, 0.5)  # half a word: where there is no other word at all
        odds_there = there / np.maximum(all_outside - there, 0.5)
        difference = np.log(odds_here) - np.log(odds_there)
        scores[code, seen] = difference / np.sqrt(1 / here + 1 / there)
    return scores


def strongest(scores: NDArray[np.floating], words: Sequence[str], n: int) -> list[tuple[str, float]]:
    """The words with the largest scores above zero, the largest first.  scores: (words,)."""
    order = np.argsort(-scores, kind="stable")[:n]
    return [(words[word], float(scores[word])) for word in order if scores[word] > 0]
