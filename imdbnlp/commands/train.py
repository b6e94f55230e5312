"""Train, calibrate and test a model, and store it as a run.

FILE is preprocessed with the default settings of `preprocess` first.  Without
FILE, the model is trained on a dataset of the workspace.
`imdbnlp train --model NAME --help` shows the model's own options.

Example:

    imdbnlp train reviews.csv
    imdbnlp train --model nbsvm
    imdbnlp train --model linear --ngrams 1-2 --min-df 2 --cost 10
    imdbnlp train --model nbsvm --folds 5
    imdbnlp train --preset gbm-imdb
"""

from typing import Any

from imdbnlp.commands._training import TrainOptions, options_of, train_and_show
from imdbnlp.data.build import DatasetSettings
from imdbnlp.errors import UsageError
from imdbnlp.models.registry import model_names
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import argument
from imdbnlp.workspace.preparing import Preparation, prepare_dataset
from imdbnlp.workspace.workspace import Workspace


class FileOptions(TrainOptions):
    """What to train on, and where to keep it; the model's own options come on top."""

    conditions = {"dataset": "!file"}

    file: str | None = argument(
        None, description="File or folder with labelled texts to train on; by default a dataset of the workspace."
    )


options_for = options_of(model_names(), base=FileOptions, default="auto")


def train(options: Any, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train a model on a file or a dataset.  The run's name is in the result's data."""
    dataset = _dataset_of(options, workspace, reporter) if options.file else None
    return train_and_show(options, workspace, reporter, dataset)


def _dataset_of(options: Any, workspace: Workspace, reporter: Reporter) -> str:
    """The dataset of the file: from the workspace, or built."""
    if options.model in model_names("translation"):
        raise UsageError(
            f"{options.file}: {options.model} is trained on pairs of sentences",
            hint="make a dataset of them first: imdbnlp preprocess FILE --source-column NAME --target-column NAME",
        )
    settings = DatasetSettings()
    how = Preparation(threads=options.threads, described=settings.described())
    return prepare_dataset(workspace, options.file, settings, how, reporter).name
