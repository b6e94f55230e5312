"""The layers of a pretrained encoder.  Shapes at line ends: # (batch, length, width).

Dropout takes its random numbers from seeds of its own, so that the same seed trains the same weights.
Sources: Vaswani et al. 2017; Devlin et al. 2019 (layers normalised last); Radford et al. 2019 (normalised first).
"""

from typing import Any

from imdbnlp.models._tensorflow import keras, tf
from imdbnlp.models.encoders._architecture import Architecture, Pooling, Shape

_MASKED = -1e9  # added to the attention scores of padding

ACTIVATIONS = {
    "gelu": lambda states: tf.nn.gelu(states, approximate=False),
    "gelu_tanh": lambda states: tf.nn.gelu(states, approximate=True),
    "relu": tf.nn.relu,
}


class EncoderLayer(keras.layers.Layer):  # type: ignore[misc]
    """A layer with the weights of the given shapes, which multiplies matrices in the given precision."""

    def __init__(self, shapes: dict[str, Shape], precision: str, epsilon: float, name: str) -> None:
        super().__init__(name=name)
        self.epsilon = epsilon
        self._product_dtype = tf.as_dtype(precision)
        self._parts = {name: self._add(name, shape) for name, shape in shapes.items()}

    def _add(self, name: str, shape: Shape) -> Any:
        return self.add_weight(name=name, shape=shape, initializer="ones" if name.endswith("scale") else "zeros")

    def part(self, name: str) -> Any:
        return tf.convert_to_tensor(self._parts[name])

    def dense(self, name: str, states: Any) -> Any:
        """(…, inputs) -> (…, outputs), as one product of matrices: TensorFlow is slow at a product for each text."""
        kernel = tf.cast(self.part(f"{name}_kernel"), self._product_dtype)
        flat = tf.cast(tf.reshape(states, (-1, kernel.shape[0])), self._product_dtype)
        product = tf.cast(tf.matmul(flat, kernel), tf.float32)
        product = tf.nn.bias_add(product, self.part(f"{name}_bias"))
        return tf.reshape(product, tf.concat([tf.shape(states)[:-1], kernel.shape[1:]], axis=0))

    def norm(self, name: str, states: Any) -> Any:
        """Scale each vector to mean 0 and variance 1."""
        centred = states - tf.reduce_mean(states, axis=-1, keepdims=True)
        variance = tf.reduce_mean(tf.square(centred), axis=-1, keepdims=True)
        scale = tf.math.rsqrt(variance + self.epsilon)
        return centred * scale * self.part(f"{name}_scale") + self.part(f"{name}_offset")


class Embeddings(EncoderLayer):
    """Token vectors: (batch, length) int32, 0 for padding and token id + 1 -> (batch, length, width)."""

    def __init__(self, architecture: Architecture, dropout: float, seed: int) -> None:
        shapes = _shapes_of(architecture, "embeddings")
        super().__init__(shapes, "float32", architecture.epsilon, "embeddings")
        self.architecture = architecture
        self.dropout = keras.layers.Dropout(dropout, seed=seed)

    def call(self, token_ids: Any, training: bool = False) -> Any:
        words = tf.gather(self._parts["words"].value, tf.maximum(token_ids - 1, 0))  # (batch, length, embedding)
        states = words + self.part("positions")[: tf.shape(token_ids)[1]]
        if not self.architecture.decoder:
            states = self.norm("norm", states)
        states = self.dropout(states, training=training)
        return self.dense("projection", states) if self.architecture.projected else states

    def compute_output_shape(self, token_ids_shape: Shape) -> tuple[int | None, ...]:
        return (*token_ids_shape, self.architecture.width)


