"""Attention: of several heads from states to states, of a decoder to its encoder, and as a pooling of a text's states.

layer = MultiHeadAttention(num_heads=4, size=128, name="attention")
attended, weights = layer.attend(states, *layer.keys_and_values(memory), padding_bias(mask))
"""

from typing import Any

import numpy as np

from imdbnlp.models._layers import Pooling
from imdbnlp.models._tensorflow import keras, tf

LOW = -1e9  # in place of minus infinity, which gives NaN


def padding_bias(mask: Any) -> Any:
    """(batch, length) true for tokens -> (batch, 1, 1, length) what is added to scores: 0, and LOW for padding."""
    return tf.where(mask, 0.0, LOW)[:, None, None, :]


def causal_bias(length: Any) -> Any:
    """(length, length) 0 for a position itself and those before it; LOW for those after it."""
    return tf.where(tf.linalg.band_part(tf.ones((length, length), tf.bool), -1, 0), 0.0, LOW)


class MultiHeadAttention(keras.layers.Layer):  # type: ignore[misc]
    """Multi-head scaled dot-product attention whose keys and values can be kept (Vaswani et al. 2017, 3.2).

    Unlike Keras' own it drops no attention weights: random numbers for all pairs of tokens take half as long again as
    the rest.  Products are those of keras.ops: TensorFlow's `@` multiplies text by text, which takes twice as long.
    """

    def __init__(self, num_heads: int, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.num_heads, self.size = num_heads, size

    def build(self, shape: Any = None) -> None:
        size = self.size
        self.query = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="query")
        self.key_value = self.add_weight(shape=(size, 2 * size), initializer="glorot_uniform", name="key_value")
        self.output_kernel = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="output")

    def keys_and_values(self, memory: Any) -> tuple[Any, Any]:
        """(batch, source, size) -> keys and values, each (batch, heads, source, size / heads)."""
        keys, values = tf.unstack(self._split(keras.ops.matmul(memory, self.key_value), 2))
        return keys, values

    def attend(self, states: Any, keys: Any, values: Any, bias: Any) -> tuple[Any, Any]:
        """(batch, target, size) -> the same, and (batch, heads, target, source) attention weights.

        bias: broadcast to the shape of the weights.
        """
        (query,) = tf.unstack(self._split(keras.ops.matmul(states, self.query), 1))
        scores = tf.matmul(query / np.sqrt(query.shape[-1]), keys, transpose_b=True)
        weights = tf.nn.softmax(scores + bias)
        heads = tf.transpose(weights @ values, (0, 2, 1, 3))
        batch, length = tf.shape(heads)[0], tf.shape(heads)[1]
        return keras.ops.matmul(tf.reshape(heads, (batch, length, self.size)), self.output_kernel), weights

    def _split(self, states: Any, parts: int) -> Any:
        """(batch, length, parts * size) -> (parts, batch, heads, length, size / heads)."""
        shape = (tf.shape(states)[0], tf.shape(states)[1], parts, self.num_heads, self.size // self.num_heads)
        return tf.transpose(tf.reshape(states, shape), (2, 0, 3, 1, 4))


class DotAttention(keras.layers.Layer):  # type: ignore[misc]
    """Attention of each state of a decoder to the states of the encoder, by dot products (Luong et al. 2015).

    (batch, target, size), (batch, source, size) and a mask (batch, source) -> (batch, target, size) context vectors,
    and (batch, target, source) weights that sum to 1 and are 0 for padding.
    """

    def call(self, states: Any, keys: Any, mask: Any) -> Any:
        scores = tf.matmul(states, keys, transpose_b=True)
        weights = tf.nn.softmax(scores + padding_bias(mask)[:, 0])
        return weights @ keys, weights


class AttentionWeights(Pooling):
    """The weight of each word of a text: the softmax of a score of its state.

    additive: v . tanh(W state + b) (Bahdanau et al. 2015); dot: query . state / sqrt(size) (Luong et al. 2015).
    (batch, length, size) -> (batch, length); the weights of a text sum to 1, those of padding are 0.
    """

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def build(self, shape: Any) -> None:
        size = shape[-1]
        if self.kind == "additive":
            self.matrix = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="matrix")
            self.bias = self.add_weight(shape=(size,), initializer="zeros", name="bias")
        self.query = self.add_weight(shape=(size, 1), initializer="glorot_uniform", name="query")

    def call(self, states: Any, mask: Any = None) -> Any:
        if self.kind == "additive":
            scores = tf.tanh(states @ self.matrix.value + self.bias.value) @ self.query.value
        else:
            scores = states @ self.query.value / np.sqrt(states.shape[-1])
        return tf.nn.softmax(tf.where(mask, scores[:, :, 0], LOW)) * tf.cast(mask, scores.dtype)


class WeightedSum(Pooling):
    """The sum of a text's states, each times its weight.

    (batch, length, size) and (batch, length) -> (batch, size).
    """

    def call(self, states: Any, weights: Any) -> Any:
        return tf.reduce_sum(states * weights[:, :, None], axis=1)
