"""Small random checkpoints in Hugging Face's layout, and what their encoders compute, in NumPy."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

WORDS = [
    "a", "film", "fine", "dull", "cast", "music", "not", "bad", "good", "great", "boring", "long", "and", "the", "i",
    "loved", "hated", "it", "terrible", "wonderful",
]  # fmt: skip
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCABULARY, WIDTH, INNER, LAYERS, HEADS, POSITIONS, EMBEDDING = len(WORDS) + 4, 16, 24, 2, 4, 20, 8

_BERT: dict[str, Any] = {
    "hidden_size": WIDTH, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
    "hidden_act": "gelu", "layer_norm_eps": 1e-12, "max_position_embeddings": POSITIONS, "vocab_size": VOCABULARY,
    "type_vocab_size": 2, "pad_token_id": 0,
}  # fmt: skip
CONFIGS: dict[str, dict[str, Any]] = {
    "bert": _BERT | {"model_type": "bert"},
    "roberta": _BERT | {
        "model_type": "roberta", "pad_token_id": 1, "max_position_embeddings": POSITIONS + 2, "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
    },
    "distilbert": {
        "model_type": "distilbert", "dim": WIDTH, "n_layers": LAYERS, "n_heads": HEADS, "hidden_dim": INNER,
        "activation": "gelu", "max_position_embeddings": POSITIONS, "vocab_size": VOCABULARY,
    },
    "albert": _BERT | {"model_type": "albert", "embedding_size": EMBEDDING, "hidden_act": "gelu_new"},
    "gpt2": {
        "model_type": "gpt2", "n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_inner": None,
        "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "n_positions": POSITIONS,
        "vocab_size": VOCABULARY,
    },
}  # fmt: skip
FAMILIES = sorted(CONFIGS)


def write_checkpoint(folder: Path, family: str = "bert", seed: int = 0, prefix: str = "") -> Path:
    """A folder with config.json, model.safetensors and tokenizer.json.  prefix: of the arrays' names."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIGS[family]))
    save_file(
        {prefix + name: array for name, array in random_arrays(family, seed).items()}, folder / "model.safetensors"
    )
    write_tokenizer(folder / "tokenizer.json", framed=family != "gpt2")
    return folder


def write_tokenizer(path: Path, framed: bool = True, words: list[str] = WORDS) -> None:
    """A tokenizer of whole words, with [CLS] before a text and [SEP] after it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(SPECIAL + words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.add_special_tokens(SPECIAL)
    if framed:
        frame = "[CLS] $A [SEP]"
        tokenizer.post_processor = processors.TemplateProcessing(frame, special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.enable_truncation(4)  # both are in many files, and are meant for something else
    tokenizer.enable_padding(length=9)
    tokenizer.save(str(path))


def random_arrays(family: str, seed: int) -> Arrays:
    """The arrays of a checkpoint, by Hugging Face's names."""
    random = np.random.default_rng(seed)
    shapes = _gpt2_shapes() if family == "gpt2" else _bert_shapes(family)
    return {
        name: ((name.endswith(("LayerNorm.weight", "layer_norm.weight")) or ".ln_" in name) * 1.0
               + random.normal(0, 0.3, shape)).astype(np.float32)
        for name, shape in shapes.items()
    }  # fmt: skip


def _bert_shapes(family: str) -> dict[str, tuple[int, ...]]:
    embedding = EMBEDDING if family == "albert" else WIDTH
    config = CONFIGS[family]
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (VOCABULARY, embedding),
        "embeddings.position_embeddings.weight": (config["max_position_embeddings"], embedding),
        "embeddings.LayerNorm.weight": (embedding,), "embeddings.LayerNorm.bias": (embedding,),
    }  # fmt: skip
    if family != "distilbert":
        shapes["embeddings.token_type_embeddings.weight"] = (config["type_vocab_size"], embedding)
        shapes |= {"pooler.dense.weight": (WIDTH, WIDTH), "pooler.dense.bias": (WIDTH,)}
    if family == "albert":
        shapes |= _linear("encoder.embedding_hidden_mapping_in", EMBEDDING, WIDTH)
    for layer in range(1 if family == "albert" else LAYERS):
        shapes |= _layer_shapes(family, layer)
    return shapes


LAYER_NAMES = {
    "bert": ("encoder.layer.{}.", "attention.self.query", "attention.self.key", "attention.self.value",
             "attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense",
             "output.LayerNorm"),
    "distilbert": ("transformer.layer.{}.", "attention.q_lin", "attention.k_lin", "attention.v_lin",
                   "attention.out_lin", "sa_layer_norm", "ffn.lin1", "ffn.lin2", "output_layer_norm"),
    "albert": ("encoder.albert_layer_groups.0.albert_layers.0.", "attention.query", "attention.key", "attention.value",
               "attention.dense", "attention.LayerNorm", "ffn", "ffn_output", "full_layer_layer_norm"),
}  # fmt: skip
LAYER_NAMES["roberta"] = LAYER_NAMES["bert"]


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}


def _layer_shapes(family: str, layer: int) -> dict[str, tuple[int, ...]]:
    place, query, key, value, output, norm, up, down, last_norm = LAYER_NAMES[family]
    shapes: dict[str, tuple[int, ...]] = {}
    for name in (query, key, value, output):
        shapes |= _linear(name, WIDTH, WIDTH)
    shapes |= _linear(up, WIDTH, INNER) | _linear(down, INNER, WIDTH)
    for name in (norm, last_norm):
        shapes |= {f"{name}.weight": (WIDTH,), f"{name}.bias": (WIDTH,)}
    return {place.format(layer) + name: shape for name, shape in shapes.items()}


