"""Predictions: one row in, one row out, whatever the rows hold."""

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import pytest
from conftest import Listener

from imdbnlp.commands.predict import Options, predict
from imdbnlp.errors import DataError, UsageError
from imdbnlp.workspace.workspace import Workspace

ROWS = [
    "id,review,stars", '7,"a wonderful, moving film",5', '8,,1', '9,"dull\nand ""boring""",2', "10,NA,", "11,🎬 !,3",
]  # fmt: skip


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "new.csv"
    path.write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    return path


def lines_of(workspace: Workspace, **options: Any) -> str:
    return "".join(predict(Options(run="nb", **options), workspace).lines or [])


def test_rows_keep_their_order_columns_and_count(trained: Workspace, table: Path) -> None:
    found = list(csv.DictReader(io.StringIO(lines_of(trained, file=str(table)))))
    given = list(csv.DictReader(table.open(newline="", encoding="utf-8")))
    assert [{name: row[name] for name in ("id", "review", "stars")} for row in found] == given
    assert list(found[0]) == ["id", "review", "stars", "prediction", "probability", "no_known_words"]
    assert [row["prediction"] for row in found][0:3:2] == ["positive", "negative"]


@pytest.mark.parametrize("batch_size", [1, 2, 100])
def test_batches_change_nothing(trained: Workspace, table: Path, batch_size: int) -> None:
    assert lines_of(trained, file=str(table), batch_size=batch_size) == lines_of(trained, file=str(table))


def test_top_k_and_probabilities_add_columns(trained: Workspace, table: Path) -> None:
    text = lines_of(trained, file=str(table), top_k=5, probabilities=True)
    row = next(csv.DictReader(io.StringIO(text)))
    assert list(row)[3:] == [
        "prediction", "probability", "prediction_2", "probability_2", "probability negative", "probability positive",
        "no_known_words",
    ]  # fmt: skip
    assert float(row["probability"]) == float(row["probability positive"]) > 0.5
    assert float(row["probability"]) + float(row["probability_2"]) == pytest.approx(1, abs=1e-5)


def test_json_lines_come_out_as_json_lines(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "new.jsonl").write_text('{"review": "a dull film", "n": 1}\n{"review": "moving", "n": 2}\n')
    lines = lines_of(trained, file=str(tmp_path / "new.jsonl"), output_format="jsonl").splitlines()
    assert [json.loads(line)["prediction"] for line in lines] == ["negative", "positive"]


def test_a_column_called_prediction_is_not_overwritten(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "again.csv").write_text("review,prediction\nfunny,mine\n")
    head = lines_of(trained, file=str(tmp_path / "again.csv")).splitlines()[0]
    assert head == "review,prediction,prediction (imdbnlp),probability,no_known_words"


def test_standard_input_is_answered(trained: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"text\nfunny and moving\n")))
    assert lines_of(trained, file="-").splitlines()[1].startswith("funny and moving,positive,0.")


def test_output_is_written_whole_or_not_at_all(trained: Workspace, table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("old")
    broken = tmp_path / "broken.csv"
    broken.write_text("id,review\n1,good\n2,bad,too many\n")
    with pytest.raises(DataError, match="record 2"):
        predict(Options(run="nb", file=str(broken), output=str(output)), trained)
    assert output.read_text() == "old"
    assert predict(Options(run="nb", file=str(table), output=str(output)), trained).data["rows"] == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.csv", "new.csv", "out.csv"]


def test_formulas_are_escaped_on_request(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text("text\n=cmd()\n")
    sheet = str(tmp_path / "sheet.csv")
    assert lines_of(trained, file=sheet, escape_formulas=True).splitlines()[1].startswith("'=cmd()")
    assert lines_of(trained, file=sheet).splitlines()[1].startswith("=cmd()")


def test_one_text_gets_every_class(trained: Workspace) -> None:
    answer = predict(Options(run="nb", text="a dull film"), trained).data
    assert answer["prediction"] == "negative" and list(answer["probabilities"]) == ["negative", "positive"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({}, "give either a FILE or --text"), ({"file": "a.csv", "text": "b"}, "give a FILE or --text, not both")],
)
def test_either_a_file_or_a_text_is_needed(trained: Workspace, options: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        predict(Options(run="nb", **options), trained)


def test_a_text_with_half_a_character_is_answered(cli: Callable[..., tuple[int, str, str]], trained: Workspace) -> None:
    code, out, _ = cli("--workspace", str(trained.root), "predict", "nb", "--text", "moving \udcff film")
    assert code == 0 and out.splitlines()[1].startswith("positive\t")


def test_json_gives_an_object_a_line(cli: Callable[..., tuple[int, str, str]], trained: Workspace, table: Path) -> None:
    _, out, _ = cli("--workspace", str(trained.root), "predict", "nb", str(table), "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 5 and rows[0]["id"] == "7" and rows[0]["prediction"] == "positive"


def test_an_output_of_unknown_format_is_refused(trained: Workspace, table: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format has the ending '.xlsx'"):
        predict(Options(run="nb", file=str(table), output=str(tmp_path / "o.xlsx")), trained)
    predict(Options(run="nb", file=str(table), output=str(tmp_path / "o.txt"), output_format="tsv"), trained)
    assert (tmp_path / "o.txt").read_text(encoding="utf-8").startswith("id\treview\t")


def test_the_column_of_the_training_is_read_where_there_is_one(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "both.csv").write_text("text,review\ndull and boring,wonderful and moving\n")
    assert ",positive," in lines_of(trained, file=str(tmp_path / "both.csv"))
    assert ",negative," in lines_of(trained, file=str(tmp_path / "both.csv"), text_column="text")


Cli = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", ["Review", " review ", "\ufeffREVIEW", "re_view"])
def test_a_name_that_differs_in_case_or_spaces_is_the_same_column(
    name: str, trained: Workspace, tmp_path: Path, cli: Cli
) -> None:
    (tmp_path / "other.csv").write_text(f"text,{name}\ndull and boring,wonderful and moving\n", encoding="utf-8")
    _, out, err = cli("--workspace", str(trained.root), "predict", "nb", str(tmp_path / "other.csv"))
    assert ",positive," in out
    assert "texts from column '" in err


def test_another_column_is_never_taken_in_place_of_the_one_of_the_training(
    trained: Workspace, tmp_path: Path, cli: Cli
) -> None:
    (tmp_path / "other.csv").write_text("Title,text\nA,dull\n")
    code, out, err = cli("--workspace", str(trained.root), "predict", "nb", str(tmp_path / "other.csv"))
    assert (code, out) == (1, "")
    assert "has no column 'review', which the model was trained on; it has: Title, text" in err
    assert "--text-column" in err
    said = cli("--workspace", str(trained.root), "predict", "nb", str(tmp_path / "other.csv"), "--text-column", "text")[
        2
    ]
    assert said == "texts from column 'text' (the run was trained on 'review')\n"


def test_the_only_column_holds_the_texts(trained: Workspace, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "other.csv").write_text("words\ndull and boring\n")
    code, _, err = cli("--workspace", str(trained.root), "predict", "nb", str(tmp_path / "other.csv"))
    assert (code, err) == (0, "texts from column 'words' (the run was trained on 'review')\n")


def test_lines_in_a_pipe_are_the_texts(
    trained: Workspace, monkeypatch: pytest.MonkeyPatch, cli: Callable[..., tuple[int, str, str]]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"funny, moving\nboring and dull\n")))
    code, out, err = cli("--workspace", str(trained.root), "predict", "nb", "-")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["text"], row["prediction"]) for row in rows] == [
        ("funny, moving", "positive"), ("boring and dull", "negative"),
    ]  # fmt: skip
    assert (code, err) == (0, "standard input: read as plain lines, one text per line; use --format if that is wrong\n")


