"""What a file may do to the reader, and what the reader says: refused whole, or read exactly."""

import bz2
import gzip
import io
import json
import lzma
import os
import sys
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import zstandard

from imdbnlp.cli.main import run
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.split import stratified_folds
from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources import compression, standard_input
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.text.clean import clean_standard
from imdbnlp.workspace.workspace import Workspace

GOOD = b"review,sentiment\ngood film,positive\nbad film,negative\n"
TEXTS, LABELS = ["good film", "bad film"], ["positive", "negative"]
UNDIVIDED = ("--test-size", "0", "--valid-size", "0")


class Answer(NamedTuple):
    """What the command did.  said: the lines on stderr."""

    code: int
    stdout: str
    said: list[str]
    workspace: Workspace

    @property
    def warnings(self) -> list[str]:
        return [line.removeprefix("warning: ") for line in self.said if line.startswith("warning: ")]

    @property
    def dataset(self) -> Dataset:
        return self.workspace.dataset()

    @property
    def leftovers(self) -> list[str]:
        """Files in the workspace but for the locks, which are empty."""
        root = self.workspace.root
        return [str(path) for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"]


class Preprocess:
    """Runs the command in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys

    def __call__(self, file: str | Path, *arguments: str) -> Answer:
        root = self.folder / "work"
        self._capsys.readouterr()
        code = run(["--workspace", str(root), "preprocess", str(file), *arguments])
        stdout, stderr = self._capsys.readouterr()
        return Answer(code, stdout, stderr.splitlines(), Workspace(root))

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def given(self, name: str, data: bytes, *arguments: str) -> Answer:
        return self(self.write(name, data), *arguments)


@pytest.fixture
def preprocess(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Preprocess:
    return Preprocess(tmp_path, capsys)


def assert_refused(answer: Answer, code: int, *fragments: str) -> None:
    """One line that says what is wrong, at most one that says what to do, and nothing else anywhere."""
    message = "\n".join(answer.said)
    assert (answer.code, answer.stdout) == (code, ""), message
    assert answer.said[0].startswith("error: ") and len(answer.said) <= 2, message
    assert all(line.startswith("  ") for line in answer.said[1:]), message
    assert "Traceback" not in message and "error: unexpected" not in message
    assert [fragment for fragment in fragments if fragment not in message] == [], message
    assert answer.leftovers == []


def assert_read(answer: Answer, texts: Iterable[str], labels: Iterable[str], warnings: Iterable[str] = ()) -> None:
    """Exactly these texts and labels are in the dataset, and every fragment has its warning."""
    assert answer.code == 0, answer.said
    dataset = answer.dataset
    assert dataset.texts == list(texts)
    assert [dataset.classes[code] for code in dataset.labels] == list(labels)
    assert len(answer.warnings) == len(list(warnings)), answer.warnings
    assert [part for part, line in zip(warnings, answer.warnings, strict=True) if part not in line] == []


class Bad(NamedTuple):
    """A file that is refused.  says: what the message must hold."""

    name: str
    data: bytes
    says: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    code: int = 1
    file: str = "reviews.csv"


def rows(*lines: str) -> bytes:
    return "\n".join(["review,sentiment", *lines, ""]).encode()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/"), data)
    return buffer.getvalue()


def parquet_bytes(**columns: list[object]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, write_page_checksum=True)
    return buffer.getvalue()


LONG = rows(*[f"film number {number},{LABELS[number % 2]}" for number in range(9000)])
MERGED = rows("A dull film,positive", '"A good film,positive', "A bad film,negative", 'It ends",negative')
NUMBERED = rows(*[f"text {number},class {number}" for number in range(30)])
WITH_PARTS = b"review,sentiment,part\n"
BOMB = b"review,sentiment\n" + b"x" * (70 << 20) + b",positive\n"

BAD = [
    Bad("zero_bytes", b"", ("reviews.csv is empty",)),
    Bad("only_newlines", b"\n\r\n\n", ("is empty",)),
    Bad("only_a_mark", b"\xef\xbb\xbf", ("is empty",)),
    Bad("header_only", b"review,sentiment\n", ("a header but no rows", "--no-header")),
    Bad(
        "no_header", b"A fine film,positive\nA dull film,negative\n", ("among: A fine film, positive", "--no-header")
    ),
    Bad("first_row_holds_a_known_name", b"Fine film,y\nDull film,n\nOdd film,y\n", ("'y'", "--no-header")),
    Bad("wrong_column", GOOD, ("no column 'reveiw'", "did you mean review?"), ("--text-column", "reveiw")),
    Bad("unlike_column", GOOD, ("choose one of: review, sentiment",), ("--label-column", "zzz")),
    Bad("duplicated_text_column", b"text,text,label\na,b,c\n", ("2 columns named 'text'", "rename")),
    Bad("duplicated_label_column", b"text,label,label\na,b,c\n", ("2 columns named 'label'",)),
    Bad("header_repeated", GOOD + GOOD, ("record 3: repeats the header", "remove")),
    Bad("header_repeated_with_mark", GOOD + b"\xef\xbb\xbf" + GOOD, ("record 3: repeats the header",)),
    Bad("header_repeated_at_once", b"review,sentiment\n" + GOOD, ("record 1: repeats the header",)),
    Bad("same_column_twice", GOOD, ("'review'",), ("--text-column", "review", "--label-column", "review"), 2),
    Bad("two_marks", b"\xef\xbb\xbf\xef\xbb\xbf" + GOOD, ("two byte-order marks",)),
    Bad("utf16_with_mark", GOOD.decode().encode("utf-16"), ("UTF-16", "--encoding utf-16")),
    Bad("utf32_with_mark", GOOD.decode().encode("utf-32"), ("UTF-32", "--encoding utf-32")),
    Bad("utf16_without_mark", GOOD.decode().encode("utf-16-le"), ("NUL", "--encoding utf-16-le")),
    Bad("utf16_big_endian", GOOD.decode().encode("utf-16-be"), ("NUL", "--encoding utf-16-be")),
    Bad("utf16_asked_for_but_no_mark", GOOD, ("not utf-16", "utf-16-le"), ("--encoding", "utf-16")),
    Bad("mark_not_of_the_encoding", b"\xef\xbb\xbf" + GOOD, ("UTF-8", "--encoding utf-8"), ("--encoding", "cp1252")),
    Bad("latin1", "review,sentiment\ncafé,positive\n".encode("latin-1"), ("utf-8 at byte 20:", "--encoding cp1252")),
    Bad("bad_byte_late", LONG + b"na\xefve,positive\n", (f"at byte {len(LONG) + 2:,}:", "--encoding")),
    Bad("bad_byte_late_in_gz", gzip.compress(LONG + b"\xff"), (f"at byte {len(LONG):,}",), file="reviews.csv.gz"),
    Bad("cut_off_in_a_character", GOOD + b"caf\xc3", ("at byte 57: unexpected end of data",)),
    Bad("encoded_surrogate", rows("x,positive") + b"\xed\xa0\x80,negative\n", ("at byte 28",)),
    Bad("overlong_character", rows("x,positive") + b"\xc0\xaf,negative\n", ("at byte 28",)),
    Bad("unknown_encoding", GOOD, ("--encoding 'utf-9'",), ("--encoding", "utf-9"), 2),
    Bad("encoding_of_no_texts", GOOD, ("--encoding 'hex'",), ("--encoding", "hex"), 2),
    Bad("nul_in_label", GOOD + b"odd film,posi\0tive\n", ("record 3: the label 'posi\\x00tive'", "control")),
    Bad("control_in_label", GOOD + b"odd film,pos\x1b[31m\n", ("control", "--label-column")),
    Bad("control_at_a_labels_end", GOOD + b"odd film,positive\x1f\n", ("control",)),
    Bad("quote_never_closed", GOOD + b'"odd film,positive\nx,negative\n', ("record 3: a quote is opened", '(""')),
    Bad("quote_in_the_header", b'"review,sentiment\nx,y\n', ("the header: a quote is opened",)),
    Bad("rows_merged_by_a_quote", MERGED, ("record 2:", "looks like a row", "'positive'", "quote")),
    Bad("two_rows_merged_label_first", b'label,text\n1,"good\n0,It ends"\n0,x\n', ("record 1:", "'0'", "quote")),
    Bad("row_merged_inside", b'label,text\nx,"a\ny,b\nc"\ny,d\nx,e\n', ("record 1:", "labelled 'y'")),
    Bad("text_behind_a_quote", GOOD + b'"he said "hi",positive\n', ("record 3: text follows a closing quote", '(""')),
    Bad("backslash_before_quotes", GOOD + b'"say \\"hi\\"",positive\n', ("record 3", "--escapechar \\")),
    Bad("long_row", GOOD + b"good, really,positive\n", ("record 3: 3 field(s), expected 2 (review", "quotes")),
    Bad("long_first_row", b"review,sentiment\ngood,movie,positive\n", ("record 1: 3 field(s)",)),
    Bad("short_row", GOOD + b"odd film\n", ("record 3: 1 field(s), expected 2", "missing")),
    Bad("delimiter_at_the_rows_ends", rows("good,positive,", "bad,negative,"), ("record 1: 3 field(s)", "end")),
    Bad("value_without_a_column", b"review,sentiment,\na,b,\nc, d,e\n", ("record 2: 'e'", "without a name")),
    Bad("semicolons", b"review;sentiment\na;b\n", ("review;sentiment", "--delimiter ';'")),
    Bad("semicolons_and_a_name", b"review;sentiment\na;b\n", ("--delimiter ';'",), ("--text-column", "review")),
    Bad("tabs", b"review\tsentiment\na\tb\n", ("--delimiter 'tab'",)),
    Bad("commas_in_tsv", GOOD, ("--delimiter ','",), file="reviews.tsv"),
    Bad("delimiter_of_two", GOOD, ("--delimiter ';;'", "one character"), ("--delimiter", ";;"), 2),
    Bad("delimiter_of_none", GOOD, ("--delimiter ''", "one character"), ("--delimiter", ""), 2),
    Bad("escape_is_delimiter", GOOD, ("--escapechar ','",), ("--escapechar", ","), 2),
    Bad("sep_line", b"sep=,\n" + GOOD, ("'sep='", "remove that line")),
    Bad("comment_line", b"# made by hand\n" + GOOD, ("'# made by hand'", "remove that line")),
    Bad("json_named_csv", b'{"review": "good", "label": "a"}\n', ("JSON", "--format jsonl")),
    Bad("html_named_csv", b"\n<!DOCTYPE html><html>", ("HTML page", "download")),
    Bad("parquet_named_csv", parquet_bytes(review=["a"], label=["b"]), ("Parquet", "--format parquet")),
    Bad("xlsx_named_csv", zipped(**{"[Content_Types].xml": b"<x/>", "a": b""}), ("spreadsheet", "save it as CSV")),
    Bad("xlsx", zipped(**{"[Content_Types].xml": b"<x/>"}), ("spreadsheet",), file="reviews.xlsx"),
    Bad("gz_named_csv", gzip.compress(GOOD), ("gz data", "rename it to reviews.csv.gz")),
    Bad("csv_named_gz", GOOD, ("named .gz, but its content is not",), file="reviews.csv.gz"),
    Bad("cut_off_gz", gzip.compress(LONG)[:-900], ("damaged after", "download it again"), file="reviews.csv.gz"),
    Bad("cut_off_bz2", bz2.compress(LONG)[:-900], ("damaged after",), file="reviews.csv.bz2"),
    Bad("cut_off_xz", lzma.compress(LONG)[:-90], ("damaged after",), file="reviews.csv.xz"),
    Bad("cut_off_zst", zstandard.compress(LONG)[:-900], ("damaged after", "truncated"), file="reviews.csv.zst"),
    Bad("cut_off_zip", zipped(a=LONG)[:-90], ("cannot be unpacked",), file="reviews.zip"),
    Bad("damaged_gz", gzip.compress(LONG)[:-8] + bytes(8), ("CRC",), file="reviews.csv.gz"),
    Bad("zip_of_two", zipped(a=GOOD, b=GOOD), ("2 files, expected one",), file="reviews.zip"),
    Bad("bomb_in_gz", gzip.compress(BOMB), ("more than", "bytes from"), file="reviews.csv.gz"),
    Bad("bomb_in_zst", zstandard.compress(BOMB), ("more than", "bytes from"), file="reviews.csv.zst"),
    Bad("bomb_in_zip", zipped(a=BOMB), ("more than", "decompress it by hand"), file="reviews.zip"),
    Bad("all_texts_empty", rows(",positive", ",negative"), ("every text is empty", "--text-column")),
    Bad("nothing_but_signs", rows("...,positive", "---,negative"), ("no words are left",), UNDIVIDED),
    Bad("label_missing", GOOD + b"odd,\nodder, \n", ("2 of 4 rows have no label", "record 3", "--drop-unlabelled")),
    Bad("label_nan", GOOD + b"odd film,NaN\n", ("1 of 3 rows have no label", "record 3")),
    Bad("no_label_at_all", rows("a,", "b,"), ("none of its 2 rows has a label",), ("--drop-unlabelled",)),
    Bad("labels_but_for_case", GOOD + b"odd film,Positive\n", ("'Positive' and 'positive'", "--fold-labels")),
    Bad("one_class", rows("a,positive", "b,positive"), ("only one class: 'positive'", "--label-column")),
    Bad("class_of_one_row", LONG + b"odd film,rare\n", ("'rare' has 1 row", "--test-size 0")),
    Bad("too_many_classes", NUMBERED, ("30 different labels in 30 rows", "--many-classes")),
    Bad(
        "texts_taken_for_labels", LONG, ("9,000 different labels", "--label-column"),
        ("--text-column", "sentiment", "--label-column", "review"),
    ),
    Bad(
        "class_only_in_the_test", WITH_PARTS + b"a,x,train\nb,y,train\nc,z,test\n", ("class 'z' is left in",),
        ("--split-column", "part", "--valid-size", "0"),
    ),
    Bad("part_unknown", WITH_PARTS + b"a,x,train\nb,y,tset\n", ("'tset'", "use one of"), ("--split-column", "part")),
    Bad("sample_too_large", GOOD, ("--sample 9", "more than the 2 rows"), ("--sample", "9")),
    Bad("json_no_object", b'["a", "b"]\n', ("record 1: 'a', expected an object", "one JSON object"), file="r.jsonl"),
    Bad("json_broken", b'{"text": "a", "label": "b"}\n{"text": \n', ("record 2: invalid JSON",), file="reviews.jsonl"),
    Bad("json_list_cut_off", b'[\n{"text": "a"},\n{"text', ("record 2: invalid JSON",), file="reviews.json"),
    Bad("json_list_goes_on", b'[{"text": "a"}]\n{', ("text follows the end of the list",), file="reviews.json"),
    Bad("json_of_columns", b'{"text": {"0": "a"}, "label": {"0": "b"}}', ("object of columns", "records"),
        file="r.json"),
    Bad("json_nested_deep", b'{"text": ' + b"[" * 100_000 + b"\n", ("record 1: lists and objects are nested",),
        file="reviews.jsonl"),
    Bad("json_list_nested_deep", b'[{"text": ' + b"[" * 100_000 + b"\n", ("record 1: lists and objects are nested",),
        file="reviews.json"),
    Bad("json_nested_500", b'{"text": "a", "label": "b", "x": ' + b"[" * 500 + b"]" * 500 + b"}\n",
        ("record 1: lists and objects are nested more than 200 levels deep",), file="reviews.jsonl"),
    Bad(
        "json_key_missing", b'{"text": "a", "label": "b"}\n{"text": "c"}\n',
        ("1 of 2 rows have no label, the first is record 2",), file="reviews.jsonl",
    ),
    Bad(
        "json_key_twice", b'{"text": "a", "text": "b", "label": "c"}\n',
        ("record 1: the key 'text' occurs twice",), file="reviews.jsonl",
    ),
    Bad("json_latin1", '{"text": "é"}'.encode("latin-1"), ("not utf-8 at byte 10", "--encoding"), file="reviews.jsonl"),
    Bad("json_empty", b"\n", ("is empty",), file="reviews.jsonl"),
    Bad("parquet_cut_off", parquet_bytes(text=["a"])[:-9], ("not a complete Parquet file",), file="reviews.parquet"),
    Bad("parquet_no_rows", parquet_bytes(text=[], label=[]), ("no rows",), file="reviews.parquet"),
    Bad(
        "parquet_bytes_not_utf8", parquet_bytes(text=[b"a", b"\xff"], label=["x", "y"]),
        ("record 2, column 'text'", "not utf-8"), file="reviews.parquet",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", BAD, ids=[case.name for case in BAD])
def test_a_bad_file_is_refused_in_one_line(case: Bad, preprocess: Preprocess) -> None:
    answer = preprocess.given(case.file, case.data, *case.arguments)
    assert_refused(answer, case.code, *case.says)


class Fine(NamedTuple):
    """A file that is read.  says: a fragment of each warning."""

    name: str
    data: bytes
    texts: list[str] = TEXTS
    labels: list[str] = LABELS
    says: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    file: str = "reviews.csv"


def with_text(text: str, encoded: str | None = None) -> bytes:
    """GOOD with a third text, as it stands in the file."""
    return GOOD + f"{text if encoded is None else encoded},positive\n".encode()


HEBREW, FAMILY, COMBINED = "סרט טוב", "👩‍👩‍👧 😀", "cafe\u0301"
BAD_FORMULA = "=cmd|' /C calc'!A0"

FINE = [
    Fine("as_it_should_be", GOOD),
    Fine("names_padded", GOOD.replace(b"review,", b"review , "), says=("around 2 column name(s)",)),
    Fine("mark", b"\xef\xbb\xbf" + GOOD),
    Fine("utf16_asked_for", GOOD.decode().encode("utf-16"), arguments=("--encoding", "utf-16")),
    Fine("utf16_without_mark_asked_for", GOOD.decode().encode("utf-16-be"), arguments=("--encoding", "utf-16-be")),
    Fine(
        "cp1252_asked_for", "review,sentiment\ncafé – bar,positive\nbad,negative\n".encode("cp1252"),
        ["café – bar", "bad"], arguments=("--encoding", "cp1252"),
    ),
    Fine("nul_in_text", with_text("a\0b"), [*TEXTS, "a b"], [*LABELS, "positive"], ("NUL characters in 1 text",)),
    Fine("nul_in_the_first_text", b"review,label\na\0b,x\nc,y\n", ["a b", "c"], ["x", "y"], ("in 1 text",)),
    Fine(
        "half_a_character_in_json", b'{"text": "a\\ud800b", "label": "x"}\n{"text": "\\ud83d\\ude00", "label": "y"}\n',
        ["a\ufffdb", "😀"], ["x", "y"], ("in 1 record(s) were replaced by U+FFFD",), file="reviews.jsonl",
    ),
    Fine(
        "half_a_character_in_a_json_label", b'{"text": "a", "label": "\\udfff"}\n{"text": "b", "label": "y"}\n',
        ["a", "b"], ["\ufffd", "y"], ("in 1 record(s)",), file="reviews.jsonl",
    ),
    Fine("escaped_quotes", with_text("", '"say \\"hi\\""'), [*TEXTS, 'say "hi"'], [*LABELS, "positive"],
         arguments=("--escapechar", "\\")),
    Fine("plain_quotes", with_text("", '"so" it goes'), [*TEXTS, '"so" it goes'], [*LABELS, "positive"],
         arguments=("--no-quotes",)),
    Fine("unnamed_column_at_the_end", b"review,sentiment,\ngood film,positive,\nbad film,negative,\n"),
    Fine("unnamed_columns_beside_unknown_names", b",words,mood,,\n0,good film,positive,,\n1,bad film,negative,,\n",
         arguments=("--text-column", "words")),
    Fine("row_numbers_without_a_name", b",review,sentiment\n0,good film,positive\n1,bad film,negative\n"),
    Fine("row_numbers_of_pandas", b"Unnamed: 0,words,label\n0,good film,positive\n1,bad film,negative\n"),
    Fine("semicolons_asked_for", GOOD.replace(b",", b";"), arguments=("--delimiter", ";")),
    Fine("tsv", GOOD.replace(b",", b"\t"), file="reviews.tsv"),
    Fine("tabs_asked_for", GOOD.replace(b",", b"\t"), arguments=("--delimiter", "tab")),
    Fine("number_sign_as_a_name", b"#,review,sentiment\n1,good film,positive\n2,bad film,negative\n"),
    Fine("no_header_asked_for", b"#good film,positive\nbad film,negative\n", ["#good film", "bad film"],
         arguments=("--no-header", "--text-column", "0", "--label-column", "1")),
    Fine("crlf", GOOD.replace(b"\n", b"\r\n")),
    Fine("cr", GOOD.replace(b"\n", b"\r")),
    Fine("mixed_line_ends", b"review,sentiment\r\ngood film,positive\rbad film,negative\n"),
    Fine("no_line_end_at_the_end", GOOD[:-1]),
    Fine("lf_in_quotes", with_text("", '"one\ntwo"'), [*TEXTS, "one\ntwo"], [*LABELS, "positive"]),
    Fine("crlf_in_quotes", with_text("", '"one\r\n\r\ntwo"'), [*TEXTS, "one\r\n\r\ntwo"], [*LABELS, "positive"]),
    Fine("odd_line_ends_in_text", with_text("a\u2028b\vc\fd\x1ae\x85f"), [*TEXTS, "a\u2028b\vc\fd\x1ae\x85f"],
         [*LABELS, "positive"]),
    Fine("blank_lines", b"\n" + GOOD.replace(b"\n", b"\n\n  \n")),
    Fine("gz", gzip.compress(GOOD), file="reviews.csv.gz"),
    Fine("gz_of_two_members", gzip.compress(GOOD[:30]) + gzip.compress(GOOD[30:]), file="reviews.csv.gz"),
    Fine("bz2", bz2.compress(GOOD), file="reviews.csv.bz2"),
    Fine("xz", lzma.compress(GOOD), file="reviews.csv.xz"),
    Fine("zst", zstandard.compress(GOOD), file="reviews.csv.zst"),
    Fine("zst_of_two_frames", zstandard.compress(GOOD[:30]) + zstandard.compress(GOOD[30:]), file="reviews.csv.zst"),
    Fine("zip", zipped(a=GOOD), file="reviews.zip"),
    Fine("tsv_in_gz", gzip.compress(GOOD.replace(b",", b"\t")), file="reviews.tsv.gz"),
    Fine("empty_text", with_text(""), [*TEXTS, ""], [*LABELS, "positive"], ("1 text(s) are empty",)),
    Fine("words_for_missing", rows("NA,x", "null,y", "None,x", "nan,y"), ["NA", "null", "None", "nan"], [*"xyxy"]),
    Fine("spaces_and_stop_words", rows("   ,x", "the of and,y"), ["   ", "the of and"], ["x", "y"], ("1 text(s)",)),
    Fine("scripts_and_emoji", rows(f"{HEBREW},x", f"{FAMILY},y", f"{COMBINED},x"), [HEBREW, FAMILY, COMBINED],
         ["x", "y", "x"]),
    Fine("formula", with_text(BAD_FORMULA), [*TEXTS, BAD_FORMULA], [*LABELS, "positive"]),
    Fine("unlabelled_dropped", GOOD + b"odd,\n", says=("1 row(s) without a label were dropped",),
         arguments=("--drop-unlabelled",)),
    Fine("label_padded", rows("good film, positive ", "bad film,negative\t"), says=("around 2 label(s)",)),
    Fine("labels_folded", rows("good film,Positive", "bad film,negative"), arguments=("--fold-labels",)),
    Fine("numbers_as_labels", rows("a,1", "b,01", "c,1.0"), ["a", "b", "c"], ["1", "01", "1.0"],
         ("'01' and '1'", "'01' and '1.0'")),
    Fine("truth_values_as_labels", b'{"text": "a", "label": true}\n{"text": "b", "label": 2}\n', ["a", "b"],
         ["true", "2"], file="reviews.jsonl"),
    Fine("many_classes_asked_for", NUMBERED, [f"text {number}" for number in range(30)],
         [f"class {number}" for number in range(30)], arguments=("--many-classes",)),
    Fine("conflicting_labels", GOOD + b"good film,negative\n", [*TEXTS, "good film"], [*LABELS, "negative"],
         ("1 text(s) occur with different labels",)),
    Fine("a_line_like_a_row_among_many_breaks",
         rows('"one\ntwo",x', '"three\nfour",y', '"five\nsix",x', '"so it was,x\nindeed",y'),
         ["one\ntwo", "three\nfour", "five\nsix", "so it was,x\nindeed"], ["x", "y", "x", "y"],
         ("1 text(s) look like several rows; the first, record 4",)),
]  # fmt: skip


@pytest.mark.parametrize("case", FINE, ids=[case.name for case in FINE])
def test_an_odd_file_is_read_exactly(case: Fine, preprocess: Preprocess) -> None:
    answer = preprocess.given(case.file, case.data, *UNDIVIDED, *case.arguments)
    assert_read(answer, case.texts, case.labels, case.says)


def test_a_missing_file_is_refused(preprocess: Preprocess) -> None:
    assert_refused(preprocess("nowhere.csv"), 2, "cannot read nowhere.csv: No such file")


def test_a_folder_without_classes_is_refused(preprocess: Preprocess) -> None:
    assert_refused(preprocess(preprocess.folder), 2, "no subfolders with .txt files")


def test_an_unreadable_file_is_refused(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    file = preprocess.write("reviews.csv", GOOD)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert_refused(preprocess(file), 2, "reviews.csv' is not readable")
    with pytest.raises(UsageError, match="reviews.csv: permission denied"):
        read_source(str(file), SourceSettings())


@pytest.mark.parametrize("path", ["http://example.org/reviews.csv", "s3://bucket/reviews.csv", "file:///etc/passwd"])
def test_an_address_is_refused(path: str, preprocess: Preprocess) -> None:
    assert_refused(preprocess(path), 2, "expected a local file", "download")


def test_a_path_that_is_too_long_is_refused(preprocess: Preprocess) -> None:
    assert_refused(preprocess("a" * 5000), 2, "File name too long")


@pytest.mark.linux
def test_a_path_that_is_no_utf8_is_read(preprocess: Preprocess) -> None:
    file = os.fsdecode(os.fsencode(preprocess.folder) + b"/caf\xe9.csv")
    Path(file).write_bytes(GOOD)
    answer = preprocess(file, "--test-file", file, "--valid-size", "0")
    assert_read(answer, TEXTS * 2, LABELS * 2, ["2 of 2 test texts are also training"])


@pytest.mark.posix
def test_a_fifo_is_refused(preprocess: Preprocess) -> None:
    fifo = preprocess.folder / "fifo"
    os.mkfifo(fifo)
    assert_refused(preprocess(fifo), 2, "not a regular file", "use -")


@pytest.mark.posix
def test_a_device_is_refused(preprocess: Preprocess) -> None:
    assert_refused(preprocess("/dev/zero"), 2, "not a regular file", "use -")


class Piped:
    """Standard input that holds these bytes, for one reading."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BufferedReader(io.BytesIO(data))


def test_standard_input_is_read(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(GOOD))
    assert_read(preprocess("-", *UNDIVIDED), TEXTS, LABELS)


def test_the_same_standard_input_again_is_answered_from_the_cache(
    preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(GOOD))
    first = preprocess("-", *UNDIVIDED)
    monkeypatch.setattr(sys, "stdin", Piped(GOOD))
    second = preprocess("-", *UNDIVIDED)
    assert second.stdout == first.stdout
    assert "is already there" in second.said[0]


def test_errors_in_standard_input_name_it(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(GOOD + b"a,b,c\n"))
    assert_refused(preprocess("-"), 1, "error: standard input, record 3: 3 field(s)")


def test_packed_standard_input_is_refused(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(gzip.compress(GOOD)))
    assert_refused(preprocess("-"), 1, "standard input is gz data", "unpack it first")


def test_endless_standard_input_is_cut_off(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standard_input, "MAX_BYTES", 100_000)
    monkeypatch.setattr(sys, "stdin", Piped(LONG))
    assert_refused(preprocess("-"), 1, "standard input has more than 100,000 bytes")


def test_standard_input_is_for_one_source_only(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Piped(GOOD))
    assert_refused(preprocess("-", "--test-file", "-"), 2, "only one of FILE, --valid-file, --test-file")


def test_a_closed_standard_input_is_refused(preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert_refused(preprocess("-"), 2, "standard input is closed")


@pytest.mark.parametrize(
    "name", ["../x", "/tmp/x", "a\0b", "", ".", "..", "CON", "nul.txt", "a" * 300, "a" * 60, "-x", "a b"]
)
def test_a_name_that_cannot_be_one_is_refused(name: str, preprocess: Preprocess) -> None:
    answer = preprocess(preprocess.write("reviews.csv", GOOD), f"--name={name}")
    assert_refused(answer, 2)


def test_a_name_leaves_room_for_the_key(preprocess: Preprocess) -> None:
    file = preprocess.write("reviews.csv", GOOD)
    assert_refused(preprocess(file, "--name", "a" * 56), 2, "too long", "up to 55 characters")
    assert preprocess(file, "--name", "a" * 55, *UNDIVIDED).dataset.name.startswith("a" * 55 + "-")


@pytest.mark.posix
def test_a_dataset_that_is_a_link_out_of_the_workspace_is_refused(preprocess: Preprocess) -> None:
    folder = preprocess.given("reviews.csv", GOOD, *UNDIVIDED).dataset.folder
    outside = folder.rename(preprocess.folder / "outside")
    folder.symlink_to(outside)
    answer = preprocess(preprocess.folder / "reviews.csv", *UNDIVIDED)
    assert (answer.code, answer.stdout) == (1, "")
    assert "is a link that leads out of" in answer.said[0]


def test_a_file_that_changes_while_it_is_read_is_refused(
    preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = preprocess.write("reviews.csv", GOOD)
    read = compression.GuardedStream.read1

    def change_and_read(stream: compression.GuardedStream, size: int = -1) -> bytes:
        file.write_bytes(GOOD + b"odd film,positive\n")
        return read(stream, size)

    monkeypatch.setattr(compression.GuardedStream, "read1", change_and_read)
    assert_refused(preprocess(file, *UNDIVIDED), 1, "reviews.csv changed while it was being read", "try again")


def test_a_file_that_changes_between_its_key_and_its_reading_is_refused(
    preprocess: Preprocess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from imdbnlp.data import build

    file, read = preprocess.write("reviews.csv", GOOD), build.read_source

    def change_and_read(path: str, settings: build.SourceSettings, **options: object) -> object:
        file.write_bytes(GOOD.replace(b"good", b"fine"))
        return read(path, settings, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "read_source", change_and_read)
    assert_refused(preprocess(file, *UNDIVIDED), 1, "a source was changed while it was read")


def test_test_texts_among_the_training_texts_are_counted(preprocess: Preprocess) -> None:
    test = preprocess.write("test.csv", GOOD + b"odd film,positive\n")
    answer = preprocess.given("train.csv", GOOD, "--test-file", str(test), "--valid-size", "0")
    assert_read(
        answer, [*TEXTS, *TEXTS, "odd film"], [*LABELS, *LABELS, "positive"], ["2 of 3 test texts are also training"]
    )


def test_a_class_that_only_the_test_file_has_is_refused(preprocess: Preprocess) -> None:
    test = preprocess.write("test.csv", GOOD + b"odd film,mixed\n")
    answer = preprocess.given("train.csv", GOOD, "--test-file", str(test), "--valid-size", "0")
    assert_refused(answer, 1, "test.csv has the class 'mixed', which no training text has")


def test_fewer_rows_than_folds_are_refused() -> None:
    with pytest.raises(DataError, match="5 folds of 4 different texts"):
        stratified_folds(np.array([0, 1, 0, 1]), 5, seed=0)


def test_entities_are_decoded_once_and_tags_part_words(preprocess: Preprocess) -> None:
    text = "caf&eacute;<br />bar &amp;eacute; &lt;b&gt;"
    answer = preprocess.given("reviews.csv", rows(f"{text},x", "y,y"), *UNDIVIDED)
    assert_read(answer, [text, "y"], ["x", "y"])
    assert answer.dataset.vocabulary == ["café", "bar", "eacute", "b", "y"]


def test_one_enormous_word_is_cut(preprocess: Preprocess) -> None:
    answer = preprocess.given("reviews.csv", rows("é" * 500_000 + ",x", "y,y"), *UNDIVIDED)
    assert answer.dataset.vocabulary == ["é" * 50, "y"]
    assert answer.dataset.texts[0] == "é" * 500_000


def test_a_review_of_ten_megabytes_is_read(preprocess: Preprocess) -> None:
    text = "not a bad film at all, and it is long. " * 260_000
    answer = preprocess.given("reviews.csv", rows(f'"{text}",x', "y,y"), *UNDIVIDED)
    assert_read(answer, [text, "y"], ["x", "y"])
    assert len(answer.dataset.tokens[0]) == 260_000 * 10


@pytest.mark.parametrize("unit", ["<", "<a", "&", "&amp", '""', "a ", "'", "<!--", "\u0301", "."])
def test_reading_and_cleaning_take_time_in_proportion_to_the_text(unit: str, preprocess: Preprocess) -> None:
    def seconds(n_characters: int) -> float:
        file = preprocess.write("reviews.csv", rows(f'"{unit * (n_characters // len(unit))}",x', "y,y"))
        times = []
        for _ in range(3):
            began = time.perf_counter()
            clean_standard(read_source(str(file), SourceSettings()).texts[0])
            times.append(time.perf_counter() - began)
        return min(times)

    assert seconds(800_000) < 4 * seconds(400_000) + 0.05


def test_json_and_csv_of_the_same_texts_give_the_same_dataset(preprocess: Preprocess) -> None:
    lines = [json.dumps({"review": text, "sentiment": label}) for text, label in zip(TEXTS, LABELS, strict=True)]
    answer = preprocess.given("reviews.jsonl", "\n".join(lines).encode(), *UNDIVIDED)
    assert_read(answer, TEXTS, LABELS)
