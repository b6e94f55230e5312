"""Linear support vector machine on TF-IDF features of words and characters: the plain, strong baseline.

Sublinear TF-IDF of word 1-2-grams and of character 2-5-grams within words; one machine for two classes, one for each
class against the rest for more.  Cost and kind of features are chosen out of fold.

Source: scikit-learn's TfidfVectorizer and LinearSVC (Fan et al. 2008, "LIBLINEAR"), whose numbers it gives.
"""

from imdbnlp.features.counts import OptionalSpan
from imdbnlp.models._linear import LinearConfig, LinearModel
from imdbnlp.settings import Field


class Config(LinearConfig):
    """TF-IDF features and the cost of errors."""

    ngrams: OptionalSpan = Field((1, 2), description="Lengths of the word n-grams, like 1-3; none: do not use words.")
    char_ngrams: OptionalSpan = Field(
        (2, 5), description="Lengths of the character n-grams within words, like 2-5; none: do not use characters."
    )
    sublinear_tf: bool = Field(True, description="Replace each count by 1 + log(count).")


class Model(LinearModel):
    """Linear support vector machine on weighted counts."""
