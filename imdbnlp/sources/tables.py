"""Tables of texts: CSV, TSV, JSON, Parquet, plain lines, a folder of classes, or standard input.

source = read_source("reviews.csv", SourceSettings())
source.texts[0], source.labels[0]

for batch in iter_rows("large.csv", SourceSettings(), batch_rows=2048):      # never the whole file at once
    batch.texts(0), batch.cells(), batch.objects()                           # see sources/rows.py
"""

import hashlib
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import flag
from imdbnlp.sources.columns import SAMPLE_ROWS, Columns, choose_columns, sample_is_needed, with_default_columns
from imdbnlp.sources.compression import PACKINGS, Digest, GuardedStream, check_local_file, open_bytes
from imdbnlp.sources.decode import known_encoding
from imdbnlp.sources.delimited import delimited_rows, delimiter_of, stem_suffix
from imdbnlp.sources.fasttext_lines import fasttext_rows
from imdbnlp.sources.folder import (
    LABEL_COLUMN,
    SPLIT_COLUMN,
    TEXT_COLUMN,
    UNLABELLED_FOLDER,
    folder_digest,
    folder_rows,
    passed_over,
)
from imdbnlp.sources.json_table import JsonTable
from imdbnlp.sources.labels import clean_labels
from imdbnlp.sources.lines import LineTable, content_format, line_rows
from imdbnlp.sources.parquet import ParquetTable
from imdbnlp.sources.rows import Batch, RowTable, TextTable
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import NAME
from imdbnlp.sources.unclosed_quotes import UnclosedQuoteDetector
from imdbnlp.storage.files import sha256_file

__all__ = [
    "RowStream", "Source", "SourceSettings", "check_table_options", "format_of_source",
    "iter_rows", "open_table", "read_source", "shown_path", "source_digest",
    "unchanged", "without_nul",
]  # fmt: skip

_FORMATS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet", ".csv": "csv", ".tsv": "tsv",
    ".tab": "tsv",
}  # fmt: skip
_READ_AS = {
    "lines": "read as one text a line (for a table: --format csv)",
    "jsonl": "read as JSON objects (for plain lines: --format lines)",
    "csv": "read as CSV (for plain lines: --format lines)",
    "tsv": "read as TSV (for plain lines: --format lines)",
}
_BATCH_ROWS = 4096
_MIN_MAX_ROWS, _MIN_PACKED_BYTES_OF_A_ROW = 2_000_000, 10
_SAMPLE_CHARACTERS = 8 << 20
Values = TypeVar("Values", list[str], list[str] | None)


@dataclass(frozen=True)
class Source:
    """What a file holds.

    rows: (texts,) position of each text among the file's data records, from 0.  n_records: how many there are, with
    those that were dropped for want of a label.  sha256: of the bytes that were read.
    """

    path: str
    texts: list[str]
    labels: list[str] | None
    ids: list[str] | None
    splits: list[str] | None
    rows: NDArray[np.int64]
    text_column: str
    label_column: str | None
    n_records: int
    sha256: str


@dataclass(frozen=True)
class RowStream:
    """Batches of records, in order.  columns: their names.  chosen: which columns hold what.

    batches: with all columns, or only with the chosen ones.
    """

    table: RowTable
    columns: list[str]
    chosen: Columns
    batches: Iterator[Batch]

    @property
    def is_lines(self) -> bool:
        """Whether the source is plain lines, not a table."""
        return isinstance(self.table, LineTable)

    @property
    def text_index(self) -> int:
        return self.chosen.text

    @property
    def text_column(self) -> str:
        return self.columns[self.chosen.text]

    @property
    def label_column(self) -> str | None:
        return self.columns[self.chosen.label] if self.chosen.label is not None else None

    def __iter__(self) -> Iterator[Batch]:
        return self.batches


