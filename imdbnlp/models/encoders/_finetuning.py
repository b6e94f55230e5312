"""Fine-tuning: an encoder and a linear head learn together from labelled texts.

    tuned, head, history = fine_tune(checkpoint, rows, training, settings)

AdamW with warm-up and decay; the rows of the embedding that do not occur in a batch are left alone.
Sources: Devlin et al. 2019; layer-wise learning rates, Howard & Ruder 2018.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import BucketedBatches
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models._optimizer import RowAdam, learning_rate
from imdbnlp.models._tensorflow import keras, tf
from imdbnlp.models._training import train_network
from imdbnlp.models.base import Training
from imdbnlp.models.encoders._architecture import Architecture
from imdbnlp.models.encoders._checkpoint import Checkpoint
from imdbnlp.models.encoders._encoder import batches_by_length, shift
from imdbnlp.models.encoders._head import Head, log_loss
from imdbnlp.models.encoders._network import arrays_of, build_encoder
from imdbnlp.storage.ragged import Ragged

_UNDECAYED = ("bias", "scale", "offset", "words", "positions")


@dataclass(frozen=True)
class Tuning:
    """loop: how long and how fast.  dropout: of states in the encoder and of the pooled vector.  weight_decay: as in
    AdamW.  layer_decay: factor of the learning rate from each layer to the one below it."""

    loop: LoopSettings
    dropout: float
    weight_decay: float
    layer_decay: float
    precision: str
    class_weight: str
    batch_size: int


@dataclass(frozen=True)
class Tuned:
    """What was learned.  valid_scores: (validation texts, classes), None if there are none."""

    checkpoint: Checkpoint
    head: Head
    history: History
    valid_scores: NDArray[np.float64] | None


def fine_tune(checkpoint: Checkpoint, rows: Ragged, training: Training, tuning: Tuning) -> Tuned:
    """Train on the texts that are not of the validation set, and keep the weights of the best epoch.

    rows: (texts,) ragged token ids.
    """
    encoder = build_encoder(
        checkpoint.architecture, checkpoint.arrays, tuning.precision, tuning.dropout, training.seed
    )  # fmt: skip
    network = _with_head(encoder, training.n_classes, tuning.dropout, training.seed)
    shifted = shift(rows)
    learned = training.train_rows[rows.lengths[training.train_rows] > 0]
    weights = training.weights(tuning.class_weight)[learned]
    batches = TokenBatches(shifted.take(learned), training.labels[learned], weights, tuning.batch_size, training.seed)
    scores = _scorer(network, checkpoint.architecture)
    valid, labels = shifted.take(training.valid_rows), training.labels[training.valid_rows]

    def validate() -> dict[str, float]:
        found = scores(valid)
        accuracy = float((found.argmax(axis=1) == labels).mean())
        return {"valid_loss": float(log_loss(found, labels).mean()), "valid_accuracy": accuracy}

    optimizer = LayerwiseAdam(
        learning_rate(tuning.loop, len(batches)), _rates(checkpoint.architecture, tuning.layer_decay),
        tuning.weight_decay, tuning.loop.global_clipnorm,
    )  # fmt: skip
    history = train_network(
        network, batches, tuning.loop, validate if len(labels) else None, training.reporter, optimizer=optimizer
    )
    head = network.get_layer("classes")
    return Tuned(
        replace(checkpoint, arrays=arrays_of(encoder)), Head(head.kernel.numpy(), head.bias.numpy()), history,
        scores(valid) if len(labels) else None,
    )  # fmt: skip


class TokenBatches(BucketedBatches):
    """rows: (texts,) ragged token ids + 1.  labels, weights: (texts,) class codes and sample weights."""

    unit = "tokens"
    signature = (("int32", 2), ("int64", 1), ("float32", 1))

    def __init__(
        self, rows: Ragged, labels: NDArray[np.int64], weights: NDArray[np.float32], batch_size: int, seed: int
    ) -> None:
        super().__init__(rows.lengths, rows.lengths, batch_size, seed)
        self.rows, self.labels, self.weights = rows, labels, weights

    def batch(self, rows: NDArray[np.int64]) -> tuple[NDArray[Any], ...]:
        return pad(self.rows, rows, "post"), self.labels[rows], self.weights[rows]


class LayerwiseAdam(RowAdam):
    """AdamW in which each layer has a factor of the learning rate.

    rates: the factor by the name of the layer; 1 for the others.
    """

    def __init__(self, rate: Any, rates: dict[str, float], weight_decay: float, clip_norm: float) -> None:
        super().__init__(rate, weight_decay=weight_decay or None, global_clipnorm=clip_norm or None)
        self.rates = rates
        if weight_decay:
            self.exclude_from_weight_decay(var_names=list(_UNDECAYED))

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        factor = self.rates.get(variable.name.partition("/")[0], 1.0)
        super().update_step(gradient, variable, learning_rate * factor)


def _rates(architecture: Architecture, decay: float) -> dict[str, float]:
    """The factor of the learning rate of each layer; the last one has 1, and the embeddings the smallest."""
    if architecture.shared:
        return {}
    rates = {f"layer_{n}": decay ** (architecture.layers - 1 - n) for n in range(architecture.layers)}
    return rates | {"embeddings": decay**architecture.layers}


def _with_head(encoder: Any, n_classes: int, dropout: float, seed: int) -> Any:
    start = keras.initializers.TruncatedNormal(stddev=0.02, seed=seed)
    pooled = keras.layers.Dropout(dropout, seed=seed)(encoder.output)
    logits = keras.layers.Dense(n_classes, kernel_initializer=start, name="classes")(pooled)
    return keras.Model(encoder.input, logits)


def _scorer(network: Any, architecture: Architecture) -> Callable[[Ragged], NDArray[np.float64]]:
    signature = [tf.TensorSpec((None, None), tf.int32)]
    forward = tf.function(lambda token_ids: network(token_ids, training=False), input_signature=signature)

    def scores(rows: Ragged) -> NDArray[np.float64]:
        found = np.zeros((len(rows), network.output_shape[-1]))
        for chosen in batches_by_length(rows.lengths, architecture.heads):
            found[chosen] = forward(pad(rows, chosen, "post")).numpy()
        return found

    return scores
