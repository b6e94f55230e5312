"""Let a sequence-to-sequence run translate.

TEXT is a sentence, or the path of a file, or - for standard input.  A file of
plain lines is answered line by line.  A table (.csv .tsv .jsonl .parquet, or
--format) keeps its rows and columns, and gets a column `translation`.

Example:

    imdbnlp translate seq2seq-transformer-1a2b3c4d "Ein Mann schläft."
    imdbnlp translate seq2seq-transformer-1a2b3c4d lines.txt --beam 5
    imdbnlp translate seq2seq-transformer-1a2b3c4d - < lines.txt
    imdbnlp translate seq2seq-attention-1a2b3c4d "Ein Hund." --picture at.png
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from imdbnlp.commands._rows import OutputFormat, OutputSettings, format_of, free_names, writer_of
from imdbnlp.data.compression import open_bytes
from imdbnlp.data.decode import known_encoding, text_lines
from imdbnlp.data.delimited import stem_suffix
from imdbnlp.data.source_settings import TableSettings
from imdbnlp.data.sources import RowStream, SourceSettings, check_table_options, iter_rows, shown_path
from imdbnlp.errors import UsageError
from imdbnlp.evaluation.pictures import PICTURE_ENDINGS
from imdbnlp.evaluation.plots import picture_attention
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.settings import Field, argument, work_setting
from imdbnlp.storage.output import check_output, is_regular, is_standard_output, replacing
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.translator import Answers, Translator
from imdbnlp.workspace.workspace import Workspace

_TABLES = (".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".parquet")
_OF_TABLES = ("text_column", "delimiter", "escapechar", "no_quotes", "no_header")
_FILES = (*_TABLES, ".txt", ".gz", ".bz2", ".xz", ".zst", ".zip")


class Options(OutputSettings, SearchSettings, TableSettings):
    """Which run, which sentences, and how to search for answers."""

    run: str = argument(description="Name or folder of the run.", entries="runs")
    text: str = argument(description="A sentence, a file, or - for standard input.")
    picture: str | None = Field(
        None, description="Draw the attention between a sentence and its translation: .png, .svg or .pdf."
    )
    batch_size: int = work_setting(1000, ge=1, description="Read this many sentences at once.")

    @property
    def source_settings(self) -> SourceSettings:
        """How a table is read."""
        return SourceSettings(**self.subset(TableSettings).model_dump())


def translate(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Answer one sentence with a table, or stream the answers to a file's."""
    check_output("--output", options.output, inputs=[options.text])
    if options.picture is not None:
        check_output("--picture", options.picture, PICTURE_ENDINGS)
    what, run = options.text, workspace.translation_run(options.run, ready=True)
    if what != "-" and not _is_path(what):
        _check_sentence(what)
        of_files = [*OutputSettings.model_fields, *TableSettings.model_fields, "batch_size"]
        options.refuse(of_files, "has no meaning for one sentence")
        return _answer(run.translator, options, reporter)
    if options.picture is not None:
        raise UsageError("--picture draws one sentence, not a file", hint="give the sentence in quotes")
    if options.format == "auto" and (what == "-" or stem_suffix(what) not in _TABLES):
        options.refuse(_OF_TABLES, "has no meaning for plain lines of text, which have no columns")
        return _delivered(options, _Lines(run.translator, options, reporter), plain=True)
    check_table_options(options.source_settings, [what])
    rows = iter_rows(what, options.source_settings, options.batch_size, usual=_column(run))
    reporter.note(f"sentences from column '{rows.text_column}'")
    return _delivered(options, _Rows(run.translator, options, reporter, rows), plain=False)


def _column(run: Run) -> dict[str, str]:
    return {"text_column": run.columns["text_column"]}


def _is_path(text: str) -> bool:
    """Whether there is a file of this name; a folder's name may well be a sentence of one word."""
    try:
        return Path(text).exists() and not Path(text).is_dir()
    except (OSError, ValueError):  # too long for a name, or with a NUL
        return False


