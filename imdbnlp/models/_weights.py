"""The weights of a Keras network as arrays on disk, compared with the network before it takes memory.

save_weights(network, folder)
weights = StoredWeights.read(folder)
network = build(make, seed=0, check=weights.check)
weights.assign_to(network)
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.storage.checks import checked, unfit
from imdbnlp.storage.files import read_arrays, write_arrays

_WEIGHTS = "weights.npz"


def save_weights(network: Any, folder: Path) -> None:
    """Write all weights, in the order in which the network has them."""
    write_arrays(folder / _WEIGHTS, {f"{n:03}": weight.numpy() for n, weight in enumerate(network.weights)})


@dataclass(frozen=True)
class StoredWeights:
    """path: the file.  arrays: the weights in the order of the network."""

    path: Path
    arrays: list[NDArray[Any]]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read what save_weights wrote."""
        arrays = read_arrays(folder / _WEIGHTS)
        return cls(folder / _WEIGHTS, [arrays[name] for name in sorted(arrays)])

    def check(self, network: Any) -> None:
        """Raise ArtefactError if a network has other weights: its config, or the file, is damaged."""
        if len(self.arrays) != len(network.weights):
            raise unfit(self.path, f"{len(self.arrays)} arrays, expected {len(network.weights)}")
        for array, weight in zip(self.arrays, network.weights, strict=True):
            checked(self.path, array, np.dtype(weight.dtype), tuple(weight.shape))

    def assign_to(self, network: Any) -> None:
        """Put the weights into a network that was checked."""
        for array, weight in zip(self.arrays, network.weights, strict=True):
            weight.assign(array)
