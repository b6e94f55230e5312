"""Tables of texts: CSV, TSV, JSON Lines, Parquet, a folder of classes, or standard input.

source = read_source("reviews.csv", SourceSettings())
source.texts[0], source.labels[0]

for batch in iter_rows("large.csv", SourceSettings(), batch_rows=2048):      # never the whole file at once
    ...
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.columns import Columns, choose_columns
from imdbnlp.data.compression import check_local_file, open_bytes
from imdbnlp.data.delimited import delimited_rows, known_encoding, stem_suffix
from imdbnlp.data.folder import folder_rows, is_text_folder
from imdbnlp.data.labels import check_unlabelled, clean_labels
from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.storage.files import sha256_file

__all__ = ["RowStream", "Source", "SourceSettings", "iter_rows", "read_source", "source_digest"]

_FORMATS = {".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}


@dataclass(frozen=True)
class Source:
    """What a file holds.  rows: (texts,) position of each text among the file's data records, from 0."""

    path: str
    texts: list[str]
    labels: list[str] | None
    ids: list[str] | None
    splits: list[str] | None
    rows: NDArray[np.int64]
    text_column: str
    label_column: str | None


@dataclass(frozen=True)
class RowStream:
    """Batches of records with all their columns, in order.  chosen: which columns hold what."""

    columns: list[str]
    chosen: Columns
    batches: Iterator[list[list[str]]]

    @property
    def text_index(self) -> int:
        return self.chosen.text

    def __iter__(self) -> Iterator[list[list[str]]]:
        return self.batches


def iter_rows(
    path: str, settings: SourceSettings, batch_rows: int, labelled: bool = False, reporter: Reporter = SILENT
) -> RowStream:
    """Open a table and read its header.  No row is dropped, changed or moved.

    Raises UsageError for what cannot be opened, DataError for what cannot be read as a table of texts.
    """
    known_encoding(settings.encoding)
    rows = _rows(path, settings)
    header = next(rows)
    columns = [name.strip() for name in header]
    if columns != header:
        reporter.warn(f"{path}: spaces around column names were removed")
    chosen = choose_columns(columns, settings, path, labelled)
    return RowStream(columns, chosen, iter(lambda: list(islice(rows, batch_rows)), []))


def read_source(path: str, settings: SourceSettings, *, labelled: bool = True, reporter: Reporter = SILENT) -> Source:
    """Read a whole table.  labelled=False: a label column is not needed, and passed over.

    Raises UsageError, or DataError naming the record; warns of what was changed or is suspicious.
    """
    before = _state(path)
    stream = iter_rows(path, settings, 4096, labelled, reporter)
    chosen = stream.chosen
    texts: list[str] = []
    others: dict[str, list[str]] = {name: [] for name in ("label", "id", "split") if getattr(chosen, name) is not None}
    with reporter.stage("read", None, "rows") as advance:
        for batch in stream:
            texts += [row[chosen.text] for row in batch]
            for name, values in others.items():
                place = getattr(chosen, name)
                values += [row[place] for row in batch]
            advance(len(batch))
    if _state(path) != before:
        raise DataError(f"{path} was changed while it was read", hint="try again when nobody writes to it")
    return _source(path, settings, stream, _clean_texts(texts, path, reporter), others, reporter)


def _source(
    path: str, settings: SourceSettings, stream: RowStream, texts: list[str], others: dict[str, list[str]],
    reporter: Reporter,
) -> Source:  # fmt: skip
    rows = np.arange(len(texts), dtype=np.int64)
    labels = others.get("label")
    if labels is not None:
        labels = clean_labels(labels, settings, path, reporter)
        check_unlabelled(labels, settings, path)
        rows = np.flatnonzero(np.fromiter(map(bool, labels), bool, len(labels))).astype(np.int64)
    if len(rows) < len(texts):
        reporter.warn(f"{path}: {len(texts) - len(rows)} row(s) without a label were dropped")

    def kept(values: list[str] | None) -> list[str] | None:
        return values if values is None or len(rows) == len(values) else [values[row] for row in rows]

    label_index = stream.chosen.label
    label_column = stream.columns[label_index] if label_index is not None else None
    return Source(
        path, kept(texts) or [], kept(labels), kept(others.get("id")), kept(others.get("split")), rows,
        stream.columns[stream.chosen.text], label_column,
    )  # fmt: skip


