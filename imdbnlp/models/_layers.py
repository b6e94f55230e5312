"""The layers that Keras lacks, or has without regard for padding.

Shapes: batch texts of `length` numbers each, of which some are padding; a mask is true where a text has a word.
"""

from typing import Any

import numpy as np

from imdbnlp.models._tensorflow import keras, tf

LOW = -1e9  # stands for minus infinity, without its NaN
_PRIME = 0x9E3779B1  # 2**32 over the golden ratio: spreads neighbouring numbers (Knuth 6.4)


class WordDropout(keras.layers.Layer):  # type: ignore[misc]
    """In training, turns a share of the words into padding.  (batch, length) int32 -> the same."""

    def __init__(self, rate: float, **options: Any) -> None:
        super().__init__(**options)
        self.rate = rate
        self.chance = keras.random.SeedGenerator()

    def call(self, numbers: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return numbers
        kept = keras.random.uniform(tf.shape(numbers), seed=self.chance) >= self.rate
        return numbers * tf.cast(kept, numbers.dtype)


class Hashed(keras.layers.Layer):  # type: ignore[misc]
    """Numbers of the n-grams of 2 … n words, in `buckets`, behind those of the words.

    (batch, length) int32 in 0 … first - 1 -> (batch, about n x length) int32 in 0 … first + buckets - 1; an n-gram
    that reaches over padding is padding.  Source: the hashing trick, as in fastText (Joulin et al. 2017).
    """

    def __init__(self, n: int, first: int, buckets: int, **options: Any) -> None:
        super().__init__(**options)
        self.n, self.first, self.buckets = n, first, buckets

    def call(self, numbers: Any) -> Any:
        words = tf.cast(numbers, tf.int64)
        grams, code, whole = [numbers], words, numbers > 0
        for size in range(2, self.n + 1):
            code = (code[:, :-1] * _PRIME + words[:, size - 1 :]) % (1 << 31)
            whole = whole[:, :-1] & (numbers[:, size - 1 :] > 0)
            mixed = (code * _PRIME) % (1 << 32) // 16 % self.buckets
            grams.append(tf.where(whole, tf.cast(mixed, tf.int32) + self.first, 0))
        return tf.concat(grams, axis=1)


class AverageEmbedding(keras.layers.Layer):  # type: ignore[misc]
    """The mean of the rows of a table that the numbers name, padding left out; 0 for nothing but padding.

    (batch, length) int32 -> (batch, size).  What would be (batch, length, size) is never made.
    """

    def __init__(self, rows: int, size: int, trainable: bool = True, **options: Any) -> None:
        super().__init__(trainable=trainable, **options)
        self.rows, self.size = rows, size

    def build(self, shape: Any) -> None:
        self.embeddings = self.add_weight(shape=(self.rows, self.size), initializer="uniform", name="embeddings")

    def call(self, numbers: Any) -> Any:
        places = tf.where(numbers > 0)
        used, compact = tf.unique(tf.gather_nd(numbers, places))
        rows = tf.gather(self.embeddings.value, used)
        mean = tf.sparse.segment_mean(rows, compact, places[:, 0], num_segments=tf.shape(numbers)[0])
        return tf.ensure_shape(mean, (None, self.size))


class OfText(keras.layers.Layer):  # type: ignore[misc]
    """A layer whose answer is for texts, not for places in them: it takes a mask and passes none on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def compute_mask(self, states: Any, previous_mask: Any = None) -> None:
        return None


class MaskedAverage(OfText):
    """The mean over the words of a text; 0 for a text without any.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any, mask: Any = None) -> Any:
        weights = tf.cast(mask, states.dtype)[:, :, None]
        return tf.reduce_sum(states * weights, axis=1) / tf.maximum(tf.reduce_sum(weights, axis=1), 1.0)


class MaskedMax(OfText):
    """The largest value over the words of a text; 0 for a text without any.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any, mask: Any = None) -> Any:
        largest = tf.reduce_max(tf.where(mask[:, :, None], states, LOW), axis=1)
        return tf.where(tf.reduce_any(mask, axis=1)[:, None], largest, 0.0)


class MaskedConvolution(keras.layers.Conv1D):  # type: ignore[misc]
    """A convolution that sees zeros beyond the ends of a text, wherever its padding lies, and keeps the mask."""

    def __init__(self, filters: int, width: int, **options: Any) -> None:
        super().__init__(filters, width, padding="same", **options)
        self.supports_masking = True

    def call(self, states: Any, mask: Any = None) -> Any:
        return super().call(states * tf.cast(mask, states.dtype)[:, :, None])


class AttentionWeights(OfText):
    """How much each word counts: softmax over the words of a score of each state.

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


