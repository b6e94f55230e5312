"""What the recurrent models share: LSTMs that read the source, and LSTMs that write the target from their last states.

class Model(RecurrentModel):
    ...         # what the decoder sees of the source beside that
"""

from typing import Any

from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel, Tensors
from imdbnlp.settings import Field


class RecurrentConfig(Seq2SeqConfig):
    """The LSTMs of both sides."""

    units: int = Field(256, ge=1, description="Numbers in a state.")
    layers: int = Field(1, ge=1, le=8, description="LSTMs above each other, in the encoder and in the decoder.")


class RecurrentModel(Seq2SeqModel):
    """The last hidden and cell state of each layer of the encoder starts the layer of the decoder."""

    def build(self, source: Any, target: Any) -> Any:
        from imdbnlp.models._tensorflow import keras

        self._make_layers()
        states, ends = self._read(source)
        outputs = keras.layers.Dropout(self.config.dropout)(self.target_table(target))
        for layer, (hidden, cell) in zip(self.decoders, ends, strict=True):
            outputs = layer(outputs, initial_state=[hidden, cell])
        return self.classes(keras.layers.Dropout(self.config.dropout)(self._combine(outputs, states, source)))

    def _make_layers(self) -> None:
        """Those that training and answering share."""
        from imdbnlp.models._tensorflow import keras

        config, layers = self.config, keras.layers
        self.source_table = layers.Embedding(self.n_source, config.embedding_size, name="source_embedding")
        self.target_table = layers.Embedding(self.n_target, config.embedding_size, name="target_embedding")
        self.source_dropout = layers.Dropout(config.dropout)
        self.encoders = [self._encoder(f"encoder_{place}") for place in range(1, config.layers + 1)]
        self.decoders = [
            layers.LSTM(config.units, return_sequences=True, name=f"decoder_{place}")
            for place in range(1, config.layers + 1)
        ]
        self.classes = layers.Dense(self.n_target, name="tokens")

    def _encoder(self, name: str) -> Any:
        from imdbnlp.models._tensorflow import keras

        return keras.layers.LSTM(self.config.units, return_sequences=True, return_state=True, name=name)

    def _read(self, source: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        """(batch, source) -> (batch, source, size) states, and the last hidden and cell state of each layer."""
        states, ends = self.source_dropout(self.source_table(self._in_order(source))), []
        for place, layer in enumerate(self.encoders):
            states, *last = layer(states, mask=source > 0)
            ends.append(self._joined(place, last))
        return states, ends

    def _in_order(self, source: Any) -> Any:
        """(batch, source) -> the same, as the encoder reads it."""
        return source

    def _joined(self, place: int, last: list[Any]) -> tuple[Any, Any]:
        """What an encoder's layer hands on to the decoder's."""
        hidden, cell = last
        return hidden, cell

    def _combine(self, outputs: Any, states: Any, source: Any) -> Any:
        """(batch, target, units) states of the decoder -> what the tokens are told apart by."""
        return outputs

    def read(self, source: Any) -> tuple[Tensors, Tensors]:
        _, ends = self._read(source)
        return (), tuple(part for end in ends for part in end)

    def write(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        outputs, after = self._advance(tokens, state)
        return self.classes(outputs), after

    def _advance(self, tokens: Any, state: Tensors) -> tuple[Any, Tensors]:
        """The decoder's cells, one place on: (batch,) tokens -> (batch, units), and the state after them."""
        outputs, after = self.target_table(tokens), []
        for place, layer in enumerate(self.decoders):
            outputs, parts = layer.cell(outputs, list(state[2 * place : 2 * place + 2]))
            after += parts
        return outputs, tuple(after)
