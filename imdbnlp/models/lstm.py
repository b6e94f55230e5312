"""LSTM (Hochreiter & Schmidhuber 1997)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The settings of the recurrent layers."""


class Model(RecurrentModel):
    """Three gates decide what a cell forgets, takes in and shows."""

    cell = "LSTM"
