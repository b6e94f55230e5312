"""Parquet files as batches of typed rows.

table = ParquetTable("reviews.parquet")
table.columns
for batch in table.batches(2048):           # fewer rows at a time where they are large
    batch.texts(0)

Strings stay dictionary-encoded from the file to the batch, so a value that is repeated in a million rows is held once.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.arrow_values import plain_values
from imdbnlp.sources.compression import Digest, check_local_file, check_size
from imdbnlp.sources.rows import Batch
from imdbnlp.sources.values import as_text, json_text

_BATCH_BYTES = 16 << 20
_STRINGS = ("STRING", "NONE")


class ParquetTable:
    """A Parquet file.  digest: is given its bytes, once all rows have been read.

    Raises UsageError if it cannot be opened; DataError if it is damaged or encrypted, or if what is used of it as text
    is far more than its size can plausibly contain.
    """

    def __init__(self, path: str, digest: Digest | None = None) -> None:
        if path == "-":
            raise UsageError("Parquet cannot be read from standard input", hint="give the name of the file")
        self._path, self._digest = path, digest
        self._packed_bytes = check_local_file(path).stat().st_size
        with self._opened() as file:
            self._schema = file.schema_arrow
            self._repeated = _strings(file)
        self.columns = list(self._schema.names)

    @contextmanager
    def _opened(self, repeated: Sequence[str] | None = None) -> Iterator[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            with pq.ParquetFile(self._path, read_dictionary=repeated, page_checksum_verification=True) as file:
                yield file
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _unreadable(error, self._path) from None

    def batches(self, batch_rows: int, places: Sequence[int] | None = None) -> Iterator[Batch]:
        names = self._names(places)
        written, n_before = _WrittenOut(self._check_size), 0
        with self._opened(self._repeated) as file:
            for group in range(file.num_row_groups):
                rows = self._rows_at_once(file.metadata.row_group(group), names or self.columns, batch_rows)
                for read in file.iter_batches(rows, [group], names, use_threads=False):
                    for piece in _pieces(read, self._check_size):
                        yield ParquetBatch(self._path, piece, self.columns, n_before, written)
                        n_before += piece.num_rows
        self._hash()

    def _names(self, places: Sequence[int] | None) -> list[str] | None:
        """The columns that are read; None for all of them, which also holds if two columns have the same name."""
        unique = len(set(self.columns)) == len(self.columns)
        return None if places is None or not unique else [self.columns[place] for place in places]

    def _rows_at_once(self, group: Any, names: Sequence[str], batch_rows: int) -> int:
        """How many rows of the group to read at a time.  Raises DataError if they cannot be in such a small file."""
        stored = map(group.column, range(group.num_columns))
        size = sum(column.total_uncompressed_size for column in stored if _is_in(column.path_in_schema, names))
        self._check_size(size)
        return max(1, min(batch_rows, _BATCH_BYTES * group.num_rows // max(1, size)))

    def _check_size(self, n_bytes: int) -> None:
        check_size(self._path, n_bytes, self._packed_bytes)

    def schema(self) -> Any:
        return self._schema

    def _hash(self) -> None:
        with open(self._path, "rb") as file:
            while self._digest is not None and (data := file.read(1 << 20)):
                self._digest.update(data)


class _WrittenOut:
    """Counts the bytes of values as text.  check: is given the sum so far."""

    def __init__(self, check: Callable[[int], None]) -> None:
        self._check, self._n_bytes = check, 0.0

    def count(self, *columns: Any) -> None:
        """Add the values of these columns, repeated ones each time, before they are used."""
        self._n_bytes += sum(float(_row_bytes(column).sum()) for column in columns)
        self._check(int(self._n_bytes))


class ParquetBatch:
    """Rows of some columns.  columns: the names of all columns of the table.  n_before: rows before these."""

    def __init__(self, path: str, rows: Any, columns: Sequence[str], n_before: int, written: _WrittenOut) -> None:
        self._path, self._rows, self._columns = path, rows, columns
        self._n_before, self._written = n_before, written

    def __len__(self) -> int:
        return int(self._rows.num_rows)

    def texts(self, place: int) -> list[str]:
        """As for every batch.  Raises DataError for bytes that are not UTF-8."""
        whole = self._rows.num_columns == len(self._columns)
        column = self._rows.column(place if whole else self._columns[place])
        self._check_text(column, self._columns[place])
        self._written.count(column)
        return [as_text(value) for value in plain_values(column)]

    def _check_text(self, column: Any, name: str) -> None:
        import pyarrow as pa
        import pyarrow.types as pt

        values = column.dictionary if isinstance(column, pa.DictionaryArray) else column
        if not (pt.is_binary(values.type) or pt.is_large_binary(values.type)):
            return
        for row, value in enumerate(column.to_pylist(), start=self._n_before + 1):
            try:
                (value or b"").decode()
            except UnicodeDecodeError as error:
                raise DataError(
                    f"{self._path}, record {row}, column {name!r}: not utf-8 at byte {error.start}: {error.reason}",
                    hint="store the column as text",
                ) from None

    def cells(self) -> list[list[str]]:
        self._written.count(*self._rows.columns)
        columns = [[as_text(value) for value in plain_values(column)] for column in self._rows.columns]
        return [list(row) for row in zip(*columns, strict=True)]

    def objects(self) -> list[str]:
        self._written.count(*self._rows.columns)
        columns = [plain_values(column) for column in self._rows.columns]
        names = self._rows.schema.names
        return [json_text(dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]

    def arrow(self, schema: Any) -> Any:
        import pyarrow as pa

        columns = zip(self._rows.columns, schema, strict=True)
        return pa.RecordBatch.from_arrays([_typed(column, field.type) for column, field in columns], schema=schema)


def _strings(file: Any) -> list[str]:
    """The stored columns of text that are read as dictionaries, and can be cast back.

    Arrow gathers a dictionary for a whole row group, so that only small ones, as repeated values make them, are of use.
    """
    views = [field.name for field in file.schema_arrow if "view" in str(field.type)]
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    return [
        column.path
        for place, column in enumerate(map(file.schema.column, range(len(file.schema))))
        if column.physical_type == "BYTE_ARRAY"
        and column.logical_type.type in _STRINGS
        and not _is_in(column.path, views)
        and all(group.column(place).total_uncompressed_size <= _BATCH_BYTES for group in groups)
    ]


def _typed(column: Any, kind: Any) -> Any:
    """The column in the type that it has in the file; it may have been read as a dictionary."""
    return column if column.type == kind else column.cast(kind)


def _is_in(path: str, names: Sequence[str]) -> bool:
    """Whether a stored column belongs to one of these columns; lists and structs are stored as several."""
    return any(path == name or path.startswith(f"{name}.") for name in names)


def _pieces(rows: Any, check: Callable[[int], None]) -> Iterator[Any]:
    """The rows in slices that stay small with repeated values written out.

    check: is given the size of a single row before it is used.
    """
    ends = np.cumsum(sum((_row_bytes(column) for column in rows.columns), np.zeros(rows.num_rows)))
    start, before = 0, 0.0
    while start < rows.num_rows:
        check(int(ends[start] - before))
        stop = max(start + 1, int(np.searchsorted(ends, before + _BATCH_BYTES, side="right")))
        yield rows.slice(start, stop - start)
        start, before = stop, float(ends[stop - 1])


def _row_bytes(array: Any) -> NDArray[np.float64]:
    """(rows,) bytes of each value, repeated ones written out."""
    import pyarrow.compute as pc
    import pyarrow.types as pt

    kind = array.type
    if pt.is_dictionary(kind):
        sizes = np.append(_row_bytes(array.dictionary), 0)
        return sizes[array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)]
    if pt.is_list(kind) or pt.is_large_list(kind):
        ends = np.append(0, np.cumsum(_row_bytes(array.values)))
        return np.diff(ends[array.offsets.to_numpy()])
    if pt.is_struct(kind):
        return sum(map(_row_bytes, array.flatten()), np.zeros(len(array)))
    if pt.is_string(kind) or pt.is_large_string(kind) or pt.is_binary(kind) or pt.is_large_binary(kind):
        return np.asarray(pc.binary_length(array).fill_null(0), dtype=np.float64)
    return np.full(len(array), array.nbytes / max(1, len(array)))


def _unreadable(error: Exception, path: str) -> DataError:
    found = next(iter(str(error).splitlines()), type(error).__name__)
    if "encrypt" in found.lower() or "decrypt" in found.lower():
        return DataError(f"{path} is an encrypted Parquet file", hint="store it without encryption")
    if isinstance(error, NotImplementedError):
        return DataError(f"{path} has a column that cannot be read: {found}", hint="store the column as text")
    return DataError(f"{path} is not a complete Parquet file: {found}", hint="download it again")
