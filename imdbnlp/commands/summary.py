"""Show the layers of a trained network, and draw it.

Example:

    imdbnlp summary
    imdbnlp summary lstm --picture lstm.svg
"""

from pathlib import Path

from imdbnlp.errors import UsageError
from imdbnlp.models._network import NetworkModel
from imdbnlp.models.seq2seq.base import Seq2SeqModel
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.drawing import Layer, draw_network
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, argument
from imdbnlp.storage.output import check_output, replacing
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which run, and where to draw it."""

    run: str | None = argument(None, description="Name or folder of the run; by default the latest.", entries="runs")
    picture: str | None = Field(None, description="Also draw the network, as .svg.")


def summary(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """A table of the layers; the picture where it was asked for."""
    if options.picture is not None:
        check_output("--picture", options.picture, endings=[".svg"])
    run = workspace.any_run(options.run)
    model = run.trained.model
    if not isinstance(model, NetworkModel | Seq2SeqModel):
        raise UsageError(
            f"{run.name} is not a network: it is {run.model_name}", hint=f"see `imdbnlp runs show {run.name}`"
        )
    layers = [Layer(**layer) for layer in model.layers()]
    if options.picture is not None:
        with replacing(Path(options.picture)) as file:
            file.write(draw_network(layers, f"{run.record['model']}, {model.info['weights']:,} weights"))
        reporter.note(f"picture: {options.picture}")
    rows = [(layer.name, layer.kind, layer.shape, layer.weights, ", ".join(layer.inputs)) for layer in layers]
    rows.append(("all", "", "", model.info["weights"], ""))
    columns = ["layer", "kind", "gives", "weights", "reads"]
    data = {"run": run.name, "weights": model.info["weights"], "layers": [vars(layer) for layer in layers]}
    return Result(tables=[Table(f"network {run.name}", columns, rows)], data=data)
