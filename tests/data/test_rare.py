"""Classes too rare to be divided are all named at once, and dropped, merged or only trained on if asked for."""

from pathlib import Path
from typing import Any

import pytest

from imdbnlp.data.build import DatasetSettings, build_dataset
from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError

ROWS = [(f"text {row}", "xy"[row % 2]) for row in range(40)]
RARE = [("same", "neg")] * 30 + [("one", "a"), ("two", "b"), ("three", "b")]


def table(path: Path, rows: list[tuple[str, str]]) -> str:
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    return str(path)


def build(folder: Path, rows: list[tuple[str, str]], **settings: Any) -> tuple[Dataset, dict[str, Any]]:
    (folder / "dataset").mkdir()
    manifest = build_dataset(table(folder / "a.csv", rows), DatasetSettings(**settings), folder / "dataset")
    return Dataset(folder / "dataset", manifest), manifest


def test_all_rare_classes_are_named_with_rows_and_different_texts(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        build(tmp_path, ROWS + RARE)
    assert caught.value.message == (
        "class 'a' has 1 row; class 'b' has 2 rows; class 'neg' has 30 rows but one distinct text: too few for 3 splits"
    )
    assert caught.value.hint == "use --rare-classes drop, merge or train-only, or --test-size 0 --valid-size 0"


def test_rare_classes_can_be_dropped(tmp_path: Path) -> None:
    dataset, manifest = build(tmp_path, ROWS + RARE, rare_classes="drop")
    assert dataset.classes == ["x", "y"]
    assert manifest["counts"]["dropped"] == {"duplicates": 29, "of rare classes": 4}
    assert manifest["rare_classes"] == {"action": "drop", "rows": {"a": 1, "b": 2, "neg": 30}}


def test_rare_classes_can_be_merged_into_one(tmp_path: Path) -> None:
    dataset, manifest = build(tmp_path, ROWS + RARE, rare_classes="merge")
    assert dataset.classes == ["other", "x", "y"]
    assert sum(manifest["class_counts"]["other"].values()) == 4
    assert all(manifest["class_counts"]["other"].values())


def test_merging_that_does_not_help_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="class 'other' has 1 row: too few"):
        build(tmp_path, [*ROWS, ("one", "a")], rare_classes="merge")


def test_rare_classes_can_be_kept_for_training_only(tmp_path: Path) -> None:
    dataset, manifest = build(tmp_path, ROWS + RARE, rare_classes="train-only")
    assert dataset.classes == ["a", "b", "neg", "x", "y"]
    assert manifest["class_counts"]["b"] == {"train": 2, "valid": 0, "test": 0}
    assert manifest["class_counts"]["x"] == {"train": 14, "valid": 2, "test": 4}


@pytest.mark.parametrize(("action", "classes"), [("drop", ["x", "y"]), ("merge", ["other", "x", "y"])])
def test_a_test_file_is_treated_in_the_same_way(action: str, classes: list[str], tmp_path: Path) -> None:
    test_file = table(tmp_path / "test.csv", [("new", "x"), ("newer", "a"), ("newest", "y")])
    dataset, _ = build(tmp_path, [*ROWS, *RARE[30:32]], rare_classes=action, test_file=test_file, valid_size=0.3)
    assert dataset.classes == classes
    assert len(dataset.rows("test")) == (2 if action == "drop" else 3)


def test_nothing_is_rare_if_nothing_is_divided(tmp_path: Path) -> None:
    dataset, manifest = build(tmp_path, ROWS + RARE, test_size=0, valid_size=0)
    assert len(dataset.classes) == 5 and manifest["rare_classes"]["rows"] == {}


def test_dropping_may_not_leave_fewer_than_two_classes(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="fewer than two classes are left after dropping rare ones"):
        build(tmp_path, [("a", "x"), ("b", "y"), ("c", "y")], rare_classes="drop")
