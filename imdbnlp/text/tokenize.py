"""Texts -> encoded blocks: each block's distinct words, and its documents as ids into them.

    block, = code_texts(["Good film!", "A good plot"])
    block.words           # ['good', 'film', '!', 'a', 'plot']
    block.ids[1]          # array([3, 0, 4])

A word is a run of letters and digits of any script, with apostrophes inside it and, as in `c++`, marks behind it;
`!` and `?` are words of their own, and so is each character of a script without spaces.  Nothing runs once a token in
Python: the bytes of about 1 MB of text are classified by a table, words are the runs of one class, and Arrow gives
equal words equal ids.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string
from imdbnlp.storage.ragged import Ragged, offsets_of, ranges
from imdbnlp.text.clean import clean_standard
from imdbnlp.text.word_marks import attach_marks

MAX_WORD_BYTES = 100
"""Longer words are cut here (at a character's end): no vocabulary should hold a megabyte of one letter."""

_PIECE_CHARACTERS = 1 << 20
_PIECE_BYTES = 1 << 21
_END_OF_A_WORD = re.compile(rb"[\s,;:()!?\"/_-]")
_BLOCK_CHARACTERS = 1 << 22
_FEW_WORDS = 5000

_PARTING, _WORD, _SINGLE, _APOSTROPHE, _MARK = range(5)


def _byte_classes() -> bytes:
    classes = bytearray(256)
    for byte in b"abcdefghijklmnopqrstuvwxyz0123456789" + bytes(range(128, 256)):
        classes[byte] = _WORD
    for byte in b"!?":
        classes[byte] = _SINGLE
    classes[ord("'")] = _APOSTROPHE
    for byte in b"+#":
        classes[byte] = _MARK
    return bytes(classes)


_CLASS_OF_BYTE = _byte_classes()


@dataclass(frozen=True)
class Block:
    """A block of documents.  words: distinct, in order of first use.  ids: (documents,) ragged int32."""

    words: list[str]
    ids: Ragged


def code_texts(
    texts: Sequence[str], clean: Callable[[str], bytes] = clean_standard, threads: int = 1
) -> Iterator[Block]:
    """Clean, tokenise and encode texts, in blocks of about 4 MB and in order.

    clean: the cleaning of a profile, see profiles.py.  Raises UsageError for a bare string.
    """
    check_not_a_string(texts, "texts")
    return _coded_blocks(texts, clean, threads)


def _coded_blocks(texts: Sequence[str], clean: Callable[[str], bytes], threads: int) -> Iterator[Block]:
    blocks = list(_slices(texts, _BLOCK_CHARACTERS))
    if threads == 1 or len(blocks) == 1:
        for block in blocks:
            yield _code_block(block, clean)
        return
    with ThreadPoolExecutor(threads) as pool:
        yield from pool.map(lambda block: _code_block(block, clean), blocks)


def _slices(texts: Sequence[str], characters: int) -> Iterator[Sequence[str]]:
    """Cut texts into runs of about this many characters; a longer text is a run of its own."""
    start = size = 0
    for position, text in enumerate(texts):
        size += len(text)
        if size >= characters:
            yield texts[start : position + 1]
            start, size = position + 1, 0
    if start < len(texts):
        yield texts[start:]


def _code_block(texts: Sequence[str], clean: Callable[[str], bytes]) -> Block:
    pieces, n_words = [], []
    for piece in _slices(texts, _PIECE_CHARACTERS):
        words, counts = tokenize_bytes([clean(text) for text in piece])
        pieces += words
        n_words.append(counts)
    offsets = offsets_of(np.concatenate(n_words))
    if len(pieces) == 1 and len(pieces[0]) <= _FEW_WORDS:
        return _code_few(pieces[0], offsets)
    return _code_many(pieces, offsets)


def _code_few(words: "WordBytes", offsets: NDArray[np.int64]) -> Block:
    """With a dictionary: faster for one short text than importing Arrow."""
    bounds = words.offsets.tolist()
    ids: dict[bytes, int] = {}
    spelled = (words.data[start:stop] for start, stop in zip(bounds[:-1], bounds[1:], strict=True))
    values = np.fromiter((ids.setdefault(word, len(ids)) for word in spelled), np.int32, len(words))
    return Block([word.decode() for word in ids], Ragged(values, offsets))


def _code_many(pieces: "Sequence[WordBytes]", offsets: NDArray[np.int64]) -> Block:
    """By Arrow's hash of strings."""
    import pyarrow as pa

    arrays = [pa.StringArray.from_buffers(len(words), *map(pa.py_buffer, words.buffers)) for words in pieces]
    encoded = pa.chunked_array(arrays).dictionary_encode()
    ids = np.concatenate([_indices(chunk) for chunk in encoded.chunks])
    words = encoded.chunk(encoded.num_chunks - 1).dictionary.to_pylist()
    return Block(words, Ragged(ids, offsets))


def _indices(chunk: "pa.DictionaryArray") -> NDArray[np.int32]:  # type: ignore[name-defined]  # noqa: F821
    """Arrow's indices without a detour through pandas, which to_numpy would import."""
    indices = chunk.indices
    whole = np.frombuffer(indices.buffers()[1], dtype=np.int32)
    return whole[indices.offset : indices.offset + len(indices)]


@dataclass(frozen=True)
class WordBytes:
    """Words laid end to end.  data: UTF-8.  offsets: (words + 1,) int32 byte positions."""

    data: bytes
    offsets: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def buffers(self) -> tuple[NDArray[np.int32], bytes]:
        """What Arrow builds a string array from."""
        return self.offsets, self.data


def tokenize_bytes(texts: Sequence[bytes]) -> tuple[list[WordBytes], NDArray[np.int64]]:
    """Cleaned texts -> their words, text after text and in pieces, and (documents,) words in each.

    The pieces bound the memory that one long text takes.
    """
    data = b" ".join(texts)
    boundaries = offsets_of([len(text) + 1 for text in texts])
    n_words_before = np.zeros(len(boundaries), dtype=np.int64)
    pieces = []
    for start, stop in _pieces(data):
        words, starts = _tokenize_piece(data if stop - start == len(data) else data[start:stop])
        pieces.append(words)
        n_words_before += np.searchsorted(starts, boundaries - start)
    return pieces, np.diff(n_words_before)


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """Cut cleaned text every 2 MB or so, where a word cannot go on."""
    start = 0
    while len(data) - start > 2 * _PIECE_BYTES:
        end = _END_OF_A_WORD.search(data, start + _PIECE_BYTES)
        if end is None:
            break
        yield start, end.end()
        start = end.end()
    yield start, len(data)


def _tokenize_piece(data: bytes) -> tuple[WordBytes, NDArray[np.int64]]:
    """The words of cleaned text, and (words,) where each begins."""
    starts, ends, classes = _places(data)
    kept = np.frombuffer(data, dtype=np.uint8)[classes != _PARTING].tobytes()
    return WordBytes(kept, offsets_of(ends - starts).astype(np.int32)), starts


def word_places(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(words,) first byte and byte after the last of each word of a cleaned text."""
    starts, ends, _ = _places(data)
    return starts, ends


def _places(data: bytes) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Where the words are, and the class of each byte, once overlong words are cut."""
    classes = _classify(data)
    begins = attach_marks(data, classes, _MARK, _WORD, _PARTING)
    starts, ends = _words(classes, begins)
    if len(starts) and (ends - starts).max() > MAX_WORD_BYTES:
        _cut_long_words(data, classes, starts, ends)
        starts, ends = _words(classes, begins)
    return starts, ends, classes


def _classify(data: bytes) -> NDArray[np.uint8]:
    """(bytes,) class of each byte; an apostrophe counts as part of a word only between two word bytes."""
    classes = np.frombuffer(bytearray(data.translate(_CLASS_OF_BYTE)), dtype=np.uint8)
    marks = np.flatnonzero(classes == _APOSTROPHE)
    if len(marks):
        classes[marks] = _PARTING
        inner = marks[(marks > 0) & (marks < len(classes) - 1)]
        classes[inner[(classes[inner - 1] == _WORD) & (classes[inner + 1] == _WORD)]] = _WORD
    return classes


def _words(classes: NDArray[np.uint8], begins: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(words,) first byte and byte after the last of each word: runs of one class, cut where a word begins."""
    edges = np.ones(len(classes) + 1, dtype=bool)
    np.not_equal(classes[1:], classes[:-1], out=edges[1:-1])
    edges[begins] = True
    single = classes == _SINGLE
    edges[:-1] |= single
    edges[1:] |= single
    places = np.flatnonzero(edges)
    inside = classes[places[:-1]] != _PARTING
    return places[:-1][inside], places[1:][inside]


def _cut_long_words(
    data: bytes, classes: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> None:
    """Mark the bytes beyond MAX_WORD_BYTES as separators, from the end of the last whole character on."""
    long = ends - starts > MAX_WORD_BYTES
    cuts, ends = starts[long] + MAX_WORD_BYTES, ends[long]
    characters = np.frombuffer(data, dtype=np.uint8)
    for _ in range(3):
        cuts -= (characters[cuts] & 0xC0) == 0x80  # a continuation byte: the character began before
    classes[ranges(cuts, ends - cuts)] = _PARTING
