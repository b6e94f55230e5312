"""Could the difference be chance?

mcnemar_exact(correct_a, correct_b)      # two-sided p of two classifiers on the same texts
wilson_interval(90, 100)                 # (0.826, 0.945): the 95 % interval of a share
holm([0.01, 0.04, 0.03])                 # [0.03, 0.06, 0.06]: p-values corrected for being three
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError

_Z_95 = 1.959963984540054  # 95 % of a normal distribution lies within this many standard deviations


def mcnemar_exact(correct_a: NDArray[np.bool_], correct_b: NDArray[np.bool_]) -> float:
    """Two-sided exact p that two classifiers are right equally often; 1 where they never disagree.

    correct_a, correct_b: (n,) true where the classifier is right, for the same texts in the same order.
    Raises DataError if the lengths differ.  Source: McNemar 1947, in its exact binomial form.
    """
    if correct_a.shape != correct_b.shape:
        raise DataError(
            f"cannot compare predictions for {len(correct_a)} texts with predictions for {len(correct_b)}",
            hint="compare runs on the same texts",
        )
    only_a = int((correct_a & ~correct_b).sum())
    only_b = int((correct_b & ~correct_a).sum())
    return binomial_two_sided(min(only_a, only_b), only_a + only_b)


def binomial_two_sided(fewer: int, n: int) -> float:
    """The probability that n fair coins split at least as unevenly as `fewer` against the rest.

    fewer: the smaller side, at most n / 2.  Exact to 9 digits for n up to 100,000 and beyond.
    """
    # The largest term in logarithms, since 2**n overflows; each next one is a share of the one before it.
    log_largest = _log_choose(n, fewer) - n * math.log(2)
    below = np.arange(fewer, 0, -1)
    tail = 1.0 + float(np.cumprod(below / (n - below + 1)).sum())
    return min(1.0, 2 * math.exp(log_largest + math.log(tail)))  # an even split counts its middle twice


def _log_choose(n: int, k: int) -> float:
    """The natural logarithm of the number of ways to choose k of n."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def wilson_interval(successes: int, n: int, z: float = _Z_95) -> tuple[float, float]:
    """The interval of a share, of 95 % by default; all of (0, 1) where n is 0.  Source: Wilson 1927."""
    if n == 0:
        return 0.0, 1.0
    share, square = successes / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # In exact arithmetic the share lies inside; rounding must not put 10 of 10 outside its own interval.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for their number, in the given order.  Source: Holm 1979."""
    corrected, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, p_values[place] * (len(p_values) - rank)))
        corrected[place] = largest
    return corrected
