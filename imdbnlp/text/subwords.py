"""Sentences <-> token numbers, and back: by words or by subwords (byte-pair encoding), without loss.

    tokenizer = SubwordTokenizer.train(["A cat, a dog."], SubwordSettings(tokens="word", min_frequency=1))
    rows = tokenizer.encode(["A dog, a cat."])           # one row of numbers, from FIRST on
    tokenizer.decode([rows[0]])                          # ['a dog, a cat.']

A token records whether a space comes before it, so that the sentence can be restored: `▁a`, `▁dog`, `,`.
Cutting, learning and putting together are done by the `tokenizers` package, which is compiled; its files are JSON.
Source of the subwords: Sennrich et al. 2016.
"""

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError, DataError, ResourceError, check_not_a_string
from imdbnlp.settings import Field, Settings
from imdbnlp.storage.files import read_json
from imdbnlp.storage.ragged import Ragged, offsets_of

PADDING, START, END, UNKNOWN, FIRST = 0, 1, 2, 3, 4
"""Ids that are not those of tokens; the ids of tokens begin with FIRST."""

_SHIFT = UNKNOWN  # the tokenizer's own numbers begin with its unknown token
_UNKNOWN_TOKEN, _SPACE = "<unk>", "▁"
_PIECES = rf"{_SPACE}?[^\w\s{_SPACE}]|{_SPACE}?\w+"  # a word, or one mark, with the space before it
_MOST_WORDS = 100_000


class SubwordSettings(Settings):
    """How sentences are cut into tokens."""

    tokens: Literal["word", "bpe"] = Field(
        "bpe", description="Split sentences into words, or into subwords by byte-pair encoding."
    )
    vocabulary_size: int | None = Field(
        None,
        ge=10,
        le=1_000_000,
        description="Vocabulary size of each language; by default 4,000 subwords or 100,000 words.",
    )
    min_frequency: int = Field(2, ge=1, description="Leave out tokens that occur less often than this.")
    keep_case: bool = Field(False, description="Keep upper and lower case.")


class SubwordTokenizer:
    """tokenizer: of the `tokenizers` package, its token 0 being the unknown one."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    @classmethod
    def train(cls, texts: Sequence[str], settings: SubwordSettings) -> Self:
        """Learn the tokens of these sentences.  Raises DataError if there are none."""
        check_not_a_string(texts, "texts")
        library = _library()
        kinds = {
            "word": (library.models.WordLevel, library.trainers.WordLevelTrainer, _MOST_WORDS),
            "bpe": (library.models.BPE, library.trainers.BpeTrainer, 4000),
        }
        model, trainer, usual_size = kinds[settings.tokens]
        tokenizer = library.Tokenizer(model(unk_token=_UNKNOWN_TOKEN))
        tokenizer.normalizer = library.normalizers.Sequence(_normalizers(library, settings.keep_case))
        tokenizer.pre_tokenizer = library.pre_tokenizers.Sequence(
            [
                library.pre_tokenizers.Metaspace(_SPACE),
                library.pre_tokenizers.Split(library.Regex(_PIECES), behavior="isolated"),
            ]
        )
        tokenizer.decoder = library.decoders.Metaspace(_SPACE)
        tokenizer.train_from_iterator(
            _clean(texts),
            trainer(
                vocab_size=settings.vocabulary_size or usual_size, min_frequency=settings.min_frequency,
                special_tokens=[_UNKNOWN_TOKEN], show_progress=False,
            ),
        )  # fmt: skip
        if tokenizer.get_vocab_size() < 2:
            raise DataError(
                f"no token occurs {settings.min_frequency} times in the training sentences: empty vocabulary",
                hint="lower --min-frequency, or take more pairs",
            )
        return cls(tokenizer)

    @property
    def vocabulary_size(self) -> int:
        """Numbers below this one are used: padding, start, end, unknown, and the tokens."""
        return int(self._tokenizer.get_vocab_size()) + _SHIFT

    @cached_property
    def words(self) -> list[str]:
        """(vocabulary_size,) the token of each id."""
        known = self._tokenizer.get_vocab()
        return ["<pad>", "<start>", "<end>", *sorted(known, key=known.__getitem__)]

    def encode(self, texts: Sequence[str]) -> Ragged:
        """(texts,) ragged int32 numbers, without start and end; UNKNOWN for what was never learned."""
        check_not_a_string(texts, "texts")
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(list(_clean(texts)))]
        values = np.concatenate([np.zeros(0, dtype=np.int32), *(np.array(row, dtype=np.int32) for row in rows)])
        return Ragged(values + np.int32(_SHIFT), offsets_of([len(row) for row in rows]))

    def decode(self, rows: Iterable[NDArray[np.integer]]) -> list[str]:
        """(rows,) the sentences; ids that are not those of tokens are left out, UNKNOWN too."""
        numbers = [(row[row >= FIRST] - _SHIFT).tolist() for row in rows]
        return [text.strip() for text in self._tokenizer.decode_batch(numbers)]

    def save(self, path: Path) -> None:
        """Write the tokenizer as JSON."""
        path.write_text(self._tokenizer.to_str(pretty=True) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what save wrote; its checksum has been verified.  Raises ArtefactError if it is something else."""
        library = _library()
        try:
            return cls(library.Tokenizer.from_str(json.dumps(read_json(path))))
        except (ArtefactError, KeyboardInterrupt, SystemExit, MemoryError):
            raise
        except BaseException as error:  # noqa: BLE001  (a panic of the package is no Exception)
            found = " ".join(str(error).split())[:200]
            raise ArtefactError(f"{path} is damaged: {found}", hint="make it again with --force") from None


def _clean(texts: Sequence[str]) -> Iterable[str]:
    """What no tokenizer takes: half a surrogate pair."""
    return (text if text.isascii() else text.encode(errors="replace").decode() for text in texts)


def _normalizers(library: Any, keep_case: bool) -> list[Any]:
    kinds = library.normalizers
    lower = [] if keep_case else [kinds.Lowercase()]
    space = [kinds.Replace(library.Regex(rf"[\s{_SPACE}]+"), " "), kinds.Strip()]
    return [kinds.NFKC(), *lower, *space]


def _library() -> Any:
    """The `tokenizers` package.  Raises ResourceError where it is not installed."""
    try:
        import tokenizers
    except ImportError as error:
        raise ResourceError(f"pairs need the package tokenizers: {error}", hint="pip install tokenizers") from None
    return tokenizers
