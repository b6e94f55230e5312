"""Tables of sentence pairs: two columns of a CSV, TSV, JSON Lines or Parquet file.

pairs = read_pairs("pairs.csv", SourceSettings(), {"--source-column": "de", "--target-column": "en"})
pairs.sources[0], pairs.targets[0]
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.columns import named_column
from imdbnlp.sources.integrity import unchanged
from imdbnlp.sources.labelled import without_nul
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.sources.table_format import InputFile
from imdbnlp.sources.tables import open_table

_BATCH_ROWS = 4096


@dataclass(frozen=True)
class Pairs:
    """Sentence pairs of one file.  splits: the split of each, None if the file gives none.

    rows: (pairs,) position of each among the file's data records, from 0.  n_records: how many there are.
    """

    path: str
    sources: list[str]
    targets: list[str]
    splits: list[str] | None
    rows: NDArray[np.int64]
    n_records: int
    sha256: str

    def take(self, chosen: NDArray[np.int64]) -> "Pairs":
        """The given pairs, in the given order."""
        return replace(
            self, sources=[self.sources[row] for row in chosen], targets=[self.targets[row] for row in chosen],
            splits=self.splits and [self.splits[row] for row in chosen], rows=self.rows[chosen],
        )  # fmt: skip


def read_pairs(
    path: str, settings: SourceSettings, named: Mapping[str, str | None], reporter: Reporter = SILENT
) -> Pairs:
    """Read a whole table.  named: the columns of source and target, and perhaps of the split, by what names them.

    Raises UsageError, or DataError naming the record or the option.
    """
    name, digest = shown_path(path), hashlib.sha256()
    with unchanged(path), reporter.stage("read", None, "pairs") as advance:
        _, table, columns = open_table(InputFile(path, settings, reporter=reporter, digest=digest))
        places = [named_column(columns, column, option, name) for option, column in named.items()]
        wanted = [place for place in places if place is not None]
        taken: list[list[str]] = [[] for _ in wanted]
        for batch in table.batches(_BATCH_ROWS, wanted):
            for values, place in zip(taken, wanted, strict=True):
                values += batch.texts(place)
            advance(len(batch))
    n_records = len(taken[0])
    if not n_records:
        raise DataError(f"{name} has no rows", hint="check that it is the right file")
    sources, targets = (without_nul(texts, name, reporter) for texts in taken[:2])
    splits = taken[2] if len(taken) > 2 else None
    return Pairs(name, sources, targets, splits, np.arange(n_records), n_records, digest.hexdigest())
