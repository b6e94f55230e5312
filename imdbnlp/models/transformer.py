"""Transformer encoder over the words of a text (Vaswani et al. 2017)."""

from typing import Any, Literal

from imdbnlp.errors import SettingsError
from imdbnlp.models._network import NetworkConfig, NetworkModel, embed, with_default
from imdbnlp.settings import Field


class Config(NetworkConfig):
    """The settings of the encoder."""

    epochs: int = with_default(NetworkConfig, "epochs", 5)
    warmup: float = with_default(NetworkConfig, "warmup", 0.1)
    hidden_dim: int = Field(128, ge=1, description="Dimension of the hidden states.")
    num_heads: int = Field(4, ge=1, description="Number of attention heads; it must divide the hidden dimension.")
    num_layers: int = Field(1, ge=1, le=24, description="Number of encoder blocks.")
    intermediate_dim: int = Field(256, ge=1, description="Number of hidden units of the feed-forward layers.")
    position_embedding: Literal["sinusoidal", "learned"] = Field(
        "learned", description="Kind of the position embeddings."
    )
    pooling: Literal["average", "max", "first"] = Field(
        "average",
        description="How the hidden states of a text become its features: their mean or maximum, or the state of a "
        "learned vector before the text.",
    )

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if the number of heads does not divide the hidden dimension."""
        super().model_post_init(context)
        if self.hidden_dim % self.num_heads:
            raise SettingsError(
                f"--num-heads {self.num_heads} does not divide --hidden-dim {self.hidden_dim}",
                hint="use a multiple of the heads, like 128 for 4 heads", field="num_heads",
            )  # fmt: skip


class Model(NetworkModel):
    """Every word attends to every other in each block."""

    @classmethod
    def features(cls, config: Any, token_ids: Any, n_token_ids: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models import _transformer as transformer
        from imdbnlp.models._recurrent import pool
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, token_ids, n_token_ids)
        if config.embedding_dim != config.hidden_dim:
            states = keras.layers.Dense(config.hidden_dim)(states)
        if config.pooling == "first":
            states, mask = layers.StartVector()(states), keras.ops.pad(mask, ((0, 0), (1, 0)), constant_values=True)
        states = transformer.Positions(config.position_embedding, config.max_length + 1)(states, mask=mask)
        for _ in range(config.num_layers):
            states = transformer.EncoderBlock(
                config.hidden_dim, config.num_heads, config.intermediate_dim, config.dropout, normalize_first=False
            )(states, mask=mask)
        return layers.First()(states) if config.pooling == "first" else pool(config.pooling, states, mask)
