"""Plain lines and JSON without a telling name: what a file without a format is taken for."""

import json
from pathlib import Path

import pytest

from imdbnlp.sources.lines import content_format
from imdbnlp.sources.tables import SourceSettings, iter_rows, read_source


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("good film\nbad film\n", ("lines", False)),
        ("good, film\nbad film\n", ("lines", False)),
        ("Good, honest, fun.\nA bad, dull, long one.\n", ("lines", False)),
        ("my review\na,b\n", ("csv", True)),
        ("My Review ,n\na,1\n", ("csv", True)),
        ("id,text\n1,a\n", ("csv", True)),
        ("id\ttext\n1\ta\n", ("tsv", True)),
        ("id,remark\n1,a\n2,b\n", ("csv", False)),
        ('{"text": "a"}\n', ("jsonl", False)),
        ('[\n  {"text": "a"}]', ("jsonl", False)),
        ("{sic} good film\n", ("lines", False)),
        ("", ("lines", False)),
    ],
)
def test_the_first_lines_tell_the_format(head: str, expected: tuple[str, bool]) -> None:
    assert content_format(head, SourceSettings(), ["my review"]) == expected


def test_a_setting_for_tables_makes_it_a_table() -> None:
    assert content_format("good film\n", SourceSettings(no_header=True), []) == ("csv", True)


def test_every_line_is_a_row_an_empty_one_included(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_bytes(b"good, film\r\n\n bad film")
    stream = iter_rows(str(tmp_path / "texts.txt"), SourceSettings(), 2, lines="text")
    assert (stream.columns, stream.is_lines) == (["text"], True)
    assert [batch.texts(0) for batch in stream] == [["good, film", ""], [" bad film"]]


def test_a_list_of_objects_is_read_across_pieces(tmp_path: Path) -> None:
    rows = [{"text": f"text {row} " + "x" * (row * 37 % 9000), "label": "ab"[row % 2]} for row in range(300)]
    for name, indent in (("compact.json", None), ("indented.json", 4)):
        (tmp_path / name).write_text(json.dumps(rows, indent=indent))
        source = read_source(str(tmp_path / name), SourceSettings())
        assert source.texts == [row["text"] for row in rows] and source.labels == [row["label"] for row in rows]


def test_keys_may_be_missing_from_any_object(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"n": 1}\n{"text": "a", "n": null}\n{"text": "b", "m": true}\n')
    stream = iter_rows(str(path), SourceSettings(), 10)
    assert stream.columns == ["n", "text", "m"]
    assert next(stream.batches).cells() == [["1", "", ""], ["", "a", ""], ["", "b", "true"]]
