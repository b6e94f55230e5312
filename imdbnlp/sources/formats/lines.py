"""Plain lines, one text each: what `predict` and `translate` read from a pipe or a .txt file.

A good film.
A bad film.
"""

from collections.abc import Iterator

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.rows import RowTable, TextTable
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.table_format import Confidence, InputFile, Sample, TableFormat


class Format(TableFormat):
    title = "plain lines, one text per line"
    is_table = False

    def open(self, file: InputFile) -> RowTable:
        return TextTable(_under(file.line_column, self._rows_of(file)))

    def rows(self, stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[list[str]]:
        """Each line, including empty ones.  Raises DataError if there are none."""
        yield ["text"]
        is_empty = True
        with text_lines(stream, settings, name) as lines:
            for line in lines:
                is_empty = False
                yield [line.rstrip("\r\n")]
        if is_empty:
            raise DataError(f"{name} is empty", hint="expected one text per line")

    def recognise(self, sample: Sample) -> Confidence:
        return Confidence.FALLBACK if sample.allow_lines else Confidence.NO


def _under(column: str, rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows, their only column renamed."""
    next(rows)
    yield [column]
    yield from rows
