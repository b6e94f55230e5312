"""LSTM over the words of a text (Hochreiter & Schmidhuber 1997)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The cells."""


class Model(RecurrentModel):
    """Gates decide what a cell keeps, takes in and shows."""

    cell = "LSTM"
