"""A pretrained encoder as a Keras network, with arrays in place of random weights.

network = build_encoder(architecture, arrays)
network(token_ids)                       # (batch, length) int32 -> (batch, width) pooled vectors
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.models._tensorflow import keras
from imdbnlp.models.encoders._architecture import Architecture
from imdbnlp.models.encoders._layers import Embeddings, FinalNorm, Pool, TransformerLayer

_SEEDS_PER_LAYER = 10


def build_encoder(
    architecture: Architecture,
    arrays: Mapping[str, NDArray[np.float32]],
    precision: str = "float32",
    dropout: float = 0.0,
    seed: int = 0,
) -> Any:
    """The network of an architecture with these arrays, by the names of `architecture.shapes`.

    precision: of matrix products, "float32" or "bfloat16".  dropout: while it is trained.
    Its input is padded with 0, and holds token id + 1.
    """
    token_ids = keras.Input((None,), dtype="int32", name="token_ids")
    first_seed = seed * 1000 * _SEEDS_PER_LAYER
    states = Embeddings(architecture, dropout, first_seed)(token_ids)
    layers = [
        TransformerLayer(architecture, precision, dropout, first_seed + _SEEDS_PER_LAYER * (n + 1), f"layer_{n}")
        for n in range(1 if architecture.shared else architecture.layers)
    ]
    for n in range(architecture.layers):
        states = layers[n % len(layers)](states, token_ids)
    if architecture.decoder:
        states = FinalNorm(architecture)(states)
    network = keras.Model(token_ids, Pool(architecture.pooling)(states, token_ids))
    for variable in network.weights:
        variable.assign(arrays[variable.path])
    return network


def arrays_of(network: Any) -> dict[str, NDArray[np.float32]]:
    """The weights of an encoder, by the names of `architecture.shapes`."""
    return {variable.path: variable.numpy() for variable in network.weights}
