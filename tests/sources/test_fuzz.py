"""Damaged tables are read as the strict reader of the standard library reads them, or refused in one line."""

import bz2
import csv
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from imdbnlp.cli.main import run
from imdbnlp.errors import ImdbnlpError
from imdbnlp.sources.labelled import Source, read_source
from imdbnlp.sources.settings import SourceSettings

N_CASES = 300
VALID = (
    "review,sentiment\r\n"
    "r0 a good film,positive\r\n"
    '"r1 bad, really bad",negative\r\n'
    '"r2 he said ""no"" twice",negative\r\n'
    "r3 <b>fine</b> caf\u00e9 \U0001f600,positive\r\n"
    '"r4 over\ntwo lines",positive\r\n'
    '"r5 plain but quoted","negative"\r\n'
    ",negative\r\n"
    "r7 the last,positive\r\n"
).encode()
PIECES = [
    b'"', b'""', b'"""', b",", b",,", b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf",
    b"\xff\xfe", b";", b"\t", b"\\", b"'", b" ", b"\x1a", b"\xe2\x80\xa8", b"sep=,\n", b"review,sentiment\n", b"#",
]  # fmt: skip


def insert(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice(PIECES) + data[place:]


def prepend(data: bytes, chance: random.Random) -> bytes:
    return chance.choice(PIECES) + data


def drop_mark(data: bytes, chance: random.Random) -> bytes:
    """Leave out one of the characters that give the table its shape."""
    places = [place for place, byte in enumerate(data) if byte in b'",\r\n']
    place = chance.choice(places or [0])
    return data[:place] + data[place + 1 :]


def drop_bytes(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + data[place + chance.randrange(1, 12) :]


def replace_byte(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + bytes([chance.randrange(256)]) + data[place + 1 :]


def flip_bit(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def cut_off(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def repeat(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data + data[start : start + chance.randrange(1, 60)]


MUTATIONS: list[Callable[[bytes, random.Random], bytes]] = [
    insert, insert, insert, prepend, drop_mark, drop_mark, drop_bytes, replace_byte, cut_off, repeat,
]  # fmt: skip


def damaged(seed: int) -> bytes:
    """The valid table after one to four accidents, always the same for a seed."""
    chance, data = random.Random(seed), VALID
    for _ in range(chance.choice([1, 1, 2, 3, 4])):
        data = chance.choice(MUTATIONS)(data, chance)
    return data


def records_of(data: bytes) -> list[list[str]]:
    """What the standard library's strict reader makes of the bytes: the header and the records, without blank lines."""
    rows = [row for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True) if row]
    return [row for row in rows if len(row) > 1 or row[0].strip() or len(rows[0]) == 1]


def assert_true_to(source: Source, data: bytes) -> None:
    """Every text stands with its own label, and no record is missing."""
    header, *records = records_of(data)
    columns = [name.strip() for name in header]
    text, label = columns.index(source.text_column), columns.index(source.label_column or "")
    expected = [(record[text].replace("\0", " "), record[label].strip()) for record in records]
    assert source.n_records == len(expected)
    assert {len(record) for record in records} == {len(header)}
    labels = source.labels or []
    kept = list(zip(source.rows.tolist(), zip(source.texts, labels, strict=True), strict=True))
    assert [(row, expected[row]) for row, _ in kept] == kept
    assert all(label == "" for row, (_, label) in enumerate(expected) if row not in set(source.rows.tolist()))


def read_or_refuse(data: bytes, path: Path, settings: SourceSettings) -> bool:
    """Whether the table was read.  Whatever is no error with one line and a remedy is not caught."""
    path.write_bytes(data)
    try:
        source = read_source(str(path), settings)
    except ImdbnlpError as error:
        assert error.exit_code in (1, 2) and error.hint
        assert error.message.startswith(str(path)) and len(error.message) < len(str(path)) + 300
        return False
    assert_true_to(source, data)
    return True


@pytest.mark.parametrize("drop", [False, True])
def test_a_damaged_table_is_read_true_to_its_records_or_refused(drop: bool, tmp_path: Path) -> None:
    settings = SourceSettings(drop_unlabelled=drop)
    answers = [read_or_refuse(damaged(seed), tmp_path / "damaged.csv", settings) for seed in range(N_CASES)]
    assert 0.1 * N_CASES < sum(answers) < 0.9 * N_CASES  # both ways are tried


def test_the_command_answers_a_damaged_table_with_a_dataset_or_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in range(N_CASES, N_CASES + 40):
        path = tmp_path / "damaged.csv"
        path.write_bytes(damaged(seed))
        code = run(["--workspace", str(tmp_path / "work"), "preprocess", str(path), "--test-size=0", "--valid-size=0"])
        stdout, stderr = capsys.readouterr()
        said = [line for line in stderr.splitlines() if not line.startswith(("warning: ", "damaged-", "dataset: "))]
        if code:
            assert (code, stdout, len(said)) == (1, "", 2), (seed, stderr)
            assert said[0].startswith("error: ") and not said[0].startswith("error: unexpected") and said[1][:2] == "  "
        else:
            assert stdout and said == [], (seed, stderr)


def packed_tables(folder: Path) -> dict[str, bytes]:
    """The same few hundred rows in every packing, and as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [(f"text number {row * 7919 % 1000}", "xy"[row % 2]) for row in range(400)]
    data = "".join(f"{text},{label}\n" for text, label in [("text", "label"), *rows]).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("rows.csv", data)
    table = pa.table({"text": [text for text, _ in rows], "label": [label for _, label in rows]})
    pq.write_table(table, folder / "rows.parquet", write_page_checksum=True)
    return {
        "rows.csv.gz": gzip.compress(data), "rows.csv.bz2": bz2.compress(data), "rows.csv.xz": lzma.compress(data),
        "rows.csv.zst": zstandard.ZstdCompressor(write_checksum=True).compress(data), "rows.zip": archive.getvalue(),
        "rows.parquet": (folder / "rows.parquet").read_bytes(),
    }  # fmt: skip


def test_a_damaged_packing_gives_the_same_rows_or_none(tmp_path: Path) -> None:
    for name, data in packed_tables(tmp_path).items():
        path = tmp_path / name
        path.write_bytes(data)
        whole = read_source(str(path), SourceSettings())
        for seed in range(60):
            chance = random.Random(seed)
            path.write_bytes(chance.choice([flip_bit, cut_off, drop_bytes])(data, chance))
            try:
                source = read_source(str(path), SourceSettings())
            except ImdbnlpError as error:
                assert error.exit_code == 1 and error.hint and len(error.message) < len(str(path)) + 300
            else:
                assert (source.texts, source.labels) == (whole.texts, whole.labels), (name, seed)


def test_the_valid_table_is_read_whole(tmp_path: Path) -> None:
    assert read_or_refuse(VALID, tmp_path / "valid.csv", SourceSettings())
