"""A plain recurrent network over the words of a text (Elman 1990)."""

from imdbnlp.models._recurrent import RecurrentConfig, RecurrentModel


class Config(RecurrentConfig):
    """The cells."""


class Model(RecurrentModel):
    """state = tanh(W word + U state + b)."""

    cell = "SimpleRNN"
