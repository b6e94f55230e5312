"""JSON, lines, arrays and tables on disk, in formats that cannot hold code.

    write_table(path, {"row": np.arange(2), "text": ["good", "bad"]})
    read_table(path)["text"]           # ['good', 'bad']

Whoever reads has verified the checksums; what is still wrong is an ArtefactError that names the file.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError

_NUMBERS = {"int32": np.int32, "int64": np.int64, "float": np.float32, "double": np.float64}
_ROWS_TOGETHER = 4096  # of a table: what is read to get at one cell
_REMEDY = "make it again with --force, or restore it from a copy"


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what a parser says of a bad file into one error."""
    try:
        yield
    except FileNotFoundError:
        raise ArtefactError(f"{path} is missing", hint=_REMEDY) from None
    except (ValueError, EOFError, KeyError, RecursionError) as error:
        found = " ".join(str(error).split())[:200]
        raise ArtefactError(f"{path} is damaged: {found}", hint=_REMEDY) from None


def write_json(path: Path, value: Any) -> None:
    """Write JSON values; NaN and infinity are refused."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    with _reading(path):
        return json.loads(path.read_text(encoding="utf-8"))


def write_lines(path: Path, lines: Sequence[str]) -> None:
    """Write one string a line.  Raises ValueError if one of them holds a line feed."""
    text = "\n".join(lines)
    if text.count("\n") != max(0, len(lines) - 1):
        raise ValueError(f"{path}: a line feed inside a line")
    path.write_bytes((text + "\n" if lines else "").encode())


def read_lines(path: Path) -> list[str]:
    """Read what write_lines wrote."""
    with _reading(path):
        text = path.read_bytes().decode()
    return text.removesuffix("\n").split("\n") if text else []


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write one array as .npy.  Raises ValueError for objects.

    Not by np.save: the last bytes that it writes may be lost on a full disk without an error.
    """
    if array.dtype.hasobject:
        raise ValueError(f"{path}: arrays of Python objects are not stored")
    array = np.asarray(array, order="C")
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(array))
        file.write(array.data)


def read_array(path: Path, mmap: bool = False) -> NDArray[Any]:
    """Read one .npy array.  mmap: leave it on disk until its parts are used."""
    with _reading(path):
        if mmap:
            array: NDArray[Any] = np.lib.format.open_memmap(path, mode="r")
            return array
        with path.open("rb") as file:
            return np.lib.format.read_array(file, allow_pickle=False)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write several named arrays as one .npz."""
    if any(array.dtype.hasobject for array in arrays.values()):
        raise ValueError(f"{path}: arrays of Python objects are not stored")
    np.savez(path, **arrays)  # type: ignore[arg-type]


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read all arrays of an .npz."""
    from zipfile import BadZipFile

    with _reading(path):
        try:
            with np.load(path, allow_pickle=False) as archive:
                return {name: archive[name] for name in archive.files}
        except BadZipFile as error:
            raise ValueError(str(error)) from None


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
    with _reading(path):
        table = _arrow_table(path, columns)
        return {name: _plain(table.column(name)) for name in table.column_names}


def read_strings(path: Path, column: str, rows: Sequence[int] | NDArray[np.integer]) -> list[str]:
    """Read a few cells of a column of strings, in the order of `rows`, and no more of the file than is needed."""
    import pyarrow.parquet as pq

    with _reading(path), _as_value_error(), pq.ParquetFile(path, page_checksum_verification=True) as file:
        sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
        first = np.concatenate([[0], np.cumsum(sizes)])
        groups = np.searchsorted(first, rows, side="right") - 1
        read = {
            group: file.read_row_group(group, [column], use_threads=False)[column] for group in set(groups.tolist())
        }
        return [str(read[group][int(row - first[group])]) for group, row in zip(groups.tolist(), rows, strict=True)]


def _arrow_table(path: Path, columns: Sequence[str] | None) -> Any:
    import pyarrow.parquet as pq

    names = list(columns) if columns is not None else None
    with _as_value_error():
        return pq.read_table(path, columns=names, page_checksum_verification=True, use_threads=False)


@contextmanager
def _as_value_error() -> Iterator[None]:
    """Arrow calls damage an OSError."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(str(error)) from None


def _plain(column: Any) -> Any:
    """A list of strings or an array of numbers, without a detour through pandas."""
    kind = _NUMBERS.get(str(column.type))
    if kind is None:
        return column.to_pylist()
    chunks = [
        np.frombuffer(chunk.buffers()[1], dtype=kind)[chunk.offset : chunk.offset + len(chunk)]
        for chunk in column.chunks
    ]
    return np.concatenate([np.zeros(0, dtype=kind), *chunks])


def sha256_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
