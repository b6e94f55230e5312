"""Near duplicates: texts that share at least 80 % of their shingles, which are runs of three words.

    documents = read_documents([review, review + " Sent from my phone", another], Preprocessing())
    near_groups(documents)      # array([0, 0, 1])

Candidate pairs are found by MinHash signatures whose bands are equal, and verified by the Jaccard similarity of their
shingle sets.  A pair at the threshold is missed with a probability of 5e-8; in data where many texts share a long
passage, such as a letterhead, pairs close to the threshold may be missed, to bound the time.  Near pairs are joined
transitively.
Words are compared as for exact copies (imdbnlp.text.fingerprints); a text of up to three words is a single shingle.
Source: Broder 1997; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, chapter 3.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from imdbnlp.progress import Advance
from imdbnlp.storage.ragged import Ragged, offsets_of, ranges
from imdbnlp.text.documents import Documents
from imdbnlp.text.fingerprints import compared_words, fingerprints, group_codes, in_order_of_occurrence, word_hashes

THRESHOLD = 0.8
"""The Jaccard similarity from which two texts are near duplicates."""

SHINGLE_WORDS = 3

_BANDS, _BAND_ROWS = 32, 4
_PLAUSIBLE = 0.6  # share of equal signature values; 5 standard deviations below the threshold
_WINDOW = 32  # texts of a bucket that each one is compared with: all of them in a usual bucket
_PATIENCE = 48  # failed comparisons of a text with others; then only those that look near are verified
_BLOCK_TOKENS = 1 << 16  # whose shingles fit into the cache
_BLOCK_PAIRS = 1 << 14

Codes = NDArray[np.int64]
Hashes = NDArray[np.uint64]


def _unreported(n: int, doing: str = "") -> None:
    """Progress is not reported."""


def near_groups(documents: Documents, seed: int = 0, advance: Advance = _unreported) -> Codes:
    """(documents,) equal codes for exact and near duplicates, numbered in the order of their first occurrence.

    documents: as tokenised, before a view changes their words.  seed: of the hash functions of the signatures.
    advance: is called with the number of documents that are done.
    Needs 512 bytes for each distinct document besides.
    """
    exact = group_codes(fingerprints(documents))
    distinct = np.unique(exact, return_index=True)[1]
    words = compared_words(documents).take(distinct)
    hashes = word_hashes(documents.words)
    advance(len(documents) - len(distinct))
    signatures = _signatures(words, hashes, seed, advance)
    components, n_failed = np.arange(len(distinct)), np.zeros(len(distinct), dtype=np.int64)
    for band, left, right in _candidates(signatures):
        apart = components[left] != components[right]
        left, right = left[apart], right[apart]
        estimates, is_new = _compared(signatures, left, right, band)
        tried_often = np.minimum(n_failed[left], n_failed[right]) >= _PATIENCE
        tested = estimates >= np.where(tried_often, THRESHOLD, _PLAUSIBLE)
        left, right, is_new = left[tested], right[tested], is_new[tested]
        near = _are_near(words, hashes, left, right)
        components = _joined(components, left[near], right[near])
        failed = is_new & ~near
        n_failed += np.bincount(np.concatenate([left[failed], right[failed]]), minlength=len(distinct))
    return in_order_of_occurrence(components[exact])


def _shingles(words: Ragged, hashes: Hashes) -> tuple[Hashes, Codes]:
    """The hashed shingles of all documents, and the (documents + 1,) offsets; no document has more than it has words.

    A document of fewer words than a shingle has one, one without words none.
    """
    factors = _odd(np.random.default_rng(SHINGLE_WORDS), SHINGLE_WORDS)
    lengths = words.lengths
    n_shingles = np.where(lengths > 0, np.maximum(lengths - SHINGLE_WORDS + 1, 1), 0)
    starts = ranges(words.offsets[:-1], n_shingles)
    ends = np.repeat(words.offsets[1:], n_shingles)
    shingles = np.zeros(len(starts), dtype=np.uint64)
    of_words = np.append(hashes[words.values], np.uint64(0))
    for place in range(SHINGLE_WORDS):
        positions = starts + place
        shingles += of_words[np.where(positions < ends, positions, len(of_words) - 1)] * factors[place]
    return _mixed(shingles), offsets_of(n_shingles)


def _signatures(words: Ragged, hashes: Hashes, seed: int, advance: Advance) -> NDArray[np.uint32]:
    """(documents, 128) the least value of each hash function over a document's shingles."""
    random = np.random.default_rng(seed)
    n_functions = _BANDS * _BAND_ROWS
    factors, terms = _odd(random, n_functions), random.integers(0, 2**64, n_functions, dtype=np.uint64)
    signatures = np.full((len(words), n_functions), np.iinfo(np.uint32).max, dtype=np.uint32)
    for start, stop in _blocks(words.offsets):
        shingles, offsets = _shingles(words.take(np.arange(start, stop)), hashes)
        filled = np.flatnonzero(np.diff(offsets))
        advance(stop - start)
        if not len(filled):
            continue
        for function, (factor, term) in enumerate(zip(factors, terms, strict=True)):
            values = ((shingles * factor + term) >> np.uint64(32)).astype(np.uint32)
            signatures[start + filled, function] = np.minimum.reduceat(values, offsets[filled])
    return signatures


