"""Pairs are read, divided and coded, and nothing that is held out is learned from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.commands.preprocess import Options, preprocess
from imdbnlp.data.pairs import PairDataset
from imdbnlp.errors import DataError, SettingsError
from imdbnlp.workspace.workspace import Workspace

COLUMNS: dict[str, Any] = {"source_column": "de", "target_column": "en"}
ROWS = [(f"ein hund {number}", f"a dog {number}") for number in range(40)]


def table(path: Path, rows: list[tuple[str, ...]], header: str = "de,en") -> str:
    path.write_text(header + "\n" + "".join(",".join(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture
def build(tmp_path: Path) -> Callable[..., PairDataset]:
    """Preprocess rows as pairs, in the test's own workspace."""

    def call(rows: list[tuple[str, ...]], header: str = "de,en", reporter: Any = None, **options: Any) -> PairDataset:
        workspace = Workspace(tmp_path / "work")
        file = table(tmp_path / "pairs.csv", rows, header)
        more = (reporter,) if reporter else ()
        result = preprocess(Options(**{"file": file, "min_frequency": 1} | COLUMNS | options), workspace, *more)
        return workspace.pairs(result.data["dataset"])

    return call


def test_sentences_come_back_from_either_side(build: Callable[..., PairDataset]) -> None:
    pairs = build(ROWS, tokens="word")
    assert pairs.source_tokenizer.decode([pairs.source[3]]) == [pairs.texts("source")[3]]
    assert pairs.target_tokenizer.decode([pairs.target[3]]) == [pairs.texts("target")[3]]
    assert pairs.columns == {"source": "de", "target": "en"}


def test_a_tenth_is_for_validation_and_a_tenth_for_the_test(build: Callable[..., PairDataset]) -> None:
    assert build(ROWS).manifest["parts"] == {"train": 32, "valid": 4, "test": 4}


def test_a_file_for_validation_leaves_the_rest_for_training(
    build: Callable[..., PairDataset], tmp_path: Path, listener: Any
) -> None:
    other = table(tmp_path / "valid.csv", [("eine katze", "a cat"), ROWS[0]])
    pairs = build(ROWS, valid_file=other, tokens="word", reporter=listener)
    assert pairs.manifest["parts"] == {"train": 40, "valid": 2}
    assert listener.warnings == ["1 of 2 valid texts are also training texts"]
    assert pairs.manifest["counts"]["leaked"] == 1
    assert {"▁katze"} & set(pairs.source_tokenizer.words) == set()  # learned from the training pairs alone
    assert pairs.manifest["counts"]["source"]["unknown"] == 2


def test_the_parts_that_the_file_names_are_kept(build: Callable[..., PairDataset]) -> None:
    rows = [(*row, "dev" if place < 3 else "train") for place, row in enumerate(ROWS)]
    pairs = build(rows, header="de,en,part", split_column="part")
    assert pairs.manifest["parts"] == {"train": 37, "valid": 3}
    assert pairs.rows("valid").tolist() == [0, 1, 2]


def test_pairs_of_one_source_stay_together(build: Callable[..., PairDataset]) -> None:
    rows = [(f"satz {number // 4}", f"sentence {number}") for number in range(80)]
    pairs = build(rows, test_size=0.3)
    sources = np.array(pairs.texts("source"))
    assert set(sources[pairs.rows("train")]) & set(sources[pairs.rows("valid", "test")]) == set()


def test_half_pairs_and_repetitions_are_dropped_and_counted(build: Callable[..., PairDataset]) -> None:
    pairs = build([*ROWS, ROWS[1], ("allein", ""), (" ", "alone")])
    assert pairs.manifest["counts"]["dropped"] == {"empty": 2, "duplicates": 1}
    assert pairs.source_rows.tolist() == list(range(40))


def test_the_name_is_of_the_content_not_of_the_file(build: Callable[..., PairDataset], tmp_path: Path) -> None:
    first = build(ROWS, valid_file=table(tmp_path / "a.csv", ROWS[:2]))
    assert build(ROWS, valid_file=table(tmp_path / "b.csv", ROWS[:2])).key == first.key
    assert build(ROWS, valid_file=table(tmp_path / "b.csv", ROWS[:3])).key != first.key
    assert build(ROWS, valid_file=table(tmp_path / "b.csv", ROWS[:2]), tokens="word").key != first.key


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target_column": None}, "--target-column is missing"),
        ({"source_column": None}, "--min-frequency is only used with --source-column"),
        ({"target_column": "de"}, "are both 'de'"),
        ({"profile": "notebook"}, "--profile is not used with --source-column"),
        ({"unlabelled": "x.csv"}, "--unlabelled is not used with --source-column"),
        ({"valid_file": "x.csv", "valid_size": 0.1}, "--valid-size and --valid-file cannot be used together"),
        ({"test_size": 0.6, "valid_size": 0.6}, "leave no training set"),
    ],
)
def test_options_that_contradict_each_other(
    build: Callable[..., PairDataset], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        build(ROWS, **options)


def test_options_of_pairs_need_pairs(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--tokens is only used with --source-column"):
        preprocess(Options(file="x.csv", tokens="word"), Workspace(tmp_path))


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (ROWS, {"source_column": "du"}, r"no column 'du' \(--source-column\)"),
        ([], {}, "a header but no rows"),
        ([("", "a"), ("b", "")], {}, "in every pair one of the two sentences is empty"),
        ([("a", "b"), ("c", "d")], {}, "too few to divide"),
    ],
)
def test_what_cannot_be_used_is_said(
    build: Callable[..., PairDataset], rows: list[tuple[str, ...]], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        build(rows, **options)


def test_labelled_texts_may_have_a_validation_file_too(tmp_path: Path) -> None:
    rows = [(f"text {number}", "pos" if number % 2 else "neg") for number in range(40)]
    main, valid = (table(tmp_path / f"{name}.csv", rows, "text,label") for name in ("main", "valid"))
    workspace = Workspace(tmp_path / "work")
    preprocess(Options(file=main, valid_file=valid, test_size=0.25), workspace)
    assert workspace.dataset().manifest["parts"] == {"train": 30, "valid": 40, "test": 10}
