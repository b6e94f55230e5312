"""The one training loop of all networks.

    history = train_network(network, batches, LoopSettings(epochs=5), validate, reporter)

It clips gradients, follows a schedule, stops when validation no longer gains, keeps the weights of the best epoch, and
ends early, with the best so far, on Ctrl-C after an epoch, when the time is up, or when the loss is no number.
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
Judge = Literal["accuracy", "loss"]
_EVERY = 10  # steps between two updates of the moving average


def train_network(
    network: Any, batches: BucketedBatches, settings: LoopSettings, validate: Validate | None, reporter: Reporter,
    loss: Any = None, judge: Judge = "accuracy", optimizer: Any = None,
) -> History:  # fmt: skip
    """Train in place and leave the best weights.

    validate: the validation figures of the weights as they stand, `valid_accuracy` and `valid_loss`; None if there are
    no texts to validate on: then every epoch is better than the one before.
    loss, optimizer: cross-entropy and Adam where they are None.  judge: which of the figures tells the best epoch.
    Raises ImdbnlpError if the loss is no number before an epoch is done.
    """
    rate = learning_rate(settings, len(batches))
    optimizer = optimizer or RowAdam(rate, global_clipnorm=settings.clip_norm or None)
    loss = loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(optimizer, loss, weighted_metrics=["accuracy"])
    history = History()
    with reporter.stage("train", settings.epochs * batches.n_units, batches.unit) as advance:
        watch = _Watch(history, settings, batches, validate, reporter, advance, judge)
        try:
            network.fit(_dataset(batches), epochs=settings.epochs, verbose=0, shuffle=False, callbacks=[watch])
        except KeyboardInterrupt:
            if not history.best:
                raise
            history.stopped = "interrupted"
            reporter.warn(f"interrupted in epoch {len(history.epochs) + 1}; epoch {history.best} is kept")
    watch.restore()
    return history


def _dataset(batches: BucketedBatches) -> Any:
    """Batches are padded while the network works on the one before."""
    dataset = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=_specs(batches.signature))
    return dataset.apply(tf.data.experimental.assert_cardinality(len(batches))).prefetch(2)


def _specs(described: Any) -> Any:
    """("int32", 2) -> what TensorFlow calls a matrix of int32; a tuple of such -> a tuple."""
    if isinstance(described[0], str):
        return tf.TensorSpec((None,) * described[1], described[0])
    return tuple(map(_specs, described))


class _Watch(keras.callbacks.Callback):  # type: ignore[misc]
    """Tells how far it is, judges each epoch, keeps the best weights, and stops."""

    def __init__(
        self, history: History, settings: LoopSettings, batches: BucketedBatches, validate: Validate | None,
        reporter: Reporter, advance: Advance, judge: Judge,
    ) -> None:  # fmt: skip
        super().__init__()
        self.history, self.settings, self.batches, self.validate = history, settings, batches, validate
        self.reporter, self.advance, self.judge = reporter, advance, judge
        self.began = self.epoch_began = time.perf_counter()
        self.best: list[Any] | None = None
        self.best_figures = (-np.inf, 0.0)
        self.average: list[Any] | None = None
        self.n_averaged = 0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.epoch_began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any]) -> None:
        epoch = len(self.history.epochs) + 1
        if not np.isfinite(logs["loss"]):
            self._not_a_number(f"epoch {epoch}, step {batch + 1}")
            return
        doing = f"epoch {epoch}/{self.settings.epochs} loss {logs['loss']:.3f}"
        self.advance(self.batches.units_of(batch), doing)
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
        per_second = f"{self.batches.unit}_per_second"
        figures |= {"seconds": round(seconds, 2), per_second: round(self.batches.n_units / seconds)}
        self.history.epochs.append(figures)
        self.reporter.note(f"{_line(figures, better)}, {figures[per_second]:,} {self.batches.unit}/s")
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
        if self.judge == "loss":
            now = now[::-1]
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


def _line(figures: dict[str, Any], better: bool) -> str:
    shown = f"epoch {figures['epoch']}: loss {figures['loss']:.3f}, acc {figures['accuracy']:.3f}"
    if "valid_accuracy" in figures:
        shown += f"; valid {figures['valid_loss']:.3f}, {figures['valid_accuracy']:.4f}{' best' if better else ''}"
    return f"{shown}; {figures['seconds']:.{0 if figures['seconds'] >= 10 else 1}f} s"
