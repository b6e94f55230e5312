"""Logistic regression on TF-IDF features: the plain, strong baseline.

Source: scikit-learn's TfidfVectorizer + LogisticRegression, whose numbers it gives.
"""

from imdbnlp.models._linear import LinearConfig, LinearModel


class Config(LinearConfig):
    """TF-IDF features and the cost of errors."""


class Model(LinearModel):
    """Logistic regression on weighted counts."""
