"""Sequence-to-sequence models: sentences in, sentences out."""

PREFIX = "seq2seq-"
"""Begins the name of every model of this package."""
