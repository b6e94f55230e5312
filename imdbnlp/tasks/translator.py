"""A trained translator: a sequence-to-sequence model, and how sentences become its numbers and back.

translator = Translator("seq2seq-lstm", config, source_tokenizer, target_tokenizer, model)
translator.translate(["Ein Mann schläft."], SearchSettings(beam=5)).texts      # ['a man is sleeping.']
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.pairs import tokenizer_path
from imdbnlp.errors import check_not_a_string
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel, seq2seq_module
from imdbnlp.text.subwords import UNKNOWN, SubwordTokenizer


@dataclass(frozen=True)
class Answers:
    """texts: the translations.  n_cut: sources that were read in part, being too long.  n_unread: sources of which no
    token is known, so that their answers are guesses."""

    texts: list[str]
    n_cut: int = 0
    n_unread: int = 0

    def __add__(self, more: "Answers") -> "Answers":
        return Answers(self.texts + more.texts, self.n_cut + more.n_cut, self.n_unread + more.n_unread)

    def doubts(self) -> list[str]:
        """What whoever uses the answers should know."""
        cut = f"{self.n_cut:,} sentence(s) are longer than the run's --max-source-length; the rest of them is not read"
        unread = f"{self.n_unread:,} sentence(s) hold no token that the run knows: their answers are guesses"
        return [text for text, n in ((cut, self.n_cut), (unread, self.n_unread)) if n]


@dataclass(frozen=True)
class Translator:
    """model_name and config: what was asked for.  source, target: how sentences become numbers, and back."""

    model_name: str
    config: Seq2SeqConfig
    source: SubwordTokenizer
    target: SubwordTokenizer
    model: Seq2SeqModel

    def translate(
        self, texts: Sequence[str], settings: SearchSettings, advance: Callable[[int], None] = lambda n: None
    ) -> "Answers":
        """One answer for each text, an empty one for a text without tokens.  advance: is told how many are done."""
        check_not_a_string(texts, "texts")
        numbers = self.source.encode(texts)
        known = numbers.keep(numbers.values != UNKNOWN)
        return Answers(
            self.target.decode(self.model.translate(numbers, settings, advance)),
            n_cut=int((numbers.lengths > self.config.max_source_length).sum()),
            n_unread=int(((known.lengths == 0) & (numbers.lengths > 0)).sum()),
        )

    def figures(self, sources: Sequence[str], targets: Sequence[str]) -> dict[str, float]:
        """Loss, perplexity and token accuracy of the true answers, each token after the true ones before it."""
        check_not_a_string(sources, "sources")
        check_not_a_string(targets, "targets")
        return self.model.metrics(self.source.encode(sources), self.target.encode(targets))

    def attention(self, text: str, answer: str) -> tuple[list[str], list[str], NDArray[np.float32]]:
        """The tokens of both, the answer's end among them, and (answer, text) how much each looked at each.

        Raises UsageError for a model without attention.
        """
        read, written = self.source.encode([text])[0][: self.config.max_source_length], self.target.encode([answer])[0]
        weights = self.model.attention(read, written)
        shown = [
            [tokenizer.words[number] for number in row]
            for tokenizer, row in ((self.source, read), (self.target, written))
        ]
        return shown[0], [*shown[1], "<end>"], weights

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the model into `folder`; returns what else is needed to load it, as JSON values."""
        self.source.save(tokenizer_path(folder, "source"))
        self.target.save(tokenizer_path(folder, "target"))
        self.model.save(folder)
        return {"model": self.model_name, "config": self.config.stored()}

    @classmethod
    def load(cls, folder: Path, stored: dict[str, Any]) -> Self:
        """Read what save wrote and returned; the checksums have been verified."""
        module = seq2seq_module(stored["model"])
        config = module.Config(**stored["config"])
        source, target = (
            SubwordTokenizer.load(tokenizer_path(folder, "source")),
            SubwordTokenizer.load(tokenizer_path(folder, "target")),
        )
        model = module.Model.load(config, folder, source.vocabulary_size, target.vocabulary_size)
        return cls(stored["model"], config, source, target, model)
