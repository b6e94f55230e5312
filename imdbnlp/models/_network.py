"""What all networks that classify share: token ids, word vectors, training, prediction and files.

A network is one short file: its options, and the features that it computes from a text's words.

    class Model(NetworkModel):
        @classmethod
        def features(cls, config, token_ids, n_token_ids):     # (batch, length) int32 -> (batch, size)
            states, mask = embed(config, token_ids, n_token_ids)
            return layers.MaskedMax()(states, mask=mask)

Weights are stored as arrays; the network is built again from its config.
"""

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic.fields import FieldInfo

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.features.embeddings import AUTO, NONE, WordVectors
from imdbnlp.features.sequences import Sequences, SequenceSettings, pad
from imdbnlp.models._batches import TextBatches, length_groups
from imdbnlp.models._keras_model import KerasModel
from imdbnlp.models._loop import LoopSettings, Schedule
from imdbnlp.models.base import HeldOut, HoldOutConfig, TextModel, Training
from imdbnlp.settings import Field, Settings
from imdbnlp.storage.files import read_json, reading, write_json
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents

_FEW = 0.5  # share of the words with a vector below which the vectors probably do not fit
_SMALLEST_BATCH, _FULL_BATCH = 8, 64
_STEPS = 250  # of an epoch, at least, unless the batches are the smallest
TOKENS_AT_ONCE = 40_000  # that a network predicts from at once


def with_default(kind: type[Settings], name: str, default: Any) -> Any:
    """A field of these settings with another default."""
    return FieldInfo.merge_field_infos(kind.model_fields[name], default=default)