def iter_rows(
    path: str, settings: SourceSettings, batch_rows: int, labelled: bool = False, reporter: Reporter = SILENT,
    digest: Digest | None = None, default_columns: Mapping[str, str] | None = None, *, whole: bool = True,
    lines: str | None = None,
) -> RowStream:  # fmt: skip
    """Open a table and read its header.  No row is dropped, changed or moved.

    digest: is given the file's bytes.  default_columns: names of columns that are taken where the settings name none.
    whole: whether columns that are not chosen are read, too.  lines: what to call the column of plain lines, which a
    file whose name does not tell its format, or standard input, may hold, see sources/lines.py; None: it is a table.
    A column that stands alone holds the texts.
    Raises UsageError for what cannot be opened, DataError for what cannot be read as a table of texts.
    """
    default_columns = default_columns or {}
    names = [default_columns["text_column"]] if "text_column" in default_columns else []
    name = shown_path(path)
    table, columns = open_table(path, settings, labelled, reporter, digest, names if lines else None, lines or "text")
    if format_of_source(path, settings) == "folder":
        settings = settings.model_copy(update=_folder_columns(columns, labelled))
    else:
        settings = with_default_columns(settings, default_columns, columns, name, labelled)
    if not sample_is_needed(settings, labelled):
        chosen = choose_columns(columns, settings, name, labelled, [], reporter)
        places = [place for place in (chosen.text, chosen.label, chosen.id, chosen.split) if place is not None]
        return RowStream(table, columns, chosen, table.batches(batch_rows, None if whole else places))
    batches = table.batches(batch_rows)
    first, sample = _first_rows(batches)
    chosen = choose_columns(columns, settings, name, labelled, sample, reporter)
    return RowStream(table, columns, chosen, chain(first, batches))


def _folder_columns(columns: list[str], labelled: bool) -> dict[str, str]:
    """What the columns of a folder are called, whatever those of other sources are called."""
    roles = {"text_column": TEXT_COLUMN, "label_column": LABEL_COLUMN} if labelled else {"text_column": TEXT_COLUMN}
    if labelled and SPLIT_COLUMN in columns:
        roles["split_column"] = SPLIT_COLUMN
    return roles


def _first_rows(batches: Iterator[Batch]) -> tuple[list[Batch], list[list[str]]]:
    """The first batches, as long as they are not too large, and their rows, which help to recognise the columns."""
    first: list[Batch] = []
    sample: list[list[str]] = []
    n_characters = 0
    for batch in batches:
        first.append(batch)
        for row in batch.cells()[: SAMPLE_ROWS - len(sample)]:
            if n_characters <= _SAMPLE_CHARACTERS:
                sample.append(row)
                n_characters += sum(map(len, row))
        if len(sample) >= SAMPLE_ROWS or n_characters > _SAMPLE_CHARACTERS:
            break
    return first, sample


def open_table(
    path: str, settings: SourceSettings, labelled: bool, reporter: Reporter, digest: Digest | None,
    text_columns: list[str] | None = None, lines_column: str = "text",
) -> tuple[RowTable, list[str]]:  # fmt: skip
    """A table, and the names of its columns without spaces around them.

    text_columns: names that tell a table from plain lines; None if it cannot be plain lines.  lines_column: the name
    of the column that plain lines make.
    Raises as iter_rows does, but for columns that are missing.
    """
    known_encoding(settings.encoding)
    table = _opened(path, settings, labelled, reporter, digest, text_columns, lines_column)
    columns = [column.strip() for column in table.columns]
    n_padded = sum(column != given for column, given in zip(columns, table.columns, strict=True))
    if n_padded:
        reporter.warn(f"{shown_path(path)}: spaces around {n_padded} column name(s) were removed")
    return table, columns


def read_source(
    path: str, settings: SourceSettings, *, labelled: bool = True, reporter: Reporter = SILENT,
    default_columns: Mapping[str, str] | None = None,
) -> Source:  # fmt: skip
    """Read a whole table.  labelled=False: a label column is not needed, and ignored.  default_columns: as in
    iter_rows.

    Raises UsageError, or DataError naming the record; warns of what was changed or is suspicious.
    """
    name, digest = shown_path(path), hashlib.sha256()
    with unchanged(path):
        stream = iter_rows(path, settings, _BATCH_ROWS, labelled, reporter, digest, default_columns, whole=False)
        merged = _merged_rows(stream, path, settings)
        texts, others = _collect(stream, merged, reporter, path)
    if not texts:
        raise DataError(f"{name} has no rows", hint="is it the right file?")
    if merged:
        merged.check(set(others["label"]), name, reporter)
        _check_header(stream, set(others["label"]), settings, name)
    labels, rows = _labels(others.get("label"), len(texts), settings, name, reporter)
    return Source(
        name, _clean_texts(_kept(texts, rows), name, reporter), _kept(labels, rows), _kept(others.get("id"), rows),
        _kept(others.get("split"), rows), rows, stream.text_column, stream.label_column,
        len(texts), digest.hexdigest(),
    )  # fmt: skip


