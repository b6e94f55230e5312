"""Bidirectional LSTM (Graves & Schmidhuber 2005)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The settings of the recurrent layers."""


class Model(RecurrentModel):
    """The hidden states of both directions are concatenated."""

    cell = "LSTM"
    bidirectional = True
