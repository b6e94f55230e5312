"""What a built Keras network is made of: its layers, to be shown, and its weights, to be kept as arrays.

save_weights(network, folder)
load_weights(network_of_the_same_config, folder)
layers_of(network)[0]         # {"name": "words", "kind": "InputLayer", "shape": "texts × words", …}
"""

from pathlib import Path
from typing import Any

from imdbnlp.storage.checks import checked, unfit
from imdbnlp.storage.files import read_arrays, write_arrays

_WEIGHTS = "weights.npz"


def save_weights(network: Any, folder: Path) -> None:
    """Write all weights, in the order in which the network has them."""
    write_arrays(folder / _WEIGHTS, {f"{place:03}": weight.numpy() for place, weight in enumerate(network.weights)})


def load_weights(network: Any, folder: Path) -> None:
    """Put what save_weights wrote into a network of the same config.  Raises ArtefactError if it does not fit."""
    path = folder / _WEIGHTS
    weights = read_arrays(path)
    if len(weights) != len(network.weights):
        raise unfit(path, f"{len(weights)} arrays, expected {len(network.weights)}")
    for name, weight in zip(sorted(weights), network.weights, strict=True):
        checked(path, weights[name], str(weight.dtype), tuple(weight.shape))
    for name, weight in zip(sorted(weights), network.weights, strict=True):
        weight.assign(weights[name])


def layers_of(network: Any) -> list[dict[str, Any]]:
    """Of each layer, from the inputs on: its name, kind, shape of output, weights and inputs; no masks."""
    shown = [one for one in network.operations if _first(one.output).dtype != "bool"]
    names = {one.name for one in shown}
    return [
        {
            "name": one.name,
            "kind": type(one).__name__,
            "shape": _shape(_first(one.output).shape),
            "weights": one.count_params() if hasattr(one, "count_params") else 0,
            "inputs": [read.name for read in _inputs(one) if read.name in names],
        }
        for one in shown
    ]


def _first(output: Any) -> Any:
    """What a layer gives; of several things, the first."""
    return output[0] if isinstance(output, list | tuple) else output


def _inputs(operation: Any) -> list[Any]:
    """The operations whose output this one reads."""
    nodes = operation._inbound_nodes
    return list(dict.fromkeys(node.operation for node in nodes[0].parent_nodes)) if nodes else []


def _shape(sizes: tuple[int | None, ...]) -> str:
    """(None, None, 128) -> `texts × words × 128`."""
    unknown = ["texts", "words"]
    return " × ".join(str(size) if size is not None else unknown[place] for place, size in enumerate(sizes))
