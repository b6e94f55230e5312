"""Simple recurrent network (Elman 1990)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The settings of the recurrent layers."""


class Model(RecurrentModel):
    """h = tanh(W x + U h + b)."""

    cell = "SimpleRNN"
