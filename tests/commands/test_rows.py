"""Columns beside the text come out of predict as they went in, from each format to each."""

import csv
import datetime
import decimal
import io
import json
import string
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imdbnlp.commands.predict import Options, predict
from imdbnlp.errors import DataError, UsageError
from imdbnlp.workspace.workspace import Workspace

NEW = ["prediction", "probability", "no_known_words"]
TRIED = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LETTERS = string.ascii_letters + string.digits + " ,;\"'\t\n=é한🎬"
Table = dict[str, list[Any]]

CELLS: dict[str, Any] = {
    "int": st.integers(-(2**63), 2**63 - 1), "bool": st.booleans(), "string": st.text(LETTERS),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "list": st.lists(st.text(LETTERS, max_size=3), max_size=3),
    "object": st.builds(lambda a, b: {"a": a, "b": b}, st.none() | st.integers(0, 9), st.lists(st.booleans())),
}  # fmt: skip
TYPES: dict[str, Any] = {
    "int": pa.int64(), "bool": pa.bool_(), "string": pa.string(), "float": pa.float64(), "list": pa.list_(pa.string()),
    "object": pa.struct([("a", pa.int64()), ("b", pa.list_(pa.bool_()))]),
}  # fmt: skip


@st.composite
def tables(draw: Any) -> Table:
    """A text and a column of each type, each with a value in the first row and perhaps nulls below it."""
    n_rows = draw(st.integers(1, 6))
    table: Table = {"text": draw(st.lists(st.text(LETTERS, min_size=1), min_size=n_rows, max_size=n_rows))}
    for name, cells in CELLS.items():
        table[name] = [draw(cells), *draw(st.lists(st.none() | cells, min_size=n_rows - 1, max_size=n_rows - 1))]
    return table


def rows_of(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]


