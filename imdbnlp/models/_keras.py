"""The one training loop of all networks.

    history = train_network(network, batches, LoopSettings(epochs=5), validate, reporter)

It clips gradients, follows a schedule, stops when validation no longer gains, keeps the weights of the best epoch, and
ends early, with the best so far, on Ctrl-C after an epoch, when the time is up, or when the loss is no number.
"""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from imdbnlp.errors import ImdbnlpError
from imdbnlp.models._batches import Batches
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models._tensorflow import keras, tf
from imdbnlp.progress import Advance, Reporter

Validate = Callable[[], dict[str, float]]
_EVERY = 10  # steps between two updates of the moving average


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


def train_network(
    network: Any, batches: Batches, settings: LoopSettings, validate: Validate | None, reporter: Reporter
) -> History:
    """Train in place and leave the best weights.

    validate: the validation figures of the weights as they stand, `valid_accuracy` among them; None if there are no
    texts to validate on: then every epoch is better than the one before.
    Raises ImdbnlpError if the loss is no number before an epoch is done.
    """
    optimizer = RowAdam(_rate(settings, len(batches)), global_clipnorm=settings.clip_norm or None)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer, loss, weighted_metrics=["accuracy"])
    history = History()
    with reporter.stage("train", settings.epochs * len(batches.rows), "texts") as advance:
        watch = _Watch(history, settings, batches, validate, reporter, advance)
        try:
            network.fit(_dataset(batches), epochs=settings.epochs, verbose=0, shuffle=False, callbacks=[watch])
        except KeyboardInterrupt:
            if not history.best:
                raise
            history.stopped = "interrupted"
            reporter.warn(f"interrupted in epoch {len(history.epochs) + 1}; epoch {history.best} is kept")
    watch.restore()
    return history


def _rate(settings: LoopSettings, steps: int) -> Any:
    total = settings.epochs * steps
    warm = round(settings.warmup * total)
    if settings.schedule == "constant" and not warm:
        return settings.learning_rate
    return _Schedule(settings.learning_rate, settings.schedule, warm, total)