def _clean_texts(texts: list[str], path: str, reporter: Reporter) -> list[str]:
    """Replace what no text may hold, and count what is missing."""
    with_nul = [row for row, text in enumerate(texts) if "\0" in text]
    for row in with_nul:
        texts[row] = texts[row].replace("\0", " ")
    if with_nul:
        reporter.warn(f"{path}: NUL characters in {len(with_nul)} text(s) were replaced by spaces")
    broken = [row for row, text in enumerate(texts) if not text.isascii() and _has_surrogate(text)]
    for row in broken:
        texts[row] = texts[row].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if broken:
        reporter.warn(f"{path}: halves of characters in {len(broken)} text(s) were replaced by U+FFFD")
    empty = sum(not text.strip() for text in texts)
    if empty:
        reporter.warn(f"{path}: {empty} text(s) are empty")
    return texts


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _rows(path: str, settings: SourceSettings) -> Iterator[list[str]]:
    """The header, then every record, whatever the format."""
    kind = _format(path, settings)
    if kind == "folder":
        yield from folder_rows(Path(path))
    elif kind == "parquet":
        yield from _parquet_rows(path)
    else:
        read: Callable[..., Iterator[list[str]]] = _json_rows if kind == "jsonl" else delimited_rows
        with open_bytes(path) as stream:
            yield from read(stream, settings, path)


def _format(path: str, settings: SourceSettings) -> str:
    if settings.format != "auto":
        return settings.format
    if path != "-" and "://" not in path and is_text_folder(Path(path)):
        return "folder"
    return _FORMATS.get(stem_suffix(path), "csv")


def _json_rows(stream: Any, settings: SourceSettings, path: str) -> Iterator[list[str]]:
    """One object a line; the first one's keys are the columns, which every other must have."""
    import io

    lines = io.TextIOWrapper(io.BufferedReader(stream, 1 << 20), encoding=settings.encoding, errors="strict")
    columns: list[str] = []
    record = 0
    try:
        for line in lines:
            if not line.strip():
                continue
            record += 1
            values = _json_object(line, record, path)
            if not columns:
                columns = list(values)
                yield columns
            if set(values) != set(columns):
                raise DataError(
                    f"{path}, record {record}: the keys are {', '.join(values)[:80]}",
                    hint=f"every line needs the keys of the first: {', '.join(columns)[:80]}",
                )
            yield [_as_text(values[name]) for name in columns]
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}, after record {record}: not {settings.encoding}: {error.reason}", hint="try --encoding"
        ) from None
    if not columns:
        raise DataError(f"{path} is empty", hint="expected one JSON object a line")


def _json_object(line: str, record: int, path: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}, record {record}: no JSON: {error}", hint="expected one JSON object a line") from None
    if not isinstance(values, dict):
        raise DataError(
            f"{path}, record {record}: {type(values).__name__}, expected an object", hint="one JSON object a line"
        )
    return values


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parquet_rows(path: str) -> Iterator[list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_local_file(path)
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        columns = list(file.schema_arrow.names)
        yield columns
        for batch in file.iter_batches(4096):
            yield from (list(row) for row in zip(*(_texts_of(column) for column in batch.columns), strict=True))
    except (pa.ArrowException, OSError) as error:
        raise DataError(
            f"{path} is no whole Parquet file: {str(error).splitlines()[0]}", hint="fetch it again"
        ) from None


def _texts_of(column: Any) -> list[str]:
    return [
        _as_text(value) if not isinstance(value, bytes) else value.decode("utf-8", "replace")
        for value in column.to_pylist()
    ]


def _state(path: str) -> tuple[int, int] | None:
    """Size and time of a file, to see whether it was written to."""
    if path == "-" or Path(path).is_dir() or not Path(path).exists():
        return None
    status = Path(path).stat()
    return status.st_size, status.st_mtime_ns


def source_digest(path: str) -> str:
    """The sha256 of a source's bytes as they lie on the disk.  Raises UsageError if it cannot be read."""
    if "://" not in path and Path(path).is_dir():
        digest = hashlib.sha256()
        for file in sorted(Path(path).rglob("*.txt")):
            digest.update(f"{file.relative_to(path)}\0{sha256_file(file)}\n".encode())
        return digest.hexdigest()
    return sha256_file(check_local_file(path))
