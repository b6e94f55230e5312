"""NB-SVM: a linear classifier on n-grams that are weighted by how much they tell the classes apart.

Binary 1-3-grams, each scaled by its naive-Bayes log-count ratio, then logistic regression.  Strong on sentiment, fast,
and explained by its weights.

Source: Wang & Manning 2012, "Baselines and bigrams"; with logistic loss as in Mesnil et al. 2015.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.counts import OptionalSpan
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._linear import LinearConfig, LinearModel
from imdbnlp.settings import Field


class Config(LinearConfig):
    """The published settings: binary 1-3-grams."""

    method: Literal["count", "tfidf", "binary"] = Field(
        "binary", description="Value of a feature: its count, its TF-IDF weight, or 1 if it occurs."
    )
    ngrams: OptionalSpan = Field((1, 3), description="Lengths of the word n-grams, like 1-3; none: do not use words.")
    min_df: int = Field(2, ge=1, description="Keep features that occur in at least this many training texts.")
    smoothing: float = Field(1.0, gt=0, description="Added to each count before the ratio is taken (alpha).")


class Model(LinearModel):
    """Logistic regression on ratio-scaled n-grams."""

    @classmethod
    def scale(cls, config: Any, rows: SparseRows, labels: NDArray[np.int64], n_classes: int) -> Any:
        return log_count_ratios(rows, labels, n_classes, config.smoothing)


def log_count_ratios(
    rows: SparseRows, labels: NDArray[np.int64], n_classes: int, smoothing: float
) -> NDArray[np.float32]:
    """log(share of a feature in the class / its share in the others), of smoothed counts.

    rows: (documents, features).  Returns (features, classes) float32, or (features, 1) for the second of two classes.
    """
    columns = rows.to_scipy().T
    total = columns @ np.ones(len(rows))
    codes = range(n_classes) if n_classes > 2 else [1]
    ratios = np.empty((rows.n_columns, len(codes)), dtype=np.float32)
    for place, code in enumerate(codes):
        inside = columns @ (labels == code).astype(np.float64)
        outside = total - inside + smoothing
        inside += smoothing
        ratios[:, place] = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
    return ratios
