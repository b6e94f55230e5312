"""The sizes of a pretrained encoder, read from the config.json of a Hugging Face folder.

    architecture = Architecture.from_config({"model_type": "bert", "hidden_size": 384, …})
    architecture.shapes()["layer_0/attention_kernel"]        # (384, 1152)

Every family is described in the same terms: tokens and positions are embedded, then pass through layers of
self-attention and a feed-forward part.
"""

from collections.abc import Mapping
from typing import Any, Literal, Self

from imdbnlp.errors import UsageError
from imdbnlp.settings import Field, Settings

Family = Literal["bert", "roberta", "distilbert", "albert", "gpt2"]
Pooling = Literal["mean", "cls", "last"]
Shape = tuple[int, ...]

_MOST = 2**24  # of any size; the whole is compared with the size of the file
_FAMILIES: dict[str, Family] = {
    "bert": "bert", "distilbert": "distilbert", "albert": "albert", "gpt2": "gpt2",
    "roberta": "roberta", "xlm-roberta": "roberta", "camembert": "roberta",
}  # fmt: skip
_ACTIVATIONS = {
    "gelu": "gelu", "gelu_new": "gelu_tanh", "gelu_fast": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "relu": "relu",
}  # fmt: skip
_NAMES: dict[str, dict[str, str]] = {
    "distilbert": {
        "width": "dim", "layers": "n_layers", "heads": "n_heads", "inner": "hidden_dim", "activation": "activation",
        "dropout": "dropout",
    },
    "gpt2": {
        "width": "n_embd", "layers": "n_layer", "heads": "n_head", "inner": "n_inner", "positions": "n_positions",
        "activation": "activation_function", "epsilon": "layer_norm_epsilon", "dropout": "resid_pdrop",
    },
}  # fmt: skip
_BERT_NAMES = {
    "vocabulary": "vocab_size", "width": "hidden_size", "layers": "num_hidden_layers", "heads": "num_attention_heads",
    "inner": "intermediate_size", "positions": "max_position_embeddings", "activation": "hidden_act",
    "epsilon": "layer_norm_eps", "dropout": "hidden_dropout_prob", "embedding": "embedding_size",
}  # fmt: skip


class Architecture(Settings):
    """What the arrays of an encoder are for.

    width: of the token vectors between the layers.  inner: of the feed-forward part.  embedding: of the embedding.
    shared: whether all layers have the same weights (ALBERT).  decoder: whether a token attends only to itself and
    earlier ones, and layers are normalised first (GPT-2).  epsilon: of layer normalisation.
    """

    family: Family
    vocabulary: int = Field(ge=1, le=_MOST)
    positions: int = Field(ge=1, le=_MOST)
    embedding: int = Field(ge=1, le=_MOST)
    width: int = Field(ge=1, le=_MOST)
    layers: int = Field(ge=1, le=1000)
    heads: int = Field(ge=1, le=_MOST)
    inner: int = Field(ge=1, le=_MOST)
    activation: Literal["gelu", "gelu_tanh", "relu"] = "gelu"
    epsilon: float = Field(1e-12, ge=0, le=1)
    dropout: float = Field(0.1, ge=0, lt=1)
    pooling: Pooling = "mean"

    def model_post_init(self, context: Any) -> None:
        """Raises ValueError for sizes that contradict each other."""
        if self.width % self.heads:
            raise ValueError(f"hidden size {self.width} is not a multiple of the {self.heads} attention heads")

    @property
    def decoder(self) -> bool:
        return self.family == "gpt2"

    @property
    def shared(self) -> bool:
        return self.family == "albert"

    @property
    def projected(self) -> bool:
        """Whether embeddings are projected to the width of the layers."""
        return self.family == "albert"

    @classmethod
    def from_config(cls, config: Mapping[str, Any], pooling: Pooling | None = None) -> Self:
        """Read what config.json states.  pooling: of the checkpoint, if it states one.

        Raises UsageError for an architecture that is not supported.
        """
        kind = config.get("model_type")
        if kind not in _FAMILIES:
            raise UsageError(
                f"architecture {str(kind)[:40]!r} is not supported", hint=f"choose one of: {', '.join(_FAMILIES)}"
            )
        family = _FAMILIES[str(kind)]
        _refuse_variants(config)
        names = _BERT_NAMES | _NAMES.get(family, {})
        values = {ours: config[theirs] for ours, theirs in names.items() if config.get(theirs) is not None}
        values["activation"] = _activation(values.get("activation", "gelu_new" if family == "gpt2" else "gelu"))
        if family == "gpt2":
            values.setdefault("inner", 4 * values.get("width", 1))
            values.setdefault("epsilon", 1e-5)
        if family == "roberta":  # positions are counted from behind the padding token
            values["positions"] = values.get("positions", 0) - _first_position(config)
        if family != "albert":
            values["embedding"] = values.get("width", 0)
        values["pooling"] = "last" if family == "gpt2" else pooling or "mean"
        return cls(family=family, **values)

    def shapes(self) -> dict[str, Shape]:
        """The shape of every array, by the path of its variable in the network."""
        shapes: dict[str, Shape] = {
            "embeddings/words": (self.vocabulary, self.embedding),
            "embeddings/positions": (self.positions, self.embedding),
        }
        if not self.decoder:
            shapes |= _norm("embeddings/norm", self.embedding)
        if self.projected:
            shapes |= _dense("embeddings/projection", self.embedding, self.width)
        for layer in range(1 if self.shared else self.layers):
            shapes |= {f"layer_{layer}/{name}": shape for name, shape in self.layer_shapes().items()}
        return shapes | (_norm("final/norm", self.width) if self.decoder else {})

    def layer_shapes(self) -> dict[str, Shape]:
        """The shapes of the arrays of one layer; queries, keys and values are side by side."""
        return {
            **_dense("attention", self.width, 3 * self.width), **_dense("output", self.width, self.width),
            **_norm("attention_norm", self.width), **_dense("up", self.width, self.inner),
            **_dense("down", self.inner, self.width), **_norm("inner_norm", self.width),
        }  # fmt: skip

    @property
    def n_weights(self) -> int:
        """The number of weights, computed without building anything."""
        layer = 4 * self.width * (self.width + 1) + 2 * self.width * self.inner + self.inner + 5 * self.width
        return (self.vocabulary + self.positions) * self.embedding + (1 if self.shared else self.layers) * layer


def _refuse_variants(config: Mapping[str, Any]) -> None:
    """Raise UsageError for variants of a family that compute something else."""
    expected = {
        "position_embedding_type": "absolute", "num_hidden_groups": 1, "inner_group_num": 1, "is_decoder": False,
        "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False, "scale_attn_weights": True,
    }  # fmt: skip
    for name, value in expected.items():
        if config.get(name, value) != value:
            raise UsageError(
                f"config.json: {name} {str(config[name])[:40]!r} is not supported, expected {value!r}",
                hint="choose another checkpoint",
            )


def _first_position(config: Mapping[str, Any]) -> int:
    return int(config.get("pad_token_id", 1)) + 1


def _activation(name: object) -> str:
    if name not in _ACTIVATIONS:
        raise UsageError(
            f"activation function {str(name)[:40]!r} is not supported",
            hint=f"expected one of: {', '.join(_ACTIVATIONS)}",
        )
    return _ACTIVATIONS[str(name)]


def _dense(name: str, inputs: int, outputs: int) -> dict[str, Shape]:
    return {f"{name}_kernel": (inputs, outputs), f"{name}_bias": (outputs,)}


def _norm(name: str, width: int) -> dict[str, Shape]:
    return {f"{name}_scale": (width,), f"{name}_offset": (width,)}
