"""A trained translator: a sequence-to-sequence model and its tokenizers.

translator = Translator("seq2seq-lstm", config, source_tokenizer, target_tokenizer, model)
translator.translate(["Ein Mann schläft."], SearchSettings(beam=5)).texts      # ['a man is sleeping.']
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.pairs import tokenizer_path
from imdbnlp.errors import check_not_a_string
from imdbnlp.models.registry import model_module
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel
from imdbnlp.tasks.base import TrainedShape
from imdbnlp.text.subwords import UNKNOWN, SubwordTokenizer
from imdbnlp.text.views import Preprocessing


@dataclass(frozen=True)
class Translations:
    """texts: the translations.  n_truncated: sources that were too long and read in part.  n_without_known_tokens:
    sources of which the model knows no token, so that their translations are guesses."""

    texts: list[str]
    n_truncated: int = 0
    n_without_known_tokens: int = 0

    def __add__(self, more: "Translations") -> "Translations":
        return Translations(
            self.texts + more.texts,
            self.n_truncated + more.n_truncated,
            self.n_without_known_tokens + more.n_without_known_tokens,
        )

    def warnings(self) -> list[str]:
        """What a user of the translations should know."""
        truncated = f"{self.n_truncated:,} sentence(s) are longer than the run's --max-source-length and were truncated"
        unknown = f"{self.n_without_known_tokens:,} sentence(s) have no known token: their translations are guesses"
        return [text for text, n in ((truncated, self.n_truncated), (unknown, self.n_without_known_tokens)) if n]


@dataclass(frozen=True)
class Translator:
    """model_name and config: what was asked for.  source, target: tokenizers of the two languages."""

    shape: ClassVar[type[TrainedShape]] = TrainedShape
    model_name: str
    config: Seq2SeqConfig
    source: SubwordTokenizer
    target: SubwordTokenizer
    model: Seq2SeqModel

    def translate(
        self, texts: Sequence[str], settings: SearchSettings, advance: Callable[[int], None] = lambda n: None
    ) -> Translations:
        """One translation for each text, an empty one for a text without tokens.  advance: reports progress."""
        check_not_a_string(texts, "texts")
        token_ids = self.source.encode(texts)
        known = token_ids.keep(token_ids.values != UNKNOWN)
        return Translations(
            self.target.decode(self.model.translate(token_ids, settings, advance)),
            n_truncated=int((token_ids.lengths > self.config.max_source_length).sum()),
            n_without_known_tokens=int(((known.lengths == 0) & (token_ids.lengths > 0)).sum()),
        )

    def figures(self, sources: Sequence[str], targets: Sequence[str]) -> dict[str, float]:
        """Loss, perplexity and token accuracy with teacher forcing: each reference token after the ones before it."""
        check_not_a_string(sources, "sources")
        check_not_a_string(targets, "targets")
        return self.model.metrics(self.source.encode(sources), self.target.encode(targets))

    def attention(self, text: str, translation: str) -> tuple[list[str], list[str], NDArray[np.float32]]:
        """The tokens of the text, those of the translation and its end, and (translation, text) attention weights.

        Raises UsageError for a model without attention.
        """
        source_ids = self.source.encode([text])[0][: self.config.max_source_length]
        target_ids = self.target.encode([translation])[0]
        weights = self.model.attention(source_ids, target_ids)
        source_tokens = [self.source.words[token_id] for token_id in source_ids]
        target_tokens = [self.target.words[token_id] for token_id in target_ids]
        return source_tokens, [*target_tokens, "<end>"], weights

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model into `folder`; returns what else is needed to load it, as JSON values."""
        self.source.save(tokenizer_path(folder, "source"))
        self.target.save(tokenizer_path(folder, "target"))
        self.model.save(folder)
        return {
            "model": self.model_name, "config": self.config.stored(), "preprocessing": Preprocessing().stored(),
        }  # fmt: skip

    @classmethod
    def load(cls, folder: Path, stored: dict[str, Any]) -> Self:
        """Read what save wrote and returned; the checksums have been verified."""
        module = model_module(stored["model"])
        config = module.Config(**stored["config"])
        source, target = (
            SubwordTokenizer.load(tokenizer_path(folder, "source")),
            SubwordTokenizer.load(tokenizer_path(folder, "target")),
        )
        model = module.Model.load(config, folder, source.vocabulary_size, target.vocabulary_size)
        return cls(stored["model"], config, source, target, model)
