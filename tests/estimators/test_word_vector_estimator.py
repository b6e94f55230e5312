"""Word vectors as an estimator: texts in, a vector for each word and each text out."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from imdbnlp import WordVectors
from imdbnlp.errors import ArtefactError, SettingsError, UsageError

TEXTS = ["a good fine film", "a fine good cast", "a bad dull film", "a dull bad cast"] * 10
VECTORS = WordVectors(8, min_count=1, epochs=3).fit(TEXTS)


def test_every_word_has_a_vector_and_similar_words_come_first() -> None:
    assert sorted(VECTORS.words_) == ["a", "bad", "cast", "dull", "film", "fine", "good"]
    assert VECTORS.vectors_.shape == (7, 8)
    similar = VECTORS.most_similar("good", top_k=3)
    assert len(similar) == 3 and similar == sorted(similar, key=lambda pair: -pair[1])
    assert "bad" not in dict(VECTORS.most_similar(["good", "bad"], ["a"]))


def test_a_text_becomes_the_mean_of_its_words() -> None:
    rows = [VECTORS.words_.index(word) for word in ("good", "film")]
    texts = VECTORS.transform(["Good film!", "unheard-of", ""])
    np.testing.assert_allclose(texts[0], VECTORS.vectors_[rows].mean(axis=0), rtol=1e-5)
    assert (texts[1:] == 0).all()


def test_it_is_a_step_of_a_pipeline() -> None:
    labels = [1, 1, 0, 0] * 10
    pipeline = make_pipeline(clone(VECTORS), LogisticRegression(C=1000)).fit(TEXTS, labels)
    assert pipeline.predict(TEXTS).shape == (40,)


def test_what_was_saved_is_the_same(tmp_path: Path) -> None:
    VECTORS.save(tmp_path / "saved")
    loaded = WordVectors.load(tmp_path / "saved")
    assert (loaded.words_, loaded.get_params()) == (VECTORS.words_, VECTORS.get_params())
    assert np.array_equal(loaded.transform(TEXTS), VECTORS.transform(TEXTS))
    (tmp_path / "saved" / "words.json").write_text("[]")
    with pytest.raises(ArtefactError):
        WordVectors.load(tmp_path / "saved")


def test_an_unknown_word_or_setting_names_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="the word 'goood' has no vector") as error:
        VECTORS.most_similar("goood")
    assert error.value.hint == "did you mean good?"
    with pytest.raises(SettingsError, match="has no setting 'windw'"):
        WordVectors(windw=3)
