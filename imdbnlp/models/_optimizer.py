"""The optimizer, the learning rate schedules and the loss of the training loop.

optimizer = RowAdam(learning_rate(settings, steps=len(batches)), global_clipnorm=1.0)
"""

from typing import Any

import numpy as np

from imdbnlp.models._loop import LoopSettings
from imdbnlp.models._tensorflow import keras, tf


class RowAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Adam that updates only those rows of an embedding that occur in the batch.

    Keras' own updates the whole embedding in every step, which takes longer than the rest of a small network.
    Source: Kingma & Ba 2015; sparse updates as in TensorFlow Addons' LazyAdam.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if not isinstance(gradient, tf.IndexedSlices):
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        means, squares = self._momentums[index], self._velocities[index]
        rows, values = gradient.indices, gradient.values
        step = tf.cast(self.iterations + 1, values.dtype)
        mean = self.beta_1 * tf.gather(means.value, rows) + (1 - self.beta_1) * values
        square = self.beta_2 * tf.gather(squares.value, rows) + (1 - self.beta_2) * tf.square(values)
        rate = tf.cast(learning_rate, values.dtype) * tf.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        self.assign(means, tf.IndexedSlices(mean, rows))
        self.assign(squares, tf.IndexedSlices(square, rows))
        self.assign_sub(variable, tf.IndexedSlices(rate * mean / (tf.sqrt(square) + self.epsilon), rows))

    def _clip_gradients(self, gradients: list[Any]) -> list[Any]:
        """Clip by the global norm; the gradients of embeddings stay sparse, with each row once."""
        gradients = [_summed(each) if isinstance(each, tf.IndexedSlices) else each for each in gradients]
        if not self.global_clipnorm:
            return gradients
        clipped, _ = tf.clip_by_global_norm(gradients, self.global_clipnorm)
        return list(clipped)


def _summed(gradient: Any) -> Any:
    """A sparse gradient with the values of equal rows summed."""
    rows, positions = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, positions, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


class SmoothedCrossEntropy(keras.losses.Loss):  # type: ignore[misc]
    """Sparse categorical cross-entropy with label smoothing.

    smoothing: share of each target's probability that is spread over all classes.  (…,) class codes and (…, classes)
    logits; with sample weights, the mean over the weights that are not 0.  Source: Szegedy et al. 2016.
    """

    def __init__(self, smoothing: float) -> None:
        super().__init__(reduction="mean_with_sample_weight")
        self.smoothing = smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        codes = tf.cast(y_true, tf.int32)  # Keras casts targets to floats
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(codes, y_pred)
        if not self.smoothing:
            return loss
        spread = tf.reduce_logsumexp(y_pred, axis=-1) - tf.reduce_mean(y_pred, axis=-1)
        return (1 - self.smoothing) * loss + self.smoothing * spread


def learning_rate(settings: LoopSettings, steps: int) -> Any:
    """The learning rate for an optimizer: a number or a schedule.  steps: number of steps in an epoch."""
    total = settings.epochs * steps
    warm = round(settings.warmup * total)
    if settings.schedule == "constant" and not warm:
        return settings.learning_rate
    return Schedule(settings.learning_rate, settings.schedule, warm, total)


class Schedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A linear warm-up from 0 in `warm` steps, then a decay of this kind.

    linear and cosine reach 0 at step `total`; inverse-sqrt falls with the square root of the step (Vaswani et al. 2017,
    5.3).
    """

    def __init__(self, peak: float, kind: str, warm: int, total: int) -> None:
        super().__init__()
        self.peak, self.kind, self.warm, self.total = peak, kind, warm, total

    def __call__(self, step: Any) -> Any:
        step = tf.cast(step, tf.float32)
        done = tf.clip_by_value((step - self.warm) / max(1, self.total - self.warm), 0.0, 1.0)
        warm = max(1.0, self.warm)
        decay = {
            "constant": tf.ones_like(done),
            "linear": 1 - done,
            "cosine": (1 + tf.cos(np.pi * done)) / 2,
            "inverse-sqrt": tf.sqrt(warm / tf.maximum(step + 1, warm)),
        }[self.kind]
        return self.peak * tf.minimum(decay, (step + 1) / warm)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "kind": self.kind, "warm": self.warm, "total": self.total}
