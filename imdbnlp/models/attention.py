"""LSTMs in both directions, and attention that weighs their states (Bahdanau et al. 2015; Yang et al. 2016)."""

from functools import cached_property
from typing import Any, Literal

import numpy as np

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import of_like_length
from imdbnlp.models._network import NetworkConfig, NetworkModel, embed
from imdbnlp.models._recurrent import read
from imdbnlp.settings import Field
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents


class Config(NetworkConfig):
    """The cells, and how their states are weighed."""

    units: int = Field(64, ge=1, description="Numbers in a state, in each direction.")
    layers: int = Field(1, ge=1, le=8, description="Layers of cells, each reading the states of the one below.")
    attention: Literal["additive", "dot"] = Field("additive", description="How a state is scored.")
    add_max: bool = Field(False, description="Beside the weighed mean, keep the largest of each number.")


class Model(NetworkModel):
    """The weights say which words the answer comes from."""

    @classmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, numbers, rows)
        for _ in range(config.layers):
            states = read("LSTM", config, both_ways=True, whole=True)(states, mask=mask)
        weights = layers.AttentionWeights(config.attention, name="weights")(states, mask=mask)
        mean = layers.WeightedSum()(states, weights)
        return keras.layers.Concatenate()([mean, layers.MaskedMax()(states, mask=mask)]) if config.add_max else mean

    def attention(self, documents: Documents) -> tuple[Ragged, list[np.ndarray]]:
        """What was read: (documents,) ragged word numbers; and for each document, (words,) how much each counted."""
        rows = self.sequences.encode(documents)
        found = [np.zeros(0, dtype=np.float32)] * len(rows)
        for chosen in of_like_length(rows):
            weights = self._weigh(pad(rows, chosen, "post")).numpy()
            for row, of_words in zip(chosen, weights, strict=True):
                found[row] = of_words[: rows.lengths[row]]
        return rows, found

    @cached_property
    def _weigh(self) -> Any:
        from imdbnlp.models._tensorflow import keras, tf

        inner = keras.Model(self.network.inputs, self.network.get_layer("weights").output)
        return tf.function(lambda numbers: inner(numbers), input_signature=[tf.TensorSpec((None, None), tf.int32)])
