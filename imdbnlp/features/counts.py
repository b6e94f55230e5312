"""Documents -> sparse features: counts, presence or TF-IDF of word and character n-grams.

    settings = FeatureSettings(method="tfidf", ngrams="1-2", min_df=2)
    vectorizer, train_rows = Vectorizer.fit(train_documents, settings)
    test_rows = vectorizer.transform(test_documents)
    vectorizer.names[:3]

The numbers are scikit-learn's: the same features in the same (alphabetical) order, the same choice among ties,
the same weights.  Everything learned is learned from the documents given to `fit`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.features.chargrams import CharNgrams, count_char_ngrams
from imdbnlp.features.ngrams import Trie, count_ngrams
from imdbnlp.features.sparse import SparseRows, side_by_side
from imdbnlp.settings import Field, Settings, Span
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, read_json, read_lines, reading, write_array, write_json, write_lines
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents
from imdbnlp.text.stopwords import StopList
from imdbnlp.text.views import View

_MOST_IDF = 100.0  # the logarithm of a number of texts
OptionalSpan = Annotated[Span | None, BeforeValidator(lambda value: None if value == "none" else value)]


class ViewSettings(Settings):
    """Which view of the texts is used."""

    view: View = Field("words", description="View of the texts.")
    stop_words: StopList = Field(
        "none",
        description="Stop words to drop besides those that the view drops. english: scikit-learn's list, from the "
        "words of the view (in the notebook profile, as in the study, also words of one character). dataset: the "
        "dataset's own list, before lemmas or stems are made.",
    )


class NgramSettings(ViewSettings):
    """Which n-grams are counted."""

    ngrams: OptionalSpan = Field((1, 1), description="Lengths of the word n-grams, like 1-3; none: do not use words.")
    char_ngrams: OptionalSpan = Field(None, description="Lengths of the character n-grams within words, like 2-5.")
    min_df: int = Field(1, ge=1, description="Keep features that occur in at least this many training texts.")
    max_df: float = Field(
        1.0, gt=0, le=1, description="Keep features that occur in at most this share of the training texts."
    )
    max_features: int | None = Field(None, ge=1, description="Keep this many features, the most frequent ones.")


class FeatureSettings(NgramSettings):
    """The features of a text."""

    conditions = {"sublinear_tf": "method=tfidf"}

    method: Literal["count", "tfidf", "binary"] = Field(
        "tfidf", description="Value of a feature: its count, its TF-IDF weight, or 1 if it occurs."
    )
    sublinear_tf: bool = Field(False, description="Replace each count by 1 + log(count).")


class Occurrences(NamedTuple):
    """features, tokens: (n,) a feature, and the token at which it begins.  length: of the feature, in words."""

    features: NDArray[np.int32]
    tokens: NDArray[np.int64]
    length: int


@dataclass(frozen=True)
class WordNgrams:
    """words: the trie's words.  nodes: (features,) the node of each feature, in the order of their names."""

    words: list[str]
    trie: Trie
    nodes: NDArray[np.int64]

    @cached_property
    def _feature_of_node(self) -> NDArray[np.int32]:
        features = np.full(len(self.trie), -1, dtype=np.int32)
        features[self.nodes] = np.arange(len(self.nodes), dtype=np.int32)
        return features

    @cached_property
    def _ids(self) -> "dict[str, int]":
        return {word: number for number, word in enumerate(self.words)}

    def counts(self, documents: Documents) -> SparseRows:
        """(documents, features) how often each feature occurs in each document."""
        tokens = self._in_nodes(documents)
        rows, nodes = self.trie.find(tokens)
        features = self._feature_of_node[nodes]
        kept = features >= 0
        return SparseRows.from_pairs(rows[kept], features[kept], len(tokens), len(self.nodes))

    def occurrences(self, documents: Documents) -> Iterator[Occurrences]:
        """For each length of n-grams, the features and the tokens at which they begin."""
        for length, (places, nodes) in enumerate(self.trie.find_places(self._in_nodes(documents)), start=1):
            features = self._feature_of_node[nodes]
            kept = features >= 0
            yield Occurrences(features[kept], places[kept], length)

    def _in_nodes(self, documents: Documents) -> Ragged:
        """(documents,) ragged nodes of one word, -1 for a word that the trie does not know."""
        find = self._ids.get
        ids = np.fromiter((find(word, -1) for word in documents.words), np.int32, len(documents.words))
        return Ragged(ids[documents.tokens.values], documents.tokens.offsets)

    def choose(self, features: NDArray[np.integer]) -> "WordNgrams":
        """The same with these features only, without words and nodes that they do not use."""
        trie, old_nodes = self.trie.keep(self.nodes[features])
        words = [self.words[node] for node in old_nodes[: trie.n_words]]
        return WordNgrams(words, trie, np.searchsorted(old_nodes, self.nodes[features]))

    def name_of(self, feature: int) -> str:
        """The words of one n-gram, a space between them."""
        node, words = int(self.nodes[feature]), []
        while node >= self.trie.n_words:
            words.append(self.words[int(self.trie.last_words[node - self.trie.n_words])])
            node = int(self.trie.parents[node - self.trie.n_words])
        return " ".join([self.words[node], *words[::-1]])

    @cached_property
    def names(self) -> list[str]:
        """(features,) the words of each n-gram, a space between them."""
        spelled = self.trie.spelled()[self.nodes]
        return [" ".join([self.words[word] for word in row if word >= 0]) for row in spelled.tolist()]


