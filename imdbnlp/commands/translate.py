"""Translate sentences with a trained sequence-to-sequence run.

TEXT is a sentence, or the path of a file, or - for standard input.  A file of
plain lines is translated line by line.  A table (.csv .tsv .json .jsonl
.parquet, or --format) keeps its rows and columns, and gets a column
`translation`.  A terminal shows the first rows only.

Example:

    imdbnlp translate seq2seq-transformer-1a2b3c4d "Ein Mann schläft."
    imdbnlp translate seq2seq-transformer-1a2b3c4d lines.txt --beam 5
    imdbnlp translate seq2seq-transformer-1a2b3c4d - < lines.txt
    imdbnlp translate seq2seq-attention-1a2b3c4d "Ein Hund." --picture at.png
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from imdbnlp.commands._preview import count_more, first_texts, preview_table
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
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.pictures import PICTURE_ENDINGS
from imdbnlp.report.plots import picture_attention
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, argument, work_setting
from imdbnlp.sources.registry import check_table_options
from imdbnlp.sources.rows import Batch
from imdbnlp.sources.settings import SourceSettings, TableSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.sources.tables import RowStream, iter_rows
from imdbnlp.storage.output import check_output, is_regular, is_standard_output, replacing
from imdbnlp.tasks.translator import Translations, Translator
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

_FILES = (
    ".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".json", ".parquet", ".txt", ".gz", ".bz2", ".xz", ".zst", ".zip",
)  # fmt: skip
_PREVIEW_ROWS = 10


class Options(OutputSettings, SearchSettings, TableSettings):
    """Which run, which sentences, and how to search for translations."""

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
    """Translate one sentence, or stream the translations of a file."""
    check_output("--output", options.output, inputs=[options.text])
    if options.picture is not None:
        check_output("--picture", options.picture, PICTURE_ENDINGS)
    what, run = options.text, workspace.run(options.run, ready=True, task="translation")
    if what != "-" and not _is_path(what):
        _check_sentence(what)
        of_files = [*OutputSettings.model_fields, *TableSettings.model_fields, "batch_size"]
        options.refuse(of_files, "does not apply to a single sentence")
        return _translate_sentence(run.translator, options, reporter)
    if options.picture is not None:
        raise UsageError("--picture draws one sentence, not a file", hint="give the sentence in quotes")
    settings = options.source_settings
    check_table_options(settings, [what])
    rows = iter_rows(
        what, settings, options.batch_size, reporter=reporter, default_columns=_column(run), lines="source"
    )
    if not rows.is_lines:
        reporter.note(f"sentences from column '{rows.text_column}'")
    return _delivered(options, _Translations(run.translator, options, rows, reporter))


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


def _translate_sentence(translator: Translator, options: Options, reporter: Reporter) -> Result:
    translations = translator.translate([options.text], options.subset(SearchSettings))
    for warning in translations.warnings():
        reporter.warn(warning)
    translation = translations.texts[0]
    if options.picture is not None:
        picture_attention(*translator.attention(options.text, translation)).save(Path(options.picture))
        reporter.note(f"picture: {options.picture}")
    data = {"source": options.text, "translation": translation}
    return Result(tables=[Table("", ["translation"], [(translation,)])], data=data)


class _Translations:
    """The rows of a file with their translations."""

    def __init__(self, translator: Translator, options: Options, rows: RowStream, reporter: Reporter) -> None:
        self.translator, self.options, self.rows, self.reporter = translator, options, rows, reporter
        self.new = NewColumns.beside(rows.columns, {"translation": str})
        self.n_rows, self.counts = 0, Translations([])

    def lines(self, kind: OutputFormat | None) -> Iterator[str]:
        """Every row as text, the header first; without a format the translations alone, one a line."""
        if kind is None:
            return ("".join(f"{text}\n" for text in values[0]) for _, values in self.predicted())
        check_names(self.rows.columns, kind, shown_path(self.options.text))
        return row_lines(self.rows.columns, self.new, self.predicted(), kind, self.options.escape_formulas)

    def predicted(self) -> Iterator[tuple[Batch, Values]]:
        """Batches in order with their translations; warns at the end of doubtful ones."""
        with self.reporter.stage("translate", None, "sentences") as advance:
            for batch in self.rows:
                yield batch, [self._translated(batch.texts(self.rows.text_index), advance)]
        self._warn()

    def preview(self) -> Table:
        """The first rows; the others are only counted."""
        batches = iter(self.rows)
        shown, n_left = first_texts(batches, self.rows.text_index, _PREVIEW_ROWS)
        columns = {self.new.names[0]: self._translated(shown, lambda n: None)}
        self._warn()
        more = count_more(n_left, batches)
        return preview_table(self.rows.columns[self.rows.text_index], shown, columns, more)

    def _translated(self, texts: list[str], advance: Callable[[int], None]) -> list[str]:
        translations = self.translator.translate(texts, self.options.subset(SearchSettings), advance)
        self.n_rows += len(texts)
        self.counts += replace(translations, texts=[])
        return translations.texts

    def _warn(self) -> None:
        for warning in self.counts.warnings():
            self.reporter.warn(warning)


def _delivered(options: Options, translations: _Translations) -> Result:
    """Plain lines stay plain unless another format is asked for."""
    rows, path = translations.rows, Path(options.output)
    is_plain = options.output_format is None and (not is_regular(options.output) or path.suffix == ".txt")
    kind = None if rows.is_lines and is_plain else format_of(options)
    if kind not in ("csv", "tsv"):
        options.refuse(["escape_formulas"], "applies only to tables (csv, tsv)")
    if kind is not None:
        check_names(rows.columns, kind, shown_path(options.text))
    if is_standard_output(options.output):
        return Result(
            lines=translations.lines(kind), json_lines=translations.lines("jsonl"),
            preview=None if options.output_format else translations.preview,
        )  # fmt: skip
    if kind is None:
        with replacing(path) as file:
            file.writelines(translations.lines(None))
    else:
        write_rows(path, rows, translations.new, translations.predicted(), kind, options.escape_formulas)
    return Result(
        tables=[Table("translated", ["file", "sentences"], [(options.output, translations.n_rows)])],
        data={"output": options.output, "sentences": translations.n_rows},
    )
