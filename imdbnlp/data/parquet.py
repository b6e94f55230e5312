"""Parquet files as rows of text.

rows = parquet_rows("reviews.parquet")
columns = next(rows)
"""

from collections.abc import Iterator
from typing import Any

from imdbnlp.data.compression import Digest, check_local_file, check_size
from imdbnlp.data.json_lines import as_text
from imdbnlp.errors import DataError, UsageError

_BATCH_ROWS = 4096


def parquet_rows(path: str, digest: Digest | None = None) -> Iterator[list[str]]:
    """The names of the columns, then every row.  digest: is given the bytes of the file.

    Raises UsageError if it cannot be opened, DataError if it is damaged or holds bytes that are no UTF-8.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if path == "-":
        raise UsageError("Parquet cannot be read from standard input", hint="name the file")
    packed_bytes = check_local_file(path).stat().st_size
    n_rows = n_bytes = 0
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            columns = list(file.schema_arrow.names)
            yield columns
            for batch in file.iter_batches(_BATCH_ROWS):
                n_bytes += batch.nbytes
                check_size(path, n_bytes, packed_bytes)
                named = zip(columns, batch.columns, strict=True)
                texts = [_texts(column, name, n_rows, path) for name, column in named]
                yield from (list(row) for row in zip(*texts, strict=True))
                n_rows += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        found = next(iter(str(error).splitlines()), type(error).__name__)
        raise DataError(f"{path} is no whole Parquet file: {found}", hint="fetch it again") from None
    _hash(path, digest)


def _texts(column: Any, name: str, n_before: int, path: str) -> list[str]:
    """(rows,) the values of a column as text."""
    texts = []
    for row, value in enumerate(column.to_pylist(), start=n_before + 1):
        try:
            texts.append(value.decode() if isinstance(value, bytes) else as_text(value))
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path}, record {row}, column {name!r}: not utf-8 at byte {error.start}: {error.reason}",
                hint="write the column again as text",
            ) from None
    return texts


def _hash(path: str, digest: Digest | None) -> None:
    with open(path, "rb") as file:
        while digest is not None and (data := file.read(1 << 20)):
            digest.update(data)
