"""The texts nearest to one, from the command's options to its answer."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics.pairwise import euclidean_distances

from imdbnlp.commands.neighbors import Options, neighbors
from imdbnlp.commands.preprocess import Options as PreprocessOptions
from imdbnlp.commands.preprocess import preprocess
from imdbnlp.errors import DataError, UsageError
from imdbnlp.workspace.workspace import Workspace

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def workspace(trained: Workspace) -> Workspace:
    return trained


def test_the_studys_result_is_reproduced(real_data: Path, nltk_data: Path, tmp_path: Path) -> None:
    """Counts of 1,000 words, euclidean: what a dense search over scikit-learn's counts finds."""
    workspace = Workspace(tmp_path)
    options = PreprocessOptions(file=str(real_data / "imdb_train.csv.gz"), profile="notebook", sample=1000)
    preprocess(options, workspace)
    dataset = workspace.dataset()
    tokens, words = dataset.documents(dataset.preprocessing())
    texts = [" ".join(words[i] for i in tokens[row]) for row in range(len(dataset.texts))]
    counts = CountVectorizer(max_features=1000, token_pattern=r"\S+").fit_transform(texts)
    for row in (0, 7, 500):
        distances = euclidean_distances(counts[row].toarray(), counts.toarray())[0]
        expected = [one for one in np.argsort(distances, kind="stable") if one != row][:5]
        asked = Options(review_id=dataset.ids[row], by="count", metric="euclidean", max_features=1000)
        found = neighbors(asked, workspace).data["neighbors"]
        assert [one["id"] for one in found] == [dataset.ids[one] for one in expected]
        np.testing.assert_allclose([one["distance"] for one in found], distances[expected], atol=1e-4)


@pytest.mark.parametrize("by", ["tfidf", "count", "binary", "nb"])
def test_a_review_is_never_its_own_neighbour(trained: Workspace, by: str) -> None:
    found = neighbors(Options(review_id="3", by=by, k=300), trained).data["neighbors"]
    ids = [one["id"] for one in found]
    assert len(ids) == 199 and "3" not in ids and [one["rank"] for one in found] == list(range(1, 200))
    nearness = [one["similarity"] for one in found]
    assert nearness == sorted(nearness, reverse=True)


def test_neighbours_are_shown_with_label_and_the_first_200_characters(tmp_path: Path) -> None:
    long = "good " * 100
    (tmp_path / "a.csv").write_text(f"name,text,label\nx,{long},a\ny,good film,b\nz,bad film,a\nv,film,b\n")
    workspace = Workspace(tmp_path)
    options = PreprocessOptions(file=str(tmp_path / "a.csv"), id_column="name", test_size=0, valid_size=0)
    preprocess(options, workspace)
    data = neighbors(Options(review_id="y", k=2), workspace).data
    assert data["reference"] == {"id": "y", "label": "b", "text": "good film"}
    assert {one["id"] for one in data["neighbors"]} <= {"x", "v", "z"}
    found = neighbors(Options(text="good", k=1), workspace).data["neighbors"]
    assert (found[0]["id"], found[0]["label"], found[0]["text"]) == ("x", "a", long[:200] + "…")


def test_a_text_of_ones_own_may_be_that_of_a_review(trained: Workspace) -> None:
    text = trained.dataset().texts[0]
    first = neighbors(Options(text=text, k=1), trained).data["neighbors"][0]
    assert (first["similarity"], first["text"]) == (1.0, text)


def test_texts_without_a_label_are_searched_when_asked(tmp_path: Path, reviews_csv: Path) -> None:
    (tmp_path / "more.csv").write_text("review\na truly wonderful film\n")
    workspace = Workspace(tmp_path)
    preprocess(PreprocessOptions(file=str(reviews_csv), unlabelled=str(tmp_path / "more.csv")), workspace)
    asked = {"text": "truly wonderful", "k": 1}
    assert neighbors(Options(**asked, unlabelled=True), workspace).data["neighbors"][0]["label"] is None
    assert neighbors(Options(**asked), workspace).data["neighbors"][0]["label"] == "positive"


def test_a_run_of_another_dataset_is_refused(trained: Workspace, tmp_path: Path, reviews_csv: Path) -> None:
    copy = Workspace(shutil.copytree(trained.root, tmp_path / "copy"))
    preprocess(PreprocessOptions(file=str(reviews_csv), name="other", seed=1), copy)
    with pytest.raises(UsageError, match="run nb was trained on another dataset") as caught:
        neighbors(Options(review_id="1", by="nb", dataset="other"), copy)
    assert "leave --dataset out" in caught.value.hint
    assert neighbors(Options(review_id="1", by="nb"), copy).data["dataset"].startswith("reviews-")


def test_a_run_whose_dataset_is_gone_says_which_one_it_was(trained: Workspace, tmp_path: Path) -> None:
    copy = Workspace(shutil.copytree(trained.root, tmp_path / "copy"))
    copy.datasets.remove(copy.datasets.names()[0])
    with pytest.raises(UsageError, match="the dataset reviews-.* that run nb was trained on is not in"):
        neighbors(Options(review_id="1", by="nb"), copy)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--review-id", "999"], 2, "has no text with the id or row '999'"),
        (["--text", ""], 1, "the text contains nothing that is known to tfidf"),
        (["--text", "zzz"], 1, "the text contains nothing that is known to tfidf"),
        ([], 2, "give either --review-id or --text"),
        (["--review-id", "1", "--text", "a"], 2, "give either --review-id or --text"),
        (["--review-id", "1", "--by", "nosuch"], 2, "there is no run 'nosuch'"),
        (["--review-id", "1", "--by", "floor"], 2, "this model does not use words"),
        (["--review-id", "1", "--by", "w2v"], 2, "there is no set of word vectors"),
        (["--review-id", "1", "--k", "0"], 2, "-k '0'"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_a_hint(
    ask: Ask, arguments: list[str], code: int, message: str
) -> None:
    found, out, err = ask("neighbors", *[one.replace("--k", "-k") for one in arguments])
    lines = [line for line in err.splitlines() if not line.startswith("dataset: ")]
    assert (found, out, len(lines)) == (code, "", 2) and message in lines[0]


def test_a_damaged_index_is_made_again(trained: Workspace, listener: Any) -> None:
    before = neighbors(Options(review_id="1", ngrams="1-2"), trained).data
    newest = trained.indexes.path(trained.indexes.names()[0])
    (newest / "values.npy").write_bytes(b"")
    assert neighbors(Options(review_id="1", ngrams="1-2"), trained, listener).data == before
    assert "made again" in listener.warnings[0]


def test_nothing_known_raises(trained: Workspace) -> None:
    with pytest.raises(DataError, match="nothing that is known"):
        neighbors(Options(text="☃"), trained)


def test_a_text_can_be_given_by_its_position(trained: Workspace) -> None:
    by_position = neighbors(Options(position=3), trained).data
    assert by_position == neighbors(Options(review_id=trained.dataset().ids[3]), trained).data
    with pytest.raises(UsageError, match="has 200 texts, none at position 200"):
        neighbors(Options(position=200), trained)
    with pytest.raises(UsageError, match="give either --review-id or --text, or --position"):
        neighbors(Options(position=0, text="good"), trained)