class _Schedule(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """Up from 0 in `warm` steps, then level, or down to 0 at `total` in a line or half a cosine."""

    def __init__(self, peak: float, kind: str, warm: int, total: int) -> None:
        super().__init__()
        self.peak, self.kind, self.warm, self.total = peak, kind, warm, total

    def __call__(self, step: Any) -> Any:
        step = tf.cast(step, tf.float32)
        done = tf.clip_by_value((step - self.warm) / max(1, self.total - self.warm), 0.0, 1.0)
        fall = {"constant": tf.ones_like(done), "linear": 1 - done, "cosine": (1 + tf.cos(np.pi * done)) / 2}[self.kind]
        return self.peak * tf.minimum(fall, (step + 1) / max(1, self.warm))

    def get_config(self) -> dict[str, Any]:
        return {"peak": self.peak, "kind": self.kind, "warm": self.warm, "total": self.total}


def _dataset(batches: Batches) -> Any:
    """Batches are padded while the network works on the one before."""
    signature = (
        tf.TensorSpec((None, None), tf.int32),
        tf.TensorSpec((None,), tf.int64),
        tf.TensorSpec((None,), tf.float32),
    )
    dataset = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)
    return dataset.apply(tf.data.experimental.assert_cardinality(len(batches))).prefetch(2)


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells how far it is, judges each epoch, keeps the best weights, and stops."""

    def __init__(
        self, history: History, settings: LoopSettings, batches: Batches, validate: Validate | None,
        reporter: Reporter, advance: Advance,
    ) -> None:  # fmt: skip
        super().__init__()
        self.history, self.settings, self.batches, self.validate = history, settings, batches, validate
        self.reporter, self.advance = reporter, advance
        self.began = self.epoch_began = time.perf_counter()
        self.best: list[Any] | None = None
        self.best_figures = (-1.0, 0.0)
        self.average: list[Any] | None = None
        self.n_averaged = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        epoch = len(self.history.epochs) + 1
        if not np.isfinite(logs["loss"]):
            self._not_a_number(f"epoch {epoch}, step {batch + 1}")
            return
        doing = f"epoch {epoch}/{self.settings.epochs} loss {logs['loss']:.3f} acc {logs['accuracy']:.3f}"
        self.advance(min(self.batches.batch_size, len(self.batches.rows) - batch * self.batches.batch_size), doing)
        if self.settings.averaging and batch % _EVERY == 0:
            self._move_average()
        if self._out_of_time():
            self._stop("time limit")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        if self.history.stopped == "not a number":
            return
        seconds = time.perf_counter() - self.epoch_began
        figures = {"epoch": epoch + 1, "loss": float(logs["loss"]), "accuracy": float(logs["accuracy"])}
        live = self._swap_in_average()
        figures |= self.validate() if self.validate else {}
        if not self._is_finite(figures):
            self._not_a_number(f"epoch {epoch + 1}, its last step")
            return
        better = self._is_better(figures)
        if better:
            self.history.best = epoch + 1
            self.best = [variable.numpy() for variable in self.model.weights]
        if live is not None:
            _assign(self.model.trainable_variables, live)
        self.history.epochs.append(figures | {"seconds": round(seconds, 2)})
        self.reporter.note(_line(figures, better, seconds))
        if epoch + 1 - self.history.best >= self.settings.patience and not self.model.stop_training:
            self._stop("patience")

    def _is_finite(self, figures: dict[str, Any]) -> bool:
        """Whether the figures are numbers; where nothing was validated, whether the weights are."""
        judged = list(figures.values()) if self.validate else [variable.numpy() for variable in self.model.weights]
        return all(np.isfinite(one).all() for one in judged)

    def _is_better(self, figures: dict[str, Any]) -> bool:
        if self.validate is None:
            return True
        now = (figures["valid_accuracy"], -figures["valid_loss"])  # of equal accuracy, the smaller loss
        better = now > self.best_figures
        self.best_figures = max(now, self.best_figures)
        return better

    def _out_of_time(self) -> bool:
        limit = self.settings.time_limit
        return limit is not None and time.perf_counter() - self.began > limit

    def _stop(self, why: str) -> None:
        self.history.stopped = why
        self.model.stop_training = True

    def _not_a_number(self, where: str) -> None:
        advice = "lower --learning-rate, or set --clip-norm"
        if self.best is None:
            raise ImdbnlpError(f"the loss is not a finite number in {where}", hint=advice)
        self.reporter.warn(f"the loss is not a finite number in {where}: epoch {self.history.best} is kept; {advice}")
        self._stop("not a number")

    def _move_average(self) -> None:
        """Every few steps, as far as the steps between would have moved it; at first it is a plain mean."""
        variables = self.model.trainable_variables
        if self.average is None:
            self.average = [tf.Variable(variable.value) for variable in variables]
        self.n_averaged += 1
        share = max(1 - self.settings.averaging**_EVERY, 1 / self.n_averaged)
        for mean, variable in zip(self.average, variables, strict=True):
            mean.assign_add(share * (variable.value - mean))

    def _swap_in_average(self) -> list[Any] | None:
        if self.average is None:
            return None
        variables = self.model.trainable_variables
        live = [variable.numpy() for variable in variables]
        _assign(variables, self.average)
        return live

    def restore(self) -> None:
        """The best weights, in place."""
        if self.best is not None:
            _assign(self.model.weights, self.best)


def _assign(variables: list[Any], values: list[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _line(figures: dict[str, Any], better: bool, seconds: float) -> str:
    shown = f"epoch {figures['epoch']}: loss {figures['loss']:.3f}, accuracy {figures['accuracy']:.3f}"
    if "valid_accuracy" in figures:
        shown += f"; valid {figures['valid_loss']:.3f}, {figures['valid_accuracy']:.4f}{' (best)' if better else ''}"
    return f"{shown}; {seconds:.1f} s"
