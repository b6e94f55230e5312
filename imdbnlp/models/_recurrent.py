"""What the recurrent networks share: cells that read a text word by word, and what is kept of their states."""

from typing import Any, ClassVar, Literal

from imdbnlp.models._network import NetworkConfig, NetworkModel, embed
from imdbnlp.settings import Field


class RecurrentConfig(NetworkConfig):
    """The cells, and what is kept of their states."""

    units: int = Field(64, ge=1, description="Numbers in a state, in each direction.")
    layers: int = Field(1, ge=1, le=8, description="Layers of cells, each reading the states of the one below.")
    pooling: Literal["last", "max", "average"] = Field(
        "last", description="What is kept of a text's states: the last one, or the largest or mean of each number."
    )


class RecurrentModel(NetworkModel):
    """cell: the name of a Keras layer.  both_ways: also read from the end to the beginning."""

    cell: ClassVar[str]
    both_ways: ClassVar[bool] = False

    @classmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        states, mask = embed(config, numbers, rows)
        for layer in range(config.layers):
            whole = layer < config.layers - 1 or config.pooling != "last"
            states = read(cls.cell, config, cls.both_ways, whole)(states, mask=mask)
        return pool(config.pooling, states, mask)


def read(cell: str, config: Any, both_ways: bool, whole: bool) -> Any:
    """A layer of cells.  (batch, length, size) -> (batch, length, units) if whole, else (batch, units).

    both_ways: twice as many units come out.
    """
    from imdbnlp.models._tensorflow import keras

    options: dict[str, Any] = {"return_sequences": whole}
    if cell != "SimpleRNN" and (config.padding == "pre" or config.word_dropout):
        options["use_cudnn"] = False  # it reads texts that are filled up at their end alone
    layer = getattr(keras.layers, cell)(config.units, **options)
    return keras.layers.Bidirectional(layer) if both_ways else layer


def pool(kind: str, states: Any, mask: Any) -> Any:
    """(batch, length, size) -> (batch, size) the largest or mean of each number; `last` is that already."""
    from imdbnlp.models import _layers as layers

    if kind == "last":
        return states
    return {"max": layers.MaskedMax, "average": layers.MaskedAverage}[kind]()(states, mask=mask)
