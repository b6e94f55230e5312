"""Tables of texts of any format, read batch by batch: never the whole file at once.

for batch in iter_rows("large.csv", SourceSettings(), batch_rows=2048):
    batch.texts(0), batch.cells(), batch.objects()                           # see sources/rows.py
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.columns import SAMPLE_ROWS, Columns, choose_columns, sample_is_needed, with_default_columns
from imdbnlp.sources.compression import Digest
from imdbnlp.sources.decode import known_encoding
from imdbnlp.sources.registry import format_of, known_endings, recognise
from imdbnlp.sources.rows import Batch, RowTable
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.table_format import Confidence, InputFile, Sample, TableFormat

_SAMPLE_CHARACTERS = 8 << 20


@dataclass(frozen=True)
class RowStream:
    """Batches of records, in order.  columns: their names.  chosen: what each column contains.

    batches: with all columns, or only with the chosen ones.
    """

    format: TableFormat
    table: RowTable
    columns: list[str]
    chosen: Columns
    batches: Iterator[Batch]

    @property
    def is_lines(self) -> bool:
        """Whether the source is plain lines, not a table."""
        return not self.format.is_table

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

    digest: is given the file's bytes.  default_columns: column names by setting, used where the settings give none.
    whole: whether columns that are not chosen are read, too.  lines: the name of the column that plain lines become;
    None if the source has to be a table.  The only column of a table is taken for the texts.
    Raises UsageError for what cannot be opened, DataError for what cannot be read as a table of texts.
    """
    default_columns = default_columns or {}
    names = [default_columns["text_column"]] if "text_column" in default_columns else []
    file = InputFile(path, settings, labelled, reporter, digest, lines or "text")
    kind, table, columns = open_table(file, names, allow_lines=lines is not None)
    if fixed := kind.fixed_columns(columns, labelled):
        settings = settings.model_copy(update=fixed)
    else:
        settings = with_default_columns(settings, default_columns, columns, file.name, labelled)
    if not sample_is_needed(settings, labelled):
        chosen = choose_columns(columns, settings, file.name, labelled, [], reporter)
        places = [place for place in (chosen.text, chosen.label, chosen.id, chosen.split) if place is not None]
        return RowStream(kind, table, columns, chosen, table.batches(batch_rows, None if whole else places))
    batches = table.batches(batch_rows)
    first, sample = _first_rows(batches)
    chosen = choose_columns(columns, settings, file.name, labelled, sample, reporter)
    return RowStream(kind, table, columns, chosen, chain(first, batches))


def _first_rows(batches: Iterator[Batch]) -> tuple[list[Batch], list[list[str]]]:
    """The first batches, and those of their rows by which the columns are recognised."""
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
    file: InputFile, text_columns: Collection[str] = (), *, allow_lines: bool = False
) -> tuple[TableFormat, RowTable, list[str]]:
    """The format, the table, and the names of its columns without spaces around them.

    text_columns: names of columns that distinguish a table from plain lines.  allow_lines: it may be plain lines.
    Raises as iter_rows does, except for columns that are missing.
    """
    known_encoding(file.settings.encoding)
    kind, note = format_of(file.path, file.settings), ""
    if kind is None:
        kind, confidence = recognise(Sample(file.head(), file.settings, text_columns, allow_lines))
        note = _note(kind, confidence)
    table = kind.open(file)
    if note:
        file.reporter.note(f"{file.name}: {note}")
    columns = [column.strip() for column in table.columns]
    n_padded = sum(column != given for column, given in zip(columns, table.columns, strict=True))
    if n_padded:
        file.reporter.warn(f"{file.name}: removed the spaces around {n_padded} column name(s)")
    return kind, table, columns


def _note(kind: TableFormat, confidence: Confidence) -> str:
    """What to say of a format that was recognised by the content; empty if it is certain."""
    if confidence in (Confidence.NAMES, Confidence.OPTIONS):
        return ""
    if confidence > Confidence.NO:
        return f"read as {kind.title}; use --format if that is wrong"
    endings = ", ".join(known_endings())
    return f"unknown format, read as {kind.title}; use --format, or a name that ends in {endings}"
