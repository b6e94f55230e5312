"""Rows of a file with answers behind them, as lines of text: CSV, TSV or JSON Lines.

write = writer_of("csv", escape=False)
write(columns, [["Good.", "pos"]])          # 'Good.,pos\n'
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from imdbnlp.errors import UsageError
from imdbnlp.settings import Field, Settings
from imdbnlp.storage.output import is_regular

OutputFormat = Literal["csv", "tsv", "jsonl"]
_FORMATS: dict[str, OutputFormat] = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}


class OutputSettings(Settings):
    """Where rows go, and how they are written."""

    output: str = Field("-", description="File to write: .csv, .tsv or .jsonl; - for standard output.")
    output_format: OutputFormat | None = Field(
        None, description="Format of the output; by default that of the file's name, or csv."
    )
    escape_formulas: bool = Field(False, description="Put ' before cells that a spreadsheet would run as formulas.")


def format_of(options: OutputSettings) -> OutputFormat:
    """As told, else by the name of the output.  Raises UsageError for a name of another format."""
    if options.output_format:
        return options.output_format
    if not is_regular(options.output):
        return "csv"
    suffix = Path(options.output).suffix.lower()
    if suffix not in _FORMATS:
        raise UsageError(
            f"--output {options.output}: no format has the ending '{suffix}'",
            hint="use .csv, .tsv or .jsonl, or give --output-format",
        )
    return _FORMATS[suffix]


def free_names(taken: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """The wanted column names, with a mark where the file has such a column already."""
    used = set(taken)
    return [name if name not in used else f"{name} (imdbnlp)" for name in wanted]


def writer_of(kind: OutputFormat, escape: bool) -> Callable[[Sequence[str], Sequence[Sequence[Any]]], str]:
    """A function of column names and rows that gives lines of text."""
    if kind == "jsonl":
        return lambda columns, rows: "".join(
            json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) + "\n" for row in rows
        )

    def write(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter="\t" if kind == "tsv" else ",", lineterminator="\n")
        writer.writerows([[_harmless(cell) for cell in row] for row in rows] if escape else rows)
        return buffer.getvalue()

    return write


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
