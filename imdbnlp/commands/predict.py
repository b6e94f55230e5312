"""Let a run answer: for a file of any size, or for one text.

One row in, one row out, in the same order and with the same columns, after
which come `prediction` and `probability`.  FILE may be - for standard input.
With --json each row is a JSON object on a line of its own.

Example:

    imdbnlp predict nbsvm-1a2b3c4d reviews.csv --output answers.csv
    imdbnlp predict nbsvm-1a2b3c4d - < reviews.csv
    imdbnlp predict nbsvm-1a2b3c4d --text "A fine film." --top-k 2
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.sources import RowStream, SourceSettings, iter_rows
from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.settings import Field, argument
from imdbnlp.storage.files import replacing
from imdbnlp.workspace.classifier import Classifier
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

OutputFormat = Literal["csv", "tsv", "jsonl"]
_FORMATS: dict[str, OutputFormat] = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_UNREAD_TEXT = "the run knows no word of the text: these are the classes' shares, as weighed in training"
_SHOWN_ROWS = 5


class Options(SourceSettings):
    """Which run, which texts, and what to say about each."""

    run: str = argument(description="Name or folder of the run.")
    file: str | None = argument(None, description="Texts; - for standard input.")
    text: str | None = Field(None, description="One text, in place of a file.")
    top_k: int = Field(1, ge=1, description="Name so many of the likeliest classes.")
    probabilities: bool = Field(False, description="Add a column with the probability of each class.")
    output: str = Field("-", description="Where the rows go: .csv, .tsv or .jsonl; - for standard output.")
    output_format: OutputFormat | None = Field(None, description="Format of the rows; else by the name, else csv.")
    escape_formulas: bool = Field(False, description="Put ' before cells that a spreadsheet would run.")
    batch_size: int = Field(2048, ge=1, description="Texts answered at once.")
    threads: int = Field(2, ge=1, description="Batches answered at once.")


def predict(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Answer one text with a table, or stream a file's rows with the answers behind them."""
    if (options.text is None) == (options.file is None):
        which = "either a FILE or --text" if options.text is None else "a FILE or --text, not both"
        raise UsageError(f"give {which}", hint='imdbnlp predict RUN --text "A fine film."')
    run = workspace.run(options.run)
    if options.text is not None:
        return _answer_text(run.classifier, options.text, options.top_k, reporter)
    assert options.file is not None
    kind = _format_of(options)
    rows = iter_rows(options.file, options.subset(SourceSettings), options.batch_size, usual=run.columns)
    _tell_column(rows, run, reporter)
    lines = _Lines(options, run.classifier, rows)
    if options.output == "-":
        return Result(lines=lines.streamed(kind, reporter), json_lines=lines.streamed("jsonl", reporter))
    n_rows = _write(Path(options.output), lines, kind, reporter)
    return Result(
        tables=[Table("predicted", ["file", "rows"], [(options.output, n_rows)])],
        data={"output": options.output, "rows": n_rows},
    )


def _format_of(options: Options) -> OutputFormat:
    """As told, else by the name of the output.  Raises UsageError for a name of another format."""
    if options.output_format:
        return options.output_format
    if options.output == "-":
        return "csv"
    suffix = Path(options.output).suffix.lower()
    if suffix not in _FORMATS:
        raise UsageError(
            f"--output {options.output}: no format has the ending '{suffix}'",
            hint="use .csv, .tsv or .jsonl, or give --output-format",
        )
    return _FORMATS[suffix]


def _tell_column(rows: RowStream, run: Run, reporter: Reporter) -> None:
    """Say which column is read where it is not the one that the run was trained on."""
    column, usual = rows.columns[rows.text_index], run.columns["text_column"]
    if column != usual:
        reporter.note(f"texts: column '{column}' (the run was trained on '{usual}')")


def _answer_text(classifier: Classifier, text: str, top_k: int, reporter: Reporter) -> Result:
    documents = classifier.read([text])
    probabilities = classifier.probabilities_of(documents)[0]
    unread = bool(classifier.unread(documents)[0])
    if unread:
        reporter.warn(_UNREAD_TEXT)
    order = np.argsort(-probabilities, kind="stable")
    shown = order if top_k == 1 else order[:top_k]
    rows = [(classifier.classes[code], float(probabilities[code])) for code in shown]
    data = {"prediction": rows[0][0], "probability": rows[0][1], "probabilities": dict(rows), "unread": unread}
    return Result(tables=[Table("", ["class", "probability"], rows)], data=data)


