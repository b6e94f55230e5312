"""An answer and its reasons, on the command line, as JSON and as a page."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.workspace.workspace import Workspace

Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture
def workspace(trained: Workspace) -> Workspace:
    return trained


def test_words_for_and_against_stand_side_by_side(ask: Ask) -> None:
    code, out, err = ask("explain", "nb", "--text", "a wonderful but boring film", "--similar", "0")
    tables = [block.splitlines() for block in out.split("\n\n")]
    assert code == 0 and err == ""
    assert tables[0][0] in (
        "for positive\tlog-odds\ttimes\tagainst\tlog-odds\ttimes",
        "for negative\tlog-odds\ttimes\tagainst\tlog-odds\ttimes",
    )
    words = {cell for line in tables[0][1:] for cell in line.split("\t")}
    assert {"wonderful", "boring"} <= words
    assert [line.split("\t")[0] for line in tables[1][1:3]] == ["without any word", "all words"]
    assert tables[2][0] == "n-gram\tlog-odds"


def test_json_says_where_each_word_stands(ask: Ask) -> None:
    text = "A wonderful film"
    data = json.loads(ask("explain", "nb", "--text", text, "--json")[1])
    assert [text[word["start"] : word["stop"]] for word in data["words"]] == ["A", "wonderful", "film"]
    assert data["exact"] and data["prediction"] == data["explained"] == "positive"
    assert len(data["similar"]) == 3 and {one["label"] for one in data["similar"]} == {"positive"}


def test_a_review_that_was_learned_from_is_said_to_be_and_is_not_its_own_like(ask: Ask, trained: Workspace) -> None:
    dataset = trained.dataset()
    trained_id, tested_id = (dataset.ids[dataset.rows(part)[0]] for part in ("train", "test"))
    code, out, err = ask("explain", "nb", "--review-id", trained_id, "--json")
    data = json.loads(out)
    assert "the run was trained on this text" in err
    assert trained_id not in [one["id"] for one in data["similar"]]
    assert data["label"] in ("positive", "negative")
    assert "learned" not in ask("explain", "nb", "--review-id", tested_id)[2]


def test_similar_texts_are_training_texts(ask: Ask, trained: Workspace) -> None:
    dataset = trained.dataset()
    data = json.loads(ask("explain", "nb", "--text", "a dull film number3", "--similar", "300", "--json")[1])
    assert {one["id"] for one in data["similar"]} == {dataset.ids[row] for row in dataset.rows("train", "valid")}


def test_the_page_marks_words_and_escapes_everything(ask: Ask, tmp_path: Path) -> None:
    text = "<script>alert(1)</script> a wonderful <img src=x onerror=alert(1)> film & more"
    assert ask("explain", "nb", "--text", text, "--html", str(tmp_path / "why.html"))[0] == 0
    page = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page
    assert '">wonderful</mark>' in page and "&lt;script&gt;" in page and "default-src 'none'" in page


def test_a_run_explains_where_its_dataset_is_gone(trained: Workspace, tmp_path: Path, ask: Ask) -> None:
    copy = Workspace(shutil.copytree(trained.root, tmp_path / "copy"))
    copy.datasets.remove(copy.datasets.names()[0])
    code, out, err = ask("--workspace", str(copy.root), "explain", "nb", "--text", "a wonderful film")
    assert code == 0 and "no similar texts: the dataset" in err and "similarity" not in out
    code, _, err = ask("--workspace", str(copy.root), "explain", "nb", "--review-id", "1")
    assert code == 2 and err.startswith("error: the dataset reviews-")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--review-id", "12345"], 2, "has no text with the id or row '12345'"),
        ([], 2, "give either --text or --review-id"),
        (["--text", "a film", "--for-class", "x"], 2, "the run has no class 'x'"),
        (["--text", "a film", "--html", "none/x.html"], 2, "cannot write none/x.html"),
    ],
)
def test_what_cannot_be_explained_is_one_line_and_a_hint(
    ask: Ask, arguments: list[str], code: int, message: str
) -> None:
    found, out, err = ask("explain", "nb", *arguments)
    assert (found, out, len(err.splitlines())) == (code, "", 2) and message in err


def test_a_floor_explains_with_no_word(ask: Ask) -> None:
    data = json.loads(ask("explain", "floor", "--text", "a film", "--json", "--similar", "0")[1])
    assert not data["exact"] and [word["contribution"] for word in data["words"]] == [0, 0]