def _collect(
    stream: RowStream, merged: UnclosedQuoteDetector | None, reporter: Reporter, path: str
) -> tuple[list[str], dict[str, list[str]]]:
    """The texts, and the columns for label, id and split where there are any."""
    texts: list[str] = []
    max_rows = _max_rows(path)
    places = {name: getattr(stream.chosen, name) for name in ("label", "id", "split")}
    others: dict[str, list[str]] = {name: [] for name, place in places.items() if place is not None}
    with reporter.stage("read", None, "rows") as advance:
        for batch in stream:
            if merged:
                merged.see(batch.cells())
            texts += batch.texts(stream.chosen.text)
            if len(texts) > max_rows:
                raise DataError(
                    f"{path} gives more than {max_rows:,.0f} rows, too many for its size",
                    hint="unpack it by hand if that is right",
                )
            for name, values in others.items():
                values += batch.texts(places[name])
            advance(len(batch))
    return texts, others


def _max_rows(path: str) -> float:
    """How many rows may come out of a packed file: tiny ones take far more memory than their bytes."""
    if os.path.isfile(path) and path.lower().endswith(tuple(f".{kind}" for kind in PACKINGS.values())):
        return max(_MIN_MAX_ROWS, os.path.getsize(path) / _MIN_PACKED_BYTES_OF_A_ROW)
    return math.inf


def _kept(values: Values, rows: NDArray[np.int64]) -> Values:
    """The values of these rows; None where there are no values."""
    return values if values is None or len(rows) == len(values) else [values[row] for row in rows]


def _merged_rows(stream: RowStream, path: str, settings: SourceSettings) -> UnclosedQuoteDetector | None:
    if stream.chosen.label is None or format_of_source(path, settings) not in ("csv", "tsv", "auto"):
        return None
    return UnclosedQuoteDetector(len(stream.columns), stream.chosen.label, delimiter_of(settings, path))


def _check_header(stream: RowStream, labels: set[str], settings: SourceSettings, name: str) -> None:
    """Raise DataError if the first row was taken for a header but seems to be data."""
    if settings.label_column is None and not settings.no_header and stream.label_column in labels:
        raise DataError(
            f"{name}: the column of labels is called {stream.label_column!r}, and so is one of its labels",
            hint="--no-header if the first row is data; if it is not, --label-column",
        )


def _labels(
    labels: list[str] | None, n_rows: int, settings: SourceSettings, name: str, reporter: Reporter
) -> tuple[list[str] | None, NDArray[np.int64]]:
    """The cleaned labels, and the rows that have one."""
    if labels is None:
        return None, np.arange(n_rows, dtype=np.int64)
    labels = clean_labels(labels, settings, name, reporter)
    rows = np.flatnonzero(np.fromiter(map(bool, labels), bool, n_rows)).astype(np.int64)
    if len(rows) < n_rows:
        reporter.warn(f"{name}: {n_rows - len(rows)} row(s) without a label were dropped")
    return labels, rows


def _clean_texts(texts: list[str], name: str, reporter: Reporter) -> list[str]:
    """Replace what no text may hold, and count what is missing.  Raises DataError if that is all."""
    texts = without_nul(texts, name, reporter)
    empty = sum(not text or text.isspace() for text in texts)
    if empty == len(texts):
        raise DataError(f"{name}: every text is empty", hint="is --text-column the right one?")
    if empty:
        reporter.warn(f"{name}: {empty} text(s) are empty")
    return texts


def without_nul(texts: list[str], name: str, reporter: Reporter) -> list[str]:
    """The texts, with spaces for NUL characters; says how many held some."""
    n_with_nul = sum("\0" in text for text in texts)
    if not n_with_nul:
        return texts
    reporter.warn(f"{name}: NUL characters in {n_with_nul} text(s) were replaced by spaces")
    return [text.replace("\0", " ") for text in texts]


