"""Convolutions over the words of a text with max pooling (Kim 2014).

The gradient of a convolution is summed in one part per thread, so the number of threads changes its last bits.
"""

from typing import Any

from imdbnlp.models._network import NetworkConfig, NetworkModel, embed, with_default
from imdbnlp.settings import Field, Span


class Config(NetworkConfig):
    """The settings of the convolutions."""

    dropout: float = with_default(NetworkConfig, "dropout", 0.5)
    epochs: int = with_default(NetworkConfig, "epochs", 7)
    kernel_size: Span = Field((3, 5), description="Numbers of words that the filters cover: a range like 3-5.")
    filters: int = Field(100, ge=1, description="Number of filters of each kernel size.")


class Model(NetworkModel):
    """Each filter detects a pattern of a few words anywhere in a text."""

    @classmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, token_ids, n_token_ids)
        pooled = []
        for size in range(config.kernel_size[0], config.kernel_size[1] + 1):
            activations = layers.MaskedConvolution(config.filters, size, activation="relu")(states, mask=mask)
            pooled.append(layers.MaskedMax()(activations, mask=mask))
        return keras.layers.Concatenate()(pooled) if len(pooled) > 1 else pooled[0]
