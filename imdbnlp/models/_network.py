"""What all networks share: words to numbers, word vectors, training, answering, and their files.

A network is one short file: its options, and the features that it makes of a text's words.

    class Model(NetworkModel):
        @classmethod
        def features(cls, config, numbers, rows):     # (batch, length) int32 -> (batch, size)
            states, mask = embed(config, numbers, rows)
            return layers.MaskedMax()(states, mask=mask)

Weights are kept as arrays; the network is built anew from its own config.
"""

from abc import abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.features.sequences import Sequences, SequenceSettings, pad
from imdbnlp.models._batches import Batches, of_like_length
from imdbnlp.models._built import layers_of, load_weights, save_weights
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models.base import HeldOut, HoldOutConfig, TextModel, Training
from imdbnlp.settings import Field
from imdbnlp.storage.files import read_json, write_json
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents

_FEW = 0.5  # share of the words with a vector below which something is likely to be amiss


class NetworkConfig(HoldOutConfig, SequenceSettings, LoopSettings):
    """What every network can be told."""

    embedding_size: int | None = Field(
        None, ge=1, description="Numbers that stand for a word; as --embeddings has them, else 128 (n-grams: 16)."
    )
    embeddings: str | None = Field(
        None,
        description="Word vectors to start from: a name of train-w2v, `latest`, or a file.",
        json_schema_extra={"entries": "vectors"},
    )
    freeze_embeddings: bool = Field(False, description="Leave the word vectors as they are.")
    dropout: float = Field(0.3, ge=0, lt=1, description="Share of the features that are left out in a step.")
    embedding_dropout: float = Field(0.0, ge=0, lt=1, description="… and of the numbers of all words of a text.")
    word_dropout: float = Field(0.0, ge=0, lt=1, description="… and of the words of a text.")

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if random vectors were to be frozen."""
        if self.freeze_embeddings and not self.embeddings:
            raise SettingsError(
                "--freeze-embeddings would freeze random numbers", hint="name --embeddings, or leave it out",
                field="freeze_embeddings",
            )  # fmt: skip


class NetworkModel(TextModel):
    """sequences: texts to numbers.  network: a Keras model, (batch, length) int32 -> (batch, classes) logits."""

    library = "TensorFlow"
    history: History | None = None
    varies_with_threads = True  # TensorFlow adds gradients up in one part per thread, which moves the last bits

    def __init__(self, config: Any, sequences: Sequences, n_classes: int) -> None:
        from imdbnlp.models._tensorflow import keras

        self.config, self.sequences = config, sequences
        numbers = keras.Input((None,), dtype="int32", name="words")
        features = type(self).features(config, numbers, sequences.vocabulary_size)
        features = keras.layers.Dropout(config.dropout)(features)
        logits = keras.layers.Dense(n_classes, name="classes")(features)
        self.network = keras.Model(numbers, logits)
        self.info: dict[str, Any] = {"words": len(sequences.words), "weights": self.network.count_params()}

    @classmethod
    def usual_size(cls, config: Any) -> int:
        """How many numbers stand for a word where nothing is said of it."""
        return 128

    @classmethod
    @abstractmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        """(batch, length) int32 numbers below `rows` -> (batch, size) what the classes are told apart by."""

    @classmethod
    def fit(cls, config: Any, training: Training) -> Self:
        """Raises DataError for word vectors of another width, or if no text has a known word."""
        from imdbnlp.models._tensorflow import repeatable

        with repeatable(training.seed, training.threads):
            return cls._fitted(config, training)

    @classmethod
    def _fitted(cls, config: Any, training: Training) -> Self:
        config = _with_size(config, training.embeddings, cls.usual_size(config))
        with training.reporter.stage("numbers", 1) as advance:
            sequences = Sequences.fit(training.documents.take(training.train_rows), config.subset(SequenceSettings))
            rows = sequences.encode(training.documents)
            advance(1)
        model = cls(config, sequences, training.n_classes)
        if training.embeddings is not None:
            model._start_from(training.embeddings, training)
        model.history = model._train(rows, training)
        model.info |= model.history.info()
        return model

    def _start_from(self, vectors: WordVectors, training: Training) -> None:
        """Put the known words' vectors into the table.

        The others get random ones of the same spread to learn from, or zeros where nothing is learned.
        """
        found, rows = vectors.rows_for(self.sequences.words)
        if not len(found):
            raise DataError(
                "the word vectors know none of the words", hint="take vectors of the same language and view"
            )
        share = len(found) / len(self.sequences.words)
        tell = training.reporter.note if share >= _FEW else training.reporter.warn
        tell(f"word vectors: {share:.1%} of {len(self.sequences.words):,} words found")
        table = next(layer for layer in self.network.layers if hasattr(layer, "embeddings")).embeddings
        start = np.zeros(table.shape, dtype=np.float32)
        if not self.config.freeze_embeddings:
            np.random.default_rng(training.seed).standard_normal(dtype=np.float32, out=start)
            start *= vectors.vectors[rows].std()
        start[found + 1] = vectors.vectors[rows]
        start[0] = 0
        table.assign(start)
        self.info["words_with_vectors"] = len(found)

    def _train(self, rows: Ragged, training: Training) -> History:
        from imdbnlp.models._keras import train_network

        learned = training.train_rows[rows.lengths[training.train_rows] > 0]
        if len(learned) < len(training.train_rows):
            n_unknown = len(training.train_rows) - len(learned)
            training.reporter.warn(f"{n_unknown:,} training texts have no known word; nothing is learned from them")
        weights = training.weights(self.config.class_weight)[learned]
        batches = Batches(
            rows.take(learned), training.labels[learned], weights, self.config.batch_size, self.config.padding,
            training.seed,
        )  # fmt: skip
        settings = self.config.subset(LoopSettings)
        if not len(training.valid_rows):
            training.reporter.warn(
                "no text is left to decide when to stop: every epoch counts, and the last one is kept"
            )
            return train_network(self.network, batches, settings, None, training.reporter)
        valid, labels = rows.take(training.valid_rows), training.labels[training.valid_rows]

        def validate() -> dict[str, float]:
            scores = self._scores(valid)
            right = float((scores.argmax(axis=1) == labels).mean())
            return {"valid_loss": _cross_entropy(scores, labels), "valid_accuracy": right}

        history = train_network(self.network, batches, settings, validate, training.reporter)
        self.held_out = HeldOut(training.valid_rows, self._scores(valid))
        return history

    def scores(self, documents: Documents) -> NDArray[np.float64]:
        return self._scores(self.sequences.encode(documents))

    def has_no_known_words(self, documents: Documents) -> NDArray[np.bool_]:
        return self.sequences.has_no_known_words(documents)

    def _scores(self, rows: Ragged) -> NDArray[np.float64]:
        """(texts, classes) logits; zeros for a text without a known word."""
        logits = np.zeros((len(rows), self.network.output_shape[-1]))
        for chosen in of_like_length(rows):
            logits[chosen] = self._forward(pad(rows, chosen, self.config.padding)).numpy()
        return logits

    @cached_property
    def _forward(self) -> Callable[[NDArray[np.int32]], Any]:
        from imdbnlp.models._tensorflow import tf

        signature = [tf.TensorSpec((None, None), tf.int32)]
        return tf.function(lambda numbers: self.network(numbers, training=False), input_signature=signature)

    def represent(self, documents: Documents) -> NDArray[np.float32]:
        """The features that the last layer tells the classes apart by; zeros for a text without a known word."""
        rows = self.sequences.encode(documents)
        features = np.zeros((len(rows), self.network.get_layer("classes").input.shape[-1]), dtype=np.float32)
        for chosen in of_like_length(rows):
            features[chosen] = self._features(pad(rows, chosen, self.config.padding)).numpy()
        return features

    @cached_property
    def _features(self) -> Callable[[NDArray[np.int32]], Any]:
        from imdbnlp.models._tensorflow import keras, tf

        inner = keras.Model(self.network.inputs, self.network.get_layer("classes").input)
        signature = [tf.TensorSpec((None, None), tf.int32)]
        return tf.function(lambda numbers: inner(numbers, training=False), input_signature=signature)

    def layers(self) -> list[dict[str, Any]]:
        """Of each layer, from input to classes: its name, kind, shape of output, weights and inputs; no masks."""
        return layers_of(self.network)

    def save(self, folder: Path) -> None:
        self.sequences.save(folder)
        write_json(folder / "network.json", {"embedding_size": self.config.embedding_size, "info": self.info})
        save_weights(self.network, folder)
        if self.history:
            write_json(folder / "history.json", self.history.epochs)

    @classmethod
    def load(cls, config: Any, folder: Path, n_classes: int) -> Self:
        """Raises ArtefactError if the weights are not those of the network."""
        stored = read_json(folder / "network.json")
        config = config.model_copy(update={"embedding_size": stored["embedding_size"]})
        model = cls(config, Sequences.load(folder), n_classes)
        model.info = stored["info"]
        load_weights(model.network, folder)
        return model


def embed(config: Any, numbers: Any, rows: int) -> tuple[Any, Any]:
    """(batch, length) int32 numbers -> (batch, length, size) word vectors, and (batch, length) true where words are."""
    from imdbnlp.models import _layers as layers
    from imdbnlp.models._tensorflow import keras

    if config.word_dropout:
        numbers = layers.WordDropout(config.word_dropout)(numbers)
    table = keras.layers.Embedding(
        rows, config.embedding_size, trainable=not config.freeze_embeddings, name="embedding"
    )
    states, mask = table(numbers), numbers > 0
    if config.embedding_dropout:
        states = keras.layers.SpatialDropout1D(config.embedding_dropout)(states)
    return states, mask


def _with_size(config: Any, vectors: WordVectors | None, usual: int) -> Any:
    """The config with the embedding's size, the usual one where nothing is said.

    Raises DataError if it is not that of the vectors.
    """
    if vectors is None:
        return config.model_copy(update={"embedding_size": config.embedding_size or usual})
    if config.embedding_size not in (None, vectors.dimensions):
        raise DataError(
            f"the word vectors have {vectors.dimensions} dimensions, --embedding-size is {config.embedding_size}",
            hint="leave --embedding-size out, or take other vectors",
        )
    return config.model_copy(update={"embedding_size": vectors.dimensions})


def _cross_entropy(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    with np.errstate(invalid="ignore", over="ignore"):  # the caller checks for values that are not finite
        margins = scores - scores.max(axis=1, keepdims=True)
        logs = margins - np.log(np.exp(margins).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(labels)), labels].mean())
