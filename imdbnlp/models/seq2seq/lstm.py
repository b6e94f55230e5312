"""LSTM encoder and decoder (Sutskever et al. 2014)."""

from typing import Any

from imdbnlp.models.seq2seq._recurrent import RecurrentConfig, RecurrentModel
from imdbnlp.settings import Field


class Config(RecurrentConfig):
    """The settings of the LSTMs."""

    reverse_source: bool = Field(False, description="Read the source sentences from their end.")


class Model(RecurrentModel):
    """The decoder knows only the encoder's last state of the source."""

    def _make_layers(self) -> None:
        from imdbnlp.models.seq2seq._layers import Reversed

        super()._make_layers()
        self.reverse = Reversed(name="reversed")

    def _in_order(self, source: Any) -> Any:
        return self.reverse(source) if self.config.reverse_source else source
