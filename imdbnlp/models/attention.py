"""Bidirectional LSTM with attention over its hidden states (Bahdanau et al. 2015; Yang et al. 2016)."""

from functools import cached_property
from typing import Any, Literal

import numpy as np

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import length_groups
from imdbnlp.models._network import TOKENS_AT_ONCE, NetworkConfig, NetworkModel, compiled, embed, with_default
from imdbnlp.models._recurrent import recurrent_layer, use_cudnn
from imdbnlp.settings import Field
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents


class Config(NetworkConfig):
    """The settings of the LSTMs and of the attention."""

    epochs: int = with_default(NetworkConfig, "epochs", 4)
    units: int = Field(64, ge=1, description="Number of hidden units of an LSTM, in each direction.")
    num_layers: int = Field(1, ge=1, le=8, description="Number of recurrent layers.")
    attention: Literal["additive", "dot"] = Field(
        "additive", description="Score function of the attention: additive (Bahdanau) or dot product (Luong)."
    )
    max_pooling: bool = Field(
        True, description="Append the maximum of the hidden states to their attention-weighted sum."
    )


class Model(NetworkModel):
    """The attention weights say which words a prediction is based on."""

    @classmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        from imdbnlp.models import _attention as attention
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, token_ids, n_token_ids)
        for _ in range(config.num_layers):
            lstm = recurrent_layer("LSTM", config.units, True, return_sequences=True, use_cudnn=use_cudnn(config))
            states = lstm(states, mask=mask)
        weights = attention.AttentionWeights(config.attention, name="weights")(states, mask=mask)
        context = attention.WeightedSum()(states, weights)
        if not config.max_pooling:
            return context
        return keras.layers.Concatenate()([context, layers.MaskedMax()(states, mask=mask)])

    def attention(self, documents: Documents) -> tuple[Ragged, list[np.ndarray]]:
        """(documents,) ragged token ids; and for each document, (words,) the attention weight of each."""
        rows = self.sequences.encode(documents)
        weights = [np.zeros(0, dtype=np.float32)] * len(rows)
        for group in length_groups(rows.lengths, TOKENS_AT_ONCE):
            padded = self._attention_weights(pad(rows, group, "post")).numpy()
            for row, of_words in zip(group, padded, strict=True):
                weights[row] = of_words[: rows.lengths[row]]
        return rows, weights

    @cached_property
    def _attention_weights(self) -> Any:
        from imdbnlp.models._tensorflow import keras

        return compiled(keras.Model(self.network.inputs, self.network.get_layer("weights").output))