def test_a_lone_column_is_the_text(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("phrase\ndull\n")
    assert lines_of(trained, file=str(tmp_path / "one.csv")).splitlines()[1].startswith("dull,negative,")


def test_a_preview_holds_the_first_rows_and_counts_the_others(
    trained: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    (tmp_path / "many.csv").write_text("n,review\n" + "".join(f"{row},dull {'x ' * 99}\n" for row in range(5000)))
    preview = predict(Options(run="nb", file=str(tmp_path / "many.csv")), trained).preview
    assert preview is not None
    table = preview()
    assert list(table.columns) == ["review", "prediction", "probability"] and len(table.rows) == 20
    assert table.rows[0][1] == "negative" and len(table.rows[0][0]) <= 36 and table.rows[0][0].endswith("…")
    assert table.note == "4,980 more rows; to write all of them: --output FILE.csv"


@pytest.mark.parametrize("batch_size", [1, 7, 20, 2048])
def test_a_preview_does_not_depend_on_the_batch(trained: Workspace, tmp_path: Path, batch_size: int) -> None:
    (tmp_path / "many.csv").write_text("review\n" + "".join(f"dull {row}\n" for row in range(25)))
    preview = predict(Options(run="nb", file=str(tmp_path / "many.csv"), batch_size=batch_size), trained).preview
    assert preview is not None
    table = preview()
    assert [row[0] for row in table.rows] == [f"dull {row}" for row in range(20)]
    assert table.note.startswith("5 more rows")


def test_a_prediction_below_the_given_probability_is_left_empty(trained: Workspace, table: Path) -> None:
    plain = list(csv.DictReader(io.StringIO(lines_of(trained, file=str(table)))))
    found = list(csv.DictReader(io.StringIO(lines_of(trained, file=str(table), abstain_below=0.75))))
    assert [row["probability"] for row in found] == [row["probability"] for row in plain]
    assert [row["prediction"] for row in found] == [
        row["prediction"] if float(row["probability"]) >= 0.75 else "" for row in plain
    ]
    assert {row["prediction"] == "" for row in found} == {True, False}


def test_an_abstention_is_null_in_json_and_parquet(trained: Workspace, table: Path, tmp_path: Path) -> None:
    lines = lines_of(trained, file=str(table), abstain_below=1.0, output_format="jsonl").splitlines()
    assert {json.loads(line)["prediction"] for line in lines} == {None}
    output = tmp_path / "out.parquet"
    predict(Options(run="nb", file=str(table), abstain_below=1.0, output=str(output)), trained)
    assert pandas.read_parquet(output)["prediction"].isna().all()


def test_of_one_text_an_abstention_is_said(trained: Workspace, listener: Listener) -> None:
    options = Options(run="nb", text="a wonderful but dull film", abstain_below=1.0)
    assert predict(options, trained, listener).data["prediction"] is None
    assert listener.warnings == ["no prediction: the probability is below 1"]


def test_abstentions_are_counted_in_a_file_and_in_a_preview(
    trained: Workspace, table: Path, listener: Listener
) -> None:
    options = Options(run="nb", file=str(table), abstain_below=1.0)
    found = predict(options, trained, listener)
    assert found.preview is not None and found.lines is not None
    found.preview()
    list(predict(options, trained, listener).lines or [])
    said = "no prediction for 5 of 5 texts: probability below 1"
    assert [note for note in listener.notes if note.startswith("no prediction")] == [said, said]
