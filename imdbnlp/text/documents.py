"""Documents: token ids, and the words that the ids refer to.

    documents = Documents(Ragged(np.array([0, 1, 0]), np.array([0, 2, 3])), ["good", "film"])
    documents.take(np.array([1])).tokens[0]      # array([0])

This is what a model is given, from a dataset as from texts that came a moment ago.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.spans import Span
from imdbnlp.text.tokenize import code_texts
from imdbnlp.text.views import Preprocessing
from imdbnlp.text.vocabulary import Vocabulary
from imdbnlp.text.word_map import WordMap


@dataclass(frozen=True)
class Documents:
    """tokens: (documents,) ragged int32 ids.  words: the word of each id, by position."""

    tokens: Ragged
    words: Sequence[str]

    def __len__(self) -> int:
        return len(self.tokens)

    def take(self, rows: NDArray[np.integer]) -> "Documents":
        """The given documents, in the given order, over the same words."""
        return Documents(self.tokens.take(rows), self.words)

    def compact(self) -> "Documents":
        """The same documents over the words that occur in them, in the same order."""
        used = np.bincount(self.tokens.values, minlength=len(self.words)) > 0
        if used.all():
            return self
        numbers = np.cumsum(used, dtype=np.int32) - np.int32(1)
        words = [self.words[word] for word in np.flatnonzero(used).tolist()]
        return Documents(Ragged(numbers[self.tokens.values], self.tokens.offsets), words)

    def in_terms_of(self, words: Sequence[str]) -> Ragged:
        """(documents,) ragged int32 ids into other words, -1 for a word that is not among them."""
        check_not_a_string(words, "words")
        ids = Vocabulary(words).find(self.words)
        return Ragged(ids[self.tokens.values], self.tokens.offsets)


def read_documents(texts: Sequence[str], preprocessing: Preprocessing) -> Documents:
    """Clean, tokenise and encode texts, as the preprocessing requires."""
    return in_view(tokenize_documents(texts, preprocessing), preprocessing)


def in_view(plain: Documents, preprocessing: Preprocessing) -> Documents:
    """Tokenised documents with the words that the preprocessing gives."""
    if preprocessing.keeps_words:
        return plain
    mapping = WordMap.build(preprocessing.replacements(plain.words))
    return Documents(mapping.apply(plain.tokens), mapping.words)


def read_marked(text: str, preprocessing: Preprocessing) -> tuple[Documents, list[Span]]:
    """The token ids of one text, and the position of each of its words in the given text."""
    plain = tokenize_documents([text], preprocessing)
    mapping = WordMap.build(preprocessing.replacements(plain.words))
    spans = preprocessing.steps.spans(text, preprocessing.language)
    n_words = mapping.targets.lengths[plain.tokens.values].tolist()  # that each becomes: none, one or two
    marked = [span for span, n in zip(spans, n_words, strict=True) for _ in range(n)]
    return Documents(mapping.apply(plain.tokens), mapping.words), marked


def tokenize_documents(texts: Sequence[str], preprocessing: Preprocessing) -> Documents:
    """Clean, tokenise and encode texts; no view has been applied yet."""
    check_not_a_string(texts, "texts")
    vocabulary, parts = Vocabulary(), []
    for block in code_texts(texts, preprocessing.cleaner()):
        parts.append(vocabulary.add_block(block))
    return Documents(_joined(parts), vocabulary.words)


def _joined(parts: Sequence[Ragged]) -> Ragged:
    values = [np.zeros(0, dtype=np.int32), *(part.values for part in parts)]
    lengths = [np.zeros(0, dtype=np.int64), *(part.lengths for part in parts)]
    return Ragged(np.concatenate(values), offsets_of(np.concatenate(lengths)))
