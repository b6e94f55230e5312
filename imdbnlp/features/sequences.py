"""Documents -> sequences of word numbers, as networks read them.

    sequences = Sequences.fit(train_documents, SequenceSettings(num_words=20_000, maxlen=300))
    rows = sequences.encode(documents)             # ragged: 1 is the most frequent word, 2 the next
    pad(rows, np.array([0, 7, 3]), "post")         # (3, longest) int32, 0 where a row has ended

Which words have a number is learned from the documents given to `fit`.
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
    """Which words a network knows, and how much of a text it reads."""

    num_words: int = Field(20_000, ge=1, description="Know so many words, the most frequent in training texts.")
    maxlen: int = Field(300, ge=1, description="Read so many words of a text.")
    truncation: Literal["pre", "post", "middle"] = Field("pre", description="Where a longer text loses words.")
    padding: Side = Field("post", description="Side on which shorter texts are filled up; it changes no answer.")
    unknown: Literal["drop", "mark"] = Field("drop", description="Drop other words, or mark where they stand.")


@dataclass(frozen=True)
class Sequences:
    """words: the known ones; a word's number is its position + 1, and the next number marks all others.
    settings: how texts are cut."""

    words: list[str]
    settings: SequenceSettings

    @classmethod
    def fit(cls, documents: Documents, settings: SequenceSettings) -> Self:
        """Number the most frequent words of these documents.  Raises DataError if there is no word."""
        counts = np.bincount(documents.tokens.values, minlength=len(documents.words))
        order = np.argsort(-counts, kind="stable")[: settings.num_words]
        words = [documents.words[place] for place in order[counts[order] > 0]]
        if not words:
            raise DataError("the training texts hold no word", hint="choose another --view, or keep stop words")
        return cls(words, settings)

    @property
    def vocabulary_size(self) -> int:
        """How many numbers there are: padding, the words, and the mark of unknown ones where it is used."""
        return 1 + len(self.words) + (self.settings.unknown == "mark")

    def encode(self, documents: Documents) -> Ragged:
        """(documents,) ragged int32 numbers from 1 on, at most `maxlen` a document; perhaps none."""
        known = documents.in_terms_of(self.words)
        values = known.values + np.int32(1)
        if self.settings.unknown == "mark":
            return self._cut(Ragged(np.where(values == 0, np.int32(self.vocabulary_size - 1), values), known.offsets))
        return self._cut(Ragged(values, known.offsets).keep(values != 0))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those that hold no known word."""
        known = documents.in_terms_of(self.words)
        return np.asarray(known.keep(known.values >= 0).lengths == 0)

    def _cut(self, rows: Ragged) -> Ragged:
        """Drop what is over `maxlen` at the front, at the end, or between."""
        most, over = self.settings.maxlen, rows.lengths - self.settings.maxlen
        if not len(rows) or over.max() <= 0:
            return rows
        first = {"pre": 0, "post": most, "middle": most // 2}[self.settings.truncation]
        place = np.arange(len(rows.values)) - np.repeat(rows.offsets[:-1], rows.lengths)
        kept = (place < first) | (place >= first + np.repeat(np.maximum(over, 0), rows.lengths))
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
    """(chosen, longest of them) int32 numbers; 0 before (pre) or behind (post) those of a shorter row."""
    lengths = rows.lengths[chosen]
    width = max(1, int(lengths.max(initial=0)))
    place = np.arange(width)
    filled = place < lengths[:, None] if side == "post" else place >= width - lengths[:, None]
    padded = np.full((len(chosen), width), PADDING, dtype=np.int32)
    padded[filled] = rows.take(chosen).values
    return padded
