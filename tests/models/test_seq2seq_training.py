"""Sequence-to-sequence models learn, from batches of pairs, by layers that are what they are called."""

from typing import Any

import numpy as np
import pytest
from needs_tensorflow import keras, tf

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.models._layers import sinusoids
from imdbnlp.models.registry import model_module
from imdbnlp.models.seq2seq import transformer
from imdbnlp.models.seq2seq._batches import PairBatches, framed
from imdbnlp.models.seq2seq._layers import DotAttention, MultiHeadAttention, waves
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import PairTraining
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.subwords import END, FIRST, START

pytestmark = pytest.mark.slow

SMALL = {"units": 6, "embedding_size": 8, "heads": 2, "max_source": 8, "max_target": 6, "layers": 1}


def ragged(rows: list[list[int]]) -> Ragged:
    values = [number for row in rows for number in row]
    return Ragged(np.array(values, dtype=np.int32), offsets_of([len(row) for row in rows]))


def config(name: str, **options: Any) -> Any:
    kind = model_module(name).Config
    return kind(**{key: value for key, value in SMALL.items() if key in kind.model_fields} | options)


def digits(n: int) -> tuple[Ragged, Ragged]:
    """Different numbers of up to four digits, and the same from the last digit to the first."""
    chance = np.random.default_rng(0)
    every = {tuple(chance.integers(FIRST, FIRST + 10, chance.integers(1, 5)).tolist()): None for _ in range(3 * n)}
    rows = [list(one) for one in every][:n]
    return ragged(rows), ragged([row[::-1] for row in rows])


TASKS: list[tuple[str, dict[str, Any]]] = [
    ("seq2seq-lstm", {"units": 64, "epochs": 20}),
    ("seq2seq-attention", {"units": 32, "epochs": 8}),
    ("seq2seq-transformer", {"feed_forward": 64, "epochs": 12, "learning_rate": 0.005, "pre_norm": True}),
]


@pytest.mark.parametrize(("name", "options"), TASKS, ids=[name for name, _ in TASKS])
def test_it_learns_to_reverse_digits(name: str, options: dict[str, Any]) -> None:
    source, target = digits(3300)
    valid = np.arange(len(source)) >= 3000
    usual = {
        "embedding_size": 32, "dropout": 0.0, "label_smoothing": 0.0, "batch_size": 50, "learning_rate": 0.01,
        "schedule": "cosine", "warmup": 0.05,
    }  # fmt: skip
    model = model_module(name).Model.fit(config(name, **usual | options), PairTraining(source, target, valid, 14, 14))
    asked = np.flatnonzero(valid)
    found = model.translate(source.take(asked), SearchSettings())
    right = [row.tolist() == target[place].tolist() for row, place in zip(found, asked, strict=True)]
    assert np.mean(right) >= 0.99


def training(n: int = 12, **options: Any) -> PairTraining:
    source, target = digits(n)
    return PairTraining(
        **{"source": source, "target": target, "valid": np.arange(n) >= n - 4, "n_source": 14, "n_target": 14} | options
    )


def test_the_same_seed_gives_the_same_model() -> None:
    one_layer = config("seq2seq-attention", epochs=1)
    first, second = (model_module("seq2seq-attention").Model.fit(one_layer, training()) for _ in range(2))
    for one, other in zip(first.network.weights, second.network.weights, strict=True):
        assert (one.numpy() == other.numpy()).all()


def test_the_history_tells_tokens_a_second_and_the_best_is_by_loss(listener: Any) -> None:
    model = model_module("seq2seq-lstm").Model.fit(config("seq2seq-lstm", epochs=2), training(reporter=listener))
    epochs = model.history.epochs
    assert all(epoch["tokens_per_second"] > 0 for epoch in epochs)
    assert model.history.best == 1 + int(np.argmin([epoch["valid_loss"] for epoch in epochs]))
    assert "tokens/s" in listener.notes[0]


def test_pairs_that_are_too_long_are_left_out_and_counted(listener: Any) -> None:
    short = config("seq2seq-lstm", epochs=1, max_target=2)
    model_module("seq2seq-lstm").Model.fit(short, training(40, reporter=listener))
    assert "longer than --max-source 8 or --max-target 2" in listener.warnings[0]
    with pytest.raises(DataError, match="no pair is short enough"):
        model_module("seq2seq-lstm").Model.fit(short, training(target=ragged([[4] * 5] * 12)))


def test_without_validation_the_last_epoch_is_kept(listener: Any) -> None:
    nothing = training(valid=np.zeros(12, dtype=bool), reporter=listener)
    model = model_module("seq2seq-lstm").Model.fit(config("seq2seq-lstm", epochs=2), nothing)
    assert model.history.best == 2
    assert "no pair is left to decide when to stop" in listener.warnings[0]


def test_waves_are_those_of_the_encoders_table() -> None:
    np.testing.assert_allclose(waves(tf.range(2, 9), 8).numpy(), sinusoids(9, 8)[2:], atol=1e-5)


def test_dot_attention_weighs_states_by_their_products() -> None:
    chance = np.random.default_rng(0)
    states, keys = (chance.normal(size=size).astype(np.float32) for size in ((1, 2, 4), (1, 3, 4)))
    found, weights = DotAttention()(states, keys, np.array([[True, True, False]]))
    scores = np.exp(states[0] @ keys[0, :2].T)
    expected = scores / scores.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(weights.numpy()[0], np.pad(expected, ((0, 0), (0, 1))), atol=1e-5)
    np.testing.assert_allclose(found.numpy()[0], expected @ keys[0, :2], atol=1e-5)


def test_heads_are_attention_of_parts_of_the_numbers() -> None:
    layer, reference = MultiHeadAttention(2, 6), keras.layers.MultiHeadAttention(2, 3, use_bias=False)
    chance = np.random.default_rng(0)
    states, memory = (chance.normal(size=size).astype(np.float32) for size in ((2, 4, 6), (2, 5, 6)))
    reference.build(states.shape, memory.shape)
    layer.build()
    query, key, value, gather = (weight.numpy() for weight in reference.weights)
    layer.query.assign(query.reshape(6, 6))
    layer.memory.assign(np.concatenate([key.reshape(6, 6), value.reshape(6, 6)], axis=1))
    layer.gather.assign(gather.reshape(6, 6))
    found, _ = layer.look(states, *layer.remember(memory), 0.0)
    np.testing.assert_allclose(found.numpy(), reference(states, memory).numpy(), atol=1e-5)


def test_heads_divide_the_size() -> None:
    with pytest.raises(SettingsError, match="--heads 3 does not divide --embedding-size 8"):
        transformer.Config(embedding_size=8, heads=3)


def test_batches_are_of_like_length_and_hold_each_pair_once() -> None:
    source, target = digits(60)
    batches = PairBatches(source, target, 8, seed=0)
    n_pairs = n_tokens = 0
    for place, ((read, shown), wanted, weights) in enumerate(batches):
        assert (shown[:, 0] == START).all() and shown.shape == wanted.shape
        assert (shown[:, 1:][wanted[:, :-1] > 0] == wanted[:, :-1][wanted[:, :-1] > 0]).all()
        assert weights.sum() == batches.units_of(place)
        n_pairs, n_tokens = n_pairs + len(read), n_tokens + int(weights.sum())
    assert (n_pairs, n_tokens) == (60, len(target.values) + 60) == (60, batches.n_units)


def test_a_framed_row_begins_and_ends() -> None:
    rows = framed(ragged([[5, 6], [], [7]]))
    assert [rows[row].tolist() for row in range(3)] == [[START, 5, 6, END], [START, END], [START, 7, END]]