def _candidates(signatures: NDArray[np.uint32]) -> Iterator[tuple[int, Codes, Codes]]:
    """A band, and pairs of documents whose signatures are equal in it, in several portions."""
    factors = _odd(np.random.default_rng(_BAND_ROWS), _BAND_ROWS)
    for band in range(_BANDS):
        values = signatures[:, band * _BAND_ROWS : (band + 1) * _BAND_ROWS].astype(np.uint64)
        keys = _mixed((values * factors).sum(axis=1, dtype=np.uint64))
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        for gap in range(1, min(_WINDOW, len(keys))):
            places = np.flatnonzero(keys[gap:] == keys[:-gap])
            if not len(places):
                break
            yield band, order[places], order[places + gap]


def _compared(
    signatures: NDArray[np.uint32], left: Codes, right: Codes, band: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(pairs,) the estimated Jaccard similarity, and true for a pair that no earlier band has in common."""
    estimates, is_new = np.zeros(len(left)), np.zeros(len(left), dtype=bool)
    for begin in range(0, len(left), _BLOCK_PAIRS):
        pairs = slice(begin, begin + _BLOCK_PAIRS)
        equal = signatures[left[pairs]] == signatures[right[pairs]]
        estimates[pairs] = equal.mean(axis=1)
        is_new[pairs] = ~equal.reshape(-1, _BANDS, _BAND_ROWS)[:, :band].all(axis=2).any(axis=1)
    return estimates, is_new


def _are_near(words: Ragged, hashes: Hashes, left: Codes, right: Codes) -> NDArray[np.bool_]:
    """(pairs,) true for those whose Jaccard similarity reaches the threshold."""
    near = np.zeros(len(left), dtype=bool)
    for start, stop in _blocks(offsets_of(words.lengths[left] + words.lengths[right])):
        of_left, of_right = (_shingle_sets(words.take(side[start:stop]), hashes) for side in (left, right))
        near[start:stop] = _jaccard(of_left, of_right, stop - start) >= THRESHOLD
    return near


def _shingle_sets(words: Ragged, hashes: Hashes) -> tuple[Codes, Hashes]:
    """Each document's distinct shingles: the documents, in order, and the shingles, sorted in each document."""
    shingles, offsets = _shingles(words, hashes)
    rows = np.repeat(np.arange(len(words)), np.diff(offsets))
    return _distinct(rows, shingles)[:2]


def _jaccard(left: tuple[Codes, Hashes], right: tuple[Codes, Hashes], n_pairs: int) -> NDArray[np.float64]:
    """(pairs,) the size of the intersection of two sets over the size of their union."""
    rows, _, n_equal = _distinct(*(np.concatenate(both) for both in zip(left, right, strict=True)))
    common = np.bincount(rows[n_equal == 2], minlength=n_pairs)
    return common / np.maximum(np.bincount(rows, minlength=n_pairs), 1)


def _distinct(rows: Codes, shingles: Hashes) -> tuple[Codes, Hashes, Codes]:
    """The distinct pairs of a row and a shingle in order, and how often each occurs."""
    order = np.lexsort((shingles, rows))
    rows, shingles = rows[order], shingles[order]
    is_first = np.ones(len(rows), dtype=bool)
    is_first[1:] = (rows[1:] != rows[:-1]) | (shingles[1:] != shingles[:-1])
    first = np.flatnonzero(is_first)
    return rows[first], shingles[first], np.diff(np.append(first, len(rows)))


def _joined(components: Codes, left: Codes, right: Codes) -> Codes:
    """The components of documents when these pairs are joined."""
    if not len(left):
        return components
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(components)
    edges = coo_array((np.ones(len(left), dtype=bool), (components[left], components[right])), shape=(size, size))
    joined: Codes = connected_components(edges, directed=False)[1].astype(np.int64)
    return joined[components]


def _blocks(offsets: Codes) -> list[tuple[int, int]]:
    """Runs of rows of about _BLOCK_TOKENS tokens; a single longer row is a run by itself."""
    edges = np.searchsorted(offsets, np.arange(0, offsets[-1], _BLOCK_TOKENS))
    bounds = sorted({0, *edges.tolist(), len(offsets) - 1})
    return list(zip(bounds[:-1], bounds[1:], strict=True))


def _odd(random: np.random.Generator, size: int) -> Hashes:
    return random.integers(0, 2**64, size, dtype=np.uint64) | np.uint64(1)


def _mixed(values: Hashes) -> Hashes:
    """Every bit of a value spread over all others.  Source: MurmurHash3's finaliser."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(factor)
    return values ^ (values >> np.uint64(33))
