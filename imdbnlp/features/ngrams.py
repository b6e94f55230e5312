"""Word n-grams of integer-encoded documents: counted in the training texts, looked up in others.

An n-gram is a node of a trie: its parent is the n-gram without the last word.  Nodes of one word come first and
are the words themselves; a longer node is the int64 code `parent << 32 | word`.  An n-gram cannot occur in more
documents than the shorter ones inside it, so each length is only looked for where both shorter ones were frequent
enough: most trigrams are never coded at all (the a-priori principle; Agrawal & Srikant 1994).

    trie, words, counts = count_ngrams(tokens, n_words=3, longest=2, min_documents=2)
    trie.find(tokens)            # (document, node) pairs of another text, whose tokens are the trie's words
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.table import KeyTable
from imdbnlp.storage.checks import unfit
from imdbnlp.storage.ragged import Ragged

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

_WORD_BITS = 32


@dataclass(frozen=True)
class Trie:
    """n_words: nodes of one word.  table: the codes of the longer nodes, in order of their length."""

    n_words: int
    table: KeyTable

    def __len__(self) -> int:
        return self.n_words + len(self.table.keys)

    @classmethod
    def open(cls, folder: Path, n_words: int) -> Self:
        """Map the table into memory.  Raises ArtefactError if a node's parent does not come before it, in order."""
        trie = cls(n_words, KeyTable.open(folder))
        own = np.arange(n_words, len(trie))
        if (trie.parents >= own).any() or (np.diff(trie.parents) < 0).any() or (trie.last_words >= n_words).any():
            raise unfit(folder / "table.keys.npy", f"codes that are not n-grams of {n_words:,} words")
        return trie

    @cached_property
    def parents(self) -> NDArray[np.int64]:
        """(longer nodes,) the node without the last word."""
        return self.table.keys >> _WORD_BITS

    @cached_property
    def last_words(self) -> NDArray[np.int64]:
        """(longer nodes,) the last word."""
        return self.table.keys & ((1 << _WORD_BITS) - 1)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(nodes,) words in each node.  A parent always comes before its children."""
        lengths = np.ones(len(self), dtype=np.int64)
        start, stop = 0, self.n_words
        while stop < len(self):  # one round for each length: children of the nodes start..stop follow them
            children = np.searchsorted(self.parents, [start, stop]) + self.n_words
            lengths[children[0] : children[1]] = lengths[start] + 1
            start, stop = children[0], children[1]
        return lengths

    def spelled(self) -> NDArray[np.int64]:
        """(nodes, longest) the words of each node, -1 after its end."""
        longest = int(self.lengths.max(initial=1))
        words = np.full((len(self), longest), -1, dtype=np.int64)
        words[: self.n_words, 0] = np.arange(self.n_words)
        for length in range(2, longest + 1):
            nodes = np.flatnonzero(self.lengths == length)
            words[nodes] = words[self.parents[nodes - self.n_words]]
            words[nodes, length - 1] = self.last_words[nodes - self.n_words]
        return words

    def keep(self, nodes: NDArray[np.integer]) -> tuple["Trie", NDArray[np.int64]]:
        """The smallest trie that holds these nodes, and the old numbers of its nodes (ascending)."""
        kept = np.zeros(len(self), dtype=bool)
        kept[nodes] = True
        for length in range(int(self.lengths.max(initial=1)), 1, -1):
            longer = np.flatnonzero(kept & (self.lengths == length)) - self.n_words
            kept[self.parents[longer]] = True
            kept[self.last_words[longer]] = True
        numbers = np.cumsum(kept) - 1
        longer = np.flatnonzero(kept[self.n_words :])
        keys = (numbers[self.parents[longer]] << _WORD_BITS) | numbers[self.last_words[longer]]
        return Trie(int(kept[: self.n_words].sum()), KeyTable.build(keys)), np.flatnonzero(kept)

    def find(self, tokens: Ragged) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The nodes in documents of word nodes (-1: no such word), as (pairs,) documents and (pairs,) nodes."""
        documents, nodes = [], []
        for places, found in self.find_places(tokens):
            documents.append(tokens.row_ids[places])
            nodes.append(found)
        return np.concatenate(documents), np.concatenate(nodes)

    def find_places(self, tokens: Ragged) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int32]]]:
        """For each length from one word on: the tokens at which nodes of that length begin, and the nodes."""
        words = tokens.values
        known = np.flatnonzero(words >= 0)
        yield known, words[known]
        current, length = words, 1
        while len(self.table.keys):
            places = _continued(current, words, tokens, length)
            found = self.table.find(_codes(current[places], words[places + length]))
            places, found = places[found >= 0], found[found >= 0]
            if not len(places):
                return
            current = np.full(len(words), -1, dtype=np.int32)
            current[places] = found + np.int32(self.n_words)
            yield places, current[places]
            length += 1


def _continued(current: NDArray[np.int32], words: NDArray[np.int32], tokens: Ragged, length: int) -> NDArray[np.int64]:
    """Where a node of `length` words is followed, in its document, by a known word."""
    follows = np.zeros(len(words), dtype=bool)
    np.logical_and(current[:-length] >= 0, words[length:] >= 0, out=follows[: max(0, len(words) - length)])
    for back in range(1, length + 1):  # the last words of a document are followed by another document's
        last = tokens.offsets[1:] - back
        follows[last[last >= tokens.offsets[:-1]]] = False
    return np.flatnonzero(follows)


