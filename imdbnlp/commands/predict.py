"""Let a run answer: for a file of any size, or for one text.

One row in, one row out, in the same order and with the same columns, after
which come `prediction` and `probability`.  FILE may be - for standard input.
With --json each row is a JSON object on a line of its own.

Example:

    imdbnlp predict nbsvm-1a2b3c4d reviews.csv --output answers.csv
    imdbnlp predict nbsvm-1a2b3c4d - < reviews.csv
    imdbnlp predict nbsvm-1a2b3c4d --text "A fine film." --top-k 2
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._rows import OutputFormat, OutputSettings, format_of, free_names, writer_of
from imdbnlp.data.source_settings import TableSettings
from imdbnlp.data.sources import RowStream, SourceSettings, check_table_options, iter_rows
from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.settings import Field, argument, work_setting
from imdbnlp.storage.output import check_output, is_standard_output, replacing
from imdbnlp.workspace.classifier import Classifier
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

_UNREAD_TEXT = "the run knows no word of the text: these are the classes' shares, as weighed in training"
_SHOWN_ROWS = 5


class Options(OutputSettings, TableSettings):
    """Which run, which texts, and what to say about each."""

    conditions = dict.fromkeys([*OutputSettings.model_fields, *TableSettings.model_fields, "probabilities"], "!text")

    run: str = argument(description="Name or folder of the run.", entries="runs")
    file: str | None = argument(None, description="File with the texts; - for standard input.")
    text: str | None = Field(None, description="Classify this text instead of a file.")
    top_k: int = Field(1, ge=1, description="Give this many classes, the most probable first.")
    probabilities: bool = Field(False, description="Add a column with the probability of each class.")
    batch_size: int = work_setting(2048, ge=1, description="Classify this many texts at once.")
    threads: int = work_setting(2, ge=1, description="Classify this many batches in parallel.")


def predict(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Answer one text with a table, or stream a file's rows with the answers behind them."""
    if (options.text is None) == (options.file is None):
        which = "either a FILE or --text" if options.text is None else "a FILE or --text, not both"
        raise UsageError(f"give {which}", hint='imdbnlp predict RUN --text "A fine film."')
    if options.file is not None:
        check_output("--output", options.output, inputs=[options.file])
    run = workspace.run(options.run, ready=True)
    if options.text is not None:
        return _answer_text(run.classifier, options.text, options.top_k, reporter)
    assert options.file is not None
    kind = format_of(options)
    if kind == "jsonl":
        options.refuse(["escape_formulas"], "has no meaning for JSON Lines")
    settings = SourceSettings(**options.subset(TableSettings).model_dump())
    check_table_options(settings, [options.file])
    rows = iter_rows(options.file, settings, options.batch_size, usual=run.columns)
    _tell_column(rows, run, reporter)
    lines = _Lines(options, run.classifier, rows)
    if is_standard_output(options.output):
        return Result(lines=lines.streamed(kind, reporter), json_lines=lines.streamed("jsonl", reporter))
    n_rows = _write(Path(options.output), lines, kind, reporter)
    return Result(
        tables=[Table("predicted", ["file", "rows"], [(options.output, n_rows)])],
        data={"output": options.output, "rows": n_rows},
    )


def _tell_column(rows: RowStream, run: Run, reporter: Reporter) -> None:
    """Say which column is read."""
    usual = run.columns["text_column"]
    trained = f" (the run was trained on '{usual}')" if rows.text_column != usual else ""
    reporter.note(f"texts from column '{rows.text_column}'{trained}")


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
        write = writer_of(kind, self.options.escape_formulas)
        columns = [*self.rows.columns, *free_names(self.rows.columns, self._new_columns())]
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


def _write(path: Path, lines: _Lines, kind: OutputFormat, reporter: Reporter) -> int:
    with replacing(path) as file:
        for text in lines.streamed(kind, reporter):
            file.write(text)
    return lines.n_rows
