"""The layers of sequence-to-sequence models, for whole targets in training and for one token at a time in decoding.

Shapes: batch sentences of `source` or `target` tokens; a mask is true where a sentence has a token.
"""

from typing import Any

import numpy as np

from imdbnlp.models._attention import MultiHeadAttention, causal_bias, padding_bias
from imdbnlp.models._tensorflow import keras, tf
from imdbnlp.models._transformer import Block, sinusoids


class Reversed(keras.layers.Layer):  # type: ignore[misc]
    """The tokens of each sentence in reverse order; padding stays where it is.  (batch, source) -> the same."""

    def call(self, token_ids: Any) -> Any:
        lengths = tf.reduce_sum(tf.cast(token_ids > 0, tf.int32), axis=1)
        return tf.reverse_sequence(token_ids, lengths, seq_axis=1)


class DecoderBlock(Block):
    """Causal self-attention, attention to the source, and a feed-forward layer.

    (batch, target, size), (batch, source, size) and a mask (batch, source) -> (batch, target, size), and the attention
    weights on the source, averaged over the heads, (batch, target, source).
    """

    sublayers = ("self_attention", "cross_attention", "feed_forward")

    def __init__(self, size: int, num_heads: int, *more: Any, **options: Any) -> None:
        super().__init__(size, num_heads, *more, **options)
        self.cross_attention = MultiHeadAttention(num_heads, size, name="cross_attention")

    def build(self, *shapes: Any, **more: Any) -> None:
        super().build()
        self.cross_attention.build()

    def call(self, states: Any, memory: Any, mask: Any, training: bool = False) -> Any:
        queries = self.before(0, states)
        keys_and_values = self.self_attention.keys_and_values(queries)
        attended, _ = self.self_attention.attend(queries, *keys_and_values, causal_bias(tf.shape(states)[1]))
        states = self.after(0, states, attended, training)
        return self._to_source(states, self.cross_attention.keys_and_values(memory), padding_bias(mask), training)

    def step(self, states: Any, kept: tuple[Any, Any], source: tuple[Any, Any], bias: Any) -> tuple[Any, Any]:
        """One position.  states: (batch, 1, size).  kept: keys and values of the positions before.  source: those of
        the source.

        Returns (batch, 1, size), and the keys and values with those of this position appended.
        """
        queries = self.before(0, states)
        new = self.self_attention.keys_and_values(queries)
        keys, values = (tf.concat(both, axis=2) for both in zip(kept, new, strict=True))
        attended, _ = self.self_attention.attend(queries, keys, values, 0.0)
        states, _ = self._to_source(self.after(0, states, attended, False), source, bias, False)
        return states, (keys, values)

    def _to_source(self, states: Any, source: tuple[Any, Any], bias: Any, training: bool) -> tuple[Any, Any]:
        """The sublayers after self-attention."""
        attended, weights = self.cross_attention.attend(self.before(1, states), *source, bias)
        states = self.after(1, states, attended, training)
        return self.feed_forward(2, states, training), tf.reduce_mean(weights, axis=1)


class TokenEmbedding(keras.layers.Layer):  # type: ignore[misc]
    """Scaled token embeddings plus sinusoidal position embeddings (Vaswani et al. 2017, 3.4 and 3.5).

    (batch, length) int32 -> (batch, length, size).
    """

    def __init__(self, n_token_ids: int, size: int, dropout: float, **options: Any) -> None:
        super().__init__(**options)
        self.n_token_ids, self.size = n_token_ids, size
        self.dropout = keras.layers.Dropout(dropout)

    def build(self, shape: Any = None) -> None:
        normal = keras.initializers.RandomNormal(stddev=self.size**-0.5)
        self.embeddings = self.add_weight(shape=(self.n_token_ids, self.size), initializer=normal, name="embeddings")

    def call(self, token_ids: Any, training: bool = False) -> Any:
        return self.dropout(self.from_position(token_ids, 0), training=training)

    def from_position(self, token_ids: Any, position: Any) -> Any:
        """The embeddings of tokens of which the first is at `position`."""
        vectors = tf.gather(self.embeddings.value, token_ids) * np.sqrt(self.size)
        return vectors + sinusoids(tf.range(position, position + tf.shape(token_ids)[1]), self.size)


class TiedLogits(keras.layers.Layer):  # type: ignore[misc]
    """Logits by the transposed token embedding (Press & Wolf 2017).

    (batch, length, size) -> (batch, length, n_token_ids).
    """

    def __init__(self, embedding: TokenEmbedding, **options: Any) -> None:
        super().__init__(**options)
        self.embedding = embedding

    def build(self, shape: Any) -> None:
        self.bias = self.add_weight(shape=(self.embedding.n_token_ids,), initializer="zeros", name="bias")

    def call(self, states: Any) -> Any:
        return keras.ops.matmul(states, tf.transpose(self.embedding.embeddings.value)) + self.bias.value
