"""What a sequence-to-sequence model is: one file with a docstring, `class Config` and `class Model`.

    module = model_module("seq2seq-lstm")
    model = module.Model.fit(module.Config(), training)
    memory, state = model.read(source)                         # once a sentence
    logits, state = model.write(tokens, memory, state)         # once a token

Training and answering share their layers: `build` is the network that is taught with the target before its eyes, and
`read` and `write` are the encoder and the decoder that answer without it.  Dropping a file into this folder is all it
takes: `--model seq2seq-NAME` and the tests find it.
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
from imdbnlp.models._built import layers_of, load_weights, save_weights
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models.seq2seq._batches import LOGITS_AT_ONCE, PairBatches, by_length, forced, framed
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Field
from imdbnlp.storage.files import write_json
from imdbnlp.storage.ragged import Ragged

Tensors = tuple[Any, ...]


class Seq2SeqConfig(LoopSettings):
    """What every sequence-to-sequence model can be told."""

    max_source: int = Field(100, ge=1, le=5000, description="Longest sentence that is read, in tokens.")
    max_target: int = Field(100, ge=1, le=5000, description="Longest sentence that is written, in tokens.")
    embedding_size: int = Field(256, ge=1, description="Numbers that stand for a token.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Share of the numbers that are left out in a step.")
    label_smoothing: float = Field(0.0, ge=0, lt=1, description="Share of each answer that is spread over all tokens.")


@dataclass(frozen=True)
class PairTraining:
    """What a model learns from.

    source, target: (pairs,) ragged numbers, without start and end.  valid: (pairs,) true for those that decide when to
    stop.  n_source, n_target: numbers below these are used.
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
        """The pairs to learn from, or those to stop by, without those that are too long."""
        rows = np.flatnonzero(self.valid == valid)
        fits = (self.source.lengths[rows] <= config.max_source) & (self.target.lengths[rows] <= config.max_target)
        if not fits.all():
            self.reporter.warn(
                f"{(~fits).sum():,} of {len(rows):,} pairs for {'validation' if valid else 'training'} are longer than "
                f"--max-source {config.max_source} or --max-target {config.max_target} and left out"
            )
        return self.source.take(rows[fits]), self.target.take(rows[fits])


