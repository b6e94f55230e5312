"""Texts -> token ids, as a pretrained encoder was given them.

    tokenizer = TextTokenizer.load(Path("tokenizer.json"), architecture)
    rows = tokenizer.encode(["A fine film."], max_tokens=256, truncation="head")
    rows[0]                                  # array([101, 1037, 2986, 2143, 1012, 102])

The `tokenizers` package does the work: it is compiled, and its file is JSON.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ResourceError
from imdbnlp.models.encoders._architecture import Architecture
from imdbnlp.progress import Advance, unheard
from imdbnlp.storage.files import REMEDY, read_json, reading
from imdbnlp.storage.ragged import Ragged, offsets_of

Truncation = Literal["head", "tail", "head+tail"]

_TEXTS_AT_ONCE = 2000
_ROUNDED_TO = 128  # embeddings are padded to a multiple of it


class TextTokenizer:
    """tokenizer: of the `tokenizers` package."""

    def __init__(self, tokenizer: Any) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, path: Path, architecture: Architecture, hint: str = REMEDY) -> Self:
        """Read a tokenizer.json.  Raises ArtefactError if it is damaged or has another vocabulary than the encoder."""
        library = _library()
        with reading(path, hint):
            content = json.dumps(read_json(path))
            try:
                tokenizer = cls(library.Tokenizer.from_str(content))
            except (KeyboardInterrupt, SystemExit, MemoryError):
                raise
            except BaseException as error:  # noqa: BLE001  (a panic of the package is not an Exception)
                raise ValueError(" ".join(str(error).split())[:200]) from None
            size = tokenizer.vocabulary_size
            most = max(-(-size // _ROUNDED_TO) * _ROUNDED_TO, size + size // 100)
            if not size <= architecture.vocabulary <= most:
                raise ValueError(f"it has {size:,} tokens, but the encoder {architecture.vocabulary:,}")
        return tokenizer

    @cached_property
    def vocabulary_size(self) -> int:
        """All token ids are smaller."""
        return 1 + max(self._tokenizer.get_vocab(with_added_tokens=True).values(), default=-1)

    @cached_property
    def _frame(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The special tokens before and after those of a text."""
        framed = self._tokenizer.encode("a")
        ids, inner = np.array(framed.ids, dtype=np.int32), np.flatnonzero(np.array(framed.special_tokens_mask) == 0)
        return (ids[: inner[0]], ids[inner[-1] + 1 :]) if len(inner) else (ids, ids[:0])

    def encode(
        self, texts: Iterable[str], max_tokens: int, truncation: Truncation = "head", advance: Advance = unheard
    ) -> Ragged:
        """(texts,) ragged token ids, special tokens included.

        max_tokens: of a text, special tokens included.  truncation: the part of a longer text that is kept.
        """
        before, after = self._frame
        most = max(1, max_tokens - len(before) - len(after))
        rows: list[NDArray[np.int32]] = []
        for chunk in _chunks(texts):
            encodings = self._tokenizer.encode_batch_fast(chunk, add_special_tokens=False)
            rows += [_truncated(np.array(each.ids, dtype=np.int32), most, truncation) for each in encodings]
            advance(len(chunk))
        framed = [part for row in rows for part in (before, row, after)]
        lengths = np.array([len(row) for row in rows], dtype=np.int64) + len(before) + len(after)
        return Ragged(np.concatenate([np.zeros(0, dtype=np.int32), *framed]), offsets_of(lengths))

    def save(self, path: Path) -> None:
        """Write the tokenizer as JSON."""
        path.write_text(self._tokenizer.to_str() + "\n", encoding="utf-8")


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Some texts at a time; half a surrogate pair, which no tokenizer takes, becomes a question mark."""
    clean = (text if text.isascii() else text.encode(errors="replace").decode() for text in texts)
    while chunk := list(islice(clean, _TEXTS_AT_ONCE)):
        yield chunk


def _truncated(token_ids: NDArray[np.int32], most: int, truncation: Truncation) -> NDArray[np.int32]:
    if len(token_ids) <= most:
        return token_ids
    if truncation == "head":
        return token_ids[:most]
    n_head = most // 4 if truncation == "head+tail" else 0
    return np.concatenate([token_ids[:n_head], token_ids[len(token_ids) - (most - n_head) :]])


def _library() -> Any:
    try:
        import tokenizers
    except ImportError as error:
        raise ResourceError(
            f"--model pretrained needs the package tokenizers: {error}", hint='pip install "imdbnlp[pretrained]"'
        ) from None
    return tokenizers
