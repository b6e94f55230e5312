"""Layers that Keras lacks, or that do not ignore padding there.

Shapes: batch texts of `length` token ids each, 0 for padding; a mask is true where a text has a word.
"""

from typing import Any

from imdbnlp.models._tensorflow import keras, tf

_LOW = -1e9  # in place of minus infinity
_PRIME = 0x9E3779B1  # 2**32 over the golden ratio: spreads neighbouring integers (Knuth 6.4)


class WordDropout(keras.layers.Layer):  # type: ignore[misc]
    """Replaces a share of the words by padding, in training only.  (batch, length) int32 -> the same."""

    def __init__(self, rate: float, **options: Any) -> None:
        super().__init__(**options)
        self.rate = rate
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, token_ids: Any, training: bool = False) -> Any:
        if not training or not self.rate:
            return token_ids
        kept = keras.random.uniform(tf.shape(token_ids), seed=self.seed_generator) >= self.rate
        return token_ids * tf.cast(kept, token_ids.dtype)


class HashedNgrams(keras.layers.Layer):  # type: ignore[misc]
    """Appends the ids of the n-grams of 2 … n words, hashed into `buckets` ids that follow those of the words.

    (batch, length) int32 in 0 … first - 1 -> (batch, about n x length) int32 in 0 … first + buckets - 1; an n-gram
    that contains padding is padding.  Source: the hashing trick, as in fastText (Joulin et al. 2017).
    """

    def __init__(self, n: int, first: int, buckets: int, **options: Any) -> None:
        super().__init__(**options)
        self.n, self.first, self.buckets = n, first, buckets

    def call(self, token_ids: Any) -> Any:
        words = tf.cast(token_ids, tf.int64)
        ngrams, code, whole = [token_ids], words, token_ids > 0
        for size in range(2, self.n + 1):
            code = (code[:, :-1] * _PRIME + words[:, size - 1 :]) % (1 << 31)
            whole = whole[:, :-1] & (token_ids[:, size - 1 :] > 0)
            mixed = (code * _PRIME) % (1 << 32) // 16 % self.buckets
            ngrams.append(tf.where(whole, tf.cast(mixed, tf.int32) + self.first, 0))
        return tf.concat(ngrams, axis=1)


class AverageEmbedding(keras.layers.Layer):  # type: ignore[misc]
    """The mean of the embeddings of a text's tokens, without padding; 0 for a text without tokens.

    (batch, length) int32 -> (batch, size), without the (batch, length, size) in between.
    """

    def __init__(self, rows: int, size: int, trainable: bool = True, **options: Any) -> None:
        super().__init__(trainable=trainable, **options)
        self.rows, self.size = rows, size

    def build(self, shape: Any) -> None:
        self.embeddings = self.add_weight(shape=(self.rows, self.size), initializer="uniform", name="embeddings")

    def call(self, token_ids: Any) -> Any:
        places = tf.where(token_ids > 0)
        used, compact = tf.unique(tf.gather_nd(token_ids, places))
        rows = tf.gather(self.embeddings.value, used)
        mean = tf.sparse.segment_mean(rows, compact, places[:, 0], num_segments=tf.shape(token_ids)[0])
        return tf.ensure_shape(mean, (None, self.size))


class Pooling(keras.layers.Layer):  # type: ignore[misc]
    """A layer whose output belongs to texts, not to the words in them: it takes a mask and passes none on."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.supports_masking = True

    def compute_mask(self, states: Any, previous_mask: Any = None) -> None:
        return None


class MaskedAverage(Pooling):
    """The mean over the words of a text; 0 for a text without words.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any, mask: Any = None) -> Any:
        weights = tf.cast(mask, states.dtype)[:, :, None]
        return tf.reduce_sum(states * weights, axis=1) / tf.maximum(tf.reduce_sum(weights, axis=1), 1.0)


class MaskedMax(Pooling):
    """The maximum over the words of a text; 0 for a text without words.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any, mask: Any = None) -> Any:
        largest = tf.reduce_max(tf.where(mask[:, :, None], states, _LOW), axis=1)
        return tf.where(tf.reduce_any(mask, axis=1)[:, None], largest, 0.0)


class MaskedConvolution(keras.layers.Conv1D):  # type: ignore[misc]
    """A convolution that reads zeros in place of padding and keeps the mask."""

    def __init__(self, filters: int, kernel_size: int, **options: Any) -> None:
        super().__init__(filters, kernel_size, padding="same", **options)
        self.supports_masking = True

    def call(self, states: Any, mask: Any = None) -> Any:
        return super().call(states * tf.cast(mask, states.dtype)[:, :, None])


class StartVector(keras.layers.Layer):  # type: ignore[misc]
    """Prepends a learned vector to each text.  (batch, length, size) -> (batch, 1 + length, size)."""

    def build(self, shape: Any) -> None:
        self.vector = self.add_weight(shape=(1, 1, shape[-1]), initializer="uniform", name="vector")

    def call(self, states: Any) -> Any:
        first = tf.tile(self.vector.value, (tf.shape(states)[0], 1, 1))
        return tf.concat([first, states], axis=1)

    def compute_mask(self, states: Any, previous_mask: Any = None) -> Any:
        return None if previous_mask is None else tf.pad(previous_mask, [[0, 0], [1, 0]], constant_values=True)


class First(Pooling):
    """The state at the first position.  (batch, length, size) -> (batch, size)."""

    def call(self, states: Any) -> Any:
        return states[:, 0]
