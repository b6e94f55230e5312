"""The cached dataset of pairs: two coded corpora, each over its own vocabulary, with splits.

pairs = PairDataset(folder, manifest)
pairs.source[0], pairs.target[0]           # arrays of numbers
pairs.source_tokenizer.decode([pairs.source[0]])
pairs.rows("train")
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.base import BaseDataset, BaseShape
from imdbnlp.storage.ragged import Ragged
from imdbnlp.storage.tables import write_table
from imdbnlp.text.subwords import SubwordTokenizer

SIDES = ("source", "target")


class PairDataset(BaseDataset):
    """Sentences to translate from, and into."""

    kind = "pairs"
    table = "pairs.parquet"
    shape = BaseShape

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
        with self.lasting():
            return Ragged.open(self.folder, "source", self.source_tokenizer.vocabulary_size, self.n_rows)

    @cached_property
    def target(self) -> Ragged:
        """(pairs,) ragged int32 numbers of the sentences to translate into."""
        with self.lasting():
            return Ragged.open(self.folder, "target", self.target_tokenizer.vocabulary_size, self.n_rows)

    @cached_property
    def source_tokenizer(self) -> SubwordTokenizer:
        """How sentences to translate from become numbers; learned from the training pairs."""
        with self.lasting():
            return SubwordTokenizer.load(tokenizer_path(self.folder, "source"))

    @cached_property
    def target_tokenizer(self) -> SubwordTokenizer:
        """How numbers become sentences; learned from the training pairs."""
        with self.lasting():
            return SubwordTokenizer.load(tokenizer_path(self.folder, "target"))

    def texts(self, side: str) -> list[str]:
        """(pairs,) the sentences as given.  side: source or target."""
        return list(self.column(side))


def tokenizer_path(folder: Path, side: str) -> Path:
    """Where the tokenizer of one side lies."""
    return folder / f"{side}.tokenizer.json"


def write_pairs(
    folder: Path, texts: Sequence[Sequence[str]], parts: NDArray[np.str_], rows: NDArray[np.int64],
    tokenizers: Sequence[SubwordTokenizer], coded: Sequence[Ragged],
) -> None:  # fmt: skip
    """Write a dataset's files.  texts, tokenizers, coded: of the source, then of the target."""
    for side, tokenizer, numbers in zip(SIDES, tokenizers, coded, strict=True):
        tokenizer.save(tokenizer_path(folder, side))
        numbers.save(folder, side)
    columns = dict(zip(SIDES, texts, strict=True))
    write_table(folder / PairDataset.table, {"row": rows, **columns, "split": parts.tolist()})
