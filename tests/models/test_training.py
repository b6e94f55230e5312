"""The training loop stops when it should, keeps the best weights, and can be interrupted."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from needs_tensorflow import keras, tf

from imdbnlp.errors import ImdbnlpError
from imdbnlp.models._batches import TextBatches, length_groups
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models._optimizer import RowAdam, Schedule, SmoothedCrossEntropy
from imdbnlp.models._training import train_network
from imdbnlp.progress import SilentReporter
from imdbnlp.storage.ragged import Ragged, offsets_of

pytestmark = pytest.mark.slow


def batches(n_texts: int = 40, size: int = 8) -> TextBatches:
    """Texts of the words 1 … 4, of class 1 where they hold a 1."""
    chance = np.random.default_rng(0)
    texts = [chance.integers(1, 5, length) for length in chance.integers(1, 9, n_texts)]
    rows = Ragged(np.concatenate(texts).astype(np.int32), offsets_of([len(text) for text in texts]))
    labels = np.array([int(1 in text) for text in texts])
    return TextBatches(rows, labels, np.ones(n_texts, np.float32), size, "post", seed=0)


def network() -> Any:
    numbers = keras.Input((None,), dtype="int32")
    states = keras.layers.GlobalAveragePooling1D()(keras.layers.Embedding(5, 4)(numbers))
    return keras.Model(numbers, keras.layers.Dense(2)(states))


def train(
    validate: Callable[[], dict[str, float]] | None = None, reporter: Any = None, net: Any = None, **settings: Any
) -> tuple[History, Any]:
    net = net or network()
    defaults = {"epochs": 4}
    return train_network(
        net, batches(), LoopSettings(**defaults | settings), validate, reporter or SilentReporter()
    ), net


def figures(*accuracies: float) -> Callable[[], dict[str, float]]:
    """Validation that answers with these, one after the other."""
    following = iter(accuracies)
    return lambda: {"valid_loss": 0.5, "valid_accuracy": next(following)}


def test_every_round_deals_each_text_once_in_batches_length_groups() -> None:
    data = batches(40, 8)
    for _ in range(2):
        lengths = [(numbers > 0).sum(axis=1) for numbers, _, _ in data]
        assert sorted(np.concatenate(lengths)) == sorted(data.rows.lengths)
        assert max(np.ptp(one) for one in lengths) <= 2


def test_texts_to_answer_go_longest_first_and_empty_ones_not_at_all() -> None:
    rows = Ragged(np.ones(6, dtype=np.int32), np.array([0, 1, 1, 6]))
    assert [group.tolist() for group in length_groups(rows.lengths, 40_000)] == [[2, 0]]


def test_training_stops_when_validation_no_longer_gains_and_keeps_the_best() -> None:
    seen: list[Any] = []
    net = network()
    answers = figures(0.6, 0.9, 0.8, 0.7, 0.8)

    def validate() -> dict[str, float]:
        seen.append([weight.numpy() for weight in net.weights])
        return answers()

    history, net = train(validate, net=net, epochs=10, patience=3)
    assert (history.stopped, history.best, len(history.epochs)) == ("patience", 2, 5)
    for kept, expected in zip(net.weights, seen[1], strict=True):
        assert (kept.numpy() == expected).all()


def test_of_equal_accuracies_the_smaller_loss_is_better() -> None:
    losses = iter([0.5, 0.3, 0.4])
    history, _ = train(lambda: {"valid_loss": next(losses), "valid_accuracy": 0.9}, epochs=3)
    assert history.best == 2


def test_without_validation_the_last_epoch_is_kept() -> None:
    history, _ = train(None, epochs=3)
    assert (history.best, history.stopped) == (3, "epochs")
    assert set(history.epochs[0]) == {"epoch", "loss", "accuracy", "seconds", "texts_per_second"}


def test_the_clock_stops_it_within_an_epoch_and_what_there_is_is_kept() -> None:
    history, _ = train(figures(0.7), time_limit=1e-9)
    assert (history.stopped, history.best) == ("time limit", 1)


def test_interrupted_after_an_epoch_it_keeps_the_best(listener: Any) -> None:
    answers = figures(0.6, 0.8)

    def validate() -> dict[str, float]:
        try:
            return answers()
        except (StopIteration, RuntimeError):
            raise KeyboardInterrupt from None

    history, _ = train(validate, listener)
    assert (history.stopped, history.best, len(history.epochs)) == ("interrupted", 2, 2)
    assert listener.warnings == ["interrupted in epoch 3; epoch 2 is kept"]


def test_interrupted_before_an_epoch_is_done_it_leaves_nothing() -> None:
    def validate() -> dict[str, float]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(validate)


def test_a_loss_that_is_no_number_is_told_with_its_place() -> None:
    net = network()
    net.layers[-1].set_weights([np.full((4, 2), np.nan), np.zeros(2)])
    with pytest.raises(ImdbnlpError, match="not a finite number in epoch 1, step 1"):
        train(figures(0.5), net=net)


def test_a_loss_that_is_no_number_later_on_keeps_the_best(listener: Any) -> None:
    net = network()

    def validate() -> dict[str, float]:
        net.layers[-1].set_weights([np.full((4, 2), np.nan), np.zeros(2)])
        return {"valid_loss": 0.5, "valid_accuracy": 0.7}

    history, _ = train(validate, listener, net=net)
    assert (history.stopped, history.best) == ("not a number", 1)
    assert "epoch 2, step 1: epoch 1 is kept" in listener.warnings[0]


def test_a_validation_loss_that_is_no_number_is_never_the_best(listener: Any) -> None:
    answers = iter([(0.5, 0.7), (float("nan"), 0.9)])

    def validate() -> dict[str, float]:
        loss, accuracy = next(answers)
        return {"valid_loss": loss, "valid_accuracy": accuracy}

    history, _ = train(validate, listener)
    assert (history.stopped, history.best, len(history.epochs)) == ("not a number", 1, 1)
    with pytest.raises(ImdbnlpError, match="epoch 1, its last step"):
        train(lambda: {"valid_loss": float("inf"), "valid_accuracy": 0.9})


def test_the_average_of_the_weights_is_judged_and_kept() -> None:
    def trained(ema_momentum: float) -> tuple[list[Any], list[Any]]:
        keras.utils.set_random_seed(0)
        net, seen = network(), []

        def validate() -> dict[str, float]:
            seen.append(net.get_weights()[0])
            return {"valid_loss": 0.5, "valid_accuracy": 0.5 + len(seen) / 10}

        train(validate, net=net, epochs=2, learning_rate=0.05, ema_momentum=ema_momentum)
        return seen, net.get_weights()

    (plain, _), (averaged, kept) = trained(0.0), trained(0.99)
    assert (kept[0] == averaged[1]).all()
    start = np.abs(averaged[0] - plain[0]).max()
    assert start > 0  # the mean of the way lags behind its end


def test_progress_counts_every_text() -> None:
    class Counter(SilentReporter):
        done, total = 0, 0

        def stage(self, name: str, total: int | None = None, unit: str = "") -> Any:
            from contextlib import nullcontext

            self.total = total or 0

            def advance(n: int, doing: str = "") -> None:
                self.done += n

            return nullcontext(advance)

    counter = Counter()
    train(None, counter, epochs=2)
    assert counter.done == counter.total == 80


def test_row_adam_is_adam_where_every_row_is_used() -> None:
    start = np.random.default_rng(0).normal(size=(4, 3)).astype(np.float32)
    ours, theirs = keras.Variable(start), keras.Variable(start)
    row_adam, adam = RowAdam(0.1, global_clipnorm=0.5), keras.optimizers.Adam(0.1, global_clipnorm=0.5)
    row_adam.build([ours])
    adam.build([theirs])
    for step in range(3):
        values = np.random.default_rng(step).normal(size=(6, 3)).astype(np.float32)
        indices = np.array([0, 1, 2, 3, 1, 1])
        dense = np.zeros_like(start)
        np.add.at(dense, indices, values)
        row_adam.apply([tf.IndexedSlices(tf.constant(values), tf.constant(indices), tf.constant([4, 3]))], [ours])
        adam.apply([tf.constant(dense)], [theirs])
    np.testing.assert_allclose(ours.numpy(), theirs.numpy(), rtol=1e-4, atol=1e-5)


def test_row_adam_leaves_other_rows_alone() -> None:
    table = keras.Variable(np.ones((3, 2), dtype=np.float32))
    adam = RowAdam(0.1)
    adam.build([table])
    adam.apply([tf.IndexedSlices(tf.ones((1, 2)), tf.constant([1]), tf.constant([3, 2]))], [table])
    assert table.numpy()[[0, 2]].tolist() == [[1, 1], [1, 1]]
    np.testing.assert_allclose(table.numpy()[1], 0.9, rtol=1e-4)


@pytest.mark.parametrize(("kind", "end"), [("constant", 1.0), ("linear", 0.0), ("cosine", 0.0)])
def test_the_rate_rises_while_it_warms_up_and_then_falls(kind: str, end: float) -> None:
    rate = Schedule(1.0, kind, warm=10, total=110)
    shown = [float(rate(step)) for step in (0, 4, 9, 110)]
    np.testing.assert_allclose(shown, [0.1, 0.5, 1.0, end], atol=1e-6)
    if kind != "constant":
        np.testing.assert_allclose(float(rate(60)), 0.5, atol=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_the_smoothed_loss_is_keras_own_over_what_is_no_padding(smoothing: float) -> None:
    logits = np.random.default_rng(0).normal(size=(2, 3, 5)).astype(np.float32)
    answers, weights = np.array([[1, 4, 0], [2, 0, 0]]), np.array([[1, 1, 0], [1, 0, 0]], np.float32)
    reference = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, reduction="none")
    expected = (reference(np.eye(5, dtype=np.float32)[answers], logits).numpy() * weights).sum() / 3
    assert float(SmoothedCrossEntropy(smoothing)(answers, logits, weights)) == pytest.approx(expected, rel=1e-5)


def test_the_rate_of_vaswani_falls_with_the_root_of_the_step() -> None:
    rates = [float(Schedule(1.0, "inverse-sqrt", warm=4, total=100)(step)) for step in (0, 3, 15, 63)]
    assert rates == pytest.approx([0.25, 1.0, 0.5, 0.25])
