"""Tests of significance: worked examples, identities, and SciPy as the oracle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from imdbnlp.errors import DataError
from imdbnlp.evaluation.significance import binomial_two_sided, holm, mcnemar_exact, wilson_interval


def right(*counts: tuple[int, bool]) -> np.ndarray:
    """Runs of equal answers: right((3, True), (1, False))."""
    return np.concatenate([np.full(n, value) for n, value in counts])


def test_one_against_nine_disagreements_is_p_0_02() -> None:
    # 90 texts both answer alike; of the ten others, one side wins 9: p = 2 * (1 + 10) / 2**10
    a = right((90, True), (9, True), (1, False))
    b = right((90, True), (9, False), (1, True))
    assert mcnemar_exact(a, b) == pytest.approx(22 / 1024)
    assert mcnemar_exact(b, a) == pytest.approx(22 / 1024)


def test_classifiers_that_never_disagree_have_p_1() -> None:
    answers = np.array([True, False, True])
    assert mcnemar_exact(answers, answers) == 1.0
    assert mcnemar_exact(answers[:0], answers[:0]) == 1.0


def test_different_numbers_of_texts_are_refused() -> None:
    with pytest.raises(DataError, match="cannot compare predictions for 3 texts with predictions for 1"):
        mcnemar_exact(np.ones(3, dtype=bool), np.ones(1, dtype=bool))


@pytest.mark.parametrize(
    ("fewer", "n"), [(49_000, 100_000), (49_900, 100_000), (49_999, 100_000), (300, 1000), (0, 1), (0, 5)]
)
def test_long_tails_equal_scipys(fewer: int, n: int) -> None:
    assert binomial_two_sided(fewer, n) == pytest.approx(binomtest(fewer, n).pvalue, rel=1e-9)


def test_impossible_split_of_100_000_is_zero_and_not_an_overflow() -> None:
    assert binomial_two_sided(0, 100_000) == 0.0


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 300))
def test_two_sided_p_equals_scipys(a: int, b: int) -> None:
    expected = binomtest(min(a, b), a + b).pvalue if a + b else 1.0
    assert binomial_two_sided(min(a, b), a + b) == pytest.approx(expected, rel=1e-10)


def test_wilson_interval_of_90_in_100() -> None:
    assert wilson_interval(90, 100) == pytest.approx((0.82563, 0.94477), abs=1e-5)
    assert wilson_interval(90, 100, z=1.0) == pytest.approx((0.86593, 0.92615), abs=1e-5)


def test_interval_of_nothing_is_everything() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@settings(deadline=None)
@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_equals_scipys_and_holds_the_share(case: tuple[int, int]) -> None:
    successes, n = case
    low, high = wilson_interval(successes, n)
    expected = binomtest(successes, n).proportion_ci(0.95, method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0.0 <= low <= successes / n <= high <= 1.0


def test_holm_multiplies_by_what_is_left_and_never_steps_down() -> None:
    # sorted: 0.01 * 4, 0.012 * 3 = 0.036 but not below 0.04, 0.04 * 2, 0.6 * 1
    assert holm([0.04, 0.01, 0.6, 0.012]) == pytest.approx([0.08, 0.04, 0.6, 0.04])


def test_holm_stops_at_1_and_takes_none() -> None:
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8), st.randoms())
def test_holm_follows_the_p_value_and_not_its_place(p_values: list[float], random: object) -> None:
    order = list(range(len(p_values)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert holm([p_values[place] for place in order]) == [holm(p_values)[place] for place in order]
