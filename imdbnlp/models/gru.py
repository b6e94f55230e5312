"""GRU (Cho et al. 2014)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The settings of the recurrent layers."""


class Model(RecurrentModel):
    """Two gates, and no cell state beside the hidden state."""

    cell = "GRU"
