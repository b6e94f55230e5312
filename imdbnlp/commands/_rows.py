"""Rows of a table with new columns behind them, written as CSV, TSV, JSON Lines or Parquet.

new = NewColumns.beside(rows.columns, {"prediction": str, "probability": float})
row_lines(rows, new, predicted, "csv", escape=False)      # 'text,prediction,probability\\n', 'Good.,pos,0.9\\n', …

A column of the table keeps its values and, where the format has them, its types: Parquet to Parquet and JSON to JSON
change nothing.  CSV holds text alone: null is empty, lists and objects are JSON, dates and times ISO 8601.  JSON Lines
holds Parquet's dates, times and bytes as strings and NaN as null.  Parquet holds CSV's columns as strings, and JSON's
as the types of sources/json_types.py.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from pathlib import Path
from typing import IO, Any, Literal

from imdbnlp.errors import DataError, UsageError
from imdbnlp.settings import Field, Settings
from imdbnlp.sources.rows import Batch
from imdbnlp.sources.tables import RowStream
from imdbnlp.storage.output import is_regular, is_standard_output, replacing

OutputFormat = Literal["csv", "tsv", "jsonl", "parquet"]
Values = Sequence[Sequence[Any]]
"""(new columns, rows) strings, numbers, or true and false."""
Predicted = Iterable[tuple[Batch, Values]]

_FORMATS: dict[str, OutputFormat] = {
    ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet",
}  # fmt: skip
_ROW_GROUP_BYTES, _ROW_GROUP_ROWS = 32 << 20, 1 << 16
_OF_OTHER_COLUMNS = b"huggingface"  # metadata that lists the columns, and is wrong once there are more


class OutputSettings(Settings):
    """Where rows go, and how they are written."""

    output: str = Field("-", description="File to write: .csv, .tsv, .jsonl or .parquet; - for standard output.")
    output_format: OutputFormat | None = Field(
        None, description="Format of the output; by default that of the file's name, or csv."
    )
    escape_formulas: bool = Field(False, description="Put ' before cells that a spreadsheet would run as formulas.")


def format_of(options: OutputSettings) -> OutputFormat:
    """As given, else by the name of the output.  Raises UsageError for a name of another format."""
    if options.output_format == "parquet" and not is_regular(options.output):
        where = "standard output" if is_standard_output(options.output) else f"{options.output}, which is not a file"
        raise UsageError(f"Parquet cannot be written to {where}", hint="use --output FILE.parquet")
    if options.output_format:
        return options.output_format
    if not is_regular(options.output):
        return "csv"
    suffix = Path(options.output).suffix.lower()
    if suffix not in _FORMATS:
        raise UsageError(
            f"--output {options.output}: no format has the ending '{suffix}'",
            hint="use .csv, .tsv, .jsonl or .parquet, or give --output-format",
        )
    return _FORMATS[suffix]


@dataclass(frozen=True)
class NewColumns:
    """Names of columns and the type of their values: str, float or bool."""

    types: dict[str, type]

    @classmethod
    def beside(cls, taken: Iterable[str], wanted: dict[str, type]) -> "NewColumns":
        """The wanted columns, with a mark at the name of each that the table has already."""
        used, types = set(taken), {}
        for name, kind in wanted.items():
            free, number = name, 1
            while free in used:
                free = f"{name} (imdbnlp)" if number == 1 else f"{name} (imdbnlp {number})"
                number += 1
            types[free] = kind
        return cls(types)

    @property
    def names(self) -> list[str]:
        return list(self.types)


def check_names(columns: Sequence[str], kind: OutputFormat, source: str) -> None:
    """Raise DataError if the format holds one value for a name, and the table has two columns of that name."""
    if kind in ("csv", "tsv"):
        return
    name = next((name for name in columns if columns.count(name) > 1), None)
    if name is not None:
        raise DataError(
            f"{source} has {columns.count(name)} columns named '{name}'; {kind} holds one value for a name",
            hint="rename all but one, or write .csv",
        )


def row_lines(
    columns: Sequence[str], new: NewColumns, predicted: Predicted, kind: OutputFormat, escape: bool
) -> Iterator[str]:
    """The header, if the format has one, and the rows of each batch with their new values, as text."""
    if kind == "jsonl":
        for batch, values in predicted:
            yield _json_lines(batch, new.names, values)
        return
    delimiter = "\t" if kind == "tsv" else ","
    yield _delimited([[*columns, *new.names]], delimiter, escape)
    for batch, values in predicted:
        added = zip(*map(_csv_cells, values), strict=True)
        yield _delimited([[*row, *more] for row, more in zip(batch.cells(), added, strict=True)], delimiter, escape)


def write_rows(
    path: Path, rows: RowStream, new: NewColumns, predicted: Predicted, kind: OutputFormat, escape: bool
) -> None:
    """Write the rows to a file, whole or not at all."""
    if kind == "parquet":
        with replacing(path, binary=True) as file:
            _write_parquet(file, rows, new, predicted)
        return
    with replacing(path) as file:
        for text in row_lines(rows.columns, new, predicted, kind, escape):
            file.write(text)


def _delimited(rows: Sequence[Sequence[Any]], delimiter: str, escape: bool) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n")
    writer.writerows([[_harmless(cell) for cell in row] for row in rows] if escape else rows)
    return buffer.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def _csv_cells(values: Sequence[Any]) -> Sequence[Any]:
    return [str(value).lower() for value in values] if values and isinstance(values[0], bool) else values


def _json_lines(batch: Batch, names: Sequence[str], values: Values) -> str:
    """The objects, each with the new keys behind its own."""
    keys = [f"{encode_basestring(name)}: " for name in names]
    added = [
        ", ".join([key + text for key, text in zip(keys, row, strict=True)])
        for row in zip(*map(_json_cells, values), strict=True)
    ]
    return "".join(
        [
            f"{text[:-1]}{', ' if text[1:-1].strip() else ''}{more}}}\n"
            for text, more in zip(batch.objects(), added, strict=True)
        ]
    )


def _json_cells(values: Sequence[Any]) -> list[str]:
    """Texts, numbers and truth values as JSON; None as null."""
    if any(isinstance(value, str) for value in values):
        return ["null" if value is None else encode_basestring(value) for value in values]
    return ["null" if value is None else str(value).lower() for value in values]


def _write_parquet(file: IO[Any], rows: RowStream, new: NewColumns, predicted: Predicted) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    stored = rows.table.schema()
    types = {str: pa.string(), float: pa.float64(), bool: pa.bool_()}
    added = [pa.field(name, types[kind]) for name, kind in new.types.items()]
    metadata = {key: value for key, value in (stored.metadata or {}).items() if key != _OF_OTHER_COLUMNS}
    schema = pa.schema([*stored, *added], metadata=metadata)
    with pq.ParquetWriter(file, schema) as writer:
        waiting: list[Any] = []
        for batch, values in predicted:
            columns = [pa.array(column, field.type) for column, field in zip(values, added, strict=True)]
            waiting.append(pa.RecordBatch.from_arrays([*batch.arrow(stored).columns, *columns], schema=schema))
            if _is_row_group(waiting):
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        writer.write_table(pa.Table.from_batches(waiting, schema))


def _is_row_group(batches: Sequence[Any]) -> bool:
    """Whether the batches are enough to be written together."""
    return (
        sum(batch.num_rows for batch in batches) >= _ROW_GROUP_ROWS
        or sum(batch.nbytes for batch in batches) >= _ROW_GROUP_BYTES
    )
