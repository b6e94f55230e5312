"""The preset `notebook` is the study: on real reviews its figures are those of the study's own code."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix, load_npz

from imdbnlp.commands._discover import load_command
from imdbnlp.commands._given import values_of
from imdbnlp.commands._stages import read_stages
from imdbnlp.presets import find_preset, presets
from imdbnlp.report.result import Result
from imdbnlp.workspace.workspace import Workspace

STAGES = read_stages(find_preset("notebook", presets()).path, "notebook")
N_REVIEWS = 1200


@pytest.fixture(scope="module")
def reviews(real_data: Path) -> pd.DataFrame:
    """The reviews as the study draws and cleans them."""
    drawn = pd.read_csv(real_data / "imdb_train.csv.gz").sample(N_REVIEWS, random_state=42)
    drawn["cleaned"] = [re.sub(r"[^a-z0-9 ]", "", text.lower().replace("<br />", "")) for text in drawn["review"]]
    return drawn


@pytest.fixture(scope="module")
def workspace(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The first stage of the file, on fewer reviews."""
    workspace = Workspace(tmp_path_factory.mktemp("study"))
    run_stage(workspace, "preprocess", file=str(real_data / "imdb_train.csv.gz"), sample=N_REVIEWS)
    return workspace


def run_stage(workspace: Workspace, command: str, method: str | None = None, **more: Any) -> Result:
    """Run the first stage of this command (and method) in the study's file.  more: options that replace its own."""
    values = next(
        values_of(stage.given) for stage in STAGES if stage.name == command and stage.value("method") in (None, method)
    )
    loaded = load_command(command)
    options: Result = loaded.function(loaded.options_for(values)(**{**values, **more}), workspace)
    return options


def study_vectorizer(method: str) -> Any:
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

    return {"count": CountVectorizer, "tfidf": TfidfVectorizer}[method](stop_words="english", max_features=1000)


@pytest.mark.slow
def test_the_views_hold_the_words_of_the_studys_loop(
    reviews: pd.DataFrame, workspace: Workspace, nltk_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nltk
    from nltk.corpus import stopwords
    from nltk.stem import PorterStemmer, WordNetLemmatizer
    from nltk.tokenize import word_tokenize

    monkeypatch.setattr(nltk.data, "path", [str(nltk_data)])
    stop, lemmatizer, stemmer = set(stopwords.words("english")), WordNetLemmatizer(), PorterStemmer()
    words = [word for text in reviews["cleaned"] for word in word_tokenize(text, preserve_line=True)]
    left = [word for word in words if word not in stop]
    expected = {
        "words": Counter(words),
        "no-stop": Counter(left),
        "lemma": Counter(lemmatizer.lemmatize(word) for word in left),
        "stem": Counter(stemmer.stem(word) for word in left),
    }
    found = {view["view"]: view for view in run_stage(workspace, "explore").data["views"]}
    for view, counted in expected.items():
        assert (found[view]["vocabulary"], found[view]["tokens"]) == (len(counted), counted.total())
        assert dict(map(tuple, found[view]["most_frequent"])) == dict(counted.most_common(10))


@pytest.mark.parametrize("method", ["count", "tfidf"])
def test_the_matrices_are_scikit_learns(reviews: pd.DataFrame, workspace: Workspace, method: str) -> None:
    vectorizer = study_vectorizer(method)
    expected: csr_matrix = vectorizer.fit_transform(reviews["cleaned"])
    folder = workspace.features.path(run_stage(workspace, "vectorize", method).data["name"])
    assert (folder / "names.txt").read_text().splitlines() == vectorizer.get_feature_names_out().tolist()
    np.testing.assert_allclose(load_npz(folder / "matrix.npz").toarray(), expected.toarray(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("method", ["count", "tfidf"])
def test_the_classification_report_is_that_of_lightgbm_with_its_defaults(
    reviews: pd.DataFrame, workspace: Workspace, method: str
) -> None:
    from lightgbm import LGBMClassifier
    from sklearn.metrics import classification_report, confusion_matrix
    from sklearn.model_selection import train_test_split

    train, test, train_labels, test_labels = train_test_split(
        reviews["cleaned"], reviews["sentiment"], test_size=0.2, random_state=42
    )
    vectorizer = study_vectorizer(method)
    model = LGBMClassifier(verbosity=-1).fit(vectorizer.fit_transform(train).astype(float), train_labels)
    predicted = model.predict(vectorizer.transform(test).astype(float))
    expected = classification_report(test_labels, predicted, output_dict=True)
    metrics = run_stage(workspace, "train-gbm", method).data["metrics"]["test"]
    assert metrics["confusion"] == confusion_matrix(test_labels, predicted).tolist()
    assert metrics["accuracy"] == pytest.approx(expected["accuracy"])
    for label, figures in metrics["per_class"].items():
        theirs = expected[label]
        assert figures == pytest.approx(
            {"precision": theirs["precision"], "recall": theirs["recall"], "f1": theirs["f1-score"],
             "support": theirs["support"]}
        )  # fmt: skip


def test_a_run_reads_new_texts_as_it_read_its_training_texts(workspace: Workspace) -> None:
    run = workspace.run(run_stage(workspace, "train-gbm", "count").data["run"])
    predictions = run.predictions("test")
    texts = workspace.dataset().texts_of(predictions.rows)
    np.testing.assert_allclose(run.classifier.probabilities(texts), predictions.probabilities)


def test_the_nearest_reviews_are_scikit_learns(reviews: pd.DataFrame, workspace: Workspace) -> None:
    from sklearn.neighbors import NearestNeighbors

    counts = study_vectorizer("count").fit_transform(reviews["cleaned"])
    distances, places = NearestNeighbors(n_neighbors=N_REVIEWS).fit(counts).kneighbors(counts[:1])
    expected = {str(reviews.index[place]): distance for place, distance in zip(places[0], distances[0], strict=True)}
    found = run_stage(workspace, "neighbors").data
    assert found["reference"]["id"] == str(reviews.index[0])
    nearness = [one["distance"] for one in found["neighbors"]]
    assert nearness == pytest.approx([expected[one["id"]] for one in found["neighbors"]], abs=1e-4)
    assert nearness == pytest.approx(sorted(expected.values())[1:6], abs=1e-4)


def test_word_vectors_are_learned_from_words_without_stop_words(workspace: Workspace, nltk_data: Path) -> None:
    from imdbnlp.text.stop_lists import nltk_stop_words
    from imdbnlp.workspace.vectors import open_vectors

    run_stage(workspace, "train-w2v", epochs=1)
    words = set(open_vectors(workspace, None).vectors.words)
    assert {"film", "good", "bad"} <= words and not words & nltk_stop_words()
