"""Word2Vec learns which words keep the same company, from all words that are frequent enough."""

import numpy as np
import pytest

from imdbnlp.errors import DataError
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.features.word2vec import Word2VecSettings, train_word2vec
from imdbnlp.progress import SILENT
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Preprocessing


def documents() -> Documents:
    chance = np.random.default_rng(0)
    kinds = (["good", "great", "fine", "lovely"], ["bad", "awful", "dull", "poor"])
    texts = [" ".join(chance.choice(kinds[number % 2], 12)) for number in range(600)]
    return read_documents([*texts, "once"], Preprocessing())


def train(algorithm: str = "skip-gram", threads: int = 1) -> WordVectors:
    settings = Word2VecSettings(algorithm=algorithm, dimensions=16, epochs=20, frequent=1.0)
    return train_word2vec(documents(), settings, seed=1, threads=threads, reporter=SILENT)


@pytest.mark.parametrize("algorithm", ["skip-gram", "cbow"])
def test_words_of_the_same_company_are_near(algorithm: str) -> None:
    nearest = [word for word, _ in train(algorithm).nearest(["good"], [], 3)]
    assert sorted(nearest) == ["fine", "great", "lovely"]


def test_rare_words_have_no_vector_and_frequent_ones_come_first() -> None:
    words = train().words
    counts = np.bincount(documents().tokens.values)
    assert "once" not in words
    assert words == [documents().words[place] for place in np.argsort(-counts, kind="stable") if counts[place] >= 5]


def test_one_thread_gives_the_same_vectors_each_time() -> None:
    assert (train().vectors == train().vectors).all()


def test_every_word_has_its_own_vector_whatever_its_rank_among_equals() -> None:
    texts = ["a b " * 10] * 40 + ["c d " * 10] * 40
    settings = Word2VecSettings(dimensions=8, epochs=40, frequent=1.0)
    vectors = train_word2vec(read_documents(texts, Preprocessing()), settings, 1, 1, SILENT)
    assert vectors.words == ["a", "b", "c", "d"]
    assert vectors.nearest(["a"], [], 1)[0][0] == "b"
    assert vectors.nearest(["d"], [], 1)[0][0] == "c"


def test_a_text_longer_than_gensim_reads_at_once_is_read_whole() -> None:
    text = " ".join(["good"] * 10_500 + ["bad", "film"] * 10)
    settings = Word2VecSettings(dimensions=4, epochs=1)
    assert set(train_word2vec(read_documents([text], Preprocessing()), settings, 1, 1, SILENT).words) == {
        "good",
        "bad",
        "film",
    }


def test_too_few_frequent_words_are_refused() -> None:
    with pytest.raises(DataError, match="fewer than two words"):
        train_word2vec(read_documents(["a b c"], Preprocessing()), Word2VecSettings(), 1, 1, SILENT)
