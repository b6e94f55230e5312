"""Labelled texts: a whole table with its texts, labels, identifiers and splits.

source = read_source("reviews.csv", SourceSettings())
source.texts[0], source.labels[0]
"""

import hashlib
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.compression import PACKINGS
from imdbnlp.sources.integrity import unchanged
from imdbnlp.sources.labels import clean_labels
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.sources.tables import RowStream, iter_rows
from imdbnlp.sources.unclosed_quotes import UnclosedQuoteDetector

_BATCH_ROWS = 4096
_MIN_MAX_ROWS, _MIN_PACKED_BYTES_OF_A_ROW = 2_000_000, 10
Values = TypeVar("Values", list[str], list[str] | None)


@dataclass(frozen=True)
class Source:
    """The content of a file.

    rows: (texts,) position of each text among the file's data records, from 0.  n_records: how many there are,
    including those that were dropped because they have no label.  sha256: of the bytes that were read.
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
        detector = _detector(stream, settings)
        texts, others = _collect(stream, detector, reporter, path)
    if not texts:
        raise DataError(f"{name} has no rows", hint="check that it is the right file")
    if detector:
        detector.check(set(others["label"]), name, reporter)
        _check_header(stream, set(others["label"]), settings, name)
    labels, rows = _labels(others.get("label"), len(texts), settings, name, reporter)
    return Source(
        name, _clean_texts(_kept(texts, rows), name, reporter), _kept(labels, rows), _kept(others.get("id"), rows),
        _kept(others.get("split"), rows), rows, stream.text_column, stream.label_column,
        len(texts), digest.hexdigest(),
    )  # fmt: skip


def _collect(
    stream: RowStream, detector: UnclosedQuoteDetector | None, reporter: Reporter, path: str
) -> tuple[list[str], dict[str, list[str]]]:
    """The texts, and the columns of labels, ids and splits if there are any."""
    texts: list[str] = []
    max_rows = _max_rows(path)
    places = {name: getattr(stream.chosen, name) for name in ("label", "id", "split")}
    others: dict[str, list[str]] = {name: [] for name, place in places.items() if place is not None}
    with reporter.stage("read", None, "rows") as advance:
        for batch in stream:
            if detector:
                detector.see(batch.cells())
            texts += batch.texts(stream.chosen.text)
            if len(texts) > max_rows:
                raise DataError(
                    f"{path} contains more than {max_rows:,.0f} rows, too many for its size",
                    hint="decompress it by hand if that is right",
                )
            for name, values in others.items():
                values += batch.texts(places[name])
            advance(len(batch))
    return texts, others


def _max_rows(path: str) -> float:
    """How many rows a compressed file may contain: tiny rows take far more memory than their bytes."""
    if os.path.isfile(path) and path.lower().endswith(tuple(f".{kind}" for kind in PACKINGS.values())):
        return max(_MIN_MAX_ROWS, os.path.getsize(path) / _MIN_PACKED_BYTES_OF_A_ROW)
    return math.inf


def _kept(values: Values, rows: NDArray[np.int64]) -> Values:
    """The values of these rows; None if there are no values."""
    return values if values is None or len(rows) == len(values) else [values[row] for row in rows]


def _detector(stream: RowStream, settings: SourceSettings) -> UnclosedQuoteDetector | None:
    delimiter = stream.format.delimiter(settings)
    if stream.chosen.label is None or delimiter is None:
        return None
    return UnclosedQuoteDetector(len(stream.columns), stream.chosen.label, delimiter)


def _check_header(stream: RowStream, labels: set[str], settings: SourceSettings, name: str) -> None:
    """Raise DataError if the first row was taken for a header but seems to be data."""
    if settings.label_column is None and not settings.no_header and stream.label_column in labels:
        raise DataError(
            f"{name}: the column of labels is called {stream.label_column!r}, and so is one of its labels",
            hint="use --no-header if the first row is data, else --label-column",
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
    """Replace NUL characters, and warn of empty texts.  Raises DataError if all are empty."""
    texts = without_nul(texts, name, reporter)
    empty = sum(not text or text.isspace() for text in texts)
    if empty == len(texts):
        raise DataError(f"{name}: every text is empty", hint="check --text-column")
    if empty:
        reporter.warn(f"{name}: {empty} text(s) are empty")
    return texts


def without_nul(texts: list[str], name: str, reporter: Reporter) -> list[str]:
    """The texts with NUL characters replaced by spaces; warns of how many contained some."""
    n_with_nul = sum("\0" in text for text in texts)
    if not n_with_nul:
        return texts
    reporter.warn(f"{name}: NUL characters in {n_with_nul} text(s) were replaced by spaces")
    return [text.replace("\0", " ") for text in texts]
