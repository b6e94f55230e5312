"""Tables of strings and numbers on disk, as Parquet with page checksums.

write_table(path, {"row": np.arange(2), "text": ["good", "bad"]})
read_table(path)["text"]           # ['good', 'bad']
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError
from imdbnlp.storage.files import REMEDY, open_stored

_NUMBERS = {"int32": np.int32, "int64": np.int64, "float": np.float32, "double": np.float64}
_ROWS_TOGETHER = 4096  # of a table: what is read to get at one cell

Column = Sequence[str] | NDArray[Any]


def write_table(path: Path, columns: Mapping[str, Column]) -> None:
    """Write columns of strings or numbers as Parquet with page checksums."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_arrays([_arrow(column) for column in columns.values()], names=list(columns))
    pq.write_table(
        table, path, row_group_size=_ROWS_TOGETHER, compression="zstd", compression_level=1, write_page_checksum=True
    )


def _arrow(column: Column) -> Any:
    """An Arrow array.  Built from buffers, since pa.array imports pandas to ask whether it was given its types."""
    import pyarrow as pa

    if isinstance(column, np.ndarray) and column.dtype.kind in "iuf":
        column = np.ascontiguousarray(column)
        return pa.Array.from_buffers(pa.from_numpy_dtype(column.dtype), len(column), [None, pa.py_buffer(column)])
    encoded = [text.encode(errors="replace") for text in column]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return pa.LargeStringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def read_table(path: Path, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """Read some or all columns: lists of strings, arrays of numbers."""
    with _opened(path) as file:
        names = list(columns) if columns is not None else file.schema_arrow.names
        if len(set(names)) < len(names) or not set(names) <= set(file.schema_arrow.names):
            raise ValueError(f"columns {file.schema_arrow.names}, expected {names}")
        table = file.read(names, use_threads=False)
        most = _most_bytes(path)
        return {name: _plain(table.column(name), most) for name in names}


def read_strings(path: Path, column: str, rows: Sequence[int] | NDArray[np.integer]) -> list[str]:
    """Read a few cells of a column of strings, in the order of `rows`, and no more of the file than is needed."""
    with _opened(path) as file:
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        first = np.concatenate([[0], np.cumsum(sizes)])
        groups = np.searchsorted(first, rows, side="right") - 1
        read = {
            group: file.read_row_group(group, [column], use_threads=False)[column] for group in set(groups.tolist())
        }
        return [str(read[group][int(row - first[group])]) for group, row in zip(groups.tolist(), rows, strict=True)]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A ParquetFile whose columns, unpacked, are of a size that fits the file's.

    A column of strings stays a dictionary where it is one: a cell of a few bytes may stand for a megabyte.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with open_stored(path) as source:
            strings = [field.name for field in pq.read_schema(source) if pa.types.is_large_string(field.type)]
            with pq.ParquetFile(source, page_checksum_verification=True, read_dictionary=strings) as file:
                about = file.metadata
                stated = sum(about.row_group(group).total_byte_size for group in range(about.num_row_groups))
                if max(stated, 8 * about.num_rows * about.num_columns) > _most_bytes(path):
                    raise ValueError(f"{about.num_rows:,} rows, {stated:,} bytes unpacked: too many for this file")
                yield file
    except pa.ArrowException as error:
        raise ArtefactError(f"{path} is damaged: {' '.join(str(error).split())[:200]}", hint=REMEDY) from None
    except OSError as error:  # Arrow calls damage so
        if error.errno is not None:
            raise
        raise ArtefactError(f"{path} is damaged: {' '.join(str(error).split())[:200]}", hint=REMEDY) from None


def _most_bytes(path: Path) -> int:
    """What a table may come to in memory: far more than any of ours does, far less than a bomb."""
    return 200_000_000 + 30 * path.stat().st_size


def _plain(column: Any, most_bytes: int) -> Any:
    """A list of strings or an array of numbers, without a detour through pandas."""
    import pyarrow as pa

    if column.null_count:
        raise ValueError("it holds nulls")
    kind = _NUMBERS.get(str(column.type))
    if kind is not None:
        chunks = [
            np.frombuffer(chunk.buffers()[1], dtype=kind)[chunk.offset : chunk.offset + len(chunk)]
            for chunk in column.chunks
        ]
        return np.concatenate([np.zeros(0, dtype=kind), *chunks])
    if not pa.types.is_dictionary(column.type):
        raise ValueError(f"a column of {column.type}")
    return [text for chunk in column.chunks for text in _strings(chunk, most_bytes)]


def _strings(chunk: Any, most_bytes: int) -> list[str]:
    """The cells of a dictionary column; equal ones are one string."""
    import pyarrow.compute as pc

    texts = chunk.dictionary.to_pylist()
    lengths = pc.binary_length(chunk.dictionary).to_numpy(zero_copy_only=False).astype(np.int64)
    cells = chunk.indices.to_numpy(zero_copy_only=False)
    if len(cells) and lengths[cells].sum() > most_bytes:
        raise ValueError(f"texts of {lengths[cells].sum():,} bytes, expected at most {most_bytes:,}")
    return [texts[cell] for cell in cells.tolist()]
