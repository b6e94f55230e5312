"""The translator as an estimator: sentences in, sentences out."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from needs_tensorflow import keras
from sklearn.base import clone

from imdbnlp import Translator
from imdbnlp.errors import SettingsError, UsageError

pytestmark = pytest.mark.slow

WORDS = {"eins": "one", "zwei": "two", "drei": "three", "vier": "four"}
SOURCES = [" ".join(words) for words in itertools.product(WORDS, repeat=4)]
TARGETS = [" ".join(WORDS[word] for word in source.split()) for source in SOURCES]
SMALL = {"units": 24, "embedding_dim": 12, "epochs": 20, "learning_rate": 0.02, "dropout": 0.0, "batch_size": 8}


@pytest.fixture(scope="module")
def translator() -> Translator:
    return Translator("seq2seq-attention", tokens="word", min_frequency=1, beam=2, **SMALL).fit(SOURCES, TARGETS)


def test_it_learns_to_translate_and_scores_by_bleu(translator: Translator) -> None:
    assert translator.translate(["eins zwei drei vier", ""]) == ["one two three four", ""]
    assert translator.predict(np.array(SOURCES[:2])).tolist() == translator.translate(SOURCES[:2])
    assert translator.score(SOURCES, TARGETS) > 90


def test_what_was_saved_translates_the_same_for_python_and_the_command_line(
    translator: Translator, tmp_path: Path, cli: Callable[..., tuple[int, str, str]]
) -> None:
    translator.save(tmp_path / "saved")
    loaded = Translator.load(tmp_path / "saved")
    assert loaded.translate(SOURCES) == translator.translate(SOURCES)
    assert loaded.get_params() == translator.get_params()
    code, out, err = cli("translate", str(tmp_path / "saved"), "eins zwei drei vier")
    assert (code, "one two three four" in out) == (0, True), err


def test_its_settings_are_those_of_the_model_the_tokens_and_the_search() -> None:
    assert clone(Translator(beam=3, num_heads=2, tokens="bpe")).get_params()["num_heads"] == 2
    with pytest.raises(SettingsError, match="seq2seq-lstm has no setting 'num_heads'"):
        Translator("seq2seq-lstm", num_heads=2)
    with pytest.raises(UsageError, match="validation_fraction 1.5"):
        Translator(validation_fraction=1.5).fit(SOURCES, TARGETS)


def test_fitting_leaves_the_names_of_layers_as_they_were() -> None:
    before = keras.layers.Dense(1).name.partition("_")[2]
    Translator("seq2seq-lstm", **SMALL | {"epochs": 1}).fit(SOURCES, TARGETS)
    assert keras.layers.Dense(1).name == f"dense_{int(before or 0) + 1}"
