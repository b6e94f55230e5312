"""Words that tell classes apart: the formula by hand, and what it promises."""

import math
import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse import random as random_matrix

from imdbnlp.evaluation.class_words import class_words, log_odds, strongest


def scores_of(counts: NDArray[np.int64], code: int) -> NDArray[np.float64]:
    return log_odds(counts[code], counts.sum(axis=0).astype(np.float64), counts.sum())


def test_the_ratio_is_that_of_the_paper_with_the_corpus_as_prior() -> None:
    counts = np.array([[30, 5, 65], [10, 15, 175]])
    prior, n = counts.sum(axis=0), counts.sum()
    inside, outside = 30 + prior[0], 10 + prior[0]
    difference = math.log(inside / (100 + n - inside)) - math.log(outside / (200 + n - outside))
    assert scores_of(counts, 0)[0] == pytest.approx(difference / math.sqrt(1 / inside + 1 / outside))


def test_of_two_classes_each_is_the_other_with_the_sign_turned() -> None:
    counts = np.random.default_rng(0).poisson(5, (2, 50)) + 1
    np.testing.assert_allclose(scores_of(counts, 0), -scores_of(counts, 1))


def test_a_rare_word_ranks_below_a_frequent_one_of_the_same_ratio() -> None:
    counts = csr_matrix(np.array([[200, 2, 800], [100, 1, 900]]))
    assert [word for word, _ in class_words(counts, ["frequent", "rare", "other"], 3)[0]] == ["frequent", "rare"]


def test_a_word_alone_and_classes_without_words_have_nothing_to_tell() -> None:
    assert class_words(csr_matrix(np.array([[3, 0], [3, 0]])), ["a", "b"], 5) == [[], []]
    assert class_words(csr_matrix((2, 2), dtype=np.int64), ["a", "b"], 5) == [[], []]


def test_the_strongest_words_are_named_and_none_that_speak_against() -> None:
    assert strongest(np.array([0.5, 2.0, -3.0]), ["a", "b", "c"], 3) == [("b", 2.0), ("a", 0.5)]


@pytest.mark.slow
def test_a_thousand_classes_of_a_hundred_thousand_words_take_the_memory_of_what_occurs() -> None:
    counts = csr_matrix(random_matrix(1000, 100_000, 0.001, format="csr", random_state=0) * 20, dtype=np.int64)
    counts.eliminate_zeros()
    words = [str(number) for number in range(100_000)]
    tracemalloc.start()
    found = class_words(counts, words, 3)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1000 and peak < 50_000_000  # dense: 800 MB
