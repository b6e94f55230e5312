"""A dataset holds exactly the rows that the options choose, each in the part that it belongs to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from imdbnlp.data.build import DatasetSettings, build_dataset
from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError, SettingsError

Row = tuple[str, str, str]


class Built:
    """A dataset and what its manifest says."""

    def __init__(self, folder: Path, source: str, options: dict[str, Any]) -> None:
        folder.mkdir()
        self.manifest = build_dataset(source, DatasetSettings(**options), folder)
        self.dataset = Dataset(folder, self.manifest)

    @property
    def rows(self) -> list[Row]:
        """Text, label and part of every document, in order."""
        names = [*self.dataset.classes, ""]
        labels = [names[code] for code in self.dataset.labels]
        return list(zip(self.dataset.texts, labels, self.dataset.parts.tolist(), strict=True))


def build(folder: Path, source: str | Path, **options: Any) -> Built:
    return Built(folder / "dataset", str(source), options)


def table(path: Path, rows: Sequence[Sequence[str]], columns: Sequence[str] = ("text", "label")) -> str:
    pd.DataFrame(rows, columns=list(columns)).to_csv(path, index=False)
    return str(path)


def numbered(path: Path, n_rows: int) -> str:
    return table(path, [(f"text {row}", "xy"[row % 2]) for row in range(n_rows)])


def parts_of(rows: Sequence[Row]) -> dict[str, int]:
    parts = [part for _, _, part in rows]
    return {part: parts.count(part) for part in dict.fromkeys(sorted(parts))}


UNDIVIDED = {"test_size": 0.0, "valid_size": 0.0}


def test_every_row_is_kept_in_order_with_its_place_in_the_file(tmp_path: Path) -> None:
    built = build(tmp_path, table(tmp_path / "a.csv", [("b", "y"), ("a", "x"), ("c", "y")]), **UNDIVIDED)
    assert built.rows == [("b", "y", "train"), ("a", "x", "train"), ("c", "y", "train")]
    assert built.dataset.source_rows.tolist() == [0, 1, 2]
    assert built.manifest["classes"] == ["x", "y"]
    assert built.manifest["class_counts"]["y"] == {"train": 2, "valid": 0, "test": 0}


def test_equal_rows_are_dropped_after_the_first_but_not_those_with_another_label(tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv", [("a", "x"), ("a", "x"), ("a", "y"), ("b", "y"), ("a", "x")])
    built = build(tmp_path, source, **UNDIVIDED)
    assert built.rows == [("a", "x", "train"), ("a", "y", "train"), ("b", "y", "train")]
    assert built.dataset.source_rows.tolist() == [0, 2, 3]
    assert built.manifest["counts"]["read"] == 5
    assert built.manifest["counts"]["dropped"] == {"duplicates": 2}


def test_equal_rows_can_be_kept(tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv", [("a", "x"), ("a", "x"), ("b", "y")])
    built = build(tmp_path, source, duplicates="keep", **UNDIVIDED)
    assert [text for text, _, _ in built.rows] == ["a", "a", "b"]
    assert built.manifest["counts"]["dropped"] == {}


def test_empty_texts_are_kept_unless_they_are_to_be_dropped(tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv", [("a", "x"), ("", "x"), ("  ", "y"), ("b", "y")])
    kept = Built(tmp_path / "kept", source, UNDIVIDED)
    dropped = Built(tmp_path / "dropped", source, UNDIVIDED | {"missing": "drop"})
    assert [text for text, _, _ in kept.rows] == ["a", "", "  ", "b"]
    assert [text for text, _, _ in dropped.rows] == ["a", "b"]
    assert dropped.dataset.source_rows.tolist() == [0, 3]
    assert dropped.manifest["counts"]["dropped"] == {"missing": 2, "duplicates": 0}


def test_rows_without_a_label_are_counted_as_read_and_dropped(tmp_path: Path) -> None:
    source = table(tmp_path / "a.csv", [("a", "x"), ("b", ""), ("c", "y")])
    built = build(tmp_path, source, drop_unlabelled=True, **UNDIVIDED)
    assert built.rows == [("a", "x", "train"), ("c", "y", "train")]
    assert built.dataset.source_rows.tolist() == [0, 2]
    assert built.manifest["counts"]["read"] == 3
    assert built.manifest["counts"]["dropped"] == {"without a label": 1, "duplicates": 0}


def test_a_sample_is_the_one_that_pandas_takes(tmp_path: Path) -> None:
    source = numbered(tmp_path / "a.csv", 50)
    built = build(tmp_path, source, sample=20, seed=7, **UNDIVIDED)
    expected = pd.read_csv(source).sample(20, random_state=7)
    assert [text for text, _, _ in built.rows] == expected["text"].tolist()
    assert built.dataset.source_rows.tolist() == expected.index.tolist()
    assert built.manifest["counts"]["dropped"] == {"duplicates": 0, "not sampled": 30}


def test_shares_of_every_class_are_kept_for_test_and_validation(tmp_path: Path) -> None:
    built = build(tmp_path, numbered(tmp_path / "a.csv", 100))
    assert built.manifest["parts"] == {"train": 70, "valid": 10, "test": 20}
    assert built.manifest["class_counts"] == {"x": {"train": 35, "valid": 5, "test": 10}} | {
        "y": {"train": 35, "valid": 5, "test": 10}
    }


def test_the_notebook_profile_splits_as_scikit_learn_does(tmp_path: Path, nltk_data: Path) -> None:
    from sklearn.model_selection import train_test_split

    source = numbered(tmp_path / "a.csv", 50)
    built = build(tmp_path, source, profile="notebook")
    _, test = train_test_split(pd.read_csv(source)["text"], test_size=0.2, random_state=42)
    assert sorted(text for text, _, part in built.rows if part == "test") == sorted(test)
    assert built.manifest["parts"] == {"train": 40, "test": 10}


def test_a_split_column_is_obeyed(tmp_path: Path) -> None:
    rows = [("a", "x", "train"), ("b", "y", " Training "), ("c", "x", "dev"), ("d", "y", "TEST"), ("a", "x", "test")]
    source = table(tmp_path / "a.csv", rows, ("text", "label", "part"))
    built = build(tmp_path, source, split_column="part")
    assert built.rows == [
        ("a", "x", "train"), ("b", "y", "train"), ("c", "x", "valid"), ("d", "y", "test"), ("a", "x", "test"),
    ]  # fmt: skip
    assert built.manifest["counts"]["leaked_test_texts"] == 1


def test_validation_is_taken_from_training_where_the_split_column_names_none(tmp_path: Path) -> None:
    rows = [(f"text {row}", "xy"[row % 2], "test" if row < 10 else "train") for row in range(50)]
    source = table(tmp_path / "a.csv", rows, ("text", "label", "part"))
    built = build(tmp_path, source, split_column="part", valid_size=0.25)
    assert built.manifest["parts"] == {"train": 30, "valid": 10, "test": 10}
    assert {text for text, _, part in built.rows if part == "test"} == {f"text {row}" for row in range(10)}


@pytest.mark.parametrize("option", [{"test_size": 0.1}, {"valid_size": 0.1}])
def test_a_share_of_a_part_that_the_split_column_names_is_refused(tmp_path: Path, option: dict[str, float]) -> None:
    rows = [("a", "x", "train"), ("b", "y", "train"), ("c", "x", "valid"), ("d", "y", "test")]
    source = table(tmp_path / "a.csv", rows, ("text", "label", "part"))
    with pytest.raises(SettingsError, match="itself defines the"):
        build(tmp_path, source, split_column="part", **option)


@pytest.mark.parametrize("options", [{"test_file": "b.csv", "test_size": 0.1}, {"test_size": 0.6, "valid_size": 0.4}])
def test_shares_that_contradict_are_refused(tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="--test-size and"):
        build(tmp_path, numbered(tmp_path / "a.csv", 10), **options)


def test_a_test_file_is_the_test_and_validation_still_comes_from_training(tmp_path: Path) -> None:
    train = numbered(tmp_path / "train.csv", 20)
    test = table(tmp_path / "test.csv", [("new", "x"), ("text 3", "y")])
    built = build(tmp_path, train, test_file=test)
    assert built.rows[-2:] == [("new", "x", "test"), ("text 3", "y", "test")]
    assert built.manifest["parts"] == {"train": 18, "valid": 2, "test": 2}
    assert built.manifest["counts"]["leaked_test_texts"] == 1
    assert len(built.manifest["source_sha256"]) == 2


def test_unlabelled_texts_have_a_part_of_their_own_and_no_label(tmp_path: Path) -> None:
    train = numbered(tmp_path / "train.csv", 4)
    (tmp_path / "more.csv").write_text("text,label\nmore,zzz\n,\n")
    built = build(tmp_path, train, unlabelled=str(tmp_path / "more.csv"), missing="drop", **UNDIVIDED)
    assert built.rows[-1] == ("more", "", "unlabelled")
    assert parts_of(built.rows) == {"train": 4, "unlabelled": 1}
    assert built.manifest["classes"] == ["x", "y"]
    assert "more" in built.dataset.vocabulary


def test_ids_are_kept_with_their_texts(tmp_path: Path) -> None:
    from imdbnlp.storage.tables import read_table

    source = table(tmp_path / "a.csv", [("7", "a", "x"), ("8", "a", "x"), ("9", "b", "y")], ("key", "text", "label"))
    built = build(tmp_path, source, id_column="key", **UNDIVIDED)
    assert read_table(built.dataset.folder / "texts.parquet", ["id"])["id"] == ["7", "9"]


def movie_folder(root: Path) -> Path:
    for part in ("train", "test"):
        for label in ("neg", "pos"):
            for number in range(10):
                path = root / part / label / f"{number}.txt"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{label} text {number} {part if number else ''}")
    (root / "train" / "unsup").mkdir()
    (root / "train" / "unsup" / "0.txt").write_text("no label")
    return root


def test_the_movie_review_folder_keeps_its_test_texts(tmp_path: Path) -> None:
    folder = movie_folder(tmp_path / "aclImdb")
    built = build(tmp_path, folder, unlabelled=str(folder / "train" / "unsup"))
    assert built.manifest["parts"] == {"train": 18, "valid": 2, "test": 20, "unlabelled": 1}
    assert built.manifest["counts"]["leaked_test_texts"] == 2
    assert {text for text, _, part in built.rows if part == "test"} == {
        f"{label} text {number} {'test' if number else ''}" for label in ("neg", "pos") for number in range(10)
    }
    assert built.rows[-1] == ("no label", "", "unlabelled")


def test_a_share_for_the_test_of_a_folder_that_has_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--test-size: .* itself defines the test split"):
        build(tmp_path, movie_folder(tmp_path / "aclImdb"), test_size=0.5)


def test_a_class_whose_texts_are_all_one_text_cannot_be_divided(tmp_path: Path) -> None:
    rows = [(f"text {row}", "x") for row in range(20)] + [("same", "rare")] * 5
    with pytest.raises(DataError, match="class 'rare' has 5 rows but one distinct text"):
        build(tmp_path, table(tmp_path / "a.csv", rows), duplicates="keep")


def test_a_class_that_the_shares_leave_no_training_text_is_refused(tmp_path: Path) -> None:
    rows = [(f"text {row}", "xy"[row < 3]) for row in range(30)]
    with pytest.raises(DataError, match="no text of the class 'y' is left in the training set"):
        build(tmp_path, table(tmp_path / "a.csv", rows), test_size=0.5, valid_size=0.4)


def test_what_is_not_divided_needs_one_text_of_each_class(tmp_path: Path) -> None:
    built = build(tmp_path, table(tmp_path / "a.csv", [("a", "x"), ("b", "y")]), **UNDIVIDED)
    assert parts_of(built.rows) == {"train": 2}
