"""Features on disk: what scipy reads back is what was counted."""

import numpy as np
import pytest
from scipy.sparse import load_npz

from imdbnlp.commands.vectorize import Options, vectorize
from imdbnlp.errors import DataError
from imdbnlp.features.counts import Vectorizer
from imdbnlp.text.documents import read_documents
from imdbnlp.text.stop_lists import stop_words
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.workspace import Workspace


def test_the_matrix_has_a_row_for_each_text_and_a_column_for_each_name(trained: Workspace) -> None:
    result = vectorize(Options(method="count", max_features=12), trained)
    folder = trained.features.path(result.data["name"])
    matrix, names = load_npz(folder / "matrix.npz"), (folder / "names.txt").read_text().splitlines()
    dataset = trained.dataset()
    assert matrix.shape == (len(dataset.texts), len(names)) == (200, 12)
    column = names.index("film")
    assert matrix[:, column].toarray()[:, 0].tolist() == [text.count("film") for text in dataset.texts]


def test_what_is_learned_is_learned_from_training_texts(trained: Workspace) -> None:
    result = vectorize(Options(method="tfidf"), trained)
    dataset = trained.dataset()
    seen = {word for row in dataset.rows("train") for word in dataset.texts[row].split()}
    names = (trained.features.path(result.data["name"]) / "names.txt").read_text().splitlines()
    assert set(names) == seen


def test_the_stored_vectorizer_turns_new_texts(trained: Workspace) -> None:
    result = vectorize(Options(method="tfidf", ngrams="1-2"), trained)
    folder = trained.features.path(result.data["name"])
    texts = trained.dataset().texts[:20]
    again = Vectorizer.load(folder / "vectorizer").transform(read_documents(texts, Preprocessing())).to_scipy()
    np.testing.assert_allclose(again.toarray(), load_npz(folder / "matrix.npz")[:20].toarray(), rtol=1e-6)


def test_the_strongest_words_of_the_first_texts_are_shown_with_their_labels(trained: Workspace) -> None:
    strongest = vectorize(Options(method="binary", documents=2, strongest=3), trained).data["strongest"]
    assert [one["label"] for one in strongest] == ["positive", "positive"]
    assert [len(one["features"]) for one in strongest] == [3, 3]


def test_views_and_stop_words_choose_the_words(trained: Workspace) -> None:
    def features(**options: object) -> int:
        return int(vectorize(Options(**options), trained).data["features"])

    words, without = features(), features(stop_words="dataset")
    assert without < words and features(view="no-stop") == without


def test_the_vectorizer_can_be_fitted_on_all_texts(trained: Workspace) -> None:
    result = vectorize(Options(method="count", fit_on="all"), trained)
    names = (trained.features.path(result.data["name"]) / "names.txt").read_text().splitlines()
    assert set(names) == set(" ".join(trained.dataset().texts).split())


def test_scikit_learns_stop_words_are_dropped_from_the_words_of_the_view(trained: Workspace) -> None:
    result = vectorize(Options(method="count", fit_on="all", view="stem", stop_words="english"), trained)
    names = (trained.features.path(result.data["name"]) / "names.txt").read_text().splitlines()
    assert {"film", "wonder", "bore", "town1"} <= set(names) and not set(names) & stop_words("english")


def test_nothing_frequent_enough_is_an_error(trained: Workspace) -> None:
    with pytest.raises(DataError, match="no feature occurs in 999 or more"):
        vectorize(Options(min_df=999), trained)
