"""Words that tell classes apart: the formula by hand, and what it promises."""

import math

import numpy as np
import pytest

from imdbnlp.evaluation.class_words import log_odds, strongest


def test_the_ratio_is_that_of_the_paper_with_the_corpus_as_prior() -> None:
    counts = np.array([[30, 5, 65], [10, 15, 175]])
    prior, n = counts.sum(axis=0), counts.sum()
    inside, outside = 30 + prior[0], 10 + prior[0]
    difference = math.log(inside / (100 + n - inside)) - math.log(outside / (200 + n - outside))
    assert log_odds(counts)[0, 0] == pytest.approx(difference / math.sqrt(1 / inside + 1 / outside))


def test_of_two_classes_each_is_the_other_with_the_sign_turned() -> None:
    counts = np.random.default_rng(0).poisson(5, (2, 50))
    scores = log_odds(counts)
    np.testing.assert_allclose(scores[0], -scores[1])


def test_a_rare_word_ranks_below_a_frequent_one_of_the_same_ratio() -> None:
    scores = log_odds(np.array([[200, 2, 800], [100, 1, 900]]))
    assert scores[0, 0] > scores[0, 1] > 0


def test_a_word_that_never_occurs_and_classes_without_words_give_zeros() -> None:
    assert log_odds(np.array([[3, 0], [3, 0]])).tolist() == [[0, 0], [0, 0]]
    assert log_odds(np.zeros((2, 2), dtype=np.int64)).tolist() == [[0, 0], [0, 0]]


def test_the_strongest_words_are_named_and_none_that_speak_against() -> None:
    assert strongest(np.array([0.5, 2.0, -3.0]), ["a", "b", "c"], 3) == [("b", 2.0), ("a", 0.5)]
