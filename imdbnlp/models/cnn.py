"""Convolutions over the words of a text, and the largest answer of each (Kim 2014).

The gradient of a convolution is added up in one part a thread, so another number of threads changes its last bits.
"""

from typing import Any

from imdbnlp.models._network import NetworkConfig, NetworkModel, embed
from imdbnlp.settings import Field, Span


class Config(NetworkConfig):
    """The convolutions."""

    widths: Span = Field((3, 5), description="Words that a convolution looks at: from … to, like 3-5.")
    filters: int = Field(128, ge=1, description="Convolutions of each width.")


class Model(NetworkModel):
    """Each filter looks for one pattern of a few words, wherever it stands."""

    @classmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, numbers, rows)
        answers = []
        for width in range(config.widths[0], config.widths[1] + 1):
            patterns = layers.MaskedConvolution(config.filters, width, activation="relu")(states, mask=mask)
            answers.append(layers.MaskedMax()(patterns, mask=mask))
        return keras.layers.Concatenate()(answers) if len(answers) > 1 else answers[0]
