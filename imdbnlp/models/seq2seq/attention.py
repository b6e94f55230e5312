"""LSTMs, and at each word the decoder looks back at all states of the encoder (Luong et al. 2015)."""

from typing import Any, ClassVar

from imdbnlp.models.seq2seq._recurrent import RecurrentConfig, RecurrentModel
from imdbnlp.models.seq2seq.base import Tensors
from imdbnlp.settings import Field


class Config(RecurrentConfig):
    """The readers, and whether the first reads both ways."""

    bidirectional: bool = Field(False, description="The encoder reads from both ends.")


class Model(RecurrentModel):
    """Dot-product attention; what it finds stands beside the decoder's state before the tokens are told apart."""

    attends: ClassVar[bool] = True

    def _make_layers(self) -> None:
        from imdbnlp.models._tensorflow import keras
        from imdbnlp.models.seq2seq._layers import DotAttention

        super()._make_layers()
        units = self.config.units
        self.look = DotAttention(name="attention")
        self.beside = keras.layers.Dense(units, activation="tanh", name="combined")
        if self.config.bidirectional:
            self.keys = keras.layers.Dense(units, use_bias=False, name="keys")
            self.bridges = [
                (keras.layers.Dense(units, name=f"hidden_{place}"), keras.layers.Dense(units, name=f"cell_{place}"))
                for place in range(1, self.config.layers + 1)
            ]

    def _encoder(self, name: str) -> Any:
        from imdbnlp.models._tensorflow import keras

        layer = super()._encoder(name)
        return keras.layers.Bidirectional(layer, name=f"{name}_both_ways") if self.config.bidirectional else layer

    def _joined(self, place: int, last: list[Any]) -> tuple[Any, Any]:
        from imdbnlp.models._tensorflow import keras

        if not self.config.bidirectional:
            return super()._joined(place, last)
        hidden, cell = self.bridges[place]
        return hidden(keras.ops.concatenate(last[0::2], axis=-1)), cell(keras.ops.concatenate(last[1::2], axis=-1))

    def _keys(self, states: Any) -> Any:
        return self.keys(states) if self.config.bidirectional else states

    def _combine(self, outputs: Any, states: Any, source: Any) -> Any:
        from imdbnlp.models._tensorflow import keras

        found, self.weights = self.look(outputs, self._keys(states), source > 0)
        return self.beside(keras.layers.Concatenate()([found, outputs]))

    def read(self, source: Any) -> tuple[Tensors, Tensors]:
        states, ends = self._read(source)
        return (self._keys(states), source > 0), tuple(part for end in ends for part in end)

    def write(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        from imdbnlp.models._tensorflow import tf

        outputs, after = self._advance(tokens, state)
        found, _ = self.look(outputs[:, None], *memory)
        return self.classes(self.beside(tf.concat([found[:, 0], outputs], axis=-1))), after