def _fit_word_ngrams(documents: Documents, span: tuple[int, int], min_df: int) -> tuple[WordNgrams, SparseRows]:
    """Every n-gram that is frequent enough, in alphabetical order, with its counts."""
    trie, word_ids, counts = count_ngrams(documents.tokens, len(documents.words), span[1], min_df)
    words = [documents.words[word] for word in word_ids]
    nodes = np.flatnonzero(trie.lengths >= span[0])
    nodes = nodes[_alphabetical(trie.spelled()[nodes], words)]
    return WordNgrams(words, trie, nodes), SparseRows.from_scipy(_canonical_rows(counts[:, nodes]))


def _canonical_rows(columns: Any) -> Any:
    rows = columns.tocsr()
    rows.has_canonical_format = True
    return rows


def _alphabetical(spelled: NDArray[np.int64], words: list[str]) -> NDArray[np.int64]:
    """The order of n-grams by their texts: a space sorts before every character of a word."""
    ranks = np.empty(len(words) + 1, dtype=np.int64)
    ranks[np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.int64)] = np.arange(len(words))
    ranks[-1] = -1  # the place after an n-gram's last word
    return np.lexsort(ranks[spelled].T[::-1])


@dataclass(frozen=True)
class Vectorizer:
    """What was learned from the training documents.  idf: (features,) float64, for tfidf only."""

    settings: FeatureSettings
    word_ngrams: WordNgrams | None
    char_ngrams: CharNgrams | None
    idf: NDArray[np.float64] | None

    @classmethod
    def fit(
        cls, documents: Documents, settings: FeatureSettings, dtype: type[np.floating] = np.float32
    ) -> tuple[Self, SparseRows]:
        """Select the features, and compute their values for the documents.

        dtype: of the weights; float64 gives scikit-learn's to the last bit.  Raises DataError if no feature is left,
        SettingsError if none was asked for.
        """
        vectorizer, counts = cls.learn(documents, settings)
        return vectorizer, vectorizer.weigh(counts, dtype)

    @classmethod
    def learn(cls, documents: Documents, settings: FeatureSettings) -> tuple[Self, SparseRows]:
        """Select the features, and count them in the documents.  Raises like `fit`."""
        words, chars, parts = None, None, []
        if settings.ngrams:
            words, counts = _fit_word_ngrams(documents, settings.ngrams, settings.min_df)
            chosen = _choose(counts, settings)
            words = words if len(chosen) == counts.n_columns else words.choose(chosen)
            parts.append(_columns(counts, chosen))
        if settings.char_ngrams:
            chars, counts = count_char_ngrams(documents, settings.char_ngrams)
            chosen = _choose(counts, settings)
            chars = CharNgrams(chars.span, [chars.grams[number] for number in chosen])
            parts.append(_columns(counts, chosen))
        if not parts:
            raise SettingsError("--ngrams none leaves no features", hint="give --char-ngrams 2-5 as well")
        counts = side_by_side(parts)
        idf = _inverse_document_frequencies(counts) if settings.method == "tfidf" else None
        return cls(settings, words, chars, idf), counts

    @property
    def n_word_features(self) -> int:
        return len(self.word_ngrams.nodes) if self.word_ngrams else 0

    @property
    def n_features(self) -> int:
        return self.n_word_features + (len(self.char_ngrams.grams) if self.char_ngrams else 0)

    def only(self, words: bool) -> "Vectorizer":
        """The same without character n-grams; if words is false, without word n-grams."""
        n_words = self.n_word_features
        settings = self.settings.model_copy(update={"char_ngrams" if words else "ngrams": None})
        idf = self.idf if self.idf is None else self.idf[slice(0, n_words) if words else slice(n_words, None)]
        return Vectorizer(settings, self.word_ngrams if words else None, None if words else self.char_ngrams, idf)

    @cached_property
    def names(self) -> list[str]:
        """(features,) the text of each feature."""
        names = self.word_ngrams.names if self.word_ngrams else []
        return names + (self.char_ngrams.grams if self.char_ngrams else [])

    def name_of(self, feature: int) -> str:
        """The text of one feature."""
        n_words = self.n_word_features
        if self.word_ngrams and feature < n_words:
            return self.word_ngrams.name_of(feature)
        assert self.char_ngrams is not None
        return self.char_ngrams.grams[feature - n_words]

    def transform(self, documents: Documents, dtype: type[np.floating] = np.float32) -> SparseRows:
        """(documents, features) values of the features; unknown n-grams are ignored, an empty text is a zero row."""
        parts = [part.counts(documents) for part in (self.word_ngrams, self.char_ngrams) if part]
        return self.weigh(side_by_side(parts), dtype)

    def has_features(self, documents: Documents) -> NDArray[np.bool_]:
        """(documents,) true for those that `transform` finds a feature in.

        Most have one in a single word, so each distinct word is looked at by itself; the few that have not are
        transformed.
        """
        n_words = len(documents.words)
        alone = Documents(Ragged(np.arange(n_words, dtype=np.int32), np.arange(n_words + 1)), documents.words)
        known = self.transform(alone).columns.lengths > 0
        tokens = documents.tokens
        found = np.asarray(tokens.keep(known[tokens.values]).lengths > 0)
        rest = np.flatnonzero(~found & (tokens.lengths > 0))
        if len(rest):
            found[rest] = self.transform(documents.take(rest)).columns.lengths > 0
        return found

    def occurrences(self, documents: Documents) -> Iterator[Occurrences]:
        """The tokens at which the features that `transform` counts begin; a character n-gram is at its word."""
        n_words = 0
        if self.word_ngrams:
            yield from self.word_ngrams.occurrences(documents)
            n_words = len(self.word_ngrams.nodes)
        if self.char_ngrams:
            features, tokens = self.char_ngrams.occurrences(documents)
            yield Occurrences(features + np.int32(n_words), tokens, 1)

    def weigh(self, counts: SparseRows, dtype: type[np.floating] = np.float32) -> SparseRows:
        """Turn counts into the values that the settings ask for."""
        if self.settings.method == "count":
            return counts
        if self.settings.method == "binary":
            return counts.with_data(np.ones_like(counts.data))
        assert self.idf is not None
        return weigh_tfidf(counts, self.idf, self.settings.sublinear_tf, dtype, self.n_word_features)

    def save(self, folder: Path) -> None:
        """Write everything into a folder of its own; no file in it can hold code."""
        folder.mkdir()
        write_json(folder / "settings.json", self.settings.stored())
        if self.word_ngrams:
            write_lines(folder / "words.txt", self.word_ngrams.words)
            write_array(folder / "nodes.npy", self.word_ngrams.nodes.astype(np.int32))
            self.word_ngrams.trie.table.save(folder)
        if self.char_ngrams:
            write_lines(folder / "chars.txt", self.char_ngrams.grams)
        if self.idf is not None:
            write_array(folder / "idf.npy", self.idf)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what save wrote; the large arrays stay on disk until they are used."""
        with reading(folder / "settings.json"):
            settings = FeatureSettings(**read_json(folder / "settings.json"))
            if not (settings.ngrams or settings.char_ngrams):
                raise ValueError("neither n-grams of words nor of characters")
        words = _load_word_ngrams(folder) if settings.ngrams else None
        chars = CharNgrams(settings.char_ngrams, read_lines(folder / "chars.txt")) if settings.char_ngrams else None
        vectorizer = cls(settings, words, chars, None)
        if settings.method != "tfidf":
            return vectorizer
        idf = read_array(folder / "idf.npy")
        return replace(
            vectorizer, idf=checked(folder / "idf.npy", idf, np.float64, (vectorizer.n_features,), 0, _MOST_IDF)
        )


def _load_word_ngrams(folder: Path) -> WordNgrams:
    words = read_lines(folder / "words.txt")
    trie, nodes = Trie.open(folder, len(words)), read_array(folder / "nodes.npy", mmap=True)
    return WordNgrams(words, trie, checked(folder / "nodes.npy", nodes, np.int32, (None,), 0, len(trie)))


def weigh_tfidf(
    counts: SparseRows,
    idf: NDArray[np.float64],
    sublinear: bool = False,
    dtype: type[np.floating] = np.float32,
    n_words: int = 0,
) -> SparseRows:
    """Weight counts by inverse document frequency and scale each row to unit length.

    counts: (documents, features).  idf: (features,) natural logarithm.  dtype: of the weights.  n_words: the first
    n_words features of a row have unit length, and so have the others.  Returns (documents, features); an empty
    document stays zero.  Source: Salton & Buckley 1988.
    """
    frequencies = counts.data.astype(dtype, copy=False)
    if sublinear:
        frequencies = 1 + np.log(frequencies)
    values = frequencies * idf.astype(dtype, copy=False)[counts.columns.values]
    rows = 2 * counts.columns.row_ids.astype(np.int64) + (counts.columns.values >= n_words)
    lengths = np.sqrt(np.bincount(rows, values.astype(np.float64, copy=False) ** 2, 2 * len(counts)))
    scaled = values / np.where(lengths > 0, lengths, 1)[rows]
    return counts.with_data(scaled.astype(dtype, copy=False))


def _inverse_document_frequencies(counts: SparseRows) -> NDArray[np.float64]:
    """(features,) log((1 + documents) / (1 + documents with it)) + 1: scikit-learn's smooth idf."""
    frequencies = np.bincount(counts.columns.values, minlength=counts.n_columns)
    return np.asarray(np.log((1 + len(counts)) / (1 + frequencies)) + 1)


def _choose(counts: SparseRows, settings: FeatureSettings) -> NDArray[np.int64]:
    """The features to keep, ascending.  Ties for the last places fall as in scikit-learn's CountVectorizer."""
    frequencies = np.bincount(counts.columns.values, minlength=counts.n_columns)
    kept = (frequencies >= settings.min_df) & (frequencies <= settings.max_df * len(counts))
    features = np.flatnonzero(kept)
    if settings.max_features is not None and settings.max_features < len(features):
        totals = np.bincount(counts.columns.values, weights=counts.data, minlength=counts.n_columns)
        most = (-totals[features].astype(np.int64)).argsort()[: settings.max_features]
        features = np.sort(features[most])
    if not len(features):
        raise DataError(
            f"no feature occurs in {settings.min_df} or more of {len(counts)} texts and in "
            f"at most {settings.max_df:.0%} of them",
            hint="lower --min-df, raise --max-df, or give more texts",
        )
    return features


def _columns(counts: SparseRows, chosen: NDArray[np.int64]) -> SparseRows:
    if len(chosen) == counts.n_columns:
        return counts
    return SparseRows.from_scipy(counts.to_scipy()[:, chosen])