def _codes(parents: NDArray[np.int32], words: NDArray[np.int32]) -> NDArray[np.int64]:
    return (parents.astype(np.int64) << _WORD_BITS) | words


def count_ngrams(
    tokens: Ragged, n_words: int, longest: int, min_documents: int
) -> tuple[Trie, NDArray[np.int64], "csc_matrix"]:
    """Find every n-gram of up to `longest` words that occurs in at least `min_documents` documents.

    tokens: (documents,) ragged int32 ids below n_words.  Returns the trie, the ids of the words that became its
    first nodes (ascending), and (documents, nodes) float32 counts by column.
    """
    from scipy.sparse import hstack

    levels = list(_levels(tokens, n_words, longest, min_documents))
    keys = np.concatenate([np.zeros(0, dtype=np.int64), *(level.keys for level in levels[1:])])
    counts = hstack([level.counts for level in levels], format="csc") if longest > 1 else levels[0].counts
    return Trie(levels[0].counts.shape[1], KeyTable.build(keys)), levels[0].keys, counts


@dataclass(frozen=True)
class _Level:
    """The kept n-grams of one length.  keys: their codes, ascending.  counts: (documents, n-grams)."""

    keys: NDArray[np.int64]
    counts: "csc_matrix"


def _levels(tokens: Ragged, n_words: int, longest: int, min_documents: int) -> Iterator[_Level]:
    counts, kept = _prune(_count_columns(tokens.values, tokens.row_ids, len(tokens), n_words), min_documents)
    words = _renumbered(kept)[tokens.values]
    yield _Level(np.flatnonzero(kept), counts)
    n_kept = counts.shape[1]
    current, first_node, n_nodes = words, 0, n_kept
    for length in range(2, longest + 1):
        places = _frequent_inside(current, words, tokens, length - 1)
        codes, keys = _dense(current[places], words[places + length - 1], n_kept)
        counts, kept = _prune(_count_columns(codes, tokens.row_ids[places], len(tokens), len(keys)), min_documents)
        order = np.argsort(keys[kept])
        numbers = _renumbered(kept)
        first_node, n_nodes = first_node + n_nodes, counts.shape[1]
        position = np.empty(n_nodes, dtype=np.int32)
        position[order] = np.arange(n_nodes, dtype=np.int32)
        yield _Level(keys[kept][order], counts[:, order])
        found = numbers[codes]
        current = np.full(len(words), -1, dtype=np.int32)
        current[places[found >= 0]] = position[found[found >= 0]] + np.int32(first_node)


def _frequent_inside(
    current: NDArray[np.int32], words: NDArray[np.int32], tokens: Ragged, length: int
) -> NDArray[np.int64]:
    """Where an n-gram one longer can be frequent: the nodes without its last and without its first word are."""
    places = _continued(current, words, tokens, length)
    return places[current[places + 1] >= 0] if length > 1 else places


def _count_columns(
    columns: NDArray[np.int32], documents: NDArray[np.int32], n_documents: int, n_columns: int
) -> "csc_matrix":
    """Count (document, column) pairs, given document after document.

    Turning rows into columns is a counting sort that keeps the documents in order, so equal pairs end up side by
    side and are summed without any comparison sort.
    """
    from scipy.sparse import csr_matrix

    offsets = np.searchsorted(documents, np.arange(n_documents + 1)).astype(np.int32)
    ones = np.ones(len(columns), dtype=np.float32)
    matrix = csr_matrix((ones, columns, offsets), shape=(n_documents, n_columns), copy=False).tocsc()
    matrix.has_sorted_indices = True
    matrix.sum_duplicates()
    return matrix


def _prune(counts: "csc_matrix", min_documents: int) -> tuple["csc_matrix", NDArray[np.bool_]]:
    kept = np.diff(counts.indptr) >= min_documents
    return counts[:, kept], kept


def _renumbered(kept: NDArray[np.bool_]) -> NDArray[np.int32]:
    """(old,) the new number of each kept old one, -1 for the others."""
    numbers = np.full(len(kept), -1, dtype=np.int32)
    numbers[kept] = np.arange(kept.sum(), dtype=np.int32)
    return numbers


def _dense(parents: NDArray[np.int32], words: NDArray[np.int32], n_words: int) -> tuple[Any, Any]:
    """(pairs,) parents and words -> (pairs,) int32 numbers from 0 on, and the distinct codes in that order.

    The pairs are hashed packed as tightly as they go: Arrow's hash of sparse codes collides three times as often.
    """
    import pyarrow as pa

    packed = parents.astype(np.int64) * n_words + words
    array = pa.Array.from_buffers(pa.int64(), len(packed), [None, pa.py_buffer(packed)]).dictionary_encode()
    numbers = np.frombuffer(array.indices.buffers()[1], dtype=np.int32)[: len(packed)]
    distinct = np.frombuffer(array.dictionary.buffers()[1], dtype=np.int64)[: len(array.dictionary)]
    return numbers, ((distinct // n_words) << _WORD_BITS) | (distinct % n_words)
