"""Every format gives exactly the texts and labels that it holds, and the digest of the bytes that were read."""

import bz2
import gzip
import hashlib
import io
import lzma
import sys
import zipfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
import zstandard

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.compression import open_bytes
from imdbnlp.sources.integrity import source_digest
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import replayed_standard_input, standard_input
from imdbnlp.sources.tables import iter_rows

CSV = 'id,review,sentiment\n7,good film,pos\n8,"bad, bad\nfilm",neg\n'
TEXTS, LABELS = ["good film", "bad, bad\nfilm"], ["pos", "neg"]


class Recorder:
    """A reporter that remembers what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []

    @contextmanager
    def stage(self, name: str, total: int | None = None, unit: str = ""):  # type: ignore[no-untyped-def]
        yield lambda n: None

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def write_parquet(path: Path, **columns: object) -> str:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(columns), path)
    return str(path)


def write_folder(root: Path, **texts: str) -> Path:
    """train__pos__1="…" becomes root/train/pos/1.txt."""
    for name, text in texts.items():
        path = root / (name.replace("__", "/") + ".txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return root


def as_zip(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("reviews.csv", data)
    return buffer.getvalue()


PACKINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress),
    (".zst", zstandard.compress), (".zip", as_zip),
]  # fmt: skip


@pytest.mark.parametrize(("suffix", "pack"), PACKINGS, ids=[suffix or "plain" for suffix, _ in PACKINGS])
def test_packed_tables_give_the_same_rows_and_the_digest_of_the_file(
    suffix: str, pack: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = tmp_path / f"reviews.csv{suffix}"
    path.write_bytes(pack(CSV.encode()))
    source = read_source(str(path), SourceSettings(id_column="id"))
    assert (source.texts, source.labels, source.ids) == (TEXTS, LABELS, ["7", "8"])
    assert (source.text_column, source.label_column) == ("review", "sentiment")
    assert source.sha256 == source_digest(str(path)) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_bytes_behind_the_packed_data_count_for_the_digest(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv.bz2"
    path.write_bytes(bz2.compress(CSV.encode()) + b"behind")
    assert read_source(str(path), SourceSettings()).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_unpacking_keeps_every_byte_of_a_large_file(tmp_path: Path) -> None:
    data = b"".join(b"%d,text %d\n" % (number, number * 7919) for number in range(100_000))
    for suffix, pack in PACKINGS:
        path = tmp_path / f"numbers{suffix or '.csv'}"
        path.write_bytes(pack(data))
        with open_bytes(str(path)) as stream:
            assert b"".join(iter(stream.read1, b"")) == data
            assert stream.n_bytes == len(data)


def test_rows_tell_their_place_in_the_file_when_others_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("text,label\na,x\nb,\nc,y\nd,NaN\n")
    source = read_source(str(path), SourceSettings(drop_unlabelled=True))
    assert (source.texts, source.labels) == (["a", "c"], ["x", "y"])
    assert (source.rows.tolist(), source.n_records) == ([0, 2], 4)


def test_values_of_json_lines_become_text(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text(
        '\ufeff{"text": "a", "label": 1, "id": null}\n'
        '\n{"id": {"n": 2}, "label": 1.5, "text": "b\\n\\"c\\""}\n'
        '{"text": null, "label": true, "id": ["é"]}\n'
    )
    source = read_source(str(path), SourceSettings(id_column="id"))
    assert source.texts == ["a", 'b\n"c"', ""]
    assert source.labels == ["1", "1.5", "true"]
    assert source.ids == ["", '{"n": 2}', '["é"]']


def test_a_missing_label_in_json_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"text": "a", "label": NaN}\n{"text": "b", "label": "x"}\n{"text": "c", "label": null}\n')
    with pytest.raises(DataError, match="2 of 3 rows have no label, the first is record 1"):
        read_source(str(path), SourceSettings())


def test_values_of_parquet_become_text(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "reviews.parquet", text=["a", None, "c"], label=[1, 2, 1], id=[0.5, float("nan"), 2.0]
    )
    source = read_source(path, SourceSettings(id_column="id"))
    assert (source.texts, source.labels, source.ids) == (["a", "", "c"], ["1", "2", "1"], ["0.5", "", "2.0"])
    assert source.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_bytes_categories_and_dates_of_parquet_become_text(tmp_path: Path) -> None:
    import datetime

    import pyarrow as pa

    path = write_parquet(
        tmp_path / "reviews.parquet", text=["é".encode(), b"b"], label=pa.array(["x", "y"]).dictionary_encode(),
        id=[datetime.date(2020, 1, 2), None],
    )  # fmt: skip
    source = read_source(path, SourceSettings(id_column="id"))
    assert (source.texts, source.labels, source.ids) == (["é", "b"], ["x", "y"], ["2020-01-02", ""])


def test_parquet_rows_come_in_order_over_many_batches(tmp_path: Path) -> None:
    path = write_parquet(
        tmp_path / "many.parquet", text=[f"t{row}" for row in range(9000)], label=["x", "y", "z"] * 3000
    )
    assert read_source(path, SourceSettings()).texts == [f"t{row}" for row in range(9000)]


def test_a_folder_gives_a_class_to_each_subfolder(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "reviews", good__b="fine", good__a="\ufeffa\r\nb", bad__c="dull", label__x="odd")
    (folder / "empty").mkdir()
    (folder / "good" / "notes.md").write_text("no text")
    (folder / "good" / "z.txt").mkdir()
    source = read_source(str(folder), SourceSettings(id_column="id"))
    assert source.texts == ["dull", "a\r\nb", "fine", "odd"]
    assert source.labels == ["bad", "good", "good", "label"]
    assert source.ids == ["bad/c.txt", "good/a.txt", "good/b.txt", "label/x.txt"]
    assert source.splits is None
    assert source.sha256 == source_digest(str(folder))


def test_the_movie_review_folder_gives_its_parts_and_leaves_out_what_has_no_label(tmp_path: Path) -> None:
    folder = write_folder(
        tmp_path / "aclImdb", test__neg__0="t-", test__pos__0="t+", train__neg__0="a-", train__pos__0="a+",
        train__unsup__0="no label",
    )  # fmt: skip
    reporter = Recorder()
    source = read_source(str(folder), SourceSettings(), reporter=reporter)
    assert list(zip(source.texts, source.labels or [], source.splits or [], strict=True)) == [
        ("a-", "neg", "train"), ("a+", "pos", "train"), ("t-", "neg", "test"), ("t+", "pos", "test"),
    ]  # fmt: skip
    assert [f"--unlabelled {folder}/train/unsup" in note for note in reporter.notes] == [True]


def test_a_folder_of_texts_is_a_source_without_labels(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "unsup", b="two", a="one")
    source = read_source(str(folder), SourceSettings(), labelled=False)
    assert (source.texts, source.labels) == (["one", "two"], None)
    assert source.sha256 == source_digest(str(folder), labelled=False)


def test_a_class_called_like_a_part_is_a_class(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "vehicles", train__a="rails", plane__b="wings")
    source = read_source(str(folder), SourceSettings())
    assert (source.texts, source.labels, source.splits) == (["wings", "rails"], ["plane", "train"], None)


def test_a_folder_is_read_in_its_encoding(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "reviews", good__a="fine", bad__b="dull")
    (folder / "bad" / "b.txt").write_bytes("dépassé".encode("latin-1"))
    assert read_source(str(folder), SourceSettings(encoding="latin-1")).texts == ["dépassé", "fine"]
    with pytest.raises(DataError, match=r"bad/b.txt is not utf-8 at byte 1"):
        read_source(str(folder), SourceSettings())


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(CSV)
    with pytest.raises(UsageError, match="is not a folder"):
        read_source(str(path), SourceSettings(format="folder"))


def test_batches_hold_all_columns_in_order(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("n,review\n" + "".join(f"{row},text {row}\n" for row in range(5)))
    stream = iter_rows(str(path), SourceSettings(), batch_rows=2)
    assert (stream.columns, stream.text_index) == (["n", "review"], 1)
    assert [batch.cells() for batch in stream] == [
        [["0", "text 0"], ["1", "text 1"]],
        [["2", "text 2"], ["3", "text 3"]],
        [["4", "text 4"]],
    ]


def test_an_empty_text_in_quotes_is_a_row_of_a_table_with_one_column(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text('review\n""\n\n  \nreview\na\n')
    assert read_source(str(path), SourceSettings(), labelled=False).texts == ["", "  ", "review", "a"]


def test_column_options_of_the_labelled_file_do_not_bind_one_without_labels(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("review\na\n")
    settings = SourceSettings(text_column="review", label_column="mood", id_column="id", split_column="part")
    assert read_source(str(path), settings, labelled=False).texts == ["a"]


def test_standard_input_can_be_read_again_inside_and_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    piped = io.TextIOWrapper(io.BytesIO(CSV.encode()))
    monkeypatch.setattr(sys, "stdin", piped)
    with replayed_standard_input():
        assert source_digest("-") == hashlib.sha256(CSV.encode()).hexdigest()
        assert read_source("-", SourceSettings()).texts == TEXTS
        assert standard_input().read() == CSV.encode()
    assert sys.stdin is piped


def test_standard_input_is_read_as_it_comes_without_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode())))
    source = read_source("-", SourceSettings())
    assert (source.path, source.texts) == ("standard input", TEXTS)


def test_an_unpacked_file_and_its_reading_have_one_digest_whatever_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(CSV.replace("\n", "\r\n").encode("utf-16"))
    source = read_source(str(path), SourceSettings(encoding="utf-16"))
    assert source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_twenty_five_thousand_real_reviews_are_what_the_strict_reader_parses(real_data: Path) -> None:
    import csv

    path = real_data / "imdb_train.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file, strict=True))[1:]
    source = read_source(str(path), SourceSettings())
    assert [list(pair) for pair in zip(source.texts, source.labels or [], strict=True)] == expected


def written(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"text of {name}")
    return root


def test_twenty_newsgroups_are_read_as_distributed(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "20news", "20news-bydate/20news-bydate-train/alt.atheism/49960",
        "20news-bydate/20news-bydate-train/sci.med/58043", "20news-bydate/20news-bydate-test/alt.atheism/53068",
        "20news-bydate/20news-bydate-test/sci.med/59200",
    )  # fmt: skip
    source = read_source(str(folder), SourceSettings())
    assert source.labels == ["alt.atheism", "sci.med", "alt.atheism", "sci.med"]
    assert source.splits == ["train", "train", "test", "test"]


@pytest.mark.posix
def test_files_of_systems_and_other_kinds_are_passed_over_and_counted(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "a", "pos/a.txt", "pos/b.TXT", "neg/c.txt", "pos/._a.txt", "neg/.DS_Store", "neg/d.md", "neg/c.txt~",
        "neg/README", "neg/deep/e.txt", "__MACOSX/pos/._a.txt", ".git/x/y.txt",
    )  # fmt: skip
    (folder / "neg" / "broken.txt").symlink_to(tmp_path / "nowhere")
    reporter = Recorder()
    source = read_source(str(folder), SourceSettings(id_column="id"), reporter=reporter)
    assert source.ids == ["neg/c.txt", "pos/a.txt", "pos/b.TXT"]
    assert reporter.notes == [
        f"{folder}: skipped 7 file(s): 3 hidden or backup, 1 subfolder(s) of a class, 1 that cannot be read, "
        "1 with the ending .md, 1 without an ending"
    ]


def test_names_that_end_in_numbers_or_hashes_have_no_ending(tmp_path: Path) -> None:
    folder = written(tmp_path / "mail", "ham/0001.ea7e79d3153e7469e7a9c3e0af6a357e", "spam/0002.1999-12-10")
    assert read_source(str(folder), SourceSettings()).labels == ["ham", "spam"]


def zip_of(path: Path, **members: bytes) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return str(path)


def test_a_zip_file_made_on_a_mac_holds_one_table(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "reviews.zip",
        **{
            "data/": b"",
            "data/reviews.csv": CSV.encode(),
            "__MACOSX/data/._reviews.csv": b"\0\5",
            "data/.DS_Store": b"\0",
        },
    )
    assert read_source(path, SourceSettings()).texts == TEXTS


def test_the_name_in_a_zip_file_tells_the_format(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "reviews.zip", **{"rows.jsonl": b'{"text": "a", "label": "x"}\n'})
    assert read_source(path, SourceSettings()).texts == ["a"]
    path = zip_of(tmp_path / "rows.zip", **{"rows.tsv": b"text\tlabel\na\tx\n"})
    assert read_source(path, SourceSettings()).texts == ["a"]


def test_two_tables_in_a_zip_file_are_named(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "reviews.zip", **{"a.csv": b"", "b.csv": b"", "__MACOSX/._a.csv": b""})
    with pytest.raises(DataError, match=r"contains 2 files, expected one: a.csv, b.csv"):
        read_source(path, SourceSettings())


def test_a_packed_file_of_too_many_tiny_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiny.csv.gz"
    path.write_bytes(gzip.compress(b"text,label\n" + b"a,b\n" * 2_100_000))
    with pytest.raises(DataError, match="contains more than 2,000,000 rows, too many for its size"):
        read_source(str(path), SourceSettings())
