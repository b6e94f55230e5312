"""The one training loop of all networks.

    history = train_network(network, batches, LoopSettings(epochs=5), validate, reporter)

It clips gradients, follows a learning rate schedule, stops early, and keeps the weights of the best epoch.  Ctrl-C
after the first epoch, the time limit, and a loss that is not finite end it with the best epoch so far.
"""

import time
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from imdbnlp.errors import ImdbnlpError
from imdbnlp.models._batches import BucketedBatches
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models._optimizer import RowAdam, learning_rate
from imdbnlp.models._tensorflow import keras, tf
from imdbnlp.progress import Advance, Reporter

Validate = Callable[[], dict[str, float]]
Monitor = Literal["accuracy", "loss"]
_EMA_STEPS = 10  # steps between two updates of the moving average


def train_network(
    network: Any, batches: BucketedBatches, settings: LoopSettings, validate: Validate | None, reporter: Reporter,
    loss: Any = None, monitor: Monitor = "accuracy", optimizer: Any = None,
) -> History:  # fmt: skip
    """Train a network in place and leave the weights of the best epoch.

    validate: returns `valid_accuracy` and `valid_loss` of the current weights; None if there is no validation set: then
    the last epoch is the best.  loss, optimizer: by default the cross-entropy and Adam.  monitor: the metric that
    decides which epoch is the best.
    Raises ImdbnlpError if the loss is not finite before the first epoch is done.
    """
    rate = learning_rate(settings, len(batches))
    optimizer = optimizer or RowAdam(rate, global_clipnorm=settings.global_clipnorm or None)
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer, loss, weighted_metrics=["accuracy"])
    history = History()
    with reporter.stage("train", settings.epochs * batches.n_units, batches.unit) as advance:
        monitoring = _Monitoring(history, settings, batches, validate, reporter, advance, monitor)
        try:
            network.fit(_dataset(batches), epochs=settings.epochs, verbose=0, shuffle=False, callbacks=[monitoring])
        except KeyboardInterrupt:
            if not history.best:
                raise
            history.stopped = "interrupted"
            reporter.warn(f"interrupted in epoch {len(history.epochs) + 1}; epoch {history.best} is kept")
    monitoring.restore()
    return history


def _dataset(batches: BucketedBatches) -> Any:
    """The batches as a dataset that pads the next batches while the network works on this one."""
    dataset = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=_specs(batches.signature))
    return dataset.apply(tf.data.experimental.assert_cardinality(len(batches))).prefetch(2)


def _specs(signature: Any) -> Any:
    """("int32", 2) -> the TensorSpec of a matrix of int32; a tuple of such -> a tuple."""
    if isinstance(signature[0], str):
        return tf.TensorSpec((None,) * signature[1], signature[0])
    return tuple(map(_specs, signature))


