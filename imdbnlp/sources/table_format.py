"""What a format has to say of itself so that tables of texts can be read from it.

class Format(TableFormat):
    title = "fastText lines"
    endings = (".fasttext",)

    def rows(self, stream, settings, name):
        yield ["text", "label"]
        with text_lines(stream, settings, name) as lines:
            ...

See imdbnlp/sources/formats/ for one file each, and imdbnlp/sources/registry.py for what is done with them.
"""

import re
from abc import ABC
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from typing import ClassVar

from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.compression import Digest, GuardedStream, check_local_file, open_bytes
from imdbnlp.sources.rows import RowTable, TextTable
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.storage.files import sha256_file

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Confidence(IntEnum):
    """How sure a format is that a file is its own."""

    NO = 0
    """It is not."""
    FALLBACK = 1
    """It could be, as any file could."""
    SHAPE = 2
    """Its lines look alike."""
    OPTIONS = 3
    """An option was given that only this format uses."""
    NAMES = 4
    """It names a column that is expected."""
    MARK = 5
    """It begins as no file of another format does."""


@dataclass(frozen=True)
class Sample:
    """The beginning of a file whose name does not determine its format.

    data: the first bytes.  text_columns: names of columns, any of which may hold the texts.  allow_lines: whether the
    file may hold plain lines instead of a table.
    """

    data: bytes
    settings: SourceSettings
    text_columns: Collection[str] = ()
    allow_lines: bool = False

    @cached_property
    def text(self) -> str:
        return self.data.decode(self.settings.encoding, errors="replace").removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends; the last may be cut."""
        return _LINE_BREAK.split(self.text)


@dataclass
class InputFile:
    """A file, a folder or, as `-`, standard input: what is to be opened, and how.

    digest: is given its bytes, once all rows have been read.  line_column: what to call a column without a name.
    """

    path: str
    settings: SourceSettings
    labelled: bool = False
    reporter: Reporter = SILENT
    digest: Digest | None = None
    line_column: str = "text"
    _standard_input: GuardedStream | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """What messages call it."""
        return shown_path(self.path)

    def open(self) -> AbstractContextManager[GuardedStream]:
        """Its unpacked bytes.  Standard input goes on where it was left, except that `head` takes nothing away."""
        if self.path != "-":
            return open_bytes(self.path, self.digest)
        if self._standard_input is None:
            with open_bytes(self.path, self.digest) as self._standard_input:
                pass  # closes nothing
        return nullcontext(self._standard_input)

    def head(self) -> bytes:
        """Its first bytes."""
        with self.open() if self.path == "-" else open_bytes(self.path) as stream:
            return stream.peek()


class TableFormat(ABC):  # noqa: B024
    """A file format.  A subclass called `Format` overrides `rows`, or `open` where rows of text are not enough.

    title: what messages call it.  endings: of the names of files that are read so, in lower case with their point.
    options: the settings of TableSettings that apply to this format but not to all.  is_table: False if a row is
    nothing but a text.
    """

    name: str = ""
    """The name of its file, or of its entry point: what follows --format.  Set by the registry."""

    title: ClassVar[str]
    endings: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[tuple[str, ...]] = ("encoding",)
    is_table: ClassVar[bool] = True

    def rows(self, stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[list[str]]:
        """The names of the columns, then every row.  Raises DataError naming `name` and the row at fault."""
        raise NotImplementedError

    def open(self, file: InputFile) -> RowTable:
        """The table, with the names of its columns read."""
        return TextTable(self._rows_of(file))

    def _rows_of(self, file: InputFile) -> Iterator[list[str]]:
        with file.open() as stream:
            yield from self.rows(stream, file.settings, file.name)

    def accepts(self, path: str, ending: str) -> bool:
        """Whether the path alone determines that it has this format.  ending: of its name, in lower case."""
        return ending in self.endings

    def recognise(self, sample: Sample) -> Confidence:
        """How sure it is that a file that begins so is of this format."""
        return Confidence.NO

    def fixed_columns(self, columns: Collection[str], labelled: bool) -> dict[str, str]:
        """The columns' settings, such as text_column, where the format itself determines them; see `folder`."""
        return {}

    def delimiter(self, settings: SourceSettings) -> str | None:
        """The character between the columns of a line; None if the format has none."""
        return None

    def digest(self, path: str, labelled: bool) -> str:
        """The sha256 of the bytes on the disk."""
        return sha256_file(check_local_file(path))
