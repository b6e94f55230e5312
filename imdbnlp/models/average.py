"""The mean of the embeddings of a text's words, and of its n-grams (Joulin et al. 2017, fastText)."""

from typing import Any

from imdbnlp.errors import SettingsError
from imdbnlp.models._network import NetworkConfig, NetworkModel
from imdbnlp.settings import Field


class Config(NetworkConfig):
    """Which n-grams have embeddings of their own."""

    ngrams: int = Field(1, ge=1, le=5, description="Also embed the n-grams of up to so many words, by their hash.")
    buckets: int = Field(1_000_000, ge=1, le=100_000_000, description="Embeddings that the n-grams share.")
    hidden: int = Field(0, ge=0, description="Units of a layer between the mean and the classes; 0 for none.")

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if n-grams, which have no word vectors, were to be frozen."""
        super().model_post_init(context)
        if self.freeze_embeddings and self.ngrams > 1:
            raise SettingsError(
                "--freeze-embeddings would freeze the n-grams' random numbers", hint="leave one of the two out",
                field="freeze_embeddings",
            )  # fmt: skip


class Model(NetworkModel):
    """Words and n-grams in, one mean, classes out: the order of words beyond the n-grams plays no part."""

    @classmethod
    def usual_size(cls, config: Any) -> int:
        return 128 if config.ngrams == 1 else 16

    @classmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        if config.word_dropout:
            numbers = layers.WordDropout(config.word_dropout)(numbers)
        if config.ngrams > 1:
            numbers, rows = layers.Hashed(config.ngrams, rows, config.buckets)(numbers), rows + config.buckets
        features = layers.AverageEmbedding(rows, config.embedding_size, not config.freeze_embeddings)(numbers)
        if config.embedding_dropout:
            features = keras.layers.Dropout(config.embedding_dropout)(features)
        return keras.layers.Dense(config.hidden, activation="relu")(features) if config.hidden else features
