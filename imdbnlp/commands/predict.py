"""Predict the class of each text in a file, or of one text.

One row in, one row out, in the same order and with the same columns, followed
by `prediction`, `probability` and `no_known_words`, which is true for a text
without a word of the run's vocabulary.  FILE is a CSV, TSV, JSON, JSON Lines,
Parquet or plain-text file (one text per line), or - for standard input.
--output FILE.parquet keeps the types of the columns.  With --json, each row
is a JSON object on a line of its own.  A terminal shows the first rows only.

Example:

    imdbnlp predict nbsvm-1a2b3c4d reviews.csv --output predictions.csv
    imdbnlp predict nbsvm-1a2b3c4d - < lines.txt
    imdbnlp predict nbsvm-1a2b3c4d --text "A fine film." --top-k 2
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._preview import PREVIEW_ROWS, count_more, first_texts, preview_table
from imdbnlp.commands._rows import (
    NewColumns,
    OutputFormat,
    OutputSettings,
    Values,
    check_names,
    format_of,
    row_lines,
    write_rows,
)
from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, argument, work_setting
from imdbnlp.sources.registry import check_table_options
from imdbnlp.sources.rows import Batch
from imdbnlp.sources.settings import SourceSettings, TableSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.sources.tables import RowStream, iter_rows
from imdbnlp.storage.output import check_output, is_standard_output
from imdbnlp.tasks.classifier import NO_KNOWN_WORDS, Classifier
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

_SHOWN_ROWS = 5


class Options(OutputSettings, TableSettings):
    """Which run, which texts, and what to say about each."""

    conditions = dict.fromkeys([*OutputSettings.model_fields, *TableSettings.model_fields, "probabilities"], "!text")

    run: str = argument(description="Name or folder of the run.", entries="runs")
    file: str | None = argument(None, description="File with the texts; - for standard input.")
    text: str | None = Field(None, description="Classify this text instead of a file.")
    top_k: int = Field(1, ge=1, description="Give this many classes, the most probable first.")
    abstain_below: float = Field(
        0.0, ge=0, le=1, description="Leave the prediction empty where its probability is below this."
    )
    probabilities: bool = Field(False, description="Add a column with the probability of each class.")
    batch_size: int = work_setting(2048, ge=1, description="Classify this many texts at once.")
    threads: int = work_setting(2, ge=1, description="Classify this many batches in parallel.")


def predict(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Predict one text, or stream the rows of a file with their predictions."""
    if (options.text is None) == (options.file is None):
        which = "either a FILE or --text" if options.text is None else "a FILE or --text, not both"
        raise UsageError(f"give {which}", hint='imdbnlp predict RUN --text "A fine film."')
    if options.file is not None:
        check_output("--output", options.output, inputs=[options.file])
    run = workspace.run(options.run, ready=True)
    if options.text is not None:
        return _predict_text(run.classifier, options.text, options, reporter)
    assert options.file is not None
    kind = format_of(options)
    if kind in ("jsonl", "parquet"):
        options.refuse(["escape_formulas"], "applies only to tables (csv, tsv)")
    settings = SourceSettings(**options.subset(TableSettings).model_dump())
    check_table_options(settings, [options.file])
    rows = iter_rows(
        options.file, settings, options.batch_size, reporter=reporter, default_columns=run.columns, lines="text"
    )  # fmt: skip
    _tell_column(rows, run, reporter)
    check_names(rows.columns, kind, shown_path(options.file))
    predictions = _Predictions(options, run.classifier, rows, reporter)
    if is_standard_output(options.output):
        return Result(
            lines=predictions.lines(kind), json_lines=predictions.lines("jsonl"),
            preview=None if options.output_format else predictions.preview,
        )  # fmt: skip
    write_rows(Path(options.output), rows, predictions.new, predictions.predicted(), kind, options.escape_formulas)
    return Result(
        tables=[Table("predicted", ["file", "rows"], [(options.output, predictions.n_rows)])],
        data={"output": options.output, "rows": predictions.n_rows},
    )


def _tell_column(rows: RowStream, run: Run, reporter: Reporter) -> None:
    """Say which column is read."""
    usual = run.columns.get("text_column", rows.text_column)
    trained = f" (the run was trained on '{usual}')" if rows.text_column != usual else ""
    if not rows.is_lines:
        reporter.note(f"texts from column '{rows.text_column}'{trained}")


def _predict_text(classifier: Classifier, text: str, options: Options, reporter: Reporter) -> Result:
    documents = classifier.read([text])
    probabilities = classifier.probabilities_of(documents)[0]
    unknown = bool(classifier.has_no_known_words(documents)[0])
    if unknown:
        reporter.warn(NO_KNOWN_WORDS)
    order = classifier.ranking(probabilities[None])[0]
    shown = order if options.top_k == 1 else order[: options.top_k]
    rows = [(classifier.classes[code], float(probabilities[code])) for code in shown]
    abstains = rows[0][1] < options.abstain_below
    if abstains:
        reporter.warn(f"no prediction: the probability is below {options.abstain_below:g}")
    data = {"prediction": None if abstains else rows[0][0], "probability": rows[0][1], "probabilities": dict(rows)}
    data["no_known_words"] = unknown
    return Result(tables=[Table("", ["class", "probability"], rows)], data=data)


