"""Train a network, as `train --model NAME` does.

`imdbnlp train-keras --model NAME --help` shows the network's own options.

Example:

    imdbnlp train-keras --model average --vocabulary-size 3000
    imdbnlp train-keras --model lstm --embeddings w2v --units 96
    imdbnlp train-keras --config configs/attention.yaml
"""

from collections.abc import Mapping
from typing import Any

from imdbnlp.commands import train as train_command
from imdbnlp.errors import UsageError
from imdbnlp.models._network import NetworkModel
from imdbnlp.models.base import model_module, model_names
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import Field, nearest
from imdbnlp.workspace.workspace import Workspace


def network_names() -> list[str]:
    """The models that are networks."""
    return [name for name in model_names() if issubclass(model_module(name).Model, NetworkModel)]


class Options(train_command.Options):
    """The options of `train`, for networks."""

    model: str = Field(
        description=f"Network to train: {', '.join(network_names())}.",
        json_schema_extra={"choices": list(network_names())},
    )


def options_for(given: Mapping[str, Any]) -> type[train_command.Options]:
    """Options with the chosen network's own among them.  Raises UsageError for a model that is none."""
    name = given.get("model")
    if not name:
        return Options
    if str(name) not in network_names():
        raise UsageError(f"'{name}' is no network", hint=nearest(str(name), network_names()))
    kind = train_command.options_for(given)
    return type(kind.__name__, (kind,), {"__annotations__": {"model": str}, "model": Options.model_fields["model"]})


def train_keras(options: train_command.Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train, or answer from the cache."""
    return train_command.train(options, workspace, reporter)
