"""What holds for every network beyond the contract of all models."""

import os
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from needs_tensorflow import keras, tf

from imdbnlp.errors import ArtefactError, DataError, SettingsError
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.features.sequences import Sequences, SequenceSettings
from imdbnlp.models import attention, average, lstm, transformer
from imdbnlp.models._network import NetworkModel
from imdbnlp.models.base import Training
from imdbnlp.models.registry import model_module, model_names
from imdbnlp.storage.files import read_arrays, write_arrays, write_json
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing

pytestmark = pytest.mark.slow

WORDS = [f"w{number}" for number in range(9)]
NETWORKS = [name for name in model_names("classification") if issubclass(model_module(name).Model, NetworkModel)]
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *((name, {}) for name in NETWORKS),
    ("average", {"word_ngrams": 3, "buckets": 50, "units": 3}),
    *(("bilstm", {"pooling": pooling, "num_layers": 2}) for pooling in ("max", "average")),
    ("cnn", {"kernel_size": "1-2"}),
    ("attention", {"attention": "dot", "max_pooling": True, "num_layers": 2}),
    ("transformer", {"pooling": "first", "num_layers": 2}),
    ("transformer", {"pooling": "max", "position_embedding": "learned"}),
]
SMALL = {"units": 3, "filters": 3, "hidden_dim": 4, "num_heads": 2, "intermediate_dim": 5, "embedding_dim": 4}


def network(name: str, **options: Any) -> NetworkModel:
    """A network of random weights over nine words and three classes."""
    kind = model_module(name)
    values = {key: value for key, value in SMALL.items() if key in kind.Config.model_fields} | options
    model: NetworkModel = kind.Model(kind.Config(**values), Sequences(WORDS, SequenceSettings()), 3)
    chance = np.random.default_rng(1)
    for weight in model.network.weights:
        if "seed" not in weight.path:
            weight.assign(chance.normal(0, 0.5, weight.shape))
    return model


@pytest.fixture(
    scope="module", params=VARIANTS, ids=lambda variant: "-".join([variant[0], *map(str, variant[1].values())])
)
def model(request: pytest.FixtureRequest) -> NetworkModel:
    return network(request.param[0], **request.param[1])


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=7), min_size=1, max_size=4),
    st.integers(0, 5), st.integers(0, 5),
)  # fmt: skip
def test_padding_never_changes_an_answer(model: NetworkModel, texts: list[list[int]], before: int, behind: int) -> None:
    width = max(map(len, texts)) + before + behind
    alone = np.concatenate([model._forward(np.array([text], dtype=np.int32)).numpy() for text in texts])
    padded = np.zeros((len(texts), width), dtype=np.int32)
    for row, text in enumerate(texts):
        padded[row, before : before + len(text)] = text
    np.testing.assert_allclose(model._forward(padded).numpy(), alone, rtol=1e-4, atol=1e-5)


def test_what_a_word_is_changes_the_answer(model: NetworkModel) -> None:
    one, other = np.array([[1, 2, 3]], dtype=np.int32), np.array([[1, 2, 4]], dtype=np.int32)
    assert np.abs(model._forward(one).numpy() - model._forward(other).numpy()).max() > 1e-4


@pytest.mark.parametrize("name", [name for name in NETWORKS if name != "average"])
def test_the_order_of_words_changes_the_answer(name: str) -> None:
    model = network(name)
    one, other = np.array([[1, 2, 3, 4]], dtype=np.int32), np.array([[4, 1, 3, 2]], dtype=np.int32)
    assert np.abs(model._forward(one).numpy() - model._forward(other).numpy()).max() > 1e-5


def test_layers_tell_the_way_from_words_to_classes(model: NetworkModel) -> None:
    layers = model.layers()
    assert layers[0]["kind"] == "InputLayer" and layers[-1]["name"] == "classes"
    known: set[str] = set()
    for layer in layers:
        assert set(layer["inputs"]) <= known
        known.add(layer["name"])
    assert sum(layer["weights"] for layer in layers) == model.info["weights"]


def training(**changes: Any) -> Training:
    texts = ["good film", "fine film", "bad film", "poor film"] * 8
    labels = np.array([1, 1, 0, 0] * 8)
    values = {"valid": np.arange(32) >= 24} | changes
    return Training(read_documents(texts, Preprocessing()), labels, n_classes=2, **values)


def vectors(width: int = 4) -> WordVectors:
    chance = np.random.default_rng(0)
    return WordVectors(["good", "bad", "zebra"], chance.normal(size=(3, width)).astype(np.float32))


def test_a_network_starts_from_word_vectors_and_says_how_many_were_found(listener: Any) -> None:
    config = average.Config(freeze_embeddings=True, embeddings="some", word_ngrams=1, epochs=1)
    model = average.Model.fit(config, training(embeddings=vectors(), reporter=listener))
    table = model.network.get_layer("average_embedding").embeddings.numpy()
    row = 1 + model.sequences.words.index("good")
    assert (table[row] == vectors().vectors[0]).all()
    assert (table[1 + model.sequences.words.index("film")] == 0).all()
    assert listener.warnings[0] == "word vectors: 40.0% of 5 words found"


