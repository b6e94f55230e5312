"""An LSTM reads the source; its last state starts another, which writes the target (Sutskever et al. 2014)."""

from typing import Any

from imdbnlp.models.seq2seq._recurrent import RecurrentConfig, RecurrentModel
from imdbnlp.settings import Field


class Config(RecurrentConfig):
    """How the source is read."""

    reverse_source: bool = Field(False, description="Read the source from its end: its beginning is then near.")


class Model(RecurrentModel):
    """All that the decoder knows of the source is the encoder's last state."""

    def _make_layers(self) -> None:
        from imdbnlp.models.seq2seq._layers import Reversed

        super()._make_layers()
        self.reverse = Reversed(name="reversed")

    def _in_order(self, source: Any) -> Any:
        return self.reverse(source) if self.config.reverse_source else source
