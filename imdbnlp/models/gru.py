"""GRU over the words of a text (Cho et al. 2014)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The cells."""


class Model(RecurrentModel):
    """Two gates in place of the LSTM's three, and no cell beside the state."""

    cell = "GRU"
