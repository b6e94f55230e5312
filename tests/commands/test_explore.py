"""A dataset as tables and pictures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from imdbnlp.commands.explore import Options, explore
from imdbnlp.commands.preprocess import Options as PreprocessOptions
from imdbnlp.commands.preprocess import preprocess
from imdbnlp.workspace.workspace import Workspace

Cli = Callable[..., tuple[int, str, str]]


def test_what_is_counted_is_told(trained: Workspace) -> None:
    data = explore(Options(top=3), trained).data
    assert data["documents"] == sum(sum(sizes.values()) for sizes in data["classes"].values()) == 200
    assert [view["view"] for view in data["views"]] == ["words", "no-stop", "lemma", "stem"]
    assert data["views"][0]["tokens"] == 7 * 200
    assert data["views"][0]["most_frequent"] == [["seen", 200], ["in", 200], ["a", 100]]
    assert {word for word, _ in data["class_words"]["positive"]} <= {"wonderful", "moving", "funny"}
    assert data["lengths"]["quantiles"]["1"] == 7


def test_pictures_are_kept_as_png_and_svg(trained: Workspace) -> None:
    folder = Path(explore(Options(), trained).data["pictures"])
    names = ["classes", "lengths", "treemap-lemma", "treemap-no-stop", "treemap-stem", "treemap-words", "word-counts"]
    assert sorted(file.stem for file in folder.glob("*.png")) == names
    assert sorted(file.stem for file in folder.glob("*.svg")) == names


def test_the_same_question_is_answered_from_the_cache(trained: Workspace) -> None:
    first = explore(Options(view="stem"), trained)
    picture = Path(first.data["pictures"]) / "lengths.png"
    before = picture.stat().st_mtime_ns
    assert explore(Options(view="stem"), trained).data == json.loads(json.dumps(first.data))
    assert picture.stat().st_mtime_ns == before
    explore(Options(view="stem", force=True), trained)
    assert picture.stat().st_mtime_ns > before


def test_a_damaged_picture_is_made_again(trained: Workspace, listener: Any) -> None:
    folder = Path(explore(Options(view="lemma"), trained).data["pictures"])
    (folder / "classes.svg").write_text("")
    explore(Options(view="lemma"), trained, listener)
    assert (folder / "classes.svg").stat().st_size > 0
    assert "made again" in listener.warnings[0]


def test_many_classes_strange_names_and_empty_texts_are_drawn(tmp_path: Path) -> None:
    rows = [f"word{number} $x^2 영화,class$_{number % 12}" for number in range(72)] + ["!,class$_0", ",class$_1"]
    (tmp_path / "a.csv").write_text("text,label\n" + "\n".join(rows) + "\n", encoding="utf-8")
    preprocess(PreprocessOptions(file=str(tmp_path / "a.csv")), Workspace(tmp_path))
    result = explore(Options(), Workspace(tmp_path))
    assert result.data["empty"] == 1
    assert [table.columns for table in result.tables if "distinguish" in getattr(table, "title", "")] == [
        ["class", "words, the strongest first"]
    ]


def test_a_view_without_words_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\nthe,x\nof,y\nthe of,x\nof the,y\n")
    preprocess(PreprocessOptions(file=str(tmp_path / "a.csv"), test_size=0, valid_size=0), Workspace(tmp_path))
    assert explore(Options(), Workspace(tmp_path)).data["views"][1]["vocabulary"] == 0


def test_the_tables_stand_in_a_pipe(cli: Cli, reviews_csv: Path) -> None:
    cli("preprocess", str(reviews_csv))
    code, out, err = cli("explore", "--view", "words")
    assert code == 0 and "view\twords\tdifferent\tshare seen once\nwords\t1400\t" in out
    assert "pictures: " in err