class _Lines:
    """The rows of a file with their answers, as lines of text."""

    def __init__(self, options: Options, classifier: Classifier, rows: RowStream) -> None:
        self.options, self.classifier, self.rows = options, classifier, rows
        self.n_rows = 0
        self.unread: list[int] = []  # rows whose text holds nothing that the run knows

    def streamed(self, kind: OutputFormat, reporter: Reporter) -> Iterator[str]:
        """Every line, the header first."""
        write = _writer(kind, self.options.escape_formulas)
        columns = [*self.rows.columns, *_free_names(self.rows.columns, self._new_columns())]
        with reporter.stage("predict", None, "texts") as advance:
            if kind != "jsonl":
                yield write(columns, [columns])
            for batch, (answers, unread) in self._answered():
                yield write(columns, [[*row, *answer] for row, answer in zip(batch, answers, strict=True)])
                self.unread += (np.flatnonzero(unread) + self.n_rows + 1).tolist()
                self.n_rows += len(batch)
                advance(len(batch))
        if self.unread:
            some = ", ".join(map(str, self.unread[:_SHOWN_ROWS])) + (", …" if len(self.unread) > _SHOWN_ROWS else "")
            reporter.warn(
                f"{len(self.unread):,} of {self.n_rows:,} texts hold no word that the run knows and are answered with "
                f"the classes' shares, as weighed in training (row {some})"
            )

    def _new_columns(self) -> list[str]:
        names = ["prediction", "probability"]
        for place in range(2, min(self.options.top_k, len(self.classifier.classes)) + 1):
            names += [f"prediction_{place}", f"probability_{place}"]
        if self.options.probabilities:
            names += [f"probability {label}" for label in self.classifier.classes]
        return names

    def _answered(self) -> Iterator[tuple[list[list[str]], "_Answers"]]:
        """Batches in order, so many at once as there are threads."""
        batches = iter(self.rows)
        with ThreadPoolExecutor(self.options.threads) as pool:
            while window := list(islice(batches, 2 * self.options.threads)):
                yield from zip(window, pool.map(self._answer, window), strict=True)

    def _answer(self, batch: list[list[str]]) -> "_Answers":
        documents = self.classifier.read([row[self.rows.text_index] for row in batch])
        probabilities = self.classifier.probabilities_of(documents)
        return _columns(self.classifier, probabilities, self.options), self.classifier.unread(documents)


_Answers = tuple[list[list[Any]], NDArray[np.bool_]]  # the values of the new columns, and true for an unread text


def _columns(classifier: Classifier, probabilities: NDArray[np.float64], options: Options) -> list[list[Any]]:
    """(texts,) the values of the new columns."""
    top_k = min(options.top_k, len(classifier.classes))
    best = np.argsort(-probabilities, axis=1, kind="stable")[:, :top_k]
    pairs = zip(best.tolist(), _rounded(np.take_along_axis(probabilities, best, axis=1)), strict=True)
    rows = [
        [value for code, p in zip(codes, chances, strict=True) for value in (classifier.classes[code], p)]
        for codes, chances in pairs
    ]
    if options.probabilities:
        rows = [[*row, *every] for row, every in zip(rows, _rounded(probabilities), strict=True)]
    return rows


def _rounded(probabilities: NDArray[np.float64]) -> list[list[float]]:
    rounded: list[list[float]] = np.round(probabilities, 6).tolist()
    return rounded


def _free_names(taken: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """The wanted column names, with a mark where the file has such a column already."""
    used = set(taken)
    return [name if name not in used else f"{name} (imdbnlp)" for name in wanted]


def _writer(kind: OutputFormat, escape: bool) -> Callable[[Sequence[str], Sequence[Sequence[Any]]], str]:
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


def _write(path: Path, lines: _Lines, kind: OutputFormat, reporter: Reporter) -> int:
    with replacing(path) as file:
        for text in lines.streamed(kind, reporter):
            file.write(text)
    return lines.n_rows