class _Monitoring(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports progress, evaluates each epoch, keeps the best weights, and stops the training."""

    def __init__(
        self, history: History, settings: LoopSettings, batches: BucketedBatches, validate: Validate | None,
        reporter: Reporter, advance: Advance, monitor: Monitor,
    ) -> None:  # fmt: skip
        super().__init__()
        self.history, self.settings, self.batches, self.validate = history, settings, batches, validate
        self.reporter, self.advance, self.monitor = reporter, advance, monitor
        self.start = self.epoch_start = time.perf_counter()
        self.best: list[Any] | None = None
        self.best_metrics = (-np.inf, 0.0)
        self.average: list[Any] | None = None
        self.n_averaged = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch_start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        epoch = len(self.history.epochs) + 1
        if not np.isfinite(logs["loss"]):
            self._stop_not_finite(f"epoch {epoch}, step {batch + 1}")
            return
        status = f"epoch {epoch}/{self.settings.epochs} loss {logs['loss']:.3f}"
        self.advance(self.batches.units_of(batch), status)
        if self.settings.ema_momentum and batch % _EMA_STEPS == 0:
            self._move_average()
        if self._out_of_time():
            self._stop("time limit")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any]) -> None:
        if self.history.stopped == "not a number":
            return
        seconds = time.perf_counter() - self.epoch_start
        metrics = {"epoch": epoch + 1, "loss": float(logs["loss"]), "accuracy": float(logs["accuracy"])}
        trained = self._swap_in_average()
        metrics |= self.validate() if self.validate else {}
        if not self._is_finite(metrics):
            self._stop_not_finite(f"epoch {epoch + 1}, its last step")
            return
        better = self._is_better(metrics)
        if better:
            self.history.best = epoch + 1
            self.best = [variable.numpy() for variable in self.model.weights]
        if trained is not None:
            _assign(self.model.trainable_variables, trained)
        per_second = f"{self.batches.unit}_per_second"
        metrics |= {"seconds": round(seconds, 2), per_second: round(self.batches.n_units / seconds)}
        self.history.epochs.append(metrics)
        self.reporter.note(f"{_shown(metrics, better)}, {metrics[per_second]:,} {self.batches.unit}/s")
        if epoch + 1 - self.history.best >= self.settings.patience and not self.model.stop_training:
            self._stop("patience")

    def _is_finite(self, metrics: dict[str, Any]) -> bool:
        """Whether the metrics are finite; without a validation set, whether the weights are."""
        values = list(metrics.values()) if self.validate else [variable.numpy() for variable in self.model.weights]
        return all(np.isfinite(value).all() for value in values)

    def _is_better(self, metrics: dict[str, Any]) -> bool:
        if self.validate is None:
            return True
        current = (metrics["valid_accuracy"], -metrics["valid_loss"])  # the loss decides between equal accuracies
        if self.monitor == "loss":
            current = current[::-1]
        better = current > self.best_metrics
        self.best_metrics = max(current, self.best_metrics)
        return better

    def _out_of_time(self) -> bool:
        limit = self.settings.time_limit
        return limit is not None and time.perf_counter() - self.start > limit

    def _stop(self, why: str) -> None:
        self.history.stopped = why
        self.model.stop_training = True

    def _stop_not_finite(self, where: str) -> None:
        advice = "lower --learning-rate, or set --global-clipnorm"
        if self.best is None:
            raise ImdbnlpError(f"the loss is not a finite number in {where}", hint=advice)
        self.reporter.warn(f"the loss is not a finite number in {where}: epoch {self.history.best} is kept; {advice}")
        self._stop("not a number")

    def _move_average(self) -> None:
        """Update the moving average as often as once in each of the last steps; at first it is the plain mean."""
        variables = self.model.trainable_variables
        if self.average is None:
            self.average = [tf.Variable(variable.value) for variable in variables]
        self.n_averaged += 1
        share = max(1 - self.settings.ema_momentum**_EMA_STEPS, 1 / self.n_averaged)
        for mean, variable in zip(self.average, variables, strict=True):
            mean.assign_add(share * (variable.value - mean))

    def _swap_in_average(self) -> list[Any] | None:
        if self.average is None:
            return None
        variables = self.model.trainable_variables
        trained = [variable.numpy() for variable in variables]
        _assign(variables, self.average)
        return trained

    def restore(self) -> None:
        """Put the best weights back in place."""
        if self.best is not None:
            _assign(self.model.weights, self.best)


def _assign(variables: list[Any], values: list[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _shown(metrics: dict[str, Any], better: bool) -> str:
    text = f"epoch {metrics['epoch']}: loss {metrics['loss']:.3f}, acc {metrics['accuracy']:.3f}"
    if "valid_accuracy" in metrics:
        text += f"; valid {metrics['valid_loss']:.3f}, {metrics['valid_accuracy']:.4f}{' best' if better else ''}"
    return f"{text}; {metrics['seconds']:.{0 if metrics['seconds'] >= 10 else 1}f} s"