def cell(value: Any) -> str:
    """What CSV can hold of a value."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def write_delimited(table: Table, path: Path, delimiter: str) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([list(table), *([cell(value) for value in row] for row in zip(*table.values(), strict=True))])


def write_parquet(table: Table, path: Path) -> None:
    columns = [pa.array(values, TYPES.get(name, pa.string())) for name, values in table.items()]
    pq.write_table(pa.Table.from_arrays(columns, names=list(table)), path)


WRITERS: dict[str, Callable[[Table, Path], Any]] = {
    "csv": lambda table, path: write_delimited(table, path, ","),
    "tsv": lambda table, path: write_delimited(table, path, "\t"),
    "jsonl": lambda table, path: path.write_text("".join(json.dumps(row) + "\n" for row in rows_of(table))),
    "json": lambda table, path: path.write_text(json.dumps(rows_of(table), indent=2, ensure_ascii=False)),
    "parquet": write_parquet,
}


def delimited(text: str, delimiter: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    "csv": lambda path: delimited(path.read_bytes().decode(), ","),
    "tsv": lambda path: delimited(path.read_bytes().decode(), "\t"),
    "jsonl": lambda path: [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]],
    "parquet": lambda path: pq.read_table(path).to_pylist(),
}


def passed(workspace: Workspace, source: Path, target: Path) -> None:
    predict(Options(run="floor", text_column="text", file=str(source), output=str(target)), workspace)


@pytest.mark.parametrize("outgoing", READERS)
@pytest.mark.parametrize("incoming", WRITERS)
@TRIED
@given(table=tables())
def test_every_format_gives_every_format_its_values(
    trained: Workspace, tmp_path: Path, incoming: str, outgoing: str, table: Table
) -> None:
    source, target = tmp_path / f"in.{incoming}", tmp_path / f"out.{outgoing}"
    WRITERS[incoming](table, source)
    passed(trained, source, target)
    found = READERS[outgoing](target)
    typed = incoming not in ("csv", "tsv") and outgoing not in ("csv", "tsv")
    expected = rows_of(table) if typed else [{name: cell(v) for name, v in row.items()} for row in rows_of(table)]
    assert [{name: row[name] for name in table} for row in found] == expected
    assert [list(row) for row in found] == [[*table, *NEW]] * len(expected)


def test_parquet_to_parquet_keeps_the_schema(trained: Workspace, tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    table = pa.table({
        "text": ["a", "b", None], "zone": pa.array([moment, None, moment], pa.timestamp("ms", "Europe/Berlin")),
        "date": [datetime.date(2024, 1, 2), None, None], "decimal": [decimal.Decimal("1.50"), None, None],
        "time": pa.array([datetime.time(1, 2), None, None], pa.time64("us")),
        "small": pa.array([1, None, 3], pa.int8()),
        "category": pa.array(["x", None, "x"]).dictionary_encode(), "list": [["q", None], None, []],
        "struct": [{"a": 1, "b": ["z"]}, None, {"a": None, "b": None}], "bytes": [b"\xff", None, b"a"],
        "map": pa.array([[("k", "v")], None, []], pa.map_(pa.string(), pa.string())), "null": pa.nulls(3),
        "large": pa.array(["a", None, "b"], pa.large_string()), "half": pa.array([1.5, None, 2], pa.float16()),
    }).replace_schema_metadata({"made by": "a test"})  # fmt: skip
    pq.write_table(table, tmp_path / "in.parquet")
    passed(trained, tmp_path / "in.parquet", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet")
    given_back = pq.read_table(tmp_path / "in.parquet")
    assert found.select(given_back.column_names).equals(given_back)
    assert found.schema.metadata[b"made by"] == b"a test"
    assert [str(kind) for kind in found.schema.types[-3:]] == ["string", "double", "bool"]


def test_parquet_gives_csv_plain_spellings(trained: Workspace, tmp_path: Path) -> None:
    moment = datetime.datetime(2024, 1, 2, 3, 4, tzinfo=datetime.UTC)
    columns = {
        "text": ["good"], "moment": pa.array([moment.replace(tzinfo=None)], pa.timestamp("us")),
        "zone": pa.array([moment], pa.timestamp("ns", "Europe/Berlin")),
        "utc": pa.array([moment], pa.timestamp("s", "UTC")),
        "date": [moment.date()], "time": pa.array([datetime.time(3, 4, 5, 600_000)]),
        "decimal": [decimal.Decimal("1.50")],
        "duration": [datetime.timedelta(seconds=90)], "bool": [True], "float": [1.0],
        "single": pa.array([0.1], pa.float32()),
        "bytes": [b"\xff"], "null": pa.nulls(1),
    }  # fmt: skip
    pq.write_table(pa.table(columns), tmp_path / "in.parquet")
    passed(trained, tmp_path / "in.parquet", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().splitlines()[1].split(",")[:13] == [
        "good", "2024-01-02T03:04:00", "2024-01-02T04:04:00+01:00", "2024-01-02T03:04:00Z", "2024-01-02",
        "03:04:05.600",
        "1.50", "PT90S", "true", "1.0", "0.1", "/w==", "",
    ]  # fmt: skip


def test_json_objects_are_passed_on_letter_by_letter(trained: Workspace, tmp_path: Path) -> None:
    lines = [
        '{"text": "a\\u00e9", "n": 1.10, "big": 123456789012345678901234567890, "e": 1E5, "z": null}',
        '{"b": [1.0, {"deep": [true]}],"text":"c", "half": "\\ud800"}', '{ }', '{"text": null, "Zero": -0.0}',
    ]  # fmt: skip
    (tmp_path / "in.jsonl").write_text("\n".join(lines))
    passed(trained, tmp_path / "in.jsonl", tmp_path / "out.jsonl")
    found = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line.partition('"prediction"')[0].rstrip(", ") for line in found] == [line[:-1].rstrip() for line in lines]
    assert all(json.loads(line)["prediction"] for line in found)


def test_json_of_mixed_values_becomes_text_in_parquet(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(
        '{"text": "a", "x": 1, "n": 1, "big": 99999999999999999999, "o": {}}\n{"text": "b", "x": ["q"], "n": 2.5}\n'
    )
    passed(trained, tmp_path / "in.jsonl", tmp_path / "out.parquet")
    found = pq.read_table(tmp_path / "out.parquet").to_pydict()
    assert (found["x"], found["n"]) == (["1", '["q"]'], [1.0, 2.5])
    assert (found["big"], found["o"]) == (["99999999999999999999", None], ["{}", None])


def test_a_number_without_a_json_spelling_stays_valid_json(trained: Workspace, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["a"] * 2, "x": [float("nan"), float("inf")]}), tmp_path / "in.parquet")
    passed(trained, tmp_path / "in.parquet", tmp_path / "out.jsonl")
    assert [row["x"] for row in READERS["jsonl"](tmp_path / "out.jsonl")] == [None, float("inf")]


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_two_columns_of_one_name_are_refused_where_one_would_be_lost(
    trained: Workspace, tmp_path: Path, suffix: str
) -> None:
    (tmp_path / "in.csv").write_text("text,x,x\na,1,2\n")
    with pytest.raises(DataError, match=f"in.csv has 2 columns named 'x'; {suffix} holds one value for a name"):
        passed(trained, tmp_path / "in.csv", tmp_path / f"out.{suffix}")
    assert not (tmp_path / f"out.{suffix}").exists()
    passed(trained, tmp_path / "in.csv", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text().startswith("text,x,x,prediction,probability,no_known_words\na,1,2,")


def test_predicting_again_keeps_the_columns_of_before(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "0.csv").write_text("text\na\n")
    for number in range(3):
        passed(trained, tmp_path / f"{number}.csv", tmp_path / f"{number + 1}.csv")
    header = (tmp_path / "3.csv").read_text().splitlines()[0].split(",")
    assert header[1::3] == ["prediction", "prediction (imdbnlp)", "prediction (imdbnlp 2)"]


def test_parquet_is_not_written_to_standard_output(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("text\na\n")
    with pytest.raises(UsageError, match="Parquet cannot be written to standard output"):
        predict(
            Options(run="floor", text_column="text", file=str(tmp_path / "in.csv"), output_format="parquet"), trained
        )