def test_word_vectors_that_are_not_frozen_are_trained() -> None:
    model = average.Model.fit(average.Config(epochs=1), training(embeddings=vectors()))
    table = model.network.get_layer("average_embedding").embeddings.numpy()
    assert (table[1 + model.sequences.words.index("good")] != vectors().vectors[0]).any()


def test_vectors_of_another_width_or_language_are_refused() -> None:
    with pytest.raises(DataError, match="4 dimensions, --embedding-dim is 8"):
        average.Model.fit(average.Config(embedding_dim=8), training(embeddings=vectors()))
    strange = WordVectors(["huis"], np.ones((1, 4), dtype=np.float32))
    with pytest.raises(DataError, match="have none of the training words"):
        average.Model.fit(average.Config(), training(embeddings=strange))


def test_without_texts_to_validate_on_every_epoch_counts(listener: Any) -> None:
    model = lstm.Model.fit(lstm.Config(epochs=2, units=2), training(valid=np.zeros(32, bool), reporter=listener))
    assert model.held_out is None
    assert (model.info["epochs"], model.info["best_epoch"]) == (2, 2)
    assert "there is no validation set" in listener.warnings[0]


def test_training_texts_without_a_known_word_are_counted(listener: Any) -> None:
    model = average.Model.fit(average.Config(vocabulary_size=1, view="words", epochs=1), training(reporter=listener))
    assert model.sequences.words == ["film"]
    documents = read_documents(["film", "good", ""], Preprocessing())
    assert model.has_no_known_words(documents).tolist() == [False, True, True]
    assert listener.warnings == []


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(SettingsError, match="--num-heads 3 does not divide --hidden-dim 128"):
        transformer.Config(num_heads=3)


@pytest.mark.parametrize(("n_texts", "size"), [(60, 8), (5000, 20), (25_000, 64)])
def test_small_training_sets_get_small_batches(n_texts: int, size: int) -> None:
    assert lstm.Model.default_batch_size(n_texts) == size


def test_freezing_what_is_random_is_refused() -> None:
    with pytest.raises(SettingsError, match="would freeze random embeddings"):
        lstm.Config(freeze_embeddings=True)
    with pytest.raises(SettingsError, match="would freeze random embeddings"):
        lstm.Config(freeze_embeddings=True, embeddings="none")
    with pytest.raises(SettingsError, match="would freeze the random embeddings of the n-grams"):
        average.Config(freeze_embeddings=True, embeddings="w2v", word_ngrams=2)


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(SettingsError, match="--learning-rate"):
        lstm.Config(learning_rate=float("inf"))


def test_attention_tells_what_each_word_counts() -> None:
    model = network("attention")
    assert isinstance(model, attention.Model)
    rows, weights = model.attention(read_documents(["w1 w2 w3", "", "w4 unknown"], Preprocessing()))
    assert [len(one) for one in weights] == [3, 0, 1] == rows.lengths.tolist()
    np.testing.assert_allclose([one.sum() for one in weights], [1, 0, 1], rtol=1e-5)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    model = network("lstm")
    model.save(tmp_path)
    weights = read_arrays(tmp_path / "weights.npz")
    weights["000"] = weights["000"][:-1]
    write_arrays(tmp_path / "weights.npz", weights)
    with pytest.raises(ArtefactError, match="is damaged"):
        lstm.Model.load(model.config, tmp_path, 3)


@pytest.mark.parametrize("damage", [{"units": 10**9}, {"units": 10**30}, {"embedding_dim": 10**9}, {"num_layers": 8}])
def test_a_config_that_describes_a_larger_network_is_refused_before_memory_is_taken(
    damage: dict[str, int], tmp_path: Path
) -> None:
    model = network("lstm")
    model.save(tmp_path)
    if "embedding_dim" in damage:
        write_json(tmp_path / "network.json", {"info": {}} | damage)
    with pytest.raises(ArtefactError, match="weights.npz is damaged"):
        lstm.Model.load(model.config.model_copy(update=damage), tmp_path, 3)


def test_training_leaves_the_program_as_it_was() -> None:
    layer = keras.layers.Dense(1).name
    python, numpy, tensorflow = random.getstate(), np.random.get_state()[1].tolist(), tf.random.get_global_generator()
    environment, dtype = dict(os.environ), keras.config.dtype_policy().name
    lstm.Model.fit(lstm.Config(epochs=1, units=2), training())
    assert random.getstate() == python
    assert np.random.get_state()[1].tolist() == numpy
    assert tf.random.get_global_generator() is tensorflow
    assert (dict(os.environ), keras.config.dtype_policy().name) == (environment, dtype)
    name, _, number = layer.partition("_")
    assert keras.layers.Dense(1).name == f"{name}_{int(number or 0) + 1}"


def test_the_same_seed_gives_the_same_weights_whatever_the_program_has_done_before() -> None:
    config = lstm.Config(epochs=2, units=3, word_dropout=0.2)
    first = lstm.Model.fit(config, training())
    keras.Sequential([keras.layers.Embedding(3, 2), keras.layers.LSTM(2), keras.layers.Dense(2)])
    random.seed(99)
    again, other = (lstm.Model.fit(config, training(seed=seed)) for seed in (42, 43))
    assert all((a == b).all() for a, b in zip(first.network.get_weights(), again.network.get_weights(), strict=True))
    assert (first.network.get_weights()[0] != other.network.get_weights()[0]).any()
