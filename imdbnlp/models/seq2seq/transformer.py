"""A Transformer: attention alone, from token to token, in an encoder and a decoder (Vaswani et al. 2017)."""

from typing import Any, ClassVar

from imdbnlp.errors import SettingsError
from imdbnlp.models._loop import Schedule
from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel, Tensors
from imdbnlp.settings import Field


class Config(Seq2SeqConfig):
    """The stacks of the encoder and the decoder; a token has as many numbers in them as its embedding."""

    heads: int = Field(4, ge=1, description="Attentions side by side; they divide the embedding's size.")
    layers: int = Field(3, ge=1, le=24, description="Blocks of the encoder, and as many of the decoder.")
    feed_forward: int = Field(512, ge=1, description="Units of the feed-forward layer within a block.")
    pre_norm: bool = Field(False, description="Normalise before each step of a block, not behind it.")
    tied_embeddings: bool = Field(False, description="Target vectors also tell the tokens apart.")
    label_smoothing: float = Field(0.1, ge=0, lt=1, description="Share of each answer that is spread over all tokens.")
    schedule: Schedule = Field("inverse-sqrt", description="How the rate falls from step to step, behind the warm-up.")
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of the steps over which the rate rises first.")

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if the heads do not divide the size."""
        if self.embedding_size % self.heads:
            raise SettingsError(
                f"--heads {self.heads} does not divide --embedding-size {self.embedding_size}",
                hint="take a size like 256 for 4 heads", field="heads",
            )  # fmt: skip


class Model(Seq2SeqModel):
    """Every token looks at others as often as there are blocks; a token of the target only at those before it."""

    attends: ClassVar[bool] = True

    def build(self, source: Any, target: Any) -> Any:
        from imdbnlp.models._tensorflow import keras
        from imdbnlp.models.seq2seq import _layers as layers

        config, names = self.config, [str(place) for place in range(1, self.config.layers + 1)]
        block = (config.embedding_size, config.heads, config.feed_forward, config.dropout, config.pre_norm)
        size = config.embedding_size
        self.source_tokens = layers.Tokens(self.n_source, size, config.dropout, name="source_embedding")
        self.target_tokens = layers.Tokens(self.n_target, size, config.dropout, name="target_embedding")
        self.encoders = [layers.EncoderBlock(*block, name=f"encoder_{name}") for name in names]
        self.decoders = [layers.DecoderBlock(*block, name=f"decoder_{name}") for name in names]
        self.ends = [
            keras.layers.LayerNormalization(epsilon=1e-6, name=f"{side}_norm") for side in ("source", "target")
        ]
        self.classes = (
            layers.TiedLogits(self.target_tokens, name="tokens")
            if config.tied_embeddings
            else keras.layers.Dense(self.n_target, name="tokens")
        )
        memory, states = self._read(source), self.target_tokens(target)
        for one in self.decoders:
            states, self.weights = one(states, memory, source > 0)
        return self._classes(states)

    def _read(self, source: Any) -> Any:
        """(batch, source) -> (batch, source, size)."""
        states = self.source_tokens(source)
        for block in self.encoders:
            states = block(states, source > 0)
        return self.ends[0](states) if self.config.pre_norm else states

    def _classes(self, states: Any) -> Any:
        return self.classes(self.ends[1](states) if self.config.pre_norm else states)

    def read(self, source: Any) -> tuple[Tensors, Tensors]:
        """The memory: of each block of the decoder the keys and values of the source, and where the source is padding.

        The state: of each block the keys and values of what has been written, nothing yet.
        """
        from imdbnlp.models._layers import LOW
        from imdbnlp.models._tensorflow import tf

        states = self._read(source)
        kept = [part for block in self.decoders for part in block.source.remember(states)]
        bias = tf.where(source > 0, 0.0, LOW)[:, None, None, :]
        return (*kept, bias), tuple(part[:, :, : 0 * tf.shape(part)[2]] for part in kept)

    def write(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        from imdbnlp.models._tensorflow import tf

        *kept, bias = memory
        states = self.target_tokens.at(tokens[:, None], tf.shape(state[0])[2])
        after: list[Any] = []
        for place, block in enumerate(self.decoders):
            first, second = 2 * place, 2 * place + 1
            states, parts = block.step(states, (state[first], state[second]), (kept[first], kept[second]), bias)
            after += parts
        return self._classes(states)[:, 0], tuple(after)
