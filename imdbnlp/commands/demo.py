"""Go the whole way on built-in example data, in under a minute.

4,000 invented movie reviews, made by a grammar, are read, coded and divided;
every classical model learns from them; the leaderboard tells who did best.
No file, no network and no language data is needed.

Example:

    imdbnlp demo
    imdbnlp demo --csv reviews.csv
"""

from pathlib import Path

from imdbnlp.data.build import DatasetSettings
from imdbnlp.data.demo import demo_lines, write_demo_csv
from imdbnlp.models.registry import model_module
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.datasets import dataset_result
from imdbnlp.report.leaderboard import leaderboard, rank
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, work_setting
from imdbnlp.sources.split_names import TEST
from imdbnlp.storage.output import check_output, is_standard_output
from imdbnlp.workspace.preparing import Preparation, prepare_dataset
from imdbnlp.workspace.training import TrainingPlan, train_run
from imdbnlp.workspace.workspace import Workspace

_MODELS = {
    "majority": {},
    "linear": {"cost": 10.0},
    "gbm": {"min_df": 2, "trees": 300, "feature_fraction": 0.3},
    "nbsvm": {},
}


class Options(Settings):
    """How many reviews, and where to write them."""

    conditions = {"threads": "!csv"}

    reviews: int = Field(4000, ge=100, le=1_000_000, description="Number of reviews to generate.")
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the reviews, the splits and the models.")
    csv: str | None = Field(None, description="Only write the reviews to this file; - for standard output.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")


def demo(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Make reviews, train every classical model on them, and rank the models."""
    if options.csv is not None:
        return _write_table(options.csv, options)
    source = workspace.root / f"demo-{options.reviews}-{options.seed}.csv"
    source.parent.mkdir(parents=True, exist_ok=True)
    write_demo_csv(source, options.reviews, options.seed)
    how = Preparation("demo", options.threads)
    prepared = prepare_dataset(workspace, str(source), DatasetSettings(seed=options.seed), how, reporter)
    runs = []
    for model, settings in _MODELS.items():
        config = model_module(model).Config(**settings)
        plan = TrainingPlan(model, config, dataset=prepared.name, seed=options.seed, threads=options.threads)
        runs.append(train_run(workspace, plan, reporter))
        accuracy, seconds = runs[-1].metrics[TEST]["accuracy"], runs[-1].record["train_seconds"]
        reporter.note(f"{model}: accuracy {accuracy:.3f} on the test reviews after {seconds:.1f} s of training")
    ranked, shown = rank(runs, TEST), dataset_result(prepared.name, prepared.manifest)
    best = ranked[0].run.name
    return Result(
        tables=[*shown.tables[:1], leaderboard(ranked, TEST, prepared.name)],
        data={"dataset": shown.data, "runs": [one.data(TEST) for one in ranked]},
        next_steps=[
            f'imdbnlp predict {best} --text "Not a bad film, but far too long."',
            f"imdbnlp runs show {best}",
            "imdbnlp demo --csv reviews.csv     write the reviews to play with",
            "imdbnlp preprocess YOUR.csv        the same with your own texts",
        ],
    )


def _write_table(name: str, options: Options) -> Result:
    check_output("--csv", name, endings=[".csv"])
    if is_standard_output(name):
        return Result(lines=demo_lines(options.reviews, options.seed))
    path = Path(name)
    write_demo_csv(path, options.reviews, options.seed)
    return Result(
        tables=[Table("", ["file", "reviews"], [(str(path), options.reviews)])],
        data={"file": str(path), "reviews": options.reviews},
        next_steps=[f"imdbnlp preprocess {path}"],
    )
