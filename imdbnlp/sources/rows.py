"""Rows of a table with all their columns, in whatever format the table is stored.

for batch in table.batches(2048):
    batch.texts(0)          # the first column as text
    batch.cells()           # every column as text, row by row: what CSV can hold
    batch.objects()         # each row as a JSON object: numbers stay numbers, null stays null
    batch.arrow(schema)     # typed columns: what Parquet can hold

Each format implements the two protocols, so that values can be converted between formats, and stay
unchanged within one.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, Protocol


class Batch(Protocol):
    """Some consecutive rows."""

    def __len__(self) -> int: ...

    def texts(self, place: int) -> list[str]:
        """(rows,) one column as text; empty where the value is missing."""

    def cells(self) -> list[list[str]]:
        """(rows, columns) every column as text."""

    def objects(self) -> list[str]:
        """(rows,) each row as a JSON object on one line."""

    def arrow(self, schema: Any) -> Any:
        """The rows as a pyarrow.RecordBatch of the table's schema."""


class RowTable(Protocol):
    """An open table whose column names are known."""

    columns: list[str]

    def batches(self, batch_rows: int, places: Sequence[int] | None = None) -> Iterator[Batch]:
        """All rows, at most batch_rows at a time.  places: the columns that will be used, None for all of them."""

    def schema(self) -> Any:
        """The pyarrow.Schema of the rows."""


class TextTable:
    """A table whose cells are all text.  rows: the header, then the records."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self._rows = rows
        self.columns = next(rows)

    def batches(self, batch_rows: int, places: Sequence[int] | None = None) -> Iterator[Batch]:
        while rows := list(islice(self._rows, batch_rows)):
            yield TextBatch(self.columns, rows)

    def schema(self) -> Any:
        import pyarrow as pa

        return pa.schema([(name, pa.large_string()) for name in self.columns])


class TextBatch:
    """Rows of text."""

    def __init__(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        self._columns, self._rows = columns, rows

    def __len__(self) -> int:
        return len(self._rows)

    def texts(self, place: int) -> list[str]:
        return [row[place] for row in self._rows]

    def cells(self) -> list[list[str]]:
        return self._rows

    def objects(self) -> list[str]:
        keys = [encode_basestring(name) + ": " for name in self._columns]
        return [
            "{" + ", ".join([key + encode_basestring(cell) for key, cell in zip(keys, row, strict=True)]) + "}"
            for row in self._rows
        ]

    def arrow(self, schema: Any) -> Any:
        import pyarrow as pa

        columns = zip(*self._rows, strict=True)
        return pa.RecordBatch.from_arrays([pa.array(column, pa.large_string()) for column in columns], schema=schema)
