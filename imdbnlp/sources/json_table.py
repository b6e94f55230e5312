"""A table of JSON objects: the columns are all keys that occur in it.

table = JsonTable(InputFile("reviews.jsonl", SourceSettings()))
table.columns                                       # ['text', 'stars']
next(table.batches(100)).objects()                  # the objects as they are written in the file

The file is read once for its keys and then for its rows, so an object that cannot be read is found before any work.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import IO, Any

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import Digest, GuardedStream, open_bytes
from imdbnlp.sources.json_lines import Record, json_objects
from imdbnlp.sources.json_types import arrow_schema, arrow_value
from imdbnlp.sources.rows import Batch
from imdbnlp.sources.table_format import InputFile
from imdbnlp.sources.values import as_text


class JsonTable:
    """JSON Lines, or one list of objects; standard input is copied to a temporary file.

    Raises DataError if an object cannot be read, or if the file is a single object of columns.
    """

    def __init__(self, file: InputFile) -> None:
        self._path, self._settings, self._name = file.path, file.settings, file.name
        self._reporter, self._digest = file.reporter, file.digest
        self._copy = _copied(file) if file.path == "-" else None
        self.columns = self._keys()

    def batches(self, batch_rows: int, places: Sequence[int] | None = None) -> Iterator[Batch]:
        records = self._records(self._digest)
        while rows := list(islice(records, batch_rows)):
            yield JsonBatch(self.columns, rows)
        if self._n_mended:
            self._reporter.warn(
                f"{self._name}: incomplete surrogate pairs in {self._n_mended} record(s) were replaced by U+FFFD"
            )

    def schema(self) -> Any:
        return arrow_schema(self.columns, (values for _, values in self._records(None)), self._name, self._reporter)

    def _records(self, digest: Digest | None) -> Iterator[Record]:
        self._n_mended = 0
        with self._opened(digest) as stream:
            for raw, values in json_objects(stream, self._settings, self._name):
                whole = _mended(values) if "\\u" in raw else values
                self._n_mended += whole is not values
                yield raw, whole

    def _opened(self, digest: Digest | None) -> AbstractContextManager[GuardedStream]:
        if self._copy is None:
            return open_bytes(self._path, digest)
        self._copy.seek(0)
        return nullcontext(GuardedStream(self._copy, self._name, None))

    def _keys(self) -> list[str]:
        keys: dict[str, None] = {}
        n_records, only_objects = 0, True
        for _, values in self._records(None):
            n_records += 1
            only_objects = only_objects and all(value and isinstance(value, dict) for value in values.values())
            if not keys.keys() >= values.keys():
                keys |= dict.fromkeys(values)
        if not n_records:
            raise DataError(f"{self._name} is empty", hint="expected one JSON object per line, or a list of objects")
        if n_records == 1 and keys and (only_objects or {"columns", "data"} <= keys.keys()):
            raise DataError(
                f"{self._name} contains one JSON object of columns, expected one object for each row",
                hint='write it with DataFrame.to_json(path, orient="records")',
            )
        return list(keys)


class JsonBatch:
    """JSON objects, with the text that they were read from."""

    def __init__(self, columns: Sequence[str], records: list[Record]) -> None:
        self._columns = columns
        self._raw = [raw for raw, _ in records]
        self._values = [values for _, values in records]

    def __len__(self) -> int:
        return len(self._raw)

    def texts(self, place: int) -> list[str]:
        key = self._columns[place]
        return [as_text(values.get(key)) for values in self._values]

    def cells(self) -> list[list[str]]:
        return [[as_text(values.get(key)) for key in self._columns] for values in self._values]

    def objects(self) -> list[str]:
        """The objects as they were written: every digit, escape and key is kept, in order."""
        return self._raw

    def arrow(self, schema: Any) -> Any:
        import pyarrow as pa

        columns = [
            pa.array([arrow_value(values.get(key), field.type) for values in self._values], field.type)
            for key, field in zip(self._columns, schema, strict=True)
        ]
        return pa.RecordBatch.from_arrays(columns, schema=schema)


def _copied(file: InputFile) -> IO[bytes]:
    """The bytes of standard input in a file without a name, to be read several times."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115
    with file.open() as stream:
        while data := stream.read1():
            copy.write(data)
    return copy


def _mended(value: Any) -> Any:
    """The value with U+FFFD for each half of a character; the same object if it has none."""
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return value
    if isinstance(value, list):
        parts = [_mended(part) for part in value]
        return parts if any(new is not old for new, old in zip(parts, value, strict=True)) else value
    if isinstance(value, dict):
        pairs = {_mended(key): _mended(part) for key, part in value.items()}
        same = len(pairs) == len(value) and all(key in value and pairs[key] is value[key] for key in pairs)
        return value if same else pairs
    return value
