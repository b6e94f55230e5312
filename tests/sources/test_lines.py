"""Plain lines and JSON without a telling name: what a file without a format is taken for."""

import json
from pathlib import Path

import pytest

from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.registry import recognise
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.table_format import Confidence, Sample
from imdbnlp.sources.tables import iter_rows


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("good film\nbad film\n", ("lines", Confidence.FALLBACK)),
        ("good, film\nbad film\n", ("lines", Confidence.FALLBACK)),
        ("Good, honest, fun.\nA bad, dull, long one.\n", ("lines", Confidence.FALLBACK)),
        ("my review\na,b\n", ("csv", Confidence.NAMES)),
        ("My Review ,n\na,1\n", ("csv", Confidence.NAMES)),
        ("id,text\n1,a\n", ("csv", Confidence.NAMES)),
        ("id\ttext\n1\ta\n", ("tsv", Confidence.NAMES)),
        ("id,remark\n1,a\n2,b\n", ("csv", Confidence.SHAPE)),
        ('{"text": "a"}\n', ("jsonl", Confidence.MARK)),
        ('[\n  {"text": "a"}]', ("jsonl", Confidence.MARK)),
        ("{sic} good film\n", ("lines", Confidence.FALLBACK)),
        ("__label__pos Good film.\n__label__neg B", ("fasttext", Confidence.MARK)),
        ("PAR1\x15\x04", ("parquet", Confidence.MARK)),
        ("", ("lines", Confidence.FALLBACK)),
    ],
)
def test_the_first_lines_tell_the_format(head: str, expected: tuple[str, Confidence]) -> None:
    sample = Sample(head.encode(), SourceSettings(), ["my review"], allow_lines=True)
    kind, confidence = recognise(sample)
    assert (kind.name, confidence) == expected


def test_an_option_for_tables_makes_it_a_table() -> None:
    sample = Sample(b"good film\n", SourceSettings(no_header=True), allow_lines=True)
    assert recognise(sample)[1] == Confidence.OPTIONS


def test_an_expected_column_between_tabs_outweighs_an_option_for_tables() -> None:
    sample = Sample(b"id\tremark\n1\tgood\n", SourceSettings(text_column="remark"), ["remark"])
    assert recognise(sample)[0].name == "tsv"


def test_lines_without_a_format_are_a_table_where_plain_lines_are_not_allowed() -> None:
    kind, confidence = recognise(Sample(b"good film\nbad film\n", SourceSettings()))
    assert (kind.name, confidence) == ("csv", Confidence.NO)


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
