"""The base of sequence-to-sequence models: one file each with a docstring, `class Config` and `class Model`.

    module = model_module("seq2seq-lstm")
    model = module.Model.fit(module.Config(), training)
    memory, state = model.encode(source)                             # once per sentence
    logits, state = model.decode_step(tokens, memory, state)         # once per token

Training and decoding share their layers: `build` is the network for teacher forcing; `encode` and `decode_step` are the
encoder and the decoder when the target is not known.  A file dropped into this folder is a model: `--model
seq2seq-NAME` and the tests find it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, UsageError
from imdbnlp.models._batches import LOGITS_AT_ONCE, length_groups
from imdbnlp.models._keras_model import KerasModel
from imdbnlp.models._loop import LoopSettings
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq._teacher_forcing import PairBatches, teacher_forcing_batch, with_start_and_end
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Field
from imdbnlp.storage.ragged import Ragged

Tensors = tuple[Any, ...]


class Seq2SeqConfig(LoopSettings):
    """The settings of every sequence-to-sequence model."""

    max_source_length: int = Field(
        100, ge=1, le=5000, description="Maximum number of tokens read of a source sentence."
    )
    max_target_length: int = Field(100, ge=1, le=5000, description="Maximum number of tokens of a translation.")
    batch_size: int = Field(64, ge=1, description="Number of pairs in a training batch.")
    embedding_dim: int = Field(256, ge=1, description="Dimension of the token embeddings.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout rate.")
    label_smoothing: float = Field(
        0.0, ge=0, lt=1, description="Share of each target's probability that is spread over the whole vocabulary."
    )


@dataclass(frozen=True)
class PairTraining:
    """The data that a model is fitted on.

    source, target: (pairs,) ragged token ids, without START and END.  valid: (pairs,) true for the validation set.
    n_source, n_target: sizes of the vocabularies; all token ids are below.
    """

    source: Ragged
    target: Ragged
    valid: NDArray[np.bool_]
    n_source: int
    n_target: int
    seed: int = 42
    threads: int = 2
    reporter: Reporter = field(default=SILENT)

    def part(self, valid: bool, config: Seq2SeqConfig) -> tuple[Ragged, Ragged]:
        """The pairs of the training or the validation set, without those that are too long."""
        rows = np.flatnonzero(self.valid == valid)
        fits = (self.source.lengths[rows] <= config.max_source_length) & (
            self.target.lengths[rows] <= config.max_target_length
        )
        if not fits.all():
            self.reporter.warn(
                f"{(~fits).sum():,} of {len(rows):,} {'validation' if valid else 'training'} pairs are longer than "
                f"--max-source-length {config.max_source_length} or --max-target-length {config.max_target_length} "
                "and are ignored"
            )
        return self.source.take(rows[fits]), self.target.take(rows[fits])


class Seq2SeqModel(KerasModel, ABC):
    """network: a Keras model, (batch, source) and (batch, target) int32 token ids -> (batch, target, n_target) logits.

    A target begins with START; the logits at each position are those of the next token.
    """

    task: ClassVar[str] = "translation"
    varies_with_threads: ClassVar[bool] = True
    has_attention: ClassVar[bool] = False
    attention_weights: Any = None
    """Symbolic (batch, target, source) attention weights, if the model has attention."""

    def __init__(self, config: Any, n_source: int, n_target: int) -> None:
        from imdbnlp.models._tensorflow import keras

        self.config, self.n_source, self.n_target = config, n_source, n_target
        source = keras.Input((None,), dtype="int32", name="source")
        target = keras.Input((None,), dtype="int32", name="target")
        self.network = keras.Model([source, target], self.build(source, target))
        self.info = {"weights": self.network.count_params()}

    @abstractmethod
    def build(self, source: Any, target: Any) -> Any:
        """(batch, source) and (batch, target) symbolic int32 token ids -> (batch, target, n_target) logits."""

    @abstractmethod
    def encode(self, source: Any) -> tuple[Tensors, Tensors]:
        """(batch, source) int32 -> the memory, which stays the same, and the first state of the decoder."""

    @abstractmethod
    def decode_step(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        """(batch,) int32 tokens -> (batch, n_target) logits of the next token, and the next state."""

    @classmethod
    def fit(cls, config: Any, training: PairTraining) -> Self:
        """Raises DataError if all training pairs are too long."""
        from imdbnlp.models._optimizer import SmoothedCrossEntropy

        source, target = training.part(False, config)
        if not len(source):
            raise DataError("all training pairs are too long", hint="raise --max-source-length and --max-target-length")
        valid = training.part(True, config)
        model = cls.built(training.seed, config, training.n_source, training.n_target)
        batches = PairBatches(source, target, config.batch_size, training.seed)
        if not len(valid[0]):
            training.reporter.warn("there is no validation set: training runs for all epochs and keeps the last one")

        def validate() -> dict[str, float]:
            metrics = model.metrics(*valid)
            return {"valid_loss": metrics["loss"], "valid_accuracy": metrics["token_accuracy"]}

        model.train(
            batches, config.subset(LoopSettings), validate if len(valid[0]) else None, training.reporter,
            SmoothedCrossEntropy(config.label_smoothing), monitor="loss",
        )  # fmt: skip
        return model

    def metrics(self, source: Ragged, target: Ragged) -> dict[str, float]:
        """Loss (nats per token), perplexity and token accuracy under teacher forcing; END counts as a token."""
        loss = correct = n_tokens = 0.0
        whole = with_start_and_end(target)
        for group in length_groups(whole.lengths, LOGITS_AT_ONCE // self.n_target):
            (source_ids, decoder_input), targets, weights = teacher_forcing_batch(source, whole, group)
            sums = self._sums(source_ids, decoder_input, targets, weights).numpy()
            loss, correct, n_tokens = loss + sums[0], correct + sums[1], n_tokens + weights.sum()
        mean = float(loss / max(1.0, n_tokens))
        return {"loss": mean, "perplexity": float(np.exp(min(mean, 700))), "token_accuracy": float(correct / n_tokens)}

    @cached_property
    def _sums(self) -> Callable[..., Any]:
        from imdbnlp.models._tensorflow import tf

        def sums(source: Any, decoder_input: Any, targets: Any, weights: Any) -> Any:
            logits = self.network([source, decoder_input], training=False)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
            correct = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == targets, tf.float32)
            return tf.stack([tf.reduce_sum(losses * weights), tf.reduce_sum(correct * weights)])

        token_ids = tf.TensorSpec((None, None), tf.int32)
        return tf.function(sums, input_signature=[token_ids] * 3 + [tf.TensorSpec((None, None), tf.float32)])

    def translate(
        self, source: Ragged, settings: SearchSettings, advance: Callable[[int], None] = lambda n: None
    ) -> list[NDArray[np.int32]]:
        """(sentences,) token ids of each translation, without START and END; none for a source without tokens.

        Sources and translations are cut at the maximum lengths of the config.  advance: is called with the number of
        sentences that are done.
        """
        position = np.arange(len(source.values)) - np.repeat(source.offsets[:-1], source.lengths)
        return self._search.translate(source.keep(position < self.config.max_source_length), settings, advance)

    @cached_property
    def _search(self) -> Any:
        from imdbnlp.models.seq2seq._search import Search

        return Search(self)

    def attention(self, source: NDArray[np.int32], target: NDArray[np.int32]) -> NDArray[np.float32]:
        """(target + 1, source) attention weights of each token of the target, and of END, on the source.

        source, target: token ids of one sentence, without START and END.
        Raises UsageError for a model without attention.
        """
        from imdbnlp.models._tensorflow import keras

        if not self.has_attention:
            raise UsageError("this model has no attention", hint="choose another run")
        inner = keras.Model(self.network.inputs, self.attention_weights)
        only = np.zeros(1, dtype=np.int64)
        (source_ids, decoder_input), _, _ = teacher_forcing_batch(_row(source), with_start_and_end(_row(target)), only)
        weights: NDArray[np.float32] = inner([source_ids, decoder_input], training=False).numpy()[0]
        return weights

    def save(self, folder: Path) -> None:
        """Write the model into a folder, in formats that cannot hold code."""
        self.save_network(folder)

    @classmethod
    def load(cls, config: Any, folder: Path, n_source: int, n_target: int) -> Self:
        """Read what save wrote; its checksums have been verified.  Raises ArtefactError if it does not fit."""
        return cls.restored(folder, config, n_source, n_target)


def _row(token_ids: NDArray[np.int32]) -> Ragged:
    return Ragged(np.asarray(token_ids, dtype=np.int32), np.array([0, len(token_ids)], dtype=np.int64))
