"""A map over the vocabulary: each word becomes no, one or several others.

    stop = WordMap.build([[], ["film"], ["can", "not"]])     # for the words the, film, cannot
    stop.words                                               # ['film', 'can', 'not']
    stop.apply(tokens)                                       # documents in the new ids

Lemmatising 80,000 distinct words and mapping 6 million tokens is faster than lemmatising 6 million tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from imdbnlp.errors import check_not_a_string
from imdbnlp.storage.files import read_lines, write_lines
from imdbnlp.storage.ragged import Ragged, offsets_of, ranges
from imdbnlp.text.vocabulary import Vocabulary


@dataclass(frozen=True)
class WordMap:
    """words: the new vocabulary.  targets: (old words,) ragged int32 new ids."""

    words: list[str]
    targets: Ragged

    @classmethod
    def build(cls, replacements: Sequence[Sequence[str]]) -> Self:
        """From what each old word becomes, in the order of the old ids."""
        check_not_a_string(replacements, "replacements")
        vocabulary = Vocabulary()
        flat = [word for replacement in replacements for word in replacement]
        ids = vocabulary.add(flat)
        return cls(vocabulary.words, Ragged(ids, offsets_of([len(replacement) for replacement in replacements])))

    def apply(self, tokens: Ragged) -> Ragged:
        """Documents in old ids -> documents in new ids."""
        lengths = self.targets.lengths
        if (lengths == 1).all():
            return Ragged(self.targets.values[tokens.values], tokens.offsets)
        first = np.full(len(self.targets), -1, dtype=np.int32)
        first[lengths > 0] = self.targets.values[self.targets.offsets[:-1][lengths > 0]]
        mapped = Ragged(first[tokens.values], tokens.offsets)
        if lengths.max() > 1:
            mapped = self._add_following(mapped, tokens)
        return mapped if lengths.all() else mapped.keep(mapped.values >= 0)

    def _add_following(self, mapped: Ragged, tokens: Ragged) -> Ragged:
        """Insert the targets after the first, for the few words that have several."""
        places = np.flatnonzero((self.targets.lengths > 1)[tokens.values])
        words = tokens.values[places]
        following = self.targets.lengths[words] - 1
        inserted = self.targets.values[ranges(self.targets.offsets[words] + 1, following)]
        inserted_before = offsets_of(following)[np.searchsorted(places, mapped.offsets)]
        values = np.insert(mapped.values, np.repeat(places + 1, following), inserted)
        return Ragged(values, mapped.offsets + inserted_before)

    def save(self, folder: Path, name: str) -> None:
        """Write `<name>.txt` (the words) and the targets beside it."""
        write_lines(folder / f"{name}.txt", self.words)
        self.targets.save(folder, name)

    @classmethod
    def open(cls, folder: Path, name: str, n_old: int) -> Self:
        """Read what save wrote.  n_old: size of the old vocabulary.  Raises ArtefactError if it is another."""
        words = read_lines(folder / f"{name}.txt")
        return cls(words, Ragged.open(folder, name, len(words), n_old))
