"""What all networks share, classifiers and sequence-to-sequence models: building, training, layers and weights.

model = Model.built(seed, config, …)       # calls __init__, which sets `network`
model.train(batches, settings, validate, reporter)
model.save_network(folder)
model = Model.restored(folder, config, …)
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imdbnlp.models._batches import BucketedBatches
from imdbnlp.models._loop import History, LoopSettings
from imdbnlp.models._weights import StoredWeights, save_weights
from imdbnlp.progress import Reporter
from imdbnlp.storage.files import reading, write_json

if TYPE_CHECKING:
    from imdbnlp.models._training import Monitor, Validate


class KerasModel:
    """network: a Keras model whose weights are all that has to be stored besides its config."""

    library: ClassVar[str] = "TensorFlow"
    network: Any
    info: dict[str, Any]
    history: History | None = None

    @classmethod
    def built(cls, seed: int, *arguments: Any) -> Self:
        """An untrained model.  arguments: those of its constructor."""
        from imdbnlp.models._tensorflow import build

        return build(lambda: cls(*arguments), seed)

    @classmethod
    def restored(cls, folder: Path, *arguments: Any) -> Self:
        """The model with the weights that save_network wrote.  arguments: those of its constructor.

        Raises ArtefactError, before memory is taken, if the arguments describe a network of other weights.
        """
        from imdbnlp.models._tensorflow import build

        weights = StoredWeights.read(folder)
        with reading(weights.path):
            model = build(lambda: cls(*arguments), 0, lambda made: weights.check(made.network))
        weights.assign_to(model.network)
        return model

    def train(
        self, batches: BucketedBatches, settings: LoopSettings, validate: "Validate | None", reporter: Reporter,
        loss: Any = None, monitor: "Monitor" = "accuracy",
    ) -> None:  # fmt: skip
        """Train in place, as `train_network` says, and keep the history."""
        from imdbnlp.models._training import train_network

        self.history = train_network(self.network, batches, settings, validate, reporter, loss, monitor)
        self.info |= self.history.info()

    def layers(self) -> list[dict[str, Any]]:
        """The name, kind, output shape, number of weights and inputs of each layer, from the input on; no masks."""
        operations = [each for each in self.network.operations if _first(each.output).dtype != "bool"]
        names = {each.name for each in operations}
        return [
            {
                "name": each.name,
                "kind": type(each).__name__,
                "shape": _shown_shape(_first(each.output).shape),
                "weights": each.count_params() if hasattr(each, "count_params") else 0,
                "inputs": [source.name for source in _inputs(each) if source.name in names],
            }
            for each in operations
        ]

    def save_network(self, folder: Path) -> None:
        """Write the weights and the history, in formats that cannot hold code."""
        save_weights(self.network, folder)
        if self.history:
            write_json(folder / "history.json", self.history.epochs)


def _first(output: Any) -> Any:
    """The output of a layer; of several outputs, the first."""
    return output[0] if isinstance(output, list | tuple) else output


def _inputs(operation: Any) -> list[Any]:
    """The operations whose output this one reads."""
    nodes = operation._inbound_nodes
    return list(dict.fromkeys(node.operation for node in nodes[0].parent_nodes)) if nodes else []


def _shown_shape(sizes: tuple[int | None, ...]) -> str:
    """(None, None, 128) -> `texts × words × 128`."""
    unknown = ["texts", "words"]
    return " × ".join(str(size) if size is not None else unknown[axis] for axis, size in enumerate(sizes))