class Seq2SeqModel(ABC):
    """network: a Keras model, (batch, source) and (batch, target) int32 numbers -> (batch, target, n_target) logits.

    A target begins with START; the logits at each place are of the token that comes next.
    """

    task: ClassVar[str] = "translation"
    library: ClassVar[str] = "TensorFlow"
    varies_with_threads: ClassVar[bool] = True
    attends: ClassVar[bool] = False
    weights: Any = None
    """Symbolic (batch, target, source) attention, where the model attends."""
    history: History | None = None

    def __init__(self, config: Any, n_source: int, n_target: int) -> None:
        from imdbnlp.models._tensorflow import keras

        self.config, self.n_source, self.n_target = config, n_source, n_target
        source = keras.Input((None,), dtype="int32", name="source")
        target = keras.Input((None,), dtype="int32", name="target")
        self.network = keras.Model([source, target], self.build(source, target))
        self.info: dict[str, Any] = {"weights": self.network.count_params()}

    @abstractmethod
    def build(self, source: Any, target: Any) -> Any:
        """(batch, source) and (batch, target) symbolic int32 numbers -> (batch, target, n_target) logits."""

    @abstractmethod
    def read(self, source: Any) -> tuple[Tensors, Tensors]:
        """The encoder: (batch, source) int32 -> its memory, which stays, and the state that the decoder starts from."""

    @abstractmethod
    def write(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        """The decoder: (batch,) int32 tokens -> (batch, n_target) logits of the next one, and the state after it."""

    @classmethod
    def fit(cls, config: Any, training: PairTraining) -> Self:
        """Learn.  Raises DataError if no pair is short enough."""
        from imdbnlp.models._tensorflow import repeatable

        with repeatable(training.seed, training.threads):
            return cls._fitted(config, training)

    @classmethod
    def _fitted(cls, config: Any, training: PairTraining) -> Self:
        from imdbnlp.models._keras import train_network
        from imdbnlp.models._optimizer import SmoothedCrossEntropy

        source, target = training.part(False, config)
        if not len(source):
            raise DataError("no pair is short enough to learn from", hint="raise --max-source and --max-target")
        valid = training.part(True, config)
        model = cls(config, training.n_source, training.n_target)
        batches = PairBatches(source, target, config.batch_size, training.seed)
        if not len(valid[0]):
            training.reporter.warn("no pair is left to decide when to stop: every epoch counts, the last one is kept")

        def validate() -> dict[str, float]:
            figures = model.figures(*valid)
            return {"valid_loss": figures["loss"], "valid_accuracy": figures["token_accuracy"]}

        model.history = train_network(
            model.network, batches, config.subset(LoopSettings), validate if len(valid[0]) else None, training.reporter,
            SmoothedCrossEntropy(config.label_smoothing), judge="loss",
        )  # fmt: skip
        model.info |= model.history.info()
        return model

    def figures(self, source: Ragged, target: Ragged) -> dict[str, float]:
        """Of sentences that are there to be compared with: loss (nats a token), perplexity, and share of right tokens.

        Each token is asked for after the true ones before it; the end counts as a token, padding does not.
        """
        loss = right = n_tokens = 0.0
        whole = framed(target)
        for chosen in by_length(target, LOGITS_AT_ONCE // self.n_target, len(target)):
            (read, given), answers, weights = forced(source, whole, chosen)
            sums = self._judge(read, given, answers, weights).numpy()
            loss, right, n_tokens = loss + sums[0], right + sums[1], n_tokens + weights.sum()
        mean = float(loss / max(1.0, n_tokens))
        return {"loss": mean, "perplexity": float(np.exp(min(mean, 700))), "token_accuracy": float(right / n_tokens)}

    @cached_property
    def _judge(self) -> Callable[..., Any]:
        from imdbnlp.models._tensorflow import tf

        def judge(source: Any, given: Any, answers: Any, weights: Any) -> Any:
            logits = self.network([source, given], training=False)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(answers, logits)
            right = tf.cast(tf.argmax(logits, axis=-1, output_type=tf.int32) == answers, tf.float32)
            return tf.stack([tf.reduce_sum(losses * weights), tf.reduce_sum(right * weights)])

        numbers = tf.TensorSpec((None, None), tf.int32)
        return tf.function(judge, input_signature=[numbers, numbers, numbers, tf.TensorSpec((None, None), tf.float32)])

    def translate(
        self, source: Ragged, settings: SearchSettings, advance: Callable[[int], None] = lambda n: None
    ) -> list[NDArray[np.int32]]:
        """(sentences,) the numbers of each answer, without start and end; none for a source without tokens.

        A source is read up to `max_source`, an answer ends at `max_target` at the latest.  advance: is told how many
        sentences are done.
        """
        kept = np.arange(len(source.values)) - np.repeat(source.offsets[:-1], source.lengths) < self.config.max_source
        return self._search.translate(source.keep(kept), settings, advance)

    @cached_property
    def _search(self) -> Any:
        from imdbnlp.models.seq2seq._search import Search

        return Search(self)

    def attention(self, source: NDArray[np.int32], target: NDArray[np.int32]) -> NDArray[np.float32]:
        """(target + 1, source) how much each token of the source counted for each of the target, and for its end.

        source, target: numbers of one sentence, without start and end.  Raises UsageError for a model without.
        """
        from imdbnlp.models._tensorflow import keras

        if not self.attends:
            raise UsageError("this model looks at no single token: it has no attention", hint="choose another run")
        inner = keras.Model(self.network.inputs, self.weights)
        one = np.zeros(1, dtype=np.int64)
        (read, given), _, _ = forced(_row(source), framed(_row(target)), one)
        weights: NDArray[np.float32] = inner([read, given], training=False).numpy()[0]
        return weights

    def layers(self) -> list[dict[str, Any]]:
        """Of each layer, from the inputs on: its name, kind, shape of output, weights and inputs."""
        return layers_of(self.network)

    def save(self, folder: Path) -> None:
        """Write the weights and the history, in formats that cannot hold code."""
        save_weights(self.network, folder)
        if self.history:
            write_json(folder / "history.json", self.history.epochs)

    @classmethod
    def load(cls, config: Any, folder: Path, n_source: int, n_target: int) -> Self:
        """Read what save wrote; its checksums have been verified.  Raises ArtefactError if it does not fit."""
        model = cls(config, n_source, n_target)
        load_weights(model.network, folder)
        return model


def _row(numbers: NDArray[np.int32]) -> Ragged:
    return Ragged(np.asarray(numbers, dtype=np.int32), np.array([0, len(numbers)], dtype=np.int64))
