"""How a network's weights are moved: the optimizer, the rate of each step, and a loss that does not ask for certainty.

optimizer = RowAdam(learning_rate(settings, steps=len(batches)), global_clipnorm=1.0)
"""

from typing import Any

import numpy as np

from imdbnlp.models._loop import LoopSettings
from imdbnlp.models._tensorflow import keras, tf


class RowAdam(keras.optimizers.Adam):  # type: ignore[misc]
    """Adam that touches only the rows of a table which a step has used.

    Keras' own moves a whole embedding in every step, which takes longer than the rest of a small network.
    Source: Kingma & Ba 2015; rows as in TensorFlow Addons' LazyAdam.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        if not isinstance(gradient, tf.IndexedSlices):
            super().update_step(gradient, variable, learning_rate)
            return
        place = self._get_variable_index(variable)
        means, squares = self._momentums[place], self._velocities[place]
        rows, values = gradient.indices, gradient.values
        step = tf.cast(self.iterations + 1, values.dtype)
        mean = self.beta_1 * tf.gather(means.value, rows) + (1 - self.beta_1) * values
        square = self.beta_2 * tf.gather(squares.value, rows) + (1 - self.beta_2) * tf.square(values)
        rate = tf.cast(learning_rate, values.dtype) * tf.sqrt(1 - self.beta_2**step) / (1 - self.beta_1**step)
        self.assign(means, tf.IndexedSlices(mean, rows))
        self.assign(squares, tf.IndexedSlices(square, rows))
        self.assign_sub(variable, tf.IndexedSlices(rate * mean / (tf.sqrt(square) + self.epsilon), rows))

    def _clip_gradients(self, gradients: list[Any]) -> list[Any]:
        """Clip by the norm of all gradients together; those of tables stay lists of rows, each of them once."""
        gradients = [_added_up(one) if isinstance(one, tf.IndexedSlices) else one for one in gradients]
        if not self.global_clipnorm:
            return gradients
        clipped, _ = tf.clip_by_global_norm(gradients, self.global_clipnorm)
        return list(clipped)


def _added_up(gradient: Any) -> Any:
    """The rows of a gradient, those of equal index added up."""
    rows, places = tf.unique(gradient.indices)
    values = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(rows))
    return tf.IndexedSlices(values, rows, gradient.dense_shape)


class SmoothedCrossEntropy(keras.losses.Loss):  # type: ignore[misc]
    """Cross-entropy of answers given as codes, of which a share is spread over all classes; padding weighs nothing.

    (…,) codes and (…, classes) logits.  Source: label smoothing, Szegedy et al. 2016.
    """

    def __init__(self, smoothing: float) -> None:
        super().__init__(reduction="mean_with_sample_weight")
        self.smoothing = smoothing

    def call(self, y_true: Any, y_pred: Any) -> Any:
        codes = tf.cast(y_true, tf.int32)  # Keras makes floats of them
        loss = tf.nn.sparse_softmax_cross_entropy_with_logits(codes, y_pred)
        if not self.smoothing:
            return loss
        spread = tf.reduce_logsumexp(y_pred, axis=-1) - tf.reduce_mean(y_pred, axis=-1)
        return (1 - self.smoothing) * loss + self.smoothing * spread


def learning_rate(settings: LoopSettings, steps: int) -> Any:
    """What an optimizer takes: the rate, or how it changes.  steps: in an epoch."""
    total = settings.epochs * steps
    warm = round(settings.warmup * total)
    if settings.schedule == "constant" and not warm:
        return settings.learning_rate
    return Schedule(settings.learning_rate, settings.schedule, warm, total)


class Schedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Up from 0 in `warm` steps, then level, or down: to 0 at `total` in a line or half a cosine, or with the root of
    the step (Vaswani et al. 2017, 5.3)."""

    def __init__(self, peak: float, kind: str, warm: int, total: int) -> None:
        super().__init__()
        self.peak, self.kind, self.warm, self.total = peak, kind, warm, total

    def __call__(self, step: Any) -> Any:
        step = tf.cast(step, tf.float32)
        done = tf.clip_by_value((step - self.warm) / max(1, self.total - self.warm), 0.0, 1.0)
        warm = max(1.0, self.warm)
        fall = {
            "constant": tf.ones_like(done),
            "linear": 1 - done,
            "cosine": (1 + tf.cos(np.pi * done)) / 2,
            "inverse-sqrt": tf.sqrt(warm / tf.maximum(step + 1, warm)),
        }[self.kind]
        return self.peak * tf.minimum(fall, (step + 1) / warm)

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "kind": self.kind, "warm": self.warm, "total": self.total}
