"""The cached dataset of pairs: two coded corpora, each over its own vocabulary, with splits.

pairs = PairDataset.open(folder)
pairs.source[0], pairs.target[0]           # arrays of numbers
pairs.source_codec.decode([pairs.source[0]])
pairs.rows("train")
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.files import read_table, write_table
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.codec import Codec

KIND = "pairs"
"""What the manifest of such a dataset calls it."""

SIDES = ("source", "target")
_TABLE = "pairs.parquet"


@dataclass(frozen=True)
class PairDataset:
    """folder: where the files lie.  manifest: what was read, dropped, split and kept, already verified."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def key(self) -> str:
        """The sha256 of all that the content depends on."""
        return str(self.manifest["key"])

    @property
    def columns(self) -> dict[str, str]:
        """What the columns of the source and the target are called in the file."""
        return dict(self.manifest["columns"])

    @property
    def keep_case(self) -> bool:
        """Whether capital letters were kept."""
        return bool(self.manifest["settings"]["keep_case"])

    @cached_property
    def source(self) -> Ragged:
        """(pairs,) ragged int32 numbers of the sentences to translate from, without start and end."""
        return Ragged.open(self.folder, "source")

    @cached_property
    def target(self) -> Ragged:
        """(pairs,) ragged int32 numbers of the sentences to translate into."""
        return Ragged.open(self.folder, "target")

    @cached_property
    def source_codec(self) -> Codec:
        """How sentences to translate from become numbers; learned from the training pairs."""
        return Codec.load(codec_path(self.folder, "source"))

    @cached_property
    def target_codec(self) -> Codec:
        """How numbers become sentences; learned from the training pairs."""
        return Codec.load(codec_path(self.folder, "target"))

    @cached_property
    def parts(self) -> NDArray[np.str_]:
        """(pairs,) 'train', 'valid' or 'test'."""
        return np.array(self._column("split"))

    @cached_property
    def source_rows(self) -> NDArray[np.int64]:
        """(pairs,) position of each pair in its file."""
        return np.asarray(self._column("row"))

    def texts(self, side: str) -> list[str]:
        """(pairs,) the sentences as given.  side: source or target."""
        return list(self._column(side))

    def rows(self, *parts: str) -> NDArray[np.int64]:
        """The pairs of these parts, in the dataset's order."""
        return np.flatnonzero(np.isin(self.parts, parts))

    def _column(self, name: str) -> Any:
        return read_table(self.folder / _TABLE, [name])[name]


def codec_path(folder: Path, side: str) -> Path:
    """Where the codec of one side lies."""
    return folder / f"{side}.codec.json"


def write_pairs(
    folder: Path, texts: Sequence[Sequence[str]], parts: NDArray[np.str_], rows: NDArray[np.int64],
    codecs: Sequence[Codec], coded: Sequence[Ragged],
) -> None:  # fmt: skip
    """Write a dataset's files.  texts, codecs, coded: of the source, then of the target."""
    for side, codec, numbers in zip(SIDES, codecs, coded, strict=True):
        codec.save(codec_path(folder, side))
        numbers.save(folder, side)
    columns = dict(zip(SIDES, texts, strict=True))
    write_table(folder / _TABLE, {"row": rows, **columns, "split": parts.tolist()})
