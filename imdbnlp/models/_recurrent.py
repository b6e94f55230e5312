"""What recurrent networks share: layers that read a text word by word, and the pooling of their states."""

from typing import Any, ClassVar, Literal

from imdbnlp.models._network import NetworkConfig, NetworkModel, embed
from imdbnlp.settings import Field

Pooling = Literal["last", "max", "average"]


class RecurrentConfig(NetworkConfig):
    """The settings of the recurrent layers and of the pooling."""

    units: int = Field(64, ge=1, description="Number of hidden units of a recurrent layer, in each direction.")
    num_layers: int = Field(1, ge=1, le=8, description="Number of recurrent layers.")
    pooling: Pooling = Field(
        "max",
        description="How the hidden states of a text become its features: the last one, or their maximum or mean.",
    )


class RecurrentModel(NetworkModel):
    """cell: the name of a Keras layer.  bidirectional: texts are also read from the end to the beginning."""

    cell: ClassVar[str]
    bidirectional: ClassVar[bool] = False

    @classmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        states, mask = embed(config, token_ids, n_token_ids)
        for layer in range(config.num_layers):
            all_states = layer < config.num_layers - 1 or config.pooling != "last"
            states = recurrent_layer(
                cls.cell, config.units, cls.bidirectional, return_sequences=all_states, use_cudnn=use_cudnn(config)
            )(states, mask=mask)
        return pool(config.pooling, states, mask)


def recurrent_layer(cell: str, units: int, bidirectional: bool = False, name: str | None = None, **options: Any) -> Any:
    """A layer of recurrent cells.  (batch, length, size) -> (batch, length, units) if it returns sequences, else
    (batch, units); twice as many units if it is bidirectional.

    cell: the name of a Keras layer.
    """
    from imdbnlp.models._tensorflow import keras

    if cell == "SimpleRNN":
        options.pop("use_cudnn", None)
    if not bidirectional:
        return getattr(keras.layers, cell)(units, name=name, **options)
    return keras.layers.Bidirectional(getattr(keras.layers, cell)(units, **options), name=name)


def use_cudnn(config: Any) -> str | bool:
    """cuDNN reads only texts that are padded at their end, without gaps."""
    return False if config.padding == "pre" or config.word_dropout else "auto"


def pool(kind: str, states: Any, mask: Any) -> Any:
    """(batch, length, size) -> (batch, size) the maximum or mean over a text's words; `last` is that already."""
    from imdbnlp.models import _layers as layers

    if kind == "last":
        return states
    return {"max": layers.MaskedMax, "average": layers.MaskedAverage}[kind]()(states, mask=mask)
