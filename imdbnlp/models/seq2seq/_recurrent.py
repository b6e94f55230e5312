"""What recurrent sequence-to-sequence models share: an LSTM encoder whose last states start an LSTM decoder.

class Model(RecurrentModel):
    ...         # what else the decoder knows of the source
"""

from typing import Any

from imdbnlp.models._recurrent import recurrent_layer
from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel, Tensors
from imdbnlp.settings import Field


class RecurrentConfig(Seq2SeqConfig):
    """The settings of the LSTMs of both sides."""

    units: int = Field(256, ge=1, description="Number of hidden units of an LSTM.")
    num_layers: int = Field(1, ge=1, le=8, description="Number of recurrent layers of the encoder and of the decoder.")


class RecurrentModel(Seq2SeqModel):
    """The last hidden and cell state of each encoder layer is the first state of the decoder layer."""

    def build(self, source: Any, target: Any) -> Any:
        from imdbnlp.models._tensorflow import keras

        self._make_layers()
        states, last_states = self._encode(source)
        outputs = keras.layers.Dropout(self.config.dropout)(self.target_embedding(target))
        for layer, (hidden, cell) in zip(self.decoders, last_states, strict=True):
            outputs = layer(outputs, initial_state=[hidden, cell])
        return self.output_layer(keras.layers.Dropout(self.config.dropout)(self._combine(outputs, states, source)))

    def _make_layers(self) -> None:
        """The layers that training and decoding share."""
        from imdbnlp.models._tensorflow import keras

        config, layers = self.config, keras.layers
        numbers = range(1, config.num_layers + 1)
        self.source_embedding = layers.Embedding(self.n_source, config.embedding_dim, name="source_embedding")
        self.target_embedding = layers.Embedding(self.n_target, config.embedding_dim, name="target_embedding")
        self.source_dropout = layers.Dropout(config.dropout)
        self.encoders = [
            recurrent_layer(
                "LSTM", config.units, self._bidirectional, f"encoder_{n}", return_sequences=True, return_state=True
            )
            for n in numbers
        ]
        self.decoders = [
            recurrent_layer("LSTM", config.units, name=f"decoder_{n}", return_sequences=True) for n in numbers
        ]
        self.output_layer = layers.Dense(self.n_target, name="tokens")

    @property
    def _bidirectional(self) -> bool:
        """Whether the encoder also reads from the end to the beginning."""
        return False

    def _encode(self, source: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        """(batch, source) -> (batch, source, size) states, and the last hidden and cell state of each layer."""
        states, last_states = self.source_dropout(self.source_embedding(self._in_order(source))), []
        for n, layer in enumerate(self.encoders):
            states, *last = layer(states, mask=source > 0)
            last_states.append(self._to_decoder(n, last))
        return states, last_states

    def _in_order(self, source: Any) -> Any:
        """(batch, source) -> the same in the order in which the encoder reads it."""
        return source

    def _to_decoder(self, layer: int, last: list[Any]) -> tuple[Any, Any]:
        """The first hidden and cell state of a decoder layer, from the last ones of the encoder layer."""
        hidden, cell = last
        return hidden, cell

    def _combine(self, outputs: Any, states: Any, source: Any) -> Any:
        """(batch, target, units) states of the decoder -> the input of the output layer."""
        return outputs

    def encode(self, source: Any) -> tuple[Tensors, Tensors]:
        _, last_states = self._encode(source)
        return (), tuple(part for state in last_states for part in state)

    def decode_step(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        outputs, next_state = self._advance(tokens, state)
        return self.output_layer(outputs), next_state

    def _advance(self, tokens: Any, state: Tensors) -> tuple[Any, Tensors]:
        """One step of the decoder's cells: (batch,) tokens -> (batch, units) outputs, and the next state."""
        outputs, next_state = self.target_embedding(tokens), []
        for n, layer in enumerate(self.decoders):
            outputs, parts = layer.cell(outputs, list(state[2 * n : 2 * n + 2]))
            next_state += parts
        return outputs, tuple(next_state)
