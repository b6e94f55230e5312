"""LSTM encoder and decoder with attention to the encoder's states (Luong et al. 2015)."""

from typing import Any, ClassVar

from imdbnlp.models.seq2seq._recurrent import RecurrentConfig, RecurrentModel
from imdbnlp.models.seq2seq.base import Tensors
from imdbnlp.settings import Field


class Config(RecurrentConfig):
    """The settings of the LSTMs."""

    bidirectional: bool = Field(False, description="Let the encoder read sentences in both directions.")


class Model(RecurrentModel):
    """The context vectors of dot-product attention are concatenated with the decoder's states."""

    has_attention: ClassVar[bool] = True

    @property
    def _bidirectional(self) -> bool:
        return bool(self.config.bidirectional)

    def _make_layers(self) -> None:
        from imdbnlp.models._attention import DotAttention
        from imdbnlp.models._tensorflow import keras

        super()._make_layers()
        units = self.config.units
        self.attend = DotAttention(name="attention")
        self.combined = keras.layers.Dense(units, activation="tanh", name="combined")
        if self.config.bidirectional:
            self.keys = keras.layers.Dense(units, use_bias=False, name="keys")
            self.bridges = [
                (keras.layers.Dense(units, name=f"hidden_{n}"), keras.layers.Dense(units, name=f"cell_{n}"))
                for n in range(1, self.config.num_layers + 1)
            ]

    def _to_decoder(self, layer: int, last: list[Any]) -> tuple[Any, Any]:
        from imdbnlp.models._tensorflow import keras

        if not self.config.bidirectional:
            return super()._to_decoder(layer, last)
        hidden, cell = self.bridges[layer]
        return hidden(keras.ops.concatenate(last[0::2], axis=-1)), cell(keras.ops.concatenate(last[1::2], axis=-1))

    def _keys(self, states: Any) -> Any:
        return self.keys(states) if self.config.bidirectional else states

    def _combine(self, outputs: Any, states: Any, source: Any) -> Any:
        from imdbnlp.models._tensorflow import keras

        context, self.attention_weights = self.attend(outputs, self._keys(states), source > 0)
        return self.combined(keras.layers.Concatenate()([context, outputs]))

    def encode(self, source: Any) -> tuple[Tensors, Tensors]:
        states, last_states = self._encode(source)
        return (self._keys(states), source > 0), tuple(part for state in last_states for part in state)

    def decode_step(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        from imdbnlp.models._tensorflow import tf

        outputs, next_state = self._advance(tokens, state)
        context, _ = self.attend(outputs[:, None], *memory)
        return self.output_layer(self.combined(tf.concat([context[:, 0], outputs], axis=-1))), next_state
