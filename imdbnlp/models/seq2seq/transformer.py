"""Transformer encoder and decoder (Vaswani et al. 2017)."""

from typing import Any, ClassVar

from imdbnlp.errors import SettingsError
from imdbnlp.models._loop import Schedule
from imdbnlp.models.seq2seq.base import Seq2SeqConfig, Seq2SeqModel, Tensors
from imdbnlp.settings import Field


class Config(Seq2SeqConfig):
    """The settings of the blocks; their hidden states have the dimension of the embeddings."""

    num_heads: int = Field(4, ge=1, description="Number of attention heads; it must divide the embedding dimension.")
    num_layers: int = Field(3, ge=1, le=24, description="Number of encoder blocks, and of decoder blocks.")
    intermediate_dim: int = Field(512, ge=1, description="Number of hidden units of the feed-forward layers.")
    normalize_first: bool = Field(
        False, description="Normalise the input of each sublayer (pre-norm), not the sum after it (post-norm)."
    )
    tie_embeddings: bool = Field(False, description="Use the target embeddings as weights of the output layer.")
    label_smoothing: float = Field(
        0.1, ge=0, lt=1, description="Share of each target's probability that is spread over the whole vocabulary."
    )
    schedule: Schedule = Field(
        "inverse-sqrt",
        description="Learning rate schedule after the warm-up; linear and cosine reach 0 at the end of the last epoch.",
    )
    warmup: float = Field(
        0.1, ge=0, lt=1, description="Share of all training steps in which the learning rate rises from 0."
    )

    def model_post_init(self, context: Any) -> None:
        """Raises SettingsError if the number of heads does not divide the dimension."""
        if self.embedding_dim % self.num_heads:
            raise SettingsError(
                f"--num-heads {self.num_heads} does not divide --embedding-dim {self.embedding_dim}",
                hint="use a multiple of the heads, like 256 for 4 heads", field="num_heads",
            )  # fmt: skip


class Model(Seq2SeqModel):
    """Every source token attends to all others; a target token only to those before it, and to the source."""

    has_attention: ClassVar[bool] = True

    def build(self, source: Any, target: Any) -> Any:
        from imdbnlp.models import _transformer as transformer
        from imdbnlp.models._tensorflow import keras
        from imdbnlp.models.seq2seq import _layers as layers

        config, numbers = self.config, range(1, self.config.num_layers + 1)
        size = config.embedding_dim
        block = (size, config.num_heads, config.intermediate_dim, config.dropout, config.normalize_first)
        self.source_embedding = layers.TokenEmbedding(self.n_source, size, config.dropout, name="source_embedding")
        self.target_embedding = layers.TokenEmbedding(self.n_target, size, config.dropout, name="target_embedding")
        self.encoders = [transformer.EncoderBlock(*block, name=f"encoder_{n}") for n in numbers]
        self.decoders = [layers.DecoderBlock(*block, name=f"decoder_{n}") for n in numbers]
        self.source_norm, self.target_norm = (
            keras.layers.LayerNormalization(epsilon=1e-6, name=f"{side}_norm") for side in ("source", "target")
        )
        self.output_layer = (
            layers.TiedLogits(self.target_embedding, name="tokens")
            if config.tie_embeddings
            else keras.layers.Dense(self.n_target, name="tokens")
        )
        memory, states = self._encode(source), self.target_embedding(target)
        for decoder in self.decoders:
            states, self.attention_weights = decoder(states, memory, source > 0)
        return self._logits(states)

    def _encode(self, source: Any) -> Any:
        """(batch, source) -> (batch, source, size)."""
        states = self.source_embedding(source)
        for encoder in self.encoders:
            states = encoder(states, source > 0)
        return self.source_norm(states) if self.config.normalize_first else states

    def _logits(self, states: Any) -> Any:
        return self.output_layer(self.target_norm(states) if self.config.normalize_first else states)

    def encode(self, source: Any) -> tuple[Tensors, Tensors]:
        """The memory: keys and values of the source for each decoder block, and where the source is padding.

        The state: keys and values of the target for each decoder block, of no position yet.
        """
        from imdbnlp.models._attention import padding_bias
        from imdbnlp.models._tensorflow import tf

        states = self._encode(source)
        kept = [part for block in self.decoders for part in block.cross_attention.keys_and_values(states)]
        return (*kept, padding_bias(source > 0)), tuple(part[:, :, : 0 * tf.shape(part)[2]] for part in kept)

    def decode_step(self, tokens: Any, memory: Tensors, state: Tensors) -> tuple[Any, Tensors]:
        from imdbnlp.models._tensorflow import tf

        *kept, bias = memory
        states = self.target_embedding.from_position(tokens[:, None], tf.shape(state[0])[2])
        next_state: list[Any] = []
        for n, block in enumerate(self.decoders):
            keys, values = 2 * n, 2 * n + 1
            states, parts = block.step(states, (state[keys], state[values]), (kept[keys], kept[values]), bias)
            next_state += parts
        return self._logits(states)[:, 0], tuple(next_state)
