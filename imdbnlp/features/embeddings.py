"""Word vectors: words, and a vector for each.

    vectors = read_vectors(Path("glove.6B.100d.txt"))
    vectors.nearest(["king", "woman"], ["man"], 10)   # words and cosines, the nearest first

They come from `train-w2v`, or from files in the formats of word2vec (text or binary) and GloVe (text).
"""

import difflib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, UsageError, check_not_a_string
from imdbnlp.features.sparse import SparseRows
from imdbnlp.storage.checks import checked, unfit
from imdbnlp.storage.files import read_array, read_json, write_array, write_json
from imdbnlp.storage.output import is_regular, replacing
from imdbnlp.text.documents import Documents

AUTO, NONE = "auto", "none"
"""What --embeddings may say in place of a name: vectors of the same texts if there are any, or none."""
EXPORT_ENDINGS = (".txt", ".vec", ".bin")
_MOST_DIMENSIONS = 10_000
_LONGEST_WORD = 10_000  # bytes, in a binary file


@dataclass(frozen=True)
class WordVectors:
    """words: all different.  vectors: (words, dimensions) float32."""

    words: list[str]
    vectors: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.words)

    @property
    def dimensions(self) -> int:
        return int(self.vectors.shape[1])

    @cached_property
    def ids(self) -> dict[str, int]:
        """The row of each word."""
        return {word: row for row, word in enumerate(self.words)}

    @cached_property
    def directions(self) -> NDArray[np.float32]:
        """(words, dimensions) the vectors at length 1; one of zeros stays so."""
        lengths = np.linalg.norm(self.vectors, axis=1, keepdims=True)
        return np.asarray(self.vectors / np.where(lengths > 0, lengths, 1))

    def nearest(self, added: Sequence[str], taken: Sequence[str], n: int) -> list[tuple[str, float]]:
        """The words whose directions are nearest (cosine) to that of a sum: `king` + `woman` - `man`.

        Words of the sum itself are left out.  Raises KeyError for an unknown word.  Source: Mikolov et al. 2013.
        """
        check_not_a_string(added, "added")
        check_not_a_string(taken, "taken")
        plus, minus = [self.ids[word] for word in added], [self.ids[word] for word in taken]
        direction = self.directions[plus].sum(axis=0) - self.directions[minus].sum(axis=0)
        likeness = self.directions @ (direction / (np.linalg.norm(direction) or 1))
        likeness[[*plus, *minus]] = -np.inf
        n = min(n, len(self) - len({*plus, *minus}))
        best = np.argsort(-likeness, kind="stable")[:n]
        return [(self.words[row], float(likeness[row])) for row in best]

    def spelled_like(self, word: str, n: int = 3) -> list[str]:
        """Known words whose spelling is nearest; the more frequent come first among equals."""
        near = [one for one in self.words if one[:1] == word[:1] and abs(len(one) - len(word)) <= 2]
        return difflib.get_close_matches(word, near, n=n, cutoff=0.7)

    def rows_for(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(found,) positions in `words` that have a vector, and (found,) the rows of those vectors."""
        check_not_a_string(words, "words")
        rows = np.fromiter((self.ids.get(word, -1) for word in words), np.int64, len(words))
        found = np.flatnonzero(rows >= 0)
        return found, rows[found]

    def save(self, folder: Path) -> None:
        """Write vectors.npy and words.json."""
        write_array(folder / "vectors.npy", self.vectors)
        write_json(folder / "words.json", self.words)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Read what save wrote.  Raises ArtefactError if the two files do not fit each other."""
        path = folder / "words.json"
        words = read_json(path)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise unfit(path, "it is not a list of words")
        if len(set(words)) < len(words) or not words:
            raise unfit(path, "no words" if not words else "words that are not all different")
        vectors = checked(
            folder / "vectors.npy", read_array(folder / "vectors.npy", mmap=True), np.float32, (len(words), None)
        )
        if not vectors.shape[1]:
            raise unfit(folder / "vectors.npy", "vectors of 0 dimensions")
        return cls(words, vectors)

    def export(self, path: Path) -> None:
        """Write in word2vec's format: binary for `.bin`, text for `.txt` and `.vec`, and for a pipe or device.

        Raises UsageError for another ending.
        """
        kind = path.suffix.lower()
        if kind not in EXPORT_ENDINGS and is_regular(str(path)):
            raise UsageError(
                f"cannot write {path}: expected a name that ends in .txt, .vec or .bin", hint="rename the output"
            )
        head = f"{len(self)} {self.dimensions}\n"
        if kind == ".bin":
            with replacing(path, binary=True) as file:
                file.write(head.encode())
                for word, vector in zip(self.words, self.vectors, strict=True):
                    file.write(word.encode() + b" " + vector.tobytes() + b"\n")
        else:
            with replacing(path) as file:
                file.write(head)
                for word, vector in zip(self.words, self.vectors.tolist(), strict=True):
                    file.write(f"{word} {' '.join(format(number, '.6g') for number in vector)}\n")


def mean_vectors(documents: Documents, vectors: WordVectors) -> NDArray[np.float32]:
    """(documents, dimensions) the mean vector of each document's known words; zeros if it has none."""
    tokens = documents.in_terms_of(vectors.words)
    known = tokens.keep(tokens.values >= 0)
    counts = SparseRows.from_pairs(known.row_ids, known.values, len(known), len(vectors)).to_scipy()
    means = counts @ vectors.vectors / np.maximum(known.lengths, 1)[:, None]
    return np.asarray(means, dtype=np.float32)


def read_vectors(path: Path, wanted: Collection[str] | None = None) -> WordVectors:
    """Read a file of word2vec or GloVe.  wanted: keep these words alone.  The first of equal words counts.

    Raises DataError naming the place of what is broken.
    """
    try:
        with path.open("rb") as file:
            parse = _binary if path.suffix.lower() == ".bin" else _text
            words: dict[str, NDArray[np.float32]] = {}
            for word, vector in parse(file, path, wanted):
                words.setdefault(word, vector)
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}", hint="give a file of word2vec or GloVe") from None
    if not words:
        raise DataError(f"{path} holds no vector" + (" of a word that is wanted" if wanted is not None else ""))
    vectors = np.stack(list(words.values()))
    if not np.isfinite(vectors).all():
        raise DataError(f"{path} contains numbers that are not finite")
    return WordVectors(list(words), vectors)


