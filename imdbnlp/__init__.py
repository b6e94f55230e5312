"""imdbnlp: from a CSV of labelled texts to a classifier one can compare, trust and use."""

__version__ = "0.1.0"