def _opened(
    path: str, settings: SourceSettings, labelled: bool, reporter: Reporter, digest: Digest | None,
    text_columns: list[str] | None, lines_column: str,
) -> RowTable:  # fmt: skip
    kind = format_of_source(path, settings)
    if kind == "folder":
        _note_unlabelled(Path(path), labelled, reporter)
        if others := passed_over(Path(path), labelled):
            reporter.note(others)
        return TextTable(folder_rows(Path(path), settings.encoding, labelled, digest))
    if kind == "parquet":
        return ParquetTable(path, digest)
    if kind == "jsonl" and path != "-":
        return JsonTable(path, settings, None, reporter, digest)
    with ExitStack() as opening:
        stream = opening.enter_context(open_bytes(path, digest))
        if kind == "auto" and text_columns is not None:
            kind = _recognised(stream, path, settings, text_columns, reporter)
        if kind == "jsonl":  # a file is hashed as this stream is closed
            return JsonTable(path, settings, stream, reporter)
        if kind == "tsv" and settings.format == "auto":
            settings = settings.model_copy(update={"format": "tsv"})
        name = shown_path(path)
        if kind == "fasttext":
            return TextTable(_closing(opening.pop_all(), fasttext_rows(stream, settings, name)))
        if kind == "lines":
            return LineTable(_closing(opening.pop_all(), line_rows(stream, settings, name, lines_column)))
        return TextTable(_closing(opening.pop_all(), delimited_rows(stream, settings, name)))


def _closing(opened: ExitStack, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows; the file that they are read from is closed behind the last."""
    with opened:
        yield from rows


def _recognised(
    stream: GuardedStream, path: str, settings: SourceSettings, text_columns: list[str], reporter: Reporter
) -> str:  # fmt: skip
    """The format by the content; says so unless it is certain."""
    head = stream.peek().decode(settings.encoding, errors="replace").removeprefix("\ufeff")
    kind, certain = content_format(head, settings, text_columns)
    if not certain:
        reporter.note(f"{shown_path(path)}: {_READ_AS[kind]}")
    return kind


def _note_unlabelled(folder: Path, labelled: bool, reporter: Reporter) -> None:
    unlabelled = folder / "train" / UNLABELLED_FOLDER
    if labelled and unlabelled.is_dir():
        reporter.note(f"{unlabelled} holds texts without labels; to read them too: --unlabelled {unlabelled}")


def format_of_source(path: str, settings: SourceSettings) -> str:
    """The format that a source is read as: the given one, else the one of its name."""
    if settings.format != "auto":
        return settings.format
    return "folder" if os.path.isdir(path) else _FORMATS.get(stem_suffix(path), "auto")


_OF_DELIMITED = ("delimiter", "escapechar", "no_quotes", "no_header")
_UNUSED_BY = {
    "jsonl": _OF_DELIMITED, "folder": _OF_DELIMITED, "fasttext": _OF_DELIMITED, "lines": _OF_DELIMITED,
    "parquet": (*_OF_DELIMITED, "encoding"),
}  # fmt: skip


def check_table_options(settings: SourceSettings, paths: Sequence[str]) -> None:
    """Raise UsageError for an option that was given although none of the sources has a format that uses it."""
    formats = sorted({format_of_source(path, settings) for path in paths})
    for name in (*_OF_DELIMITED, "encoding"):
        is_given = getattr(settings, name) != SourceSettings.model_fields[name].default
        if is_given and all(name in _UNUSED_BY.get(one, ()) for one in formats):
            raise UsageError(
                f"{flag(name)} has no meaning for {shown_path(paths[0])}, read as {', '.join(formats)}",
                hint=f"leave {flag(name)} out, or give --format csv",
            )


def shown_path(path: str) -> str:
    """What messages call the source."""
    return NAME if path == "-" else path


@contextmanager
def unchanged(path: str) -> Iterator[None]:
    """Raises DataError if the file was written to, or replaced, in the meantime."""
    before = _state(path)
    yield
    if _state(path) != before:
        raise DataError(f"{shown_path(path)} was changed while it was read", hint="try again when nobody writes to it")


def _state(path: str) -> tuple[int, int, int] | None:
    """Identity, size and time of a file, to see whether it was written to or replaced."""
    if not os.path.isfile(path):
        return None
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


def source_digest(path: str, labelled: bool = True) -> str:
    """The sha256 of a source's bytes as they lie on the disk.  Raises UsageError if it cannot be read.

    Standard input must be one that can be read again.
    """
    if path == "-":
        digest = hashlib.sha256()
        with open_bytes(path, digest) as stream:
            while stream.read1():
                pass
        return digest.hexdigest()
    if os.path.isdir(path):
        return folder_digest(Path(path), labelled)
    return sha256_file(check_local_file(path))
