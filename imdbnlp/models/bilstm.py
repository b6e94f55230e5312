"""LSTMs that read a text in both directions (Graves & Schmidhuber 2005)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The cells."""


class Model(RecurrentModel):
    """The states of both directions stand side by side."""

    cell = "LSTM"
    both_ways = True
