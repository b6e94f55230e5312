"""What every cached dataset has, of labelled texts as of pairs: a folder, a manifest, and a table of its rows.

class PairDataset(Cached):
    table = "pairs.parquet"
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.files import read_table


@dataclass(frozen=True)
class Cached:
    """folder: where the files lie.  manifest: what was read, dropped, split and kept, already verified.

    table: the file with the columns `row` and `split`, and what else a kind of dataset has.
    """

    table: ClassVar[str]
    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def key(self) -> str:
        """The sha256 of all that the content depends on."""
        return str(self.manifest["key"])

    @cached_property
    def parts(self) -> NDArray[np.str_]:
        """(rows,) the part of each: 'train', 'valid', 'test' or 'unlabelled'."""
        return np.array(self.column("split"))

    @cached_property
    def source_rows(self) -> NDArray[np.int64]:
        """(rows,) position of each in its source file."""
        return np.asarray(self.column("row"))

    def rows(self, *parts: str) -> NDArray[np.int64]:
        """The rows of these parts, in the dataset's order."""
        return np.flatnonzero(np.isin(self.parts, parts))

    def column(self, name: str) -> Any:
        """A column of the table: a list of strings, or an array of numbers."""
        return read_table(self.folder / self.table, [name])[name]