def _check_sentence(text: str) -> None:
    """Raise UsageError for what seems to be the name of a file that is not there."""
    if len(text.split()) == 1 and text.lower().endswith(_FILES):
        raise UsageError(f"there is no file {text}", hint="to translate the words themselves: echo WORDS | … -")


def _answer(translator: Translator, options: Options, reporter: Reporter) -> Result:
    answers = translator.translate([options.text], options.subset(SearchSettings))
    for doubt in answers.doubts():
        reporter.warn(doubt)
    answer = answers.texts[0]
    if options.picture is not None:
        picture_attention(*translator.attention(options.text, answer)).save(Path(options.picture))
        reporter.note(f"picture: {options.picture}")
    data = {"source": options.text, "translation": answer}
    return Result(tables=[Table("", ["translation"], [(answer,)])], data=data)


class _Lines:
    """Plain lines and their answers."""

    def __init__(self, translator: Translator, options: Options, reporter: Reporter) -> None:
        self.translator, self.options, self.reporter = translator, options, reporter
        self.n_rows, self.doubtful = 0, Answers([])

    def streamed(self, kind: OutputFormat | None) -> Iterator[str]:
        """The answers line by line; in a format with their rows, the header first."""
        write = writer_of(kind, self.options.escape_formulas) if kind else None
        columns = self.columns()
        if write and kind != "jsonl":
            yield write(columns, [columns])
        with self.reporter.stage("translate", None, "sentences") as advance:
            for rows, texts in self.batches():
                answers = self.translator.translate(texts, self.options.subset(SearchSettings), advance)
                self.n_rows += len(texts)
                self.doubtful += replace(answers, texts=[])
                pairs = zip(rows, answers.texts, strict=True)
                yield write(columns, [[*row, answer] for row, answer in pairs]) if write else _joined(answers.texts)
        for doubt in self.doubtful.doubts():
            self.reporter.warn(doubt)

    def columns(self) -> list[str]:
        """What the columns are called."""
        return ["source", "translation"]

    def batches(self) -> Iterator[tuple[list[list[str]], list[str]]]:
        """Rows as they are written before their answers, and the texts to answer."""
        known_encoding(self.options.encoding)
        path, settings = self.options.text, self.options.source_settings
        with open_bytes(path) as stream, text_lines(stream, settings, shown_path(path)) as lines:
            texts = (line.rstrip("\r\n") for line in lines)
            while batch := list(islice(texts, self.options.batch_size)):
                yield [[text] for text in batch], batch


class _Rows(_Lines):
    """The rows of a table with their answers behind them."""

    def __init__(self, translator: Translator, options: Options, reporter: Reporter, rows: RowStream) -> None:
        super().__init__(translator, options, reporter)
        self.rows = rows

    def columns(self) -> list[str]:
        return [*self.rows.columns, *free_names(self.rows.columns, ["translation"])]

    def batches(self) -> Iterator[tuple[list[list[str]], list[str]]]:
        for batch in self.rows:
            yield batch, [row[self.rows.text_index] for row in batch]


def _joined(answers: Sequence[str]) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def _delivered(options: Options, lines: _Lines, plain: bool) -> Result:
    """Plain lines stay plain unless another format is asked for."""
    kind = None if plain and _is_plain(options) else format_of(options)
    if kind in (None, "jsonl"):
        options.refuse(["escape_formulas"], "has a meaning for tables (csv, tsv) alone")
    if is_standard_output(options.output):
        return Result(lines=lines.streamed(kind), json_lines=lines.streamed("jsonl"))
    with replacing(Path(options.output)) as file:
        for text in lines.streamed(kind):
            file.write(text)
    rows: list[Any] = [(options.output, lines.n_rows)]
    return Result(
        tables=[Table("translated", ["file", "sentences"], rows)],
        data={"output": options.output, "sentences": lines.n_rows},
    )


def _is_plain(options: Options) -> bool:
    return options.output_format is None and (not is_regular(options.output) or Path(options.output).suffix == ".txt")
