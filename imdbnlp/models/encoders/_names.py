"""What the arrays of an encoder are called in Hugging Face's files, and how they are turned into ours.

sources = sources_of(architecture, first_position=0)
sources["layer_0/attention_kernel"]
# Source(names=("encoder.layer.0.attention.self.query.weight", …), transposed=True)
"""

from dataclasses import dataclass

from imdbnlp.models.encoders._architecture import Architecture

_BERT_LAYER: dict[str, tuple[str, ...]] = {
    "attention": ("attention.self.query", "attention.self.key", "attention.self.value"),
    "output": ("attention.output.dense",), "attention_norm": ("attention.output.LayerNorm",),
    "up": ("intermediate.dense",), "down": ("output.dense",), "inner_norm": ("output.LayerNorm",),
}  # fmt: skip
_DISTILBERT_LAYER: dict[str, tuple[str, ...]] = {
    "attention": ("attention.q_lin", "attention.k_lin", "attention.v_lin"), "output": ("attention.out_lin",),
    "attention_norm": ("sa_layer_norm",), "up": ("ffn.lin1",), "down": ("ffn.lin2",),
    "inner_norm": ("output_layer_norm",),
}  # fmt: skip
_ALBERT_LAYER: dict[str, tuple[str, ...]] = {
    "attention": ("attention.query", "attention.key", "attention.value"), "output": ("attention.dense",),
    "attention_norm": ("attention.LayerNorm",), "up": ("ffn",), "down": ("ffn_output",),
    "inner_norm": ("full_layer_layer_norm",),
}  # fmt: skip
_GPT2_LAYER: dict[str, tuple[str, ...]] = {
    "attention": ("attn.c_attn",), "output": ("attn.c_proj",), "attention_norm": ("ln_1",), "up": ("mlp.c_fc",),
    "down": ("mlp.c_proj",), "inner_norm": ("ln_2",),
}  # fmt: skip
_LAYERS: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {
    "bert": ("encoder.layer.{}.", _BERT_LAYER),
    "roberta": ("encoder.layer.{}.", _BERT_LAYER),
    "distilbert": ("transformer.layer.{}.", _DISTILBERT_LAYER),
    "albert": ("encoder.albert_layer_groups.0.albert_layers.0.", _ALBERT_LAYER),
    "gpt2": ("h.{}.", _GPT2_LAYER),
}
_PARTS = {"kernel": "weight", "bias": "bias", "scale": "weight", "offset": "bias"}

TYPES = "embeddings.token_type_embeddings.weight"
"""(types, embedding): the first row belongs to every token of a text, and is added to the positions."""


@dataclass(frozen=True)
class Source:
    """names: of the arrays that are put side by side.  transposed: whether they are (outputs, inputs)."""

    names: tuple[str, ...]
    transposed: bool = False


def words_name(architecture: Architecture) -> str:
    """The name of the embedding, by which the prefix of all names is found."""
    return "wte.weight" if architecture.decoder else "embeddings.word_embeddings.weight"


def sources_of(architecture: Architecture) -> dict[str, Source]:
    """Where each array of the network comes from."""
    return {path: _source(architecture, path) for path in architecture.shapes()}


def _source(architecture: Architecture, path: str) -> Source:
    place, _, name = path.partition("/")
    if name == "words":
        return Source((words_name(architecture),))
    if name == "positions":
        return Source(("wpe.weight" if architecture.decoder else "embeddings.position_embeddings.weight",))
    part, _, kind = name.rpartition("_")
    transposed = kind == "kernel" and not architecture.decoder
    modules = _modules(architecture, place, part)
    return Source(tuple(f"{module}.{_PARTS[kind]}" for module in modules), transposed)


def _modules(architecture: Architecture, place: str, part: str) -> tuple[str, ...]:
    if place == "final":
        return ("ln_f",)
    if place == "embeddings":
        return ("encoder.embedding_hidden_mapping_in" if part == "projection" else "embeddings.LayerNorm",)
    prefix, names = _LAYERS[architecture.family]
    return tuple(prefix.format(place.removeprefix("layer_")) + name for name in names[part])