class TransformerLayer(EncoderLayer):
    """Self-attention and a feed-forward part, each added to its input."""

    def __init__(self, architecture: Architecture, precision: str, dropout: float, seed: int, name: str) -> None:
        super().__init__(architecture.layer_shapes(), precision, architecture.epsilon, name)
        self.architecture = architecture
        self.activation = ACTIVATIONS[architecture.activation]
        self.dropouts = [keras.layers.Dropout(dropout, seed=seed + place) for place in range(3)]

    def call(self, states: Any, token_ids: Any, training: bool = False) -> Any:
        """(batch, length, width) -> (batch, length, width)."""
        if self.architecture.decoder:
            states += self._attend(self.norm("attention_norm", states), token_ids, training)
            return states + self._feed_forward(self.norm("inner_norm", states), training)
        states = self.norm("attention_norm", states + self._attend(states, token_ids, training))
        return self.norm("inner_norm", states + self._feed_forward(states, training))

    def _attend(self, states: Any, token_ids: Any, training: bool) -> Any:
        heads, width = self.architecture.heads, self.architecture.width
        batch, length = tf.shape(states)[0], tf.shape(states)[1]
        parts = tf.reshape(self.dense("attention", states), (batch, length, 3, heads, width // heads))
        queries, keys, values = tf.unstack(tf.transpose(parts, (2, 0, 3, 1, 4)))  # (batch, heads, length, size)
        scores = tf.matmul(queries * (width // heads) ** -0.5, keys, transpose_b=True) + self._mask(token_ids)
        shares = self.dropouts[0](tf.nn.softmax(scores), training=training)  # (batch, heads, length, length)
        mixed = tf.transpose(tf.matmul(shares, values), (0, 2, 1, 3))  # (batch, length, heads, size)
        output = self.dense("output", tf.reshape(mixed, (batch, length, width)))
        return self.dropouts[1](output, training=training)

    def _mask(self, token_ids: Any) -> Any:
        """(batch, 1, 1 or length, length): what is added to the scores of tokens that are not attended to."""
        mask = tf.where(token_ids > 0, 0.0, _MASKED)[:, None, None, :]
        if not self.architecture.decoder:
            return mask
        length = tf.shape(token_ids)[1]
        later = tf.linalg.band_part(tf.ones((length, length)), -1, 0)
        return mask + (1 - later) * _MASKED

    def _feed_forward(self, states: Any, training: bool) -> Any:
        inner = self.activation(self.dense("up", states))  # (batch, length, inner)
        return self.dropouts[2](self.dense("down", inner), training=training)

    def compute_output_shape(self, states_shape: Shape, token_ids_shape: Shape) -> Shape:
        return states_shape


class FinalNorm(EncoderLayer):
    """The layer normalisation after the last layer of a decoder."""

    def __init__(self, architecture: Architecture) -> None:
        super().__init__(_shapes_of(architecture, "final"), "float32", architecture.epsilon, "final")

    def call(self, states: Any) -> Any:
        return self.norm("norm", states)


class Pool(keras.layers.Layer):  # type: ignore[misc]
    """One vector a text: (batch, length, width) and (batch, length) token ids -> (batch, width)."""

    def __init__(self, pooling: Pooling) -> None:
        super().__init__(name="pool")
        self.pooling = pooling

    def call(self, states: Any, token_ids: Any) -> Any:
        if self.pooling == "cls":
            return states[:, 0]
        present = tf.cast(token_ids > 0, tf.float32)  # (batch, length)
        n_tokens = tf.reduce_sum(present, axis=1)
        if self.pooling == "last":
            last = tf.maximum(tf.cast(n_tokens, tf.int32) - 1, 0)
            return tf.gather(states, last, axis=1, batch_dims=1)
        sums = tf.reduce_sum(states * present[:, :, None], axis=1)
        return sums / tf.maximum(n_tokens, 1.0)[:, None]

    def compute_output_shape(self, states_shape: Shape, token_ids_shape: Shape) -> tuple[int | None, ...]:
        return (states_shape[0], states_shape[-1])


def _shapes_of(architecture: Architecture, layer: str) -> dict[str, Shape]:
    shapes = architecture.shapes()
    return {name.removeprefix(f"{layer}/"): shape for name, shape in shapes.items() if name.startswith(f"{layer}/")}
