"""Train gradient-boosted trees, as `train --model gbm` does.

Example:

    imdbnlp train-gbm --method count --max-features 1000
    imdbnlp train-gbm --preset gbm-imdb
"""

from imdbnlp.commands import train as train_command
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import Field
from imdbnlp.workspace.workspace import Workspace


class Options(train_command.options_for({"model": "gbm"})):  # type: ignore[misc]
    """The options of `train` with the model fixed."""

    model: str = Field("gbm", pattern="^gbm$", description="Model to train: gbm.")


def train_gbm(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train LightGBM on counts or TF-IDF."""
    return train_command.train(options, workspace, reporter)
