"""Clean and tokenise labelled texts, and store the dataset.

FILE is a CSV, TSV, JSON Lines or Parquet file (also .gz .bz2 .xz .zst .zip),
a folder with one subfolder of .txt files for each class, or - for standard
input.  With --source-column and --target-column it contains pairs of
sentences for sequence-to-sequence models.

Example:

    imdbnlp preprocess reviews.csv
    imdbnlp preprocess train.csv --test-file test.csv --unlabelled more.csv
    imdbnlp preprocess "IMDB Dataset.csv" --profile notebook --sample 10000
    imdbnlp preprocess pairs.csv --source-column source --target-column target
"""

from imdbnlp.data.build import DatasetSettings
from imdbnlp.data.pair_settings import PairSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.datasets import dataset_result
from imdbnlp.report.result import Result
from imdbnlp.settings import argument, work_setting
from imdbnlp.sources.registry import check_table_options
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.workspace.preparing import Preparation, prepare_dataset
from imdbnlp.workspace.workspace import Workspace


class Options(PairSettings):
    """What to read, and where to keep it."""

    file: str = argument(description="File or folder with the texts; - for standard input.")
    name: str | None = work_setting(None, description="Name of the dataset; by default the file's name.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def preprocess(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Build the dataset, or take it from the workspace.  Its name is in the result's data."""
    settings = options.subset(PairSettings if options.asks_for_pairs else DatasetSettings)
    options.check_pairs()
    options.check_shares()
    files = [options.file, options.valid_file, options.test_file, options.unlabelled]
    check_table_options(options.subset(SourceSettings), [file for file in files if file])
    how = Preparation(options.name, options.threads, options.force, options.described())
    entry = prepare_dataset(workspace, options.file, settings, how, reporter)
    return dataset_result(entry.name, entry.manifest)
