"""The layers of sequence-to-sequence models, each for whole targets in training and for one token in answering.

Shapes: batch sentences of `source` or `target` tokens; a mask is true where a sentence has a token.
"""

from typing import Any

import numpy as np

from imdbnlp.models._layers import LOW, attend, split_heads
from imdbnlp.models._tensorflow import keras, tf


class Reversed(keras.layers.Layer):  # type: ignore[misc]
    """The tokens of each sentence from the last to the first, padding left where it is.  (batch, source) -> same."""

    def call(self, numbers: Any) -> Any:
        lengths = tf.reduce_sum(tf.cast(numbers > 0, tf.int32), axis=1)
        return tf.reverse_sequence(numbers, lengths, seq_axis=1)


class DotAttention(keras.layers.Layer):  # type: ignore[misc]
    """What each state of the decoder finds among those of the encoder, by the dot products (Luong et al. 2015).

    (batch, target, size), (batch, source, size) and a mask (batch, source) -> (batch, target, size) found, and
    (batch, target, source) weights that sum to 1 and are 0 on padding.
    """

    def call(self, states: Any, keys: Any, mask: Any) -> Any:
        scores = tf.matmul(states, keys, transpose_b=True)
        weights = tf.nn.softmax(scores + tf.where(mask, 0.0, LOW)[:, None, :])
        return weights @ keys, weights


class MultiHeadAttention(keras.layers.Layer):  # type: ignore[misc]
    """Multi-head scaled dot-product attention (Vaswani et al. 2017, 3.2), its keys and values apart, to be kept.

    keys, values = layer.remember(memory)            # (batch, heads, source, size / heads), once
    found, weights = layer.look(states, keys, values, bias)
    """

    def __init__(self, heads: int, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads, self.size = heads, size

    def build(self, shape: Any = None) -> None:
        size = self.size
        self.query = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="query")
        self.memory = self.add_weight(shape=(size, 2 * size), initializer="glorot_uniform", name="memory")
        self.gather = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="gather")

    def remember(self, memory: Any) -> tuple[Any, Any]:
        """(batch, source, size) -> keys and values, each (batch, heads, source, size / heads)."""
        keys, values = tf.unstack(split_heads(keras.ops.matmul(memory, self.memory), 2, self.heads))
        return keys, values

    def look(self, states: Any, keys: Any, values: Any, bias: Any) -> tuple[Any, Any]:
        """(batch, target, size) -> the same, and (batch, heads, target, source) weights.

        bias: broadcast to the weights' shape, LOW where nobody looks.
        """
        (queries,) = tf.unstack(split_heads(keras.ops.matmul(states, self.query), 1, self.heads))
        found, weights = attend(queries, keys, values, bias)
        return keras.ops.matmul(found, self.gather), weights


class Block(keras.layers.Layer):  # type: ignore[misc]
    """What blocks of the encoder and the decoder share: steps that are added to what came in, and normalised."""

    steps: tuple[str, ...]

    def __init__(
        self, size: int, heads: int, feed_forward: int, dropout: float, pre_norm: bool, **options: Any
    ) -> None:
        super().__init__(**options)
        self.size, self.pre_norm = size, pre_norm
        self.drop = keras.layers.Dropout(dropout)
        self.own = MultiHeadAttention(heads, size, name="own")
        self.hidden = keras.layers.Dense(feed_forward, activation="relu", name="hidden")
        self.shown = keras.layers.Dense(size, name="shown")
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6, name=f"norm_{step}") for step in self.steps]

    def build(self, *shapes: Any, **more: Any) -> None:
        self.own.build()
        self.hidden.build((None, None, self.size))
        self.shown.build((None, None, self.hidden.units))
        for norm in self.norms:
            norm.build((None, None, self.size))

    def before(self, place: int, states: Any) -> Any:
        """What a step works on: the states, normalised before it where that is asked for."""
        return self.norms[place](states) if self.pre_norm else states

    def after(self, place: int, states: Any, change: Any, training: bool) -> Any:
        """The states and what a step made of them, else normalised behind the sum (Vaswani et al. 2017)."""
        both = states + self.drop(change, training=training)
        return both if self.pre_norm else self.norms[place](both)

    def feed(self, place: int, states: Any, training: bool) -> Any:
        """The feed-forward step."""
        return self.after(place, states, self.shown(self.hidden(self.before(place, states))), training)


class EncoderBlock(Block):
    """Tokens of the source look at each other.  (batch, source, size) and a mask (batch, source) -> the same size."""

    steps = ("own", "feed")

    def call(self, states: Any, mask: Any, training: bool = False) -> Any:
        bias = tf.where(mask, 0.0, LOW)[:, None, None, :]
        asked = self.before(0, states)
        found, _ = self.own.look(asked, *self.own.remember(asked), bias)
        return self.feed(1, self.after(0, states, found, training), training)


