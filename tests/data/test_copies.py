"""Copies that a model cannot tell apart are one text: to splits, folds, counts and warnings."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.commands import evaluate, train
from imdbnlp.commands.preprocess import Options, preprocess
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.split import stratified_folds
from imdbnlp.errors import DataError, SettingsError
from imdbnlp.storage.tables import read_table
from imdbnlp.workspace.workspace import Workspace

VARIANTS = (
    "{}", "{} ", "\n{}", "{}.", "{}!", "({})", "<p>{}</p>", "\u201c{}\u201d", "{}<br /><br />", "&nbsp;{}"
)  # fmt: skip


def bases(n_texts: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(f"word{chance.randrange(300)}" for _ in range(10)) for _ in range(n_texts)]


def copies_of(texts: Sequence[str], labels: Sequence[str], n_copies: int) -> list[tuple[str, str]]:
    chance = random.Random(7)
    rows = [
        (variant.format(text.upper() if place % 2 else text), label)
        for text, label in zip(texts, labels, strict=True)
        for place, variant in enumerate(chance.sample(VARIANTS, n_copies))
    ]
    chance.shuffle(rows)
    return rows


def coins(n_texts: int, seed: int = 3) -> list[str]:
    chance = random.Random(seed)
    return [chance.choice(["heads", "tails"]) for _ in range(n_texts)]


def table(path: Path, rows: Sequence[Sequence[str]], columns: str = "text,label") -> str:
    lines = ["".join(f'"{cell}",' for cell in row)[:-1] for row in rows]
    path.write_text("\n".join([columns, *lines]) + "\n")
    return str(path)


def built(tmp_path: Path, file: str, listener: Any = None, **options: Any) -> tuple[Workspace, Dataset]:
    workspace = Workspace(tmp_path / "work")
    given = {"reporter": listener} if listener else {}
    preprocess(Options(file=file, **options), workspace, **given)
    return workspace, workspace.dataset()


def trained(workspace: Workspace, **options: Any) -> dict[str, Any]:
    result = train.train(train.options_for({"model": "nbsvm"})(model="nbsvm", **options), workspace)
    return dict(result.data["metrics"])


@pytest.mark.parametrize("duplicates", ["drop", "keep"])
def test_labels_by_coin_are_not_learned_from_copies(tmp_path: Path, duplicates: str) -> None:
    texts = bases(400, seed=1)
    file = table(tmp_path / "a.csv", copies_of(texts, coins(400), 5))
    workspace, dataset = built(tmp_path, file, duplicates=duplicates)
    assert dataset.manifest["counts"]["leaked_test_texts"] == dataset.manifest["counts"]["leaked_valid_texts"] == 0
    assert dataset.manifest["counts"]["dropped"] == ({"duplicates": 1600} if duplicates == "drop" else {})
    parts = {part: set(dataset.groups[dataset.rows(part)].tolist()) for part in ("train", "valid", "test")}
    assert len(set.union(*parts.values())) == sum(map(len, parts.values())) == 400
    metrics = trained(workspace, folds=4)
    assert 0.3 < metrics["test"]["accuracy"] < 0.7 and 0.4 < metrics["folds"]["accuracy"] < 0.6


def test_a_test_file_is_scored_whole_and_without_its_copies(tmp_path: Path, listener: Any) -> None:
    texts, labels = bases(120, seed=2), coins(120)
    file = table(tmp_path / "a.csv", list(zip(texts[:100], labels[:100], strict=True)))
    test = table(tmp_path / "test.csv", copies_of(texts[90:], labels[90:], 2))  # 10 known texts and 20 new ones, twice
    workspace, dataset = built(tmp_path, file, listener, test_file=test, valid_size=0)
    counts = dataset.manifest["counts"]
    assert (dataset.manifest["parts"]["test"], counts["leaked_test_texts"], counts["repeated_test_texts"]) == (
        60,
        20,
        30,
    )
    assert listener.warnings == [
        "20 of 60 test texts are also training or validation texts",
        "30 of 60 test texts are copies of an earlier test text",
    ]  # fmt: skip
    metrics = trained(workspace, name="nb")
    assert (metrics["test"]["n_documents"], metrics["test without leaked texts"]["n_documents"]) == (60, 20)
    evaluated = evaluate.evaluate(evaluate.Options(run="nb", file=test), workspace).data
    assert (evaluated["metrics"]["n_documents"], evaluated["metrics"]["n_trained_on"]) == (60, 20)
    assert evaluated["metrics"]["n_repeated"] == 30
    assert evaluated["metrics_without_leaked_texts"]["n_documents"] == 20


def test_the_parts_that_a_split_column_names_are_kept_whole(tmp_path: Path) -> None:
    rows = [("a b", "x", "train"), ("A b.", "x", "train"), ("c", "y", "train"), ("a  b", "x", "test"),
            ("A B", "x", "test"), ("c!", "y", "valid"), ("C", "y", "valid")]  # fmt: skip
    _, dataset = built(tmp_path, table(tmp_path / "a.csv", rows, "text,label,part"), split_column="part")
    assert dataset.manifest["parts"] == {"train": 2, "valid": 2, "test": 2}
    counts = dataset.manifest["counts"]
    assert counts["dropped"] == {"duplicates": 1}
    assert (counts["leaked_test_texts"], counts["leaked_valid_texts"]) == (2, 2)
    assert (counts["repeated_test_texts"], counts["repeated_valid_texts"]) == (1, 1)


def test_training_texts_in_a_file_for_validation_are_said(tmp_path: Path, listener: Any) -> None:
    texts = bases(20, seed=4)
    file = table(tmp_path / "a.csv", [(text, "xy"[n % 2]) for n, text in enumerate(texts)])
    valid = table(tmp_path / "valid.csv", [(text.upper() + "!", "xy"[n % 2]) for n, text in enumerate(texts[:16])])
    built(tmp_path, file, listener, valid_file=valid, test_size=0)
    assert listener.warnings == ["16 of 16 valid texts are also training texts"]


def test_unlabelled_copies_of_test_texts_are_dropped_and_said(tmp_path: Path, listener: Any) -> None:
    file = table(tmp_path / "a.csv", [(f"train {n}", "xy"[n % 2]) for n in range(10)])
    test = table(tmp_path / "test.csv", [("the test", "x"), ("another test", "y")])
    more = table(tmp_path / "more.csv", [("The TEST.",), ("new",), ("train 3!",), ("New",)], "text")
    _, dataset = built(tmp_path, file, listener, test_file=test, unlabelled=more, valid_size=0)
    assert [dataset.texts[row] for row in dataset.rows("unlabelled")] == ["new", "train 3!"]
    assert dataset.manifest["counts"]["unlabelled"] == {
        "dropped": {"duplicates": 1, "equal to test texts": 1}, "also training or validation texts": 1,
    }  # fmt: skip
    assert listener.warnings == ["1 unlabelled text(s) are also in the test set and were dropped"]


def test_copies_with_different_labels_are_counted_once(tmp_path: Path, listener: Any) -> None:
    rows = [("a b", "x"), ("A B", "y"), ("a b!", "x"), ("c", "x"), ("d", "y")]
    _, dataset = built(tmp_path, table(tmp_path / "a.csv", rows), listener, test_size=0, valid_size=0)
    assert dataset.manifest["counts"]["conflicting_texts"] == 1
    assert listener.warnings[0].endswith("a.csv: 1 text(s) occur with different labels")


def test_predictions_name_the_row_of_the_source_and_its_id(tmp_path: Path) -> None:
    rows = [(f"no{n}", f"text {n // 2}", "xy"[n // 2 % 2]) for n in range(80)]  # every text twice
    file = table(tmp_path / "a.csv", rows, "key,text,label")
    workspace, dataset = built(tmp_path, file, id_column="key", valid_size=0)
    trained(workspace, name="nb")
    found = read_table(workspace.runs.path("nb") / "predictions.parquet")
    test = np.array(found["split"]) == "test"
    assert [f"no{row}" for row in np.asarray(found["row"])] == list(found["id"])
    assert (np.asarray(found["row"])[test] == dataset.source_rows[dataset.rows("test")]).all()
    assert (np.asarray(found["document"])[test] == dataset.rows("test")).all()


def edited(n_texts: int) -> list[tuple[str, str]]:
    """Texts of 60 words with labels by chance, each of them with five endings of two words."""
    chance = random.Random(5)
    texts = [" ".join(f"word{chance.randrange(3000)}" for _ in range(60)) for _ in range(n_texts)]
    labels = coins(n_texts)
    rows = [(f"{text} end{n} of{n}", label) for text, label in zip(texts, labels, strict=True) for n in range(5)]
    chance.shuffle(rows)
    return rows


@pytest.mark.parametrize("together", [True, False])
def test_near_duplicates_stay_on_one_side_of_a_split_and_of_folds(tmp_path: Path, together: bool) -> None:
    rows = edited(60)
    _, dataset = built(tmp_path, table(tmp_path / "a.csv", rows), near_duplicates=together)
    folds = stratified_folds(dataset.labels, 3, 1, dataset.groups)
    sides: dict[str, set[tuple[str, int]]] = {}
    for text, part, fold in zip(dataset.texts, dataset.parts.tolist(), folds.tolist(), strict=True):
        sides.setdefault(text.rpartition(" end")[0], set()).add((part, fold))
    assert (len(sides), len(dataset.texts)) == (60, 300)
    assert all(len(places) == 1 for places in sides.values()) is together
    assert len(set(dataset.groups.tolist())) == (60 if together else 300)


def test_near_duplicates_in_given_files_are_counted_and_kept(tmp_path: Path, listener: Any) -> None:
    rows = edited(20)
    first, other = rows[0][0], " ".join(f"other{n}" for n in range(30))
    test = [(first + " sent from my phone", "heads"), (first, rows[0][1]), (other, "heads"), ("a b", "tails")]
    valid = [("well " + rows[1][0], "heads"), (other + " too", "tails")]
    files = {
        "test_file": table(tmp_path / "test.csv", test), "valid_file": table(tmp_path / "valid.csv", valid),
    }  # fmt: skip
    result = preprocess(
        Options(file=table(tmp_path / "a.csv", rows), near_duplicates=True, **files), Workspace(tmp_path), listener
    )
    counts = result.data["counts"]
    assert (counts["leaked_test_texts"], counts["near_leaked_test_texts"]) == (1, 2)
    assert (counts["near_leaked_valid_texts"], result.data["parts"]) == (1, {"train": 100, "valid": 2, "test": 4})
    shown = dict(result.tables[0].rows)
    assert (shown["test texts nearly equal to training"], shown["validation texts nearly equal to training"]) == (2, 1)
    assert listener.warnings == [
        "1 of 2 valid texts are near duplicates of training texts",
        "1 of 4 test texts are also training or validation texts",
        "2 of 4 test texts are near duplicates of training or validation texts",
    ]


def test_unlabelled_near_duplicates_of_test_texts_are_counted_and_kept(tmp_path: Path, listener: Any) -> None:
    text = " ".join(f"other{n}" for n in range(30))
    files = {
        "test_file": table(tmp_path / "test.csv", [(text, "heads"), ("a b", "tails")]),
        "unlabelled": table(tmp_path / "more.csv", [(text + " too",), (text,), ("c d",)], "text"),
    }
    file = table(tmp_path / "a.csv", edited(20))
    _, dataset = built(tmp_path, file, listener, near_duplicates=True, **files)
    assert dataset.manifest["counts"]["unlabelled"] == {
        "dropped": {"duplicates": 0, "equal to test texts": 1}, "also training or validation texts": 0,
        "near duplicates of test texts": 1,
    }  # fmt: skip
    assert listener.warnings[-1] == "1 unlabelled text(s) are near duplicates of test texts and were kept"


def test_near_duplicates_are_not_counted_unless_asked_for(tmp_path: Path) -> None:
    _, dataset = built(tmp_path, table(tmp_path / "a.csv", edited(20)))
    assert [name for name in dataset.manifest["counts"] if name.startswith("near")] == []


def test_the_option_makes_another_dataset(tmp_path: Path) -> None:
    file = table(tmp_path / "a.csv", edited(20))
    names = {built(tmp_path, file, near_duplicates=near)[1].name for near in (True, False)}
    assert len(names) == 2


def test_a_class_of_near_duplicates_alone_is_a_rare_class(tmp_path: Path) -> None:
    rows = [*edited(20), *((" ".join(f"rare{n}" for n in range(40)) + f" end{n}", "rare") for n in range(5))]
    with pytest.raises(DataError, match="class 'rare' has 5 rows but one distinct text"):
        built(tmp_path, table(tmp_path / "a.csv", rows), near_duplicates=True)


def test_pairs_have_no_near_duplicates(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--near-duplicates"):
        built(tmp_path, "a.csv", source_column="text", target_column="label", near_duplicates=True)
