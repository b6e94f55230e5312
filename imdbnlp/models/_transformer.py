"""The blocks and position embeddings of Transformers, for classifiers and for sequence-to-sequence models.

Shapes: batch texts of `length` tokens each; a mask is true where a text has a token.
"""

from typing import Any

from imdbnlp.models._attention import MultiHeadAttention, padding_bias
from imdbnlp.models._tensorflow import keras, tf


class Block(keras.layers.Layer):  # type: ignore[misc]
    """What encoder and decoder blocks share: sublayers with a residual connection and layer normalisation.

    normalize_first: normalise the input of each sublayer (pre-norm) rather than the sum after it (post-norm).
    """

    sublayers: tuple[str, ...]

    def __init__(
        self, size: int, num_heads: int, intermediate_dim: int, dropout: float, normalize_first: bool, **options: Any
    ) -> None:
        super().__init__(**options)
        self.size, self.normalize_first = size, normalize_first
        self.supports_masking = True
        self.dropout = keras.layers.Dropout(dropout)
        self.self_attention = MultiHeadAttention(num_heads, size, name="self_attention")
        self.intermediate = keras.layers.Dense(intermediate_dim, activation="relu", name="intermediate")
        self.projection = keras.layers.Dense(size, name="projection")
        self.norms = [keras.layers.LayerNormalization(epsilon=1e-6, name=f"norm_{name}") for name in self.sublayers]

    def build(self, *shapes: Any, **more: Any) -> None:
        self.self_attention.build()
        self.intermediate.build((None, None, self.size))
        self.projection.build((None, None, self.intermediate.units))
        for norm in self.norms:
            norm.build((None, None, self.size))

    def before(self, sublayer: int, states: Any) -> Any:
        """The input of a sublayer: the states, normalised if pre-norm."""
        return self.norms[sublayer](states) if self.normalize_first else states

    def after(self, sublayer: int, states: Any, output: Any, training: bool) -> Any:
        """The sum of the states and a sublayer's output, normalised if post-norm."""
        total = states + self.dropout(output, training=training)
        return total if self.normalize_first else self.norms[sublayer](total)

    def feed_forward(self, sublayer: int, states: Any, training: bool) -> Any:
        """The feed-forward sublayer."""
        output = self.projection(self.intermediate(self.before(sublayer, states)))
        return self.after(sublayer, states, output, training)


class EncoderBlock(Block):
    """Self-attention and a feed-forward layer.

    (batch, length, size) and a mask (batch, length) -> (batch, length, size).
    """

    sublayers = ("self_attention", "feed_forward")

    def call(self, states: Any, mask: Any = None, training: bool = False) -> Any:
        queries = self.before(0, states)
        keys_and_values = self.self_attention.keys_and_values(queries)
        attended, _ = self.self_attention.attend(queries, *keys_and_values, padding_bias(mask))
        return self.feed_forward(1, self.after(0, states, attended, training), training)


class Positions(keras.layers.Layer):  # type: ignore[misc]
    """Adds to each token an embedding of its position among the tokens of its text.

    sinusoidal: Vaswani et al. 2017, 3.5; learned: an embedding of `max_length` positions.
    (batch, length, size) -> the same.
    """

    def __init__(self, kind: str, max_length: int, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.max_length = kind, max_length
        self.supports_masking = True

    def build(self, shape: Any) -> None:
        if self.kind == "learned":
            self.table = self.add_weight(shape=(self.max_length, shape[-1]), initializer="uniform", name="table")

    def call(self, states: Any, mask: Any = None) -> Any:
        positions = tf.maximum(tf.cumsum(tf.cast(mask, tf.int32), axis=1) - 1, 0)
        table = (
            self.table.value if self.kind == "learned" else sinusoids(tf.range(tf.shape(states)[1]), states.shape[-1])
        )
        return states + tf.gather(table, positions)


def sinusoids(positions: Any, size: int) -> Any:
    """(n,) positions -> (n, size) sines of falling frequency in the even columns, cosines in the odd ones."""
    exponents = tf.range(0, size, 2, dtype=tf.float32) / size  # made when it is run: a stated size may be absurd
    angles = tf.cast(positions, tf.float32)[:, None] * tf.pow(10_000.0, -exponents)
    return tf.reshape(tf.stack([tf.sin(angles), tf.cos(angles)], axis=2), (-1, size + size % 2))[:, :size]
