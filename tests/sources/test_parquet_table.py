"""Parquet: typed values as labels, and files that are small on disk alone."""

import datetime
import decimal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from imdbnlp.errors import DataError
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.parquet_table import ParquetTable
from imdbnlp.sources.settings import SourceSettings

LONG = "good film " * 200_000
MEMORY_BYTES = 1 << 30
READ_ALL = """
import resource, sys
import pyarrow.parquet
from imdbnlp.sources.parquet_table import ParquetTable
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
table = ParquetTable(sys.argv[1])
print(sum(batch.arrow(table.schema()).num_rows for batch in table.batches(2048)))
print(sum(len(batch.texts(0)) for batch in table.batches(2048, [0])))
"""


def written(path: Path, **columns: Any) -> str:
    pq.write_table(pa.table(columns), path, compression="zstd")
    return str(path)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pa.array([datetime.date(2024, 1, 2), datetime.date(2024, 1, 3)]), ["2024-01-02", "2024-01-03"]),
        (pa.array([datetime.datetime(2024, 1, 2, 3, 4)] * 2), ["2024-01-02T03:04:00"] * 2),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([1, 2], pa.int8()), ["1", "2"]),
        (pa.array([1.0, 0.1], pa.float32()), ["1.0", "0.1"]),
        (pa.array([decimal.Decimal("1.50"), decimal.Decimal("2.00")]), ["1.50", "2.00"]),
        (pa.array(["x", "y"]).dictionary_encode(), ["x", "y"]),
        (pa.DictionaryArray.from_arrays(pa.array([0, 1], pa.int8()), pa.array([10, 20])), ["10", "20"]),
        (pa.array([b"x", b"y"]), ["x", "y"]),
    ],
)
def test_a_label_is_spelled_without_quotes(tmp_path: Path, values: Any, expected: list[str]) -> None:
    path = written(tmp_path / "reviews.parquet", text=["a", "b"], label=values)
    assert read_source(path, SourceSettings()).labels == expected


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.linux
def test_a_repeated_value_is_held_once(tmp_path: Path, nested: bool) -> None:
    repeated: Any = pa.DictionaryArray.from_arrays(pa.array([0] * 4400, pa.int32()), pa.array([LONG]))
    if nested:
        repeated = pa.ListArray.from_arrays(pa.array(range(4401), pa.int32()), repeated)
    path = written(tmp_path / "small.parquet", text=[f"text {row}" for row in range(4400)], x=repeated)
    assert Path(path).stat().st_size < 100_000  # 8.8 GB with every value written out
    code = READ_ALL.format(limit=MEMORY_BYTES)
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("4400\n4400\n", "")


@pytest.mark.slow
def test_texts_that_no_file_of_that_size_can_hold_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "small.parquet", text=pa.array([LONG] * 4400).dictionary_encode())
    table = ParquetTable(path)
    with pytest.raises(DataError, match="small.parquet decompresses to more than"):
        sum(len(batch.texts(0)) for batch in table.batches(2048))
    with pytest.raises(DataError, match="small.parquet decompresses to more than"):
        sum(len(batch.cells()) for batch in table.batches(2048))


def test_columns_that_are_not_needed_are_not_read(tmp_path: Path) -> None:
    path = written(tmp_path / "two.parquet", text=["a"], other=[b"\xff"])
    (batch,) = ParquetTable(path).batches(10, [0])
    assert batch.texts(0) == ["a"] and batch.cells() == [["a"]]


def test_an_encrypted_file_is_called_encrypted(tmp_path: Path) -> None:
    path = Path(written(tmp_path / "secret.parquet", text=["a"]))
    path.write_bytes(b"PARE" + path.read_bytes()[4:-4] + b"PARE")
    with pytest.raises(DataError, match=r"secret\.parquet is an encrypted Parquet file"):
        ParquetTable(str(path))
