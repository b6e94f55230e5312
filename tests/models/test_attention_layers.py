"""The attention layers are those of the papers and of Keras, and ignore padding."""

import numpy as np
import pytest
from needs_tensorflow import keras

from imdbnlp.models._attention import AttentionWeights, DotAttention, MultiHeadAttention, padding_bias

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
STATES = RANDOM.normal(size=(2, 4, 6)).astype(np.float32)
MEMORY = RANDOM.normal(size=(2, 5, 6)).astype(np.float32)
MASK = np.array([[True, True, False, False, False], [False, True, True, True, True]])


def test_multi_head_attention_is_that_of_keras() -> None:
    layer, reference = MultiHeadAttention(2, 6), keras.layers.MultiHeadAttention(2, 3, use_bias=False)
    reference.build(STATES.shape, MEMORY.shape)
    layer.build()
    query, key, value, output = (weight.numpy() for weight in reference.weights)
    layer.query.assign(query.reshape(6, 6))
    layer.key_value.assign(np.concatenate([key.reshape(6, 6), value.reshape(6, 6)], axis=1))
    layer.output_kernel.assign(output.reshape(6, 6))
    attended, weights = layer.attend(STATES, *layer.keys_and_values(MEMORY), padding_bias(MASK))
    expected = reference(STATES, MEMORY, attention_mask=MASK[:, None, :]).numpy()
    np.testing.assert_allclose(attended.numpy(), expected, atol=1e-5)
    np.testing.assert_allclose(weights.numpy().sum(axis=-1), 1, rtol=1e-5)


def test_dot_attention_weighs_states_by_their_products() -> None:
    states, keys = STATES[:1, :2], MEMORY[:1, :3]
    context, weights = DotAttention()(states, keys, np.array([[True, True, False]]))
    scores = np.exp(states[0] @ keys[0, :2].T)
    expected = scores / scores.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(weights.numpy()[0], np.pad(expected, ((0, 0), (0, 1))), atol=1e-5)
    np.testing.assert_allclose(context.numpy()[0], expected @ keys[0, :2], atol=1e-5)


@pytest.mark.parametrize("kind", ["additive", "dot"])
def test_the_weights_of_a_texts_words_sum_to_one(kind: str) -> None:
    weights = AttentionWeights(kind)(MEMORY, mask=MASK).numpy()
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-5)
    assert (weights[~MASK] == 0).all()


@pytest.mark.parametrize("kind", ["additive", "dot"])
def test_the_weights_of_a_text_without_words_are_zero(kind: str) -> None:
    assert (AttentionWeights(kind)(STATES, mask=np.zeros((2, 4), dtype=bool)).numpy() == 0).all()
