"""Word vectors are trained once, asked for neighbours, exported, listed, and started from."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.commands import preprocess, train_w2v
from imdbnlp.features.embeddings import read_vectors
from imdbnlp.workspace.vectors import find_vectors, open_vectors
from imdbnlp.workspace.workspace import Workspace

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def workspace(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A dataset with unlabelled texts, and vectors `w2v` of it."""
    folder = tmp_path_factory.mktemp("vectors")
    (folder / "more.csv").write_text(
        "review\n" + "".join(f"an unlabelled film of town{number}\n" for number in range(6))
    )
    workspace = Workspace(folder / "work")
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), unlabelled=str(folder / "more.csv")), workspace)
    train_w2v.train_w2v(train_w2v.Options(name="w2v", dimensions=8, frequent=1.0), workspace)
    return workspace


def test_vectors_are_of_the_texts_that_are_no_test(workspace: Workspace) -> None:
    dataset, words = workspace.dataset(), set(open_vectors(workspace).vectors.words)
    counts = np.bincount(dataset.tokens.take(dataset.rows("train", "valid", "unlabelled")).values)
    assert words == {dataset.vocabulary[place] for place in np.flatnonzero(counts >= 5)}
    assert "unlabelled" in words


def test_the_same_command_again_answers_from_the_cache(ask: Cli) -> None:
    code, out, err = ask("train-w2v", "--name", "w2v", "--dimensions", "8", "--frequent", "1")
    assert code == 0 and "already there" in err
    assert dict(line.split("\t") for line in out.splitlines()[1:])["dimensions"] == "8"


def test_another_setting_under_the_same_name_is_refused(ask: Cli) -> None:
    code, out, err = ask("train-w2v", "--name", "w2v", "--dimensions", "9")
    assert (code, out) == (2, "") and "exists with other settings" in err


def test_similar_answers_each_query_with_its_neighbours(ask: Cli) -> None:
    code, out, _ = ask("similar", "film", "wonderful - dull + Boring", "-n", "3", "--json")
    found = json.loads(out)
    assert code == 0 and list(found) == ["film", "wonderful - dull + Boring"]
    assert all(len(pairs) == 3 for pairs in found.values())
    assert not {"wonderful", "dull", "boring"} & {pair["word"] for pair in found["wonderful - dull + Boring"]}
    cosines = [pair["cosine"] for pair in found["film"]]
    assert cosines == sorted(cosines, reverse=True)


@pytest.mark.parametrize(
    ("query", "message", "hint"),
    [
        ("wonderfull", "'wonderfull' is not among the", "did you mean wonderful?"),
        ("qqq", "'qqq' is not among the", "train with a lower --min-count"),
        ("wonderful-film", "'wonderful-film' is several words: wonderful, film", "ask for them one by one"),
        ("film +", "'film +' is not a sum of words", 'imdbnlp similar "king - man + woman"'),
        ("film dull", "'film dull' is not a sum of words", 'imdbnlp similar "king - man + woman"'),
    ],
)
def test_what_is_no_word_gets_a_hint(ask: Cli, query: str, message: str, hint: str) -> None:
    code, out, err = ask("similar", query)
    assert (code, out) == (2, "") and message in err and hint in err


def test_similar_wants_words(ask: Cli) -> None:
    assert ask("similar")[0] == 2


def test_words_are_drawn(ask: Cli, tmp_path: Path) -> None:
    for words in (["film", "boring + long"], []):
        assert ask("similar", *words, "--picture", str(tmp_path / "map.png"))[0] == 0
        assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert ask("similar", "film", "--picture", str(tmp_path / "map.gif"))[0] == 2


def test_vectors_are_exported_from_the_cache_too(ask: Cli, workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "vectors.bin"
    assert ask("train-w2v", "--name", "w2v", "--dimensions", "8", "--frequent", "1", "--export", str(path))[0] == 0
    exported, kept = read_vectors(path), open_vectors(workspace).vectors
    assert exported.words == kept.words and (exported.vectors == kept.vectors).all()
    assert ask("train-w2v", "--export", str(tmp_path / "none" / "v.txt"))[0] == 2


def test_vectors_of_stems_are_asked_for_by_the_word(workspace: Workspace, ask: Cli) -> None:
    train_w2v.train_w2v(train_w2v.Options(name="stems", view="stem", dimensions=4), workspace)
    code, out, _ = ask("similar", "boring", "--vectors", "stems", "-n", "1", "--json")
    assert code == 0 and list(json.loads(out)) == ["boring"]


def test_vectors_are_listed_shown_verified_and_removed(workspace: Workspace, ask: Cli) -> None:
    train_w2v.train_w2v(train_w2v.Options(name="spare", dimensions=4, algorithm="cbow"), workspace)
    assert "spare" in ask("vectors")[1]
    shown = json.loads(ask("vectors", "show", "spare", "--json")[1])
    assert shown["settings"]["algorithm"]["value"] == "cbow"
    assert ask("vectors", "verify", "spare")[0] == 0
    path = workspace.vectors.path("spare") / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    assert ask("vectors", "verify", "spare")[0] == 1
    assert ask("similar", "film", "--vectors", "spare")[0] == 1
    assert ask("vectors", "remove", "spare")[0] == 0
    assert "spare" not in ask("vectors")[1]


def test_vectors_are_found_by_name_by_file_or_as_the_latest(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("film 1 2\nother 3 4\n")
    assert find_vectors(workspace, str(path)).read({"film"}).words == ["film"]
    assert find_vectors(workspace, "w2v").digest != find_vectors(workspace, str(path)).digest
    workspace.vectors.touch("w2v")
    assert find_vectors(workspace, "latest").digest == find_vectors(workspace, "w2v").digest


@pytest.mark.slow
def test_a_network_says_how_many_words_have_a_vector(ask: Cli) -> None:
    code, out, err = ask("train", "--model", "average", "--embeddings", "w2v", "--epochs", "1", "--json")
    assert code == 0 and "words found" in err
    info: dict[str, Any] = json.loads(out)["info"]
    assert 0 < info["words_with_vectors"] <= info["words"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("nosuch", "there are no word vectors 'nosuch', and no such file"), ("broken.txt", "vector 1: 1 numbers")],
)
def test_vectors_that_are_missing_or_broken_are_one_line(
    ask: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "broken.txt").write_text("2 2\nfilm 1\n")
    code, out, err = ask("train", "--model", "lstm", "--embeddings", name)
    assert code in (1, 2) and out == "" and message in err
