"""Mean of the embeddings of a text's words and n-grams (Joulin et al. 2017, fastText)."""

from typing import Any, Literal

from imdbnlp.errors import SettingsError
from imdbnlp.features.embeddings import NONE
from imdbnlp.models._loop import Schedule
from imdbnlp.models._network import NetworkConfig, NetworkModel, with_default
from imdbnlp.settings import Field


class Config(NetworkConfig):
    """The settings of the n-grams and of the hidden layer."""

    embeddings: str = with_default(NetworkConfig, "embeddings", NONE)
    max_length: int = with_default(NetworkConfig, "max_length", 1000)
    unknown_words: Literal["drop", "mark"] = with_default(NetworkConfig, "unknown_words", "mark")
    dropout: float = with_default(NetworkConfig, "dropout", 0.0)
    embedding_dropout: float = with_default(NetworkConfig, "embedding_dropout", 0.0)
    word_dropout: float = with_default(NetworkConfig, "word_dropout", 0.5)
    learning_rate: float = with_default(NetworkConfig, "learning_rate", 0.003)
    epochs: int = with_default(NetworkConfig, "epochs", 30)
    schedule: Schedule = with_default(NetworkConfig, "schedule", "constant")
    warmup: float = with_default(NetworkConfig, "warmup", 0.0)
    ema_momentum: float = with_default(NetworkConfig, "ema_momentum", 0.0)
    word_ngrams: int = Field(2, ge=1, le=5, description="Longest word n-gram that has an embedding; 1 for words alone.")
    buckets: int = Field(
        1_000_000, ge=1, le=100_000_000, description="Number of embeddings that the n-grams share by their hashes."
    )
    units: int = Field(0, ge=0, description="Number of units of a hidden layer before the output layer; 0 for none.")

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if n-grams, which have no pretrained vectors, were to be frozen."""
        super().model_post_init(context)
        if self.freeze_embeddings and self.word_ngrams > 1:
            raise SettingsError(
                "--freeze-embeddings would freeze the random embeddings of the n-grams",
                hint="leave out --freeze-embeddings or --word-ngrams", field="freeze_embeddings",
            )  # fmt: skip


class Model(NetworkModel):
    """The order of words plays no part beyond the n-grams."""

    largest_batch = 128

    @classmethod
    def default_embedding_dim(cls, config: Any) -> int:
        return 128 if config.word_ngrams == 1 else 16

    @classmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._tensorflow import keras

        if config.word_dropout:
            token_ids = layers.WordDropout(config.word_dropout)(token_ids)
        if config.word_ngrams > 1:
            token_ids = layers.HashedNgrams(config.word_ngrams, n_token_ids, config.buckets)(token_ids)
            n_token_ids += config.buckets
        table = layers.AverageEmbedding(n_token_ids, config.embedding_dim, not config.freeze_embeddings)
        features = table(token_ids)
        if config.embedding_dropout:
            features = keras.layers.Dropout(config.embedding_dropout)(features)
        return keras.layers.Dense(config.units, activation="relu")(features) if config.units else features
