"""When two texts are equal: they have the same words in the same order.

    documents = read_documents(["A fine<br>film.", "a FINE film!"], Preprocessing())
    fingerprints(documents)                                          # (2, 2) uint64: two equal rows

Case, spacing, HTML and punctuation do not count, since cleaning and tokenisation remove them (`!` and `?`, which are
tokens of their own, are left out here).  Only a text of nothing but punctuation is compared by it.

The fingerprint is computed from the words themselves, so it is the same in every dataset and process: a run keeps those
of the texts that it was trained on.
"""

import hashlib
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents, tokenize_documents
from imdbnlp.text.views import Preprocessing

Fingerprints = NDArray[np.uint64]

_BYTES = 16
_MAX_TOKENS = 4_000_000  # that are hashed at once


def fingerprints(documents: Documents) -> Fingerprints:
    """(documents, 2) uint64: 128 bits of BLAKE2b over each document's words.

    documents: as tokenised, before a view changes their words.  Each distinct word is hashed once, to 64 bits.
    """
    hashes = word_hashes(documents.words)
    compared = compared_words(documents)
    digests: list[bytes] = []
    for start, stop in _blocks(compared.offsets):
        first = compared.offsets[start]
        data = hashes[compared.values[first : compared.offsets[stop]]].view(np.uint8).data
        bounds = ((compared.offsets[start : stop + 1] - first) * hashes.itemsize).tolist()
        digests += [
            hashlib.blake2b(data[begin:end], digest_size=_BYTES).digest()
            for begin, end in zip(bounds[:-1], bounds[1:], strict=True)
        ]
    return np.frombuffer(b"".join(digests), dtype="<u8").reshape(-1, 2)


def text_fingerprints(texts: Sequence[str], preprocessing: Preprocessing) -> Fingerprints:
    """(texts, 2) the fingerprints of texts that are in no dataset, by the profile and language of the preprocessing."""
    return fingerprints(tokenize_documents(texts, preprocessing))


def fingerprint_keys(prints: Fingerprints) -> list[bytes]:
    """(documents,) each fingerprint as bytes, for sets and dictionaries."""
    data = np.ascontiguousarray(prints, dtype="<u8").tobytes()
    return [data[start : start + _BYTES] for start in range(0, len(data), _BYTES)]


def group_codes(prints: Fingerprints) -> NDArray[np.int64]:
    """(documents,) equal codes for equal documents, numbered in the order of their first occurrence."""
    codes: dict[bytes, int] = {}
    return np.fromiter((codes.setdefault(key, len(codes)) for key in fingerprint_keys(prints)), np.int64, len(prints))


def is_among(prints: Fingerprints, others: Fingerprints) -> NDArray[np.bool_]:
    """(documents,) true for those that are equal to one of the others."""
    known = set(fingerprint_keys(others))
    return np.fromiter((key in known for key in fingerprint_keys(prints)), bool, len(prints))


def is_repeated(prints: Fingerprints) -> NDArray[np.bool_]:
    """(documents,) true for those that are equal to an earlier one."""
    first = np.unique(group_codes(prints), return_index=True)[1]
    repeated = np.ones(len(prints), dtype=bool)
    repeated[first] = False
    return repeated


def in_order_of_occurrence(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """(documents,) the same groups, numbered in the order of their first occurrence."""
    _, first, group = np.unique(codes, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[group]


def word_hashes(words: Sequence[str]) -> NDArray[np.uint64]:
    """(words,) 64 bits of BLAKE2b over each word."""
    digests = (hashlib.blake2b(word.encode(errors="replace"), digest_size=8).digest() for word in words)
    return np.frombuffer(b"".join(digests), dtype="<u8")


def compared_words(documents: Documents) -> Ragged:
    """The documents without tokens of punctuation alone; whole where they have no others."""
    tokens, words = documents.tokens, documents.words
    is_word = np.fromiter((not _is_punctuation(word) for word in words), bool, len(words))
    if is_word.all():
        return tokens
    kept = is_word[tokens.values]
    marks = np.flatnonzero(~kept)
    compared = Ragged(tokens.values[kept], tokens.offsets - np.searchsorted(marks, tokens.offsets))
    wordless = (compared.lengths == 0) & (tokens.lengths > 0)
    return tokens.keep(kept | np.repeat(wordless, tokens.lengths)) if wordless.any() else compared


def _is_punctuation(word: str) -> bool:
    return not word[:1].isalnum() and all(unicodedata.category(character)[0] == "P" for character in word)


def _blocks(offsets: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Runs of documents of about _MAX_TOKENS tokens; a single longer document is a run by itself."""
    edges = np.searchsorted(offsets, np.arange(0, offsets[-1], _MAX_TOKENS))
    bounds = sorted({0, *edges.tolist(), len(offsets) - 1})
    return list(zip(bounds[:-1], bounds[1:], strict=True))