def _gpt2_shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"wte.weight": (VOCABULARY, WIDTH), "wpe.weight": (POSITIONS, WIDTH)}
    sizes = {
        "attn.c_attn": (WIDTH, 3 * WIDTH), "attn.c_proj": (WIDTH, WIDTH), "mlp.c_fc": (WIDTH, 4 * WIDTH),
        "mlp.c_proj": (4 * WIDTH, WIDTH),
    }  # fmt: skip
    for layer in range(LAYERS):
        for name, size in sizes.items():
            shapes |= {f"h.{layer}.{name}.weight": size, f"h.{layer}.{name}.bias": (size[1],)}
        for name in ("ln_1", "ln_2"):
            shapes |= {f"h.{layer}.{name}.weight": (WIDTH,), f"h.{layer}.{name}.bias": (WIDTH,)}
    return shapes | {"ln_f.weight": (WIDTH,), "ln_f.bias": (WIDTH,)}


def states_of(arrays: Arrays, config: dict[str, Any], token_ids: list[int]) -> NDArray[np.float64]:
    """(tokens, width): what the encoder makes of one text, token by token and head by head, in float64."""
    arrays = {name: array.astype(np.float64) for name, array in arrays.items()}
    return _gpt2_states(arrays, config, token_ids) if config["model_type"] == "gpt2" else _bert_states(
        arrays, config, token_ids
    )  # fmt: skip


def _bert_states(arrays: Arrays, config: dict[str, Any], token_ids: list[int]) -> NDArray[np.float64]:
    family, epsilon = config["model_type"], config.get("layer_norm_eps", 1e-12)
    heads = config.get("num_attention_heads") or config["n_heads"]
    first = config["pad_token_id"] + 1 if family == "roberta" else 0
    states = arrays["embeddings.word_embeddings.weight"][token_ids]
    states = states + arrays["embeddings.position_embeddings.weight"][first : first + len(token_ids)]
    if family != "distilbert":
        states = states + arrays["embeddings.token_type_embeddings.weight"][0]
    states = _normed(states, arrays, "embeddings.LayerNorm", epsilon)
    if family == "albert":
        states = _projected(states, arrays, "encoder.embedding_hidden_mapping_in")
    act = _gelu_tanh if config.get("hidden_act") == "gelu_new" else _gelu
    for layer in range(config.get("num_hidden_layers") or config["n_layers"]):
        place, *names = LAYER_NAMES[family]
        query, key, value, output, norm, up, down, last_norm = (place.format(layer) + name for name in names)
        q, k, v = (_projected(states, arrays, name) for name in (query, key, value))
        mixed = _projected(_attention(q, k, v, heads, causal=False), arrays, output)
        states = _normed(states + mixed, arrays, norm, epsilon)
        inner = _projected(act(_projected(states, arrays, up)), arrays, down)
        states = _normed(states + inner, arrays, last_norm, epsilon)
    return states


def _gpt2_states(arrays: Arrays, config: dict[str, Any], token_ids: list[int]) -> NDArray[np.float64]:
    epsilon = config["layer_norm_epsilon"]
    states = arrays["wte.weight"][token_ids] + arrays["wpe.weight"][: len(token_ids)]
    for layer in range(config["n_layer"]):
        place = f"h.{layer}."
        normed = _normed(states, arrays, place + "ln_1", epsilon)
        q, k, v = np.split(_conv(normed, arrays, place + "attn.c_attn"), 3, axis=1)
        states = states + _conv(_attention(q, k, v, config["n_head"], causal=True), arrays, place + "attn.c_proj")
        normed = _normed(states, arrays, place + "ln_2", epsilon)
        states = states + _conv(_gelu_tanh(_conv(normed, arrays, place + "mlp.c_fc")), arrays, place + "mlp.c_proj")
    return _normed(states, arrays, "ln_f", epsilon)


def _attention(q: Any, k: Any, v: Any, heads: int, causal: bool) -> NDArray[np.float64]:
    size, parts = q.shape[1] // heads, []
    for head in range(heads):
        own = slice(head * size, (head + 1) * size)
        scores = q[:, own] @ k[:, own].T / np.sqrt(size)
        if causal:
            scores[np.triu_indices(len(scores), 1)] = -np.inf
        shares = np.exp(scores - scores.max(axis=1, keepdims=True))
        parts.append(shares / shares.sum(axis=1, keepdims=True) @ v[:, own])
    return np.concatenate(parts, axis=1)


def _normed(states: Any, arrays: Arrays, name: str, epsilon: float) -> NDArray[np.float64]:
    mean, variance = states.mean(axis=1, keepdims=True), states.var(axis=1, keepdims=True)
    return (states - mean) / np.sqrt(variance + epsilon) * arrays[f"{name}.weight"] + arrays[f"{name}.bias"]


def _projected(states: Any, arrays: Arrays, name: str) -> NDArray[np.float64]:
    return states @ arrays[f"{name}.weight"].T + arrays[f"{name}.bias"]


def _conv(states: Any, arrays: Arrays, name: str) -> NDArray[np.float64]:
    return states @ arrays[f"{name}.weight"] + arrays[f"{name}.bias"]


def _gelu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import erf

    return 0.5 * x * (1 + erf(x / np.sqrt(2)))


def _gelu_tanh(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


POOLED: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "mean": lambda states: states.mean(axis=0), "cls": lambda states: states[0], "last": lambda states: states[-1],
}  # fmt: skip
