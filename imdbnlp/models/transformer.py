"""A Transformer encoder over the words of a text (Vaswani et al. 2017)."""

from typing import Any, Literal

from imdbnlp.errors import SettingsError
from imdbnlp.models._network import NetworkConfig, NetworkModel, embed
from imdbnlp.settings import Field


class Config(NetworkConfig):
    """The encoder."""

    width: int = Field(128, ge=1, description="Numbers that stand for a word within the encoder.")
    heads: int = Field(4, ge=1, description="Attentions side by side; they divide the width.")
    layers: int = Field(1, ge=1, le=24, description="Blocks of attention and feed-forward.")
    feed_forward: int = Field(256, ge=1, description="Units of the feed-forward layer within a block.")
    positions: Literal["sinusoidal", "learned"] = Field("sinusoidal", description="What tells the order of words.")
    pooling: Literal["average", "max", "first"] = Field(
        "average", description="What is kept of a text's states; first: that of a vector put before it."
    )

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if the heads do not divide the width."""
        super().model_post_init(context)
        if self.width % self.heads:
            raise SettingsError(
                f"--heads {self.heads} does not divide --width {self.width}", hint="take a width like 128 for 4 heads",
                field="heads",
            )  # fmt: skip


class Model(NetworkModel):
    """Every word looks at every other, as often as there are blocks."""

    @classmethod
    def features(cls, config: Any, numbers: Any, rows: int) -> Any:
        from imdbnlp.models import _layers as layers
        from imdbnlp.models._recurrent import pool
        from imdbnlp.models._tensorflow import keras

        states, mask = embed(config, numbers, rows)
        if config.embedding_size != config.width:
            states = keras.layers.Dense(config.width)(states)
        if config.pooling == "first":
            states, mask = layers.StartVector()(states), keras.ops.pad(mask, ((0, 0), (1, 0)), constant_values=True)
        states = layers.Positions(config.positions, config.maxlen + 1)(states, mask=mask)
        for _ in range(config.layers):
            states = _block(config, states, mask)
        return layers.First()(states) if config.pooling == "first" else pool(config.pooling, states, mask)


def _block(config: Any, states: Any, mask: Any) -> Any:
    """(batch, length, width) -> the same: attention, then feed-forward, each added to what came in and normalised."""
    from imdbnlp.models import _layers as layers
    from imdbnlp.models._tensorflow import keras

    attended = layers.SelfAttention(config.heads)(states, mask=mask)
    states = keras.layers.LayerNormalization()(states + keras.layers.Dropout(config.dropout)(attended))
    hidden = keras.layers.Dense(config.feed_forward, activation="relu")(states)
    changed = keras.layers.Dense(config.width)(hidden)
    return keras.layers.LayerNormalization()(states + keras.layers.Dropout(config.dropout)(changed))