class DecoderBlock(Block):
    """Tokens of the target look at those before them, and at the source.

    (batch, target, size), (batch, source, size) and a mask (batch, source) -> (batch, target, size), and the mean over
    the heads of the weights on the source, (batch, target, source).
    """

    steps = ("own", "source", "feed")

    def __init__(self, size: int, heads: int, *more: Any, **options: Any) -> None:
        super().__init__(size, heads, *more, **options)
        self.source = MultiHeadAttention(heads, size, name="source")

    def build(self, *shapes: Any, **more: Any) -> None:
        super().build()
        self.source.build()

    def call(self, states: Any, memory: Any, mask: Any, training: bool = False) -> Any:
        asked = self.before(0, states)
        found, _ = self.own.look(asked, *self.own.remember(asked), causal_bias(tf.shape(states)[1]))
        bias = tf.where(mask, 0.0, LOW)[:, None, None, :]
        return self._rest(self.after(0, states, found, training), self.source.remember(memory), bias, training)

    def step(self, states: Any, kept: tuple[Any, Any], source: tuple[Any, Any], bias: Any) -> tuple[Any, Any]:
        """One place on.  states: (batch, 1, size).  kept: keys and values of the places before.  source: those of it.

        Returns (batch, 1, size), and the keys and values with this place's own behind them.
        """
        asked = self.before(0, states)
        keys, values = (tf.concat(both, axis=2) for both in zip(kept, self.own.remember(asked), strict=True))
        found, _ = self.own.look(asked, keys, values, 0.0)
        states, _ = self._rest(self.after(0, states, found, False), source, bias, False)
        return states, (keys, values)

    def _rest(self, states: Any, source: tuple[Any, Any], bias: Any, training: bool) -> tuple[Any, Any]:
        """What follows once the target has looked at itself."""
        found, weights = self.source.look(self.before(1, states), *source, bias)
        states = self.after(1, states, found, training)
        return self.feed(2, states, training), tf.reduce_mean(weights, axis=1)


def causal_bias(length: Any) -> Any:
    """(length, length) 0 where a place may be seen, itself and those before it; LOW where not."""
    return tf.where(tf.linalg.band_part(tf.ones((length, length), tf.bool), -1, 0), 0.0, LOW)


class Tokens(keras.layers.Layer):  # type: ignore[misc]
    """Token vectors, scaled, with their places' waves added (Vaswani et al. 2017, 3.4 and 3.5).

    (batch, length) int32 -> (batch, length, size).
    """

    def __init__(self, rows: int, size: int, dropout: float, **options: Any) -> None:
        super().__init__(**options)
        self.rows, self.size = rows, size
        self.drop = keras.layers.Dropout(dropout)

    def build(self, shape: Any = None) -> None:
        chance = keras.initializers.RandomNormal(stddev=self.size**-0.5)
        self.embeddings = self.add_weight(shape=(self.rows, self.size), initializer=chance, name="embeddings")

    def call(self, numbers: Any, training: bool = False) -> Any:
        return self.drop(self.at(numbers, 0), training=training)

    def at(self, numbers: Any, place: Any) -> Any:
        """The vectors of numbers of which the first stands at `place`."""
        vectors = tf.gather(self.embeddings.value, numbers) * np.sqrt(self.size)
        return vectors + waves(tf.range(place, place + tf.shape(numbers)[1]), self.size)


def waves(places: Any, size: int) -> Any:
    """(places,) -> (places, size) sines of falling frequency in the even columns, cosines in the odd ones."""
    angles = tf.cast(places, tf.float32)[:, None] * 10_000 ** (-np.arange(0, size, 2, dtype=np.float32) / size)
    return tf.reshape(tf.stack([tf.sin(angles), tf.cos(angles)], axis=2), (-1, size + size % 2))[:, :size]


class TiedLogits(keras.layers.Layer):  # type: ignore[misc]
    """Logits by the table of the token vectors (Press & Wolf 2017).  (batch, length, size) -> (batch, length, rows)."""

    def __init__(self, table: Tokens, **options: Any) -> None:
        super().__init__(**options)
        self.table = table

    def build(self, shape: Any) -> None:
        self.bias = self.add_weight(shape=(self.table.rows,), initializer="zeros", name="bias")

    def call(self, states: Any) -> Any:
        return keras.ops.matmul(states, tf.transpose(self.table.embeddings.value)) + self.bias.value