class WeightedSum(OfText):
    """The states of a text, each times its weight, added up.

    (batch, length, size) and (batch, length) -> (batch, size).
    """

    def call(self, states: Any, weights: Any) -> Any:
        return tf.reduce_sum(states * weights[:, :, None], axis=1)


class Positions(keras.layers.Layer):  # type: ignore[misc]
    """Adds to each word what stands for its place among the words of its text.

    sinusoidal: Vaswani et al. 2017, 3.5; learned: a table.  (batch, length, size) -> the same.
    """

    def __init__(self, kind: str, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.kind, self.most = kind, most
        self.supports_masking = True

    def build(self, shape: Any) -> None:
        size = shape[-1]
        if self.kind == "learned":
            self.table = self.add_weight(shape=(self.most, size), initializer="uniform", name="table")
        else:
            self.waves = tf.constant(sinusoids(self.most, size))

    def call(self, states: Any, mask: Any = None) -> Any:
        places = tf.maximum(tf.cumsum(tf.cast(mask, tf.int32), axis=1) - 1, 0)
        return states + tf.gather(self.table.value if self.kind == "learned" else self.waves, places)


def sinusoids(most: int, size: int) -> Any:
    """(most, size) float32: sines of falling frequency in the even columns, cosines in the odd ones."""
    angles = np.arange(most)[:, None] / 10_000 ** (np.arange(0, size, 2) / size)
    waves = np.zeros((most, size), dtype=np.float32)
    waves[:, 0::2], waves[:, 1::2] = np.sin(angles), np.cos(angles)[:, : size // 2]
    return waves


class SelfAttention(keras.layers.Layer):  # type: ignore[misc]
    """Multi-head scaled dot-product attention of the words of a text to each other (Vaswani et al. 2017, 3.2).

    (batch, length, size) -> the same; nobody attends to padding.  No weight is dropped, as Keras' own layer can: random
    numbers for all pairs of words take half as long again as the rest.  Products are Keras': TensorFlow's own `@` goes
    text by text, which takes twice as long.
    """

    def __init__(self, heads: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads = heads
        self.supports_masking = True

    def build(self, shape: Any) -> None:
        size = shape[-1]
        self.project = self.add_weight(shape=(size, 3 * size), initializer="glorot_uniform", name="project")
        self.gather = self.add_weight(shape=(size, size), initializer="glorot_uniform", name="gather")

    def call(self, states: Any, mask: Any = None) -> Any:
        query, key, value = tf.unstack(split_heads(keras.ops.matmul(states, self.project), 3, self.heads))
        found, _ = attend(query, key, value, tf.where(mask, 0.0, LOW)[:, None, None, :])
        return keras.ops.matmul(found, self.gather)


def split_heads(states: Any, parts: int, heads: int) -> Any:
    """(batch, length, parts * size) -> (parts, batch, heads, length, size / heads)."""
    batch, length, size = tf.shape(states)[0], tf.shape(states)[1], states.shape[-1] // parts
    return tf.transpose(tf.reshape(states, (batch, length, parts, heads, size // heads)), (2, 0, 3, 1, 4))


def attend(query: Any, key: Any, value: Any, bias: Any) -> tuple[Any, Any]:
    """What each query finds, the heads put together again, and how much it looked where.

    query: (batch, heads, target, size / heads).  key, value: (batch, heads, source, size / heads).  bias: broadcast to
    the scores.  Returns (batch, target, size) and (batch, heads, target, source).
    """
    weights = tf.nn.softmax(tf.matmul(query / np.sqrt(query.shape[-1]), key, transpose_b=True) + bias)
    together = tf.transpose(weights @ value, (0, 2, 1, 3))
    batch, length = tf.shape(together)[0], tf.shape(together)[1]
    return tf.reshape(together, (batch, length, together.shape[2] * together.shape[3])), weights


class StartVector(keras.layers.Layer):  # type: ignore[misc]
    """Puts a learned vector before each text.  (batch, length, size) -> (batch, 1 + length, size)."""

    def build(self, shape: Any) -> None:
        self.vector = self.add_weight(shape=(1, 1, shape[-1]), initializer="uniform", name="vector")

    def call(self, states: Any) -> Any:
        first = tf.tile(self.vector.value, (tf.shape(states)[0], 1, 1))
        return tf.concat([first, states], axis=1)

    def compute_mask(self, states: Any, previous_mask: Any = None) -> Any:
        return None if previous_mask is None else tf.pad(previous_mask, [[0, 0], [1, 0]], constant_values=True)


class First(OfText):
    """The state of the first place.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any) -> Any:
        return states[:, 0]
