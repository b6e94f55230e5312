"""What every cached dataset has, of labelled texts as of pairs: a folder, a manifest, and a table of its rows.

class PairDataset(BaseDataset):
    table = "pairs.parquet"
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import NonNegativeInt

from imdbnlp.storage.checks import unfit
from imdbnlp.storage.manifest import MANIFEST, lasting
from imdbnlp.storage.stated import Shape, stated
from imdbnlp.storage.tables import read_table


class BaseShape(Shape):
    """What the manifest of every dataset states."""

    key: str
    source: str
    parts: dict[str, NonNegativeInt]
    columns: dict[str, str | None]


@dataclass(frozen=True)
class BaseDataset:
    """folder: where the files lie.  manifest: what was read, dropped, split and kept, already verified.

    kind: what the manifest of such a dataset calls it.  table: the file with the columns `row` and `split`, and what
    else a kind of dataset has.
    """

    kind: ClassVar[str]
    table: ClassVar[str]
    shape: ClassVar[type[Shape]]
    folder: Path
    manifest: dict[str, Any]

    @classmethod
    def open(cls, folder: Path, manifest: dict[str, Any]) -> Self:
        """The dataset of a verified folder.  Raises ArtefactError if the manifest is not that of such a dataset."""
        return cls(folder, stated(manifest, folder / MANIFEST, cls.shape))

    def lasting(self) -> AbstractContextManager[None]:
        """Whatever is read from the folder within is of this dataset.  Raises ArtefactError if it was replaced."""
        return lasting(self.folder, self.manifest)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def n_rows(self) -> int:
        """Rows of all parts."""
        return sum(self.manifest["parts"].values())

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
        with self.lasting():
            column = read_table(self.folder / self.table, [name])[name]
            if len(column) != self.n_rows or isinstance(column, list) == (name == "row"):
                raise unfit(self.folder / self.table, f"column {name!r} is not that of {self.n_rows:,} rows")
            return column