class NetworkConfig(HoldOutConfig, SequenceSettings, LoopSettings):
    """The settings of every network that classifies."""

    batch_size: int | None = Field(
        None,
        ge=1,
        description="Number of texts in a training batch; by default 64 (`average`: 128), fewer for small sets.",
    )
    epochs: int = with_default(LoopSettings, "epochs", 6)
    schedule: Schedule = with_default(LoopSettings, "schedule", "cosine")
    warmup: float = with_default(LoopSettings, "warmup", 0.05)
    ema_momentum: float = with_default(LoopSettings, "ema_momentum", 0.99)
    embedding_dim: int | None = Field(
        None,
        ge=1,
        description="Dimension of the word embeddings; by default that of --embeddings, else 128 (with n-grams 16).",
    )
    embeddings: str = Field(
        AUTO,
        description="Word vectors to start from: a name given to train-w2v, `latest`, a file, or `none`; `auto` takes "
        "the latest that were trained on the same dataset and view, if there are any.",
        json_schema_extra={"entries": "vectors"},
    )
    freeze_embeddings: bool = Field(False, description="Do not train the word embeddings.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Dropout rate of the features before the output layer.")
    embedding_dropout: float = Field(
        0.2, ge=0, lt=1, description="Dropout rate of the embedding dimensions, the same for all words of a text."
    )
    word_dropout: float = Field(
        0.0, ge=0, lt=1, description="Share of the words that are left out at random in each training step."
    )

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if random embeddings were to be frozen."""
        if self.freeze_embeddings and self.embeddings in (AUTO, NONE):
            raise SettingsError(
                "--freeze-embeddings would freeze random embeddings",
                hint="name word vectors with --embeddings, or leave it out", field="freeze_embeddings",
            )  # fmt: skip


class NetworkModel(KerasModel, TextModel):
    """sequences: texts to token ids.  network: a Keras model, (batch, length) int32 -> (batch, classes) logits."""

    largest_batch: ClassVar[int] = 64  # by default
    varies_with_threads = True  # TensorFlow sums gradients in one part per thread, which changes the last bits

    def __init__(self, config: Any, sequences: Sequences, n_classes: int) -> None:
        from imdbnlp.models._tensorflow import keras

        self.config, self.sequences = config, sequences
        token_ids = keras.Input((None,), dtype="int32", name="words")
        features = type(self).features(config, token_ids, sequences.n_token_ids)
        features = keras.layers.Dropout(config.dropout)(features)
        logits = keras.layers.Dense(n_classes, name="classes")(features)
        self.network = keras.Model(token_ids, logits)
        self.info = {"words": len(sequences.words), "weights": self.network.count_params()}

    @classmethod
    def default_embedding_dim(cls, config: Any) -> int:
        """Dimension of the embeddings if neither the config nor word vectors give it."""
        return 128

    @classmethod
    def default_batch_size(cls, n_texts: int) -> int:
        """Number of texts in a batch: the largest, or for a small set few enough for hundreds of steps in an epoch."""
        size = n_texts // _STEPS
        return cls.largest_batch if size >= _FULL_BATCH else min(cls.largest_batch, max(_SMALLEST_BATCH, size))

    @classmethod
    @abstractmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        """(batch, length) int32 token ids below `n_token_ids` -> (batch, size) features for the output layer."""

    @classmethod
    def fit(cls, config: Any, training: Training) -> Self:
        """Raises DataError for word vectors of another dimension, or if no text has a known word."""
        config = _with_dimension(config, training.embeddings, cls.default_embedding_dim(config))
        with training.reporter.stage("token ids", 1) as advance:
            sequences = Sequences.fit(training.documents.take(training.train_rows), config.subset(SequenceSettings))
            rows = sequences.encode(training.documents)
            advance(1)
        model = cls.built(training.seed, config, sequences, training.n_classes)
        if training.embeddings is not None:
            model._start_from(training.embeddings, training)
        model._learn(rows, training)
        return model

    def _start_from(self, vectors: WordVectors, training: Training) -> None:
        """Copy the vectors of the known words into the embedding.

        The other words get random ones with the same standard deviation, or zeros if the embedding is not trained.
        """
        known, rows = vectors.rows_for(self.sequences.words)
        if not len(known):
            raise DataError(
                "the word vectors have none of the training words", hint="use vectors of the same language and view"
            )
        share = len(known) / len(self.sequences.words)
        tell = training.reporter.note if share >= _FEW else training.reporter.warn
        tell(f"word vectors: {share:.1%} of {len(self.sequences.words):,} words found")
        table = next(layer for layer in self.network.layers if hasattr(layer, "embeddings")).embeddings
        start = np.zeros(table.shape, dtype=np.float32)
        if not self.config.freeze_embeddings:
            np.random.default_rng(training.seed).standard_normal(dtype=np.float32, out=start)
            start *= vectors.vectors[rows].std()
        start[known + 1] = vectors.vectors[rows]
        start[0] = 0
        table.assign(start)
        self.info["words_with_vectors"] = len(known)

    def _learn(self, rows: Ragged, training: Training) -> None:
        settings = self.config.subset(LoopSettings)
        batches = self._batches(rows, training)
        if not len(training.valid_rows):
            training.reporter.warn("there is no validation set: training runs for all epochs and keeps the last one")
            self.train(batches, settings, None, training.reporter)
            return
        valid, labels = rows.take(training.valid_rows), training.labels[training.valid_rows]

        def validate() -> dict[str, float]:
            scores = self._scores(valid)
            accuracy = float((scores.argmax(axis=1) == labels).mean())
            return {"valid_loss": _cross_entropy(scores, labels), "valid_accuracy": accuracy}

        self.train(batches, settings, validate, training.reporter)
        self.held_out = HeldOut(training.valid_rows, self._scores(valid))

    def _batches(self, rows: Ragged, training: Training) -> TextBatches:
        """The training texts that have a known word."""
        kept = training.train_rows[rows.lengths[training.train_rows] > 0]
        if len(kept) < len(training.train_rows):
            n_empty = len(training.train_rows) - len(kept)
            training.reporter.warn(f"{n_empty:,} training texts have no known word and are ignored")
        weights = training.weights(self.config.class_weight)[kept]
        size = self.config.batch_size or self.default_batch_size(len(kept))
        return TextBatches(rows.take(kept), training.labels[kept], weights, size, self.config.padding, training.seed)

    def scores(self, documents: Documents) -> NDArray[np.float64]:
        return self._scores(self.sequences.encode(documents))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        return self.sequences.has_no_known_words(documents)

    def _scores(self, rows: Ragged) -> NDArray[np.float64]:
        """(texts, classes) logits; zeros for a text without a known word."""
        return self._by_group(self._forward, rows, self.network.output_shape[-1]).astype(np.float64)

    def represent(self, documents: Documents) -> NDArray[np.float32]:
        """The features before the output layer; zeros for a text without a known word."""
        size = self.network.get_layer("classes").input.shape[-1]
        return self._by_group(self._features, self.sequences.encode(documents), size)

    def _by_group(self, function: Callable[..., Any], rows: Ragged, size: int) -> NDArray[np.float32]:
        """(texts, size) outputs of a function of padded token ids; zeros for a text without tokens."""
        outputs = np.zeros((len(rows), size), dtype=np.float32)
        for group in length_groups(rows.lengths, TOKENS_AT_ONCE):
            outputs[group] = function(pad(rows, group, self.config.padding)).numpy()
        return outputs

    @cached_property
    def _forward(self) -> Callable[..., Any]:
        return compiled(self.network)

    @cached_property
    def _features(self) -> Callable[..., Any]:
        from imdbnlp.models._tensorflow import keras

        return compiled(keras.Model(self.network.inputs, self.network.get_layer("classes").input))

    def save(self, folder: Path) -> None:
        self.sequences.save(folder)
        write_json(folder / "network.json", {"embedding_dim": self.config.embedding_dim, "info": self.info})
        self.save_network(folder)

    @classmethod
    def load(cls, config: Any, folder: Path, n_classes: int) -> Self:
        """Raises ArtefactError if the weights are not those of the network."""
        path = folder / "network.json"
        stored = read_json(path)
        with reading(path):
            config = type(config)(**dict(config) | {"embedding_dim": stored["embedding_dim"]})
            info = dict(stored["info"])
        model = cls.restored(folder, config, Sequences.load(folder), n_classes)
        model.info = info
        return model


def compiled(network: Any) -> Callable[..., Any]:
    """A network of token ids, traced once for texts of any length."""
    from imdbnlp.models._tensorflow import tf

    signature = [tf.TensorSpec((None, None), tf.int32)]
    return tf.function(lambda token_ids: network(token_ids, training=False), input_signature=signature)


def embed(config: Any, token_ids: Any, n_token_ids: int) -> tuple[Any, Any]:
    """(batch, length) int32 token ids -> (batch, length, size) embeddings, and (batch, length) true for words."""
    from imdbnlp.models import _layers as layers
    from imdbnlp.models._tensorflow import keras

    if config.word_dropout:
        token_ids = layers.WordDropout(config.word_dropout)(token_ids)
    table = keras.layers.Embedding(
        n_token_ids, config.embedding_dim, trainable=not config.freeze_embeddings, name="embedding"
    )
    states, mask = table(token_ids), token_ids > 0
    if config.embedding_dropout:
        states = keras.layers.SpatialDropout1D(config.embedding_dropout)(states)
    return states, mask


def _with_dimension(config: Any, vectors: WordVectors | None, default: int) -> Any:
    """The config with the embedding dimension filled in.  Raises DataError if it is not that of the vectors."""
    if vectors is None:
        return config.model_copy(update={"embedding_dim": config.embedding_dim or default})
    if config.embedding_dim not in (None, vectors.dimensions):
        raise DataError(
            f"the word vectors have {vectors.dimensions} dimensions, --embedding-dim is {config.embedding_dim}",
            hint="leave --embedding-dim out, or use other vectors",
        )
    return config.model_copy(update={"embedding_dim": vectors.dimensions})


def _cross_entropy(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    with np.errstate(invalid="ignore", over="ignore"):  # the caller checks for values that are not finite
        margins = scores - scores.max(axis=1, keepdims=True)
        logs = margins - np.log(np.exp(margins).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(labels)), labels].mean())