class _Predictions:
    """The rows of a file with their predictions."""

    def __init__(self, options: Options, classifier: Classifier, rows: RowStream, reporter: Reporter) -> None:
        self.options, self.classifier, self.rows, self.reporter = options, classifier, rows, reporter
        self.new = NewColumns.beside(rows.columns, _new_columns(classifier, options))
        self.n_rows = self.n_empty = self.n_abstained = 0
        self.unknown: list[int] = []  # rows whose text has no known word

    def lines(self, kind: OutputFormat) -> Iterator[str]:
        """Every row as text, the header first."""
        check_names(self.rows.columns, kind, shown_path(self.options.file or ""))
        yield from row_lines(self.rows.columns, self.new, self.predicted(), kind, self.options.escape_formulas)

    def predicted(self) -> Iterator[tuple[Batch, Values]]:
        """Batches in order with their predictions; says at the end what is odd about the texts."""
        with self.reporter.stage("predict", None, "texts") as advance:
            for batch, (values, unknown, n_empty) in self._computed():
                yield batch, values
                self.n_abstained += values[0].count(None)
                self.unknown += (np.flatnonzero(unknown) + self.n_rows + 1).tolist()
                self.n_rows += len(batch)
                self.n_empty += n_empty
                advance(len(batch))
        self._warn()

    def preview(self) -> Table:
        """The first rows; the others are only counted."""
        batches = iter(self.rows)
        shown, n_left = first_texts(batches, self.rows.text_index, PREVIEW_ROWS)
        values, unknown, self.n_empty = self._predicted(shown)
        self.n_rows, self.unknown = len(shown), (np.flatnonzero(unknown) + 1).tolist()
        self.n_abstained = values[0].count(None)
        self._warn()
        more = count_more(n_left, batches)
        columns = dict(zip(self.new.names, values, strict=True))
        if not unknown.any():
            del columns[self.new.names[-1]]
        return preview_table(self.rows.columns[self.rows.text_index], shown, columns, more)

    def _computed(self) -> Iterator[tuple[Batch, "_Predicted"]]:
        """Batches in order, as many at once as there are threads."""
        batches = iter(self.rows)
        with ThreadPoolExecutor(self.options.threads) as pool:
            while window := list(islice(batches, 2 * self.options.threads)):
                predicted = pool.map(lambda batch: self._predicted(batch.texts(self.rows.text_index)), window)
                yield from zip(window, predicted, strict=True)

    def _predicted(self, texts: list[str]) -> "_Predicted":
        documents = self.classifier.read(texts)
        probabilities, unknown = (
            self.classifier.probabilities_of(documents),
            self.classifier.has_no_known_words(documents),
        )
        n_empty = sum(not text or text.isspace() for text in texts)
        return [*_columns(self.classifier, probabilities, self.options), unknown.tolist()], unknown, n_empty

    def _warn(self) -> None:
        if self.options.abstain_below:
            self.reporter.note(
                f"no prediction for {self.n_abstained:,} of {self.n_rows:,} texts: probability below "
                f"{self.options.abstain_below:g}"
            )
        if self.n_empty:
            self.reporter.warn(f"{self.n_empty:,} of {self.n_rows:,} texts are empty")
        if self.unknown:
            some = ", ".join(map(str, self.unknown[:_SHOWN_ROWS])) + (", …" if len(self.unknown) > _SHOWN_ROWS else "")
            self.reporter.warn(
                f"{len(self.unknown):,} of {self.n_rows:,} texts have no known word; their prediction is the "
                f"weighted share of each class in the training set (row {some})"
            )


_Predicted = tuple[
    Values, NDArray[np.bool_], int
]  # the new columns, true for a text without a known word, the number of empty texts


def _new_columns(classifier: Classifier, options: Options) -> dict[str, type]:
    types: dict[str, type] = {"prediction": str, "probability": float}
    for place in range(2, min(options.top_k, len(classifier.classes)) + 1):
        types |= {f"prediction_{place}": str, f"probability_{place}": float}
    if options.probabilities:
        types |= {f"probability {label}": float for label in classifier.classes}
    return types | {"no_known_words": bool}


def _columns(classifier: Classifier, probabilities: NDArray[np.float64], options: Options) -> list[list[Any]]:
    """(columns, texts) the values of the new columns but the last."""
    top_k = min(options.top_k, len(classifier.classes))
    best = classifier.ranking(probabilities)[:, :top_k]
    rounded = np.round(probabilities, 6)
    columns: list[list[Any]] = []
    for codes in best.T:
        columns += [[classifier.classes[code] for code in codes], rounded[np.arange(len(codes)), codes].tolist()]
    if options.abstain_below:
        sure = probabilities[np.arange(len(best)), best[:, 0]] >= options.abstain_below
        columns[0] = [label if kept else None for label, kept in zip(columns[0], sure, strict=True)]
    return columns + (rounded.T.tolist() if options.probabilities else [])
