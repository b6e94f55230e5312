"""Could the difference be chance?

    mcnemar_exact(correct_a, correct_b)      # two-sided p of two classifiers on the same texts
    wilson_interval(90, 100)                 # (0.826, 0.945): the 95 % interval of a share
    holm([0.01, 0.04, 0.03])                 # p-values corrected for being three
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_Z_95 = 1.959963984540054


def mcnemar_exact(correct_a: NDArray[np.bool_], correct_b: NDArray[np.bool_]) -> float:
    """Two-sided exact p that two classifiers are right equally often.  Both: (n,), on the same texts in one order.

    Source: McNemar 1947; the exact binomial form on the texts where the two disagree.
    """
    only_a = int((correct_a & ~correct_b).sum())
    only_b = int((~correct_a & correct_b).sum())
    return binomial_two_sided(min(only_a, only_b), only_a + only_b)


def binomial_two_sided(fewer: int, n: int) -> float:
    """The probability of a split of n fair coins at least as uneven as `fewer` against the rest."""
    if n == 0 or 2 * fewer == n:
        return 1.0
    ways = np.arange(fewer + 1)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    logs = log_factorials[n] - log_factorials[ways] - log_factorials[n - ways] - n * math.log(2)
    return float(min(1.0, 2 * np.exp(logs).sum()))


def wilson_interval(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share.  Source: Wilson 1927."""
    if n == 0:
        return 0.0, 1.0
    share, square = successes / n, _Z_95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = _Z_95 / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for their number, in the given order.  Source: Holm 1979."""
    corrected, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, p_values[place] * (len(p_values) - rank)))
        corrected[place] = largest
    return corrected
