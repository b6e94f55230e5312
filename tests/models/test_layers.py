"""The layers do what their names say, and padding plays no part in any of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs_tensorflow import tf

from imdbnlp.models import _layers as layers

pytestmark = pytest.mark.slow

CHANCE = np.random.default_rng(0)
STATES = CHANCE.normal(size=(2, 4, 6)).astype(np.float32)
MASK = np.array([[True, True, False, False], [False, True, True, True]])


def test_the_average_and_the_largest_are_over_words_alone() -> None:
    average = layers.MaskedAverage()(STATES, mask=MASK).numpy()
    largest = layers.MaskedMax()(STATES, mask=MASK).numpy()
    words = [STATES[0, :2], STATES[1, 1:]]
    np.testing.assert_allclose(average, [one.mean(axis=0) for one in words], rtol=1e-5)
    np.testing.assert_allclose(largest, [one.max(axis=0) for one in words], rtol=1e-5)


def test_a_text_without_words_becomes_zeros_not_nan() -> None:
    nothing = np.zeros((1, 3), dtype=bool)
    for layer in (layers.MaskedAverage(), layers.MaskedMax()):
        assert (layer(STATES[:1, :3], mask=nothing).numpy() == 0).all()
    table = layers.AverageEmbedding(5, 3)
    assert (table(np.zeros((1, 3), dtype=np.int32)).numpy() == 0).all()


def test_the_average_embedding_is_the_mean_of_the_words_rows() -> None:
    table = layers.AverageEmbedding(5, 3)
    numbers = np.array([[1, 4, 4, 0], [0, 2, 0, 0]], dtype=np.int32)
    found = table(numbers).numpy()
    rows = table.embeddings.numpy()
    np.testing.assert_allclose(found, [(rows[1] + 2 * rows[4]) / 3, rows[2]], rtol=1e-5)


def test_hashed_bigrams_stand_behind_the_words_and_skip_padding() -> None:
    numbers = np.array([[1, 2, 1, 2], [0, 1, 2, 0]], dtype=np.int32)
    first, second = layers.HashedNgrams(2, first=10, buckets=1000)(numbers).numpy()
    assert first[:4].tolist() == [1, 2, 1, 2]
    assert first[4] == first[6] != first[5]
    assert second[4:].tolist() == [0, first[4], 0]
    assert (first[4:] >= 10).all() and (first[4:] < 1010).all()


def test_hashes_spread_over_the_buckets() -> None:
    numbers = CHANCE.integers(1, 30_000, (50, 200)).astype(np.int32)
    grams = layers.HashedNgrams(2, first=30_000, buckets=1000)(numbers).numpy()[:, 200:] - 30_000
    counts = np.bincount(grams.ravel(), minlength=1000)
    assert counts.std() < 2 * np.sqrt(counts.mean())


@pytest.mark.parametrize("width", [2, 3, 5])
def test_a_convolution_sees_zeros_beyond_a_text(width: int) -> None:
    layer = layers.MaskedConvolution(3, width)
    padded = layer(STATES, mask=MASK).numpy()
    np.testing.assert_allclose(padded[0, :2], layer(STATES[:1, :2], mask=MASK[:1, :2]).numpy()[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(padded[1, 1:], layer(STATES[1:, 1:], mask=MASK[1:, 1:]).numpy()[0], rtol=1e-4, atol=1e-6)


def test_words_are_dropped_in_training_alone() -> None:
    layer, numbers = layers.WordDropout(0.5), np.ones((20, 100), dtype=np.int32)
    assert (layer(numbers, training=False).numpy() == 1).all()
    assert 0.4 < layer(numbers, training=True).numpy().mean() < 0.6


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(0, 4), st.integers(0, 4))
def test_hashed_averages_do_not_see_padding(numbers: list[int], before: int, behind: int) -> None:
    hashed, table = layers.HashedNgrams(3, 10, 50), AVERAGE
    plain = np.array([numbers], dtype=np.int32)
    padded = np.pad(plain, ((0, 0), (before, behind)))
    np.testing.assert_allclose(table(hashed(plain)).numpy(), table(hashed(padded)).numpy(), rtol=1e-5, atol=1e-7)


AVERAGE = layers.AverageEmbedding(60, 4)


def test_gradients_reach_only_the_rows_that_were_used() -> None:
    table = layers.AverageEmbedding(5, 3)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(table(np.array([[1, 4]], dtype=np.int32)))
    gradient = tape.gradient(loss, table.embeddings.value)
    assert sorted(gradient.indices.numpy().tolist()) == [1, 4]