def _text(file: BinaryIO, path: Path, wanted: Collection[str] | None) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Words and numbers parted by spaces, with or without a first line `words dimensions`."""
    first = file.readline().split()
    declared = None
    if len(first) == 2 and all(part.isdigit() for part in first):
        declared, dimensions = int(first[0]), int(first[1])
    else:
        dimensions = len(first) - 1
        file.seek(0)
    if not 1 <= dimensions <= _MOST_DIMENSIONS:
        raise DataError(f"{path} contains no word vectors: its first line is {_shown(first)}", hint=_FORMATS)
    n_lines = 0
    for n_lines, line in enumerate(file, start=1):
        parts = line.rstrip().rsplit(b" ", dimensions)
        where = f"{path}, vector {n_lines}"
        if len(parts) != dimensions + 1:
            raise DataError(f"{where}: {len(parts) - 1} numbers, expected {dimensions}", hint=_FORMATS)
        try:
            word = parts[0].decode()
            if wanted is None or word in wanted:
                yield word, np.array(parts[1:], dtype=np.float32)
        except ValueError:
            raise DataError(f"{where}: {_shown(parts)} is not a word and {dimensions} numbers", hint=_FORMATS) from None
    if declared is not None and n_lines != declared:
        raise DataError(f"{path} holds {n_lines} vectors, its first line says {declared}", hint="it may be incomplete")


def _binary(file: BinaryIO, path: Path, wanted: Collection[str] | None) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """`words dimensions`, then each word, a space and its float32 numbers."""
    head = file.readline(100).split()
    if len(head) != 2 or not all(part.isdigit() for part in head) or not 1 <= int(head[1]) <= _MOST_DIMENSIONS:
        raise DataError(f"{path} is not a binary word2vec file: it begins with {_shown(head)}", hint=_FORMATS)
    declared, dimensions = int(head[0]), int(head[1])
    for number in range(1, declared + 1):
        encoded = _until_space(file).lstrip(b"\n")
        numbers = file.read(4 * dimensions)
        if len(numbers) != 4 * dimensions:
            raise DataError(f"{path} ends in vector {number} of {declared}", hint="it may be incomplete")
        try:
            word = encoded.decode()
            if wanted is None or word in wanted:
                yield word, np.frombuffer(numbers, dtype="<f4")
        except UnicodeDecodeError:
            raise DataError(f"{path}, vector {number}: the word is not UTF-8", hint=_FORMATS) from None
    if file.read(2).strip():
        raise DataError(f"{path} goes on after its {declared} vectors", hint=_FORMATS)


def _until_space(file: BinaryIO) -> bytes:
    word = bytearray()
    while (byte := file.read(1)) not in (b" ", b"") and len(word) < _LONGEST_WORD:
        word += byte
    return bytes(word)


def _shown(parts: Sequence[bytes]) -> str:
    return repr(b" ".join(parts[:3])[:40].decode(errors="replace"))


_FORMATS = "known are word2vec's text (.txt, .vec), its binary (.bin) and GloVe's text"
