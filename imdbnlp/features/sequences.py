"""Documents -> sequences of token ids, the input of networks.

    sequences = Sequences.fit(train_documents, SequenceSettings(vocabulary_size=20_000, max_length=300))
    rows = sequences.encode(documents)             # ragged: 1 is the most frequent word, 2 the next
    pad(rows, np.array([0, 7, 3]), "post")         # (3, longest) int32, 0 for padding

The vocabulary is learned from the documents given to `fit`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.features.counts import ViewSettings
from imdbnlp.settings import Field
from imdbnlp.storage.files import read_json, read_lines, reading, write_json, write_lines
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.documents import Documents

Side = Literal["pre", "post"]
PADDING = 0


class SequenceSettings(ViewSettings):
    """The vocabulary of a network, and how much it reads of a text."""

    vocabulary_size: int = Field(
        30_000, ge=1, description="Number of words in the vocabulary: the most frequent ones of the training set."
    )
    max_length: int = Field(400, ge=1, description="Maximum number of words read of a text.")
    truncating: Literal["pre", "post", "middle"] = Field(
        "pre", description="Drop words of longer texts at their start, their end, or in their middle."
    )
    padding: Side = Field("post", description="Side on which shorter texts are padded; it changes no prediction.")
    unknown_words: Literal["drop", "mark"] = Field(
        "drop", description="Drop words outside the vocabulary, or replace each by the same token."
    )


@dataclass(frozen=True)
class Sequences:
    """words: the vocabulary; a word's token id is its position + 1, and the next id is that of all other words."""

    words: list[str]
    settings: SequenceSettings

    @classmethod
    def fit(cls, documents: Documents, settings: SequenceSettings) -> Self:
        """Take the most frequent words of these documents.  Raises DataError if there are no words."""
        counts = np.bincount(documents.tokens.values, minlength=len(documents.words))
        order = np.argsort(-counts, kind="stable")[: settings.vocabulary_size]
        words = [documents.words[place] for place in order[counts[order] > 0]]
        if not words:
            raise DataError("the training texts contain no words", hint="choose another --view, or keep stop words")
        return cls(words, settings)

    @property
    def n_token_ids(self) -> int:
        """Number of token ids: padding, the words, and unknown words if they are marked."""
        return 1 + len(self.words) + (self.settings.unknown_words == "mark")

    def encode(self, documents: Documents) -> Ragged:
        """(documents,) ragged int32 token ids from 1 on, at most `max_length` per document; perhaps none."""
        known = documents.in_terms_of(self.words)
        values = known.values + np.int32(1)
        if self.settings.unknown_words == "mark":
            return self._cut(Ragged(np.where(values == 0, np.int32(self.n_token_ids - 1), values), known.offsets))
        return self._cut(Ragged(values, known.offsets).keep(values != 0))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those without a known word."""
        known = documents.in_terms_of(self.words)
        return np.asarray(known.keep(known.values >= 0).lengths == 0)

    def _cut(self, rows: Ragged) -> Ragged:
        """Truncate the rows that are longer than `max_length`."""
        most, over = self.settings.max_length, rows.lengths - self.settings.max_length
        if not len(rows) or over.max() <= 0:
            return rows
        first_cut = {"pre": 0, "post": most, "middle": most // 2}[self.settings.truncating]
        position = np.arange(len(rows.values)) - np.repeat(rows.offsets[:-1], rows.lengths)
        kept = (position < first_cut) | (position >= first_cut + np.repeat(np.maximum(over, 0), rows.lengths))
        return Ragged(rows.values[kept], offsets_of(np.minimum(rows.lengths, most)))

    def save(self, folder: Path) -> None:
        """Write the words and the settings."""
        write_lines(folder / "words.txt", self.words)
        write_json(folder / "sequences.json", self.settings.stored())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what save wrote."""
        path = folder / "sequences.json"
        with reading(path):
            return cls(read_lines(folder / "words.txt"), SequenceSettings(**read_json(path)))


def pad(rows: Ragged, chosen: NDArray[np.integer], side: Side) -> NDArray[np.int32]:
    """(chosen, longest of them) int32 token ids; 0 before (pre) or after (post) those of a shorter row."""
    lengths = rows.lengths[chosen]
    width = max(1, int(lengths.max(initial=0)))
    position = np.arange(width)
    is_token = position < lengths[:, None] if side == "post" else position >= width - lengths[:, None]
    padded = np.full((len(chosen), width), PADDING, dtype=np.int32)
    padded[is_token] = rows.take(chosen).values
    return padded
