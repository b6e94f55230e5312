"""Our features equal scikit-learn's, number by number, with the same settings on the same tokens."""

import csv
import gzip
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Preprocessing

WORDS = st.sampled_from(["a", "b", "ab", "ba", "film", "films", "don't", "!", "영화"])
TEXTS = st.lists(st.lists(WORDS, max_size=12).map(" ".join), min_size=2, max_size=10)


def tokens_of(documents: Documents) -> list[list[str]]:
    return [[documents.words[word] for word in documents.tokens[row]] for row in range(len(documents))]


def assert_equal(texts: list[str], ours: FeatureSettings, theirs: Any) -> None:
    """Fit both on the first half, and compare names and the values of all."""
    documents = read_documents(texts, Preprocessing())
    tokens = tokens_of(documents)
    half = np.arange(len(texts) // 2)
    try:
        theirs.fit([tokens[row] for row in half])
    except ValueError:  # nothing is left, which is an error of its own with us
        return
    vectorizer, fitted = Vectorizer.fit(documents.take(half), ours)
    assert vectorizer.names == theirs.get_feature_names_out().tolist()
    expected = theirs.transform(tokens).toarray()
    np.testing.assert_allclose(vectorizer.transform(documents).to_scipy().toarray(), expected, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(fitted.to_scipy().toarray(), expected[half], rtol=1e-5, atol=1e-7)


def sklearn_like(kind: Any, **options: Any) -> Any:
    """A scikit-learn vectorizer over lists of words."""
    return kind(tokenizer=lambda words: words, preprocessor=lambda words: words, token_pattern=None, **options)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.integers(1, 2), st.integers(0, 2), st.integers(1, 2), st.one_of(st.none(), st.integers(1, 8)))
def test_counts_of_random_texts(texts: list[str], low: int, more: int, min_df: int, most: int | None) -> None:
    ours = FeatureSettings(method="count", ngrams=(low, low + more), min_df=min_df, max_features=most)
    options = {"ngram_range": (low, low + more), "min_df": min_df, "max_features": most}
    if min_df <= len(texts) // 2:
        assert_equal(texts, ours, sklearn_like(CountVectorizer, **options))


@pytest.fixture(scope="module")
def reviews(real_data: Path) -> list[str]:
    with gzip.open(real_data / "imdb_train.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return [row["review"] for row in islice(csv.DictReader(file), 600)]


REAL_SETTINGS: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    ({"method": "count", "max_features": 1000}, CountVectorizer, {}),
    ({"method": "binary", "ngrams": "1-3", "min_df": 2}, CountVectorizer, {"binary": True}),
    ({"method": "tfidf", "ngrams": "1-2", "min_df": 3, "max_df": 0.5}, TfidfVectorizer, {}),
    ({"method": "tfidf", "sublinear_tf": True, "max_features": 777, "ngrams": "2-3"}, TfidfVectorizer, {}),
]


@pytest.mark.parametrize(("ours", "kind", "extra"), REAL_SETTINGS)
def test_real_reviews(reviews: list[str], ours: dict[str, Any], kind: Any, extra: dict[str, Any]) -> None:
    theirs = {name: value for name, value in ours.items() if name not in ("method", "ngrams")}
    low, high = (int(end) for end in ours.get("ngrams", "1-1").split("-"))
    assert_equal(reviews, FeatureSettings(**ours), sklearn_like(kind, ngram_range=(low, high), **theirs, **extra))


@pytest.mark.parametrize("method", ["count", "tfidf"])
@pytest.mark.parametrize("most", [None, 300])
def test_character_ngrams_are_char_wb(reviews: list[str], method: str, most: int | None) -> None:
    documents = read_documents(reviews[:120], Preprocessing())
    joined = [" ".join(words) for words in tokens_of(documents)]
    kind = CountVectorizer if method == "count" else TfidfVectorizer
    theirs = kind(analyzer="char_wb", ngram_range=(2, 5), min_df=2, max_features=most, lowercase=False)
    expected = theirs.fit_transform(joined).toarray()
    ours = FeatureSettings(method=method, ngrams="none", char_ngrams="2-5", min_df=2, max_features=most)
    vectorizer, rows = Vectorizer.fit(documents, ours)
    assert vectorizer.names == theirs.get_feature_names_out().tolist()
    np.testing.assert_allclose(rows.to_scipy().toarray(), expected, rtol=1e-5, atol=1e-7)


def test_a_saved_vectorizer_gives_the_same_rows(reviews: list[str], tmp_path: Path) -> None:
    documents = read_documents(reviews[:100], Preprocessing())
    vectorizer, rows = Vectorizer.fit(documents, FeatureSettings(ngrams="1-2", char_ngrams="2-3", min_df=2))
    vectorizer.save(tmp_path / "features")
    again = Vectorizer.load(tmp_path / "features").transform(documents)
    assert (again.to_scipy() != rows.to_scipy()).nnz == 0
