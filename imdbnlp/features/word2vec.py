"""Train word vectors on token ids (gensim's Word2Vec).

    vectors = train_word2vec(documents, Word2VecSettings(dimensions=100), seed=42, threads=2, reporter=reporter)

Source: Mikolov et al. 2013.  gensim is given the documents as lists of words, not as a file: on two cores that is as
fast, and its progress can be reported.
"""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from imdbnlp.errors import DataError
from imdbnlp.features.counts import ViewSettings
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.progress import Advance, Reporter
from imdbnlp.settings import Field
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents

_BLOCK = 1000  # documents turned into words at once
_LONGEST = 10_000  # words that gensim reads of a sentence; it would drop the rest of it


class Word2VecSettings(ViewSettings):
    """The settings of Word2Vec."""

    algorithm: Literal["skip-gram", "cbow"] = Field(
        "skip-gram", description="Predict the context from a word (skip-gram), or a word from its context (cbow)."
    )
    dimensions: int = Field(100, ge=1, le=2000, description="Dimension of the word vectors.")
    window: int = Field(5, ge=1, description="Maximum number of context words on each side.")
    negatives: int = Field(10, ge=1, description="Number of negative samples per context word.")
    epochs: int = Field(5, ge=1, description="Number of passes over the texts.")
    min_count: int = Field(5, ge=1, description="Leave out words that occur less often than this.")
    frequent: float = Field(
        1e-4,
        gt=0,
        le=1,
        description="Subsample words whose share of all words exceeds this; 1 turns subsampling off.",
    )


def train_word2vec(
    documents: Documents, settings: Word2VecSettings, seed: int, threads: int, reporter: Reporter
) -> WordVectors:
    """Words by falling frequency, and a float32 vector for each.  One thread gives the same vectors each time.

    Raises DataError if no word is frequent enough.
    """
    from gensim.models import Word2Vec

    counts = np.bincount(documents.tokens.values, minlength=len(documents.words))
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] >= settings.min_count]
    if len(order) < 2:
        raise DataError(f"fewer than two words occur {settings.min_count} times in the texts", hint="lower --min-count")
    ranks = np.full(len(counts), -1, dtype=np.int32)
    ranks[order] = np.arange(len(order))
    known = Ragged(ranks[documents.tokens.values], documents.tokens.offsets)
    known = known.keep(known.values >= 0)
    sample = settings.frequent if settings.frequent < 1 else 0  # gensim takes 1 and more for a count
    model = Word2Vec(
        vector_size=settings.dimensions, window=settings.window, negative=settings.negatives, sample=sample,
        sg=int(settings.algorithm == "skip-gram"), min_count=1, workers=threads, seed=seed,
    )  # fmt: skip
    names = [str(rank) for rank in range(len(order))]  # gensim sorts equals by name; the counts are what matters
    model.build_vocab_from_freq(dict(zip(names, counts[order].tolist(), strict=True)), corpus_count=len(known))
    with reporter.stage("word vectors", settings.epochs * len(documents.tokens.values), "words") as advance:
        sentences = _Sentences(known, names, documents.tokens.lengths, advance)
        model.train(sentences, total_words=len(known.values), total_examples=len(known), epochs=settings.epochs)
    rows = [model.wv.key_to_index[name] for name in names]
    return WordVectors([documents.words[place] for place in order], np.asarray(model.wv.vectors[rows], np.float32))


class _Sentences:
    """The documents as lists of words; may be gone over again and again.

    lengths: (documents,) words of each, including words without a vector: the unit of progress.
    """

    def __init__(self, known: Ragged, names: list[str], lengths: Any, advance: Advance) -> None:
        self.known, self.names, self.lengths, self.advance = known, np.array(names, dtype=object), lengths, advance

    def __iter__(self) -> Iterator[list[str]]:
        offsets = self.known.offsets
        for start in range(0, len(self.known), _BLOCK):
            stop = min(start + _BLOCK, len(self.known))
            words = self.names[self.known.values[offsets[start] : offsets[stop]]].tolist()
            for first, last in zip(
                offsets[start:stop] - offsets[start], offsets[start + 1 : stop + 1] - offsets[start], strict=True
            ):
                for begin in range(first, last, _LONGEST):
                    yield words[begin : min(last, begin + _LONGEST)]
            self.advance(int(self.lengths[start:stop].sum()))
