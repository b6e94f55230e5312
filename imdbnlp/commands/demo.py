"""Go the whole way on built-in example data, in under a minute.

4,000 invented movie reviews, made by a grammar, are read, coded and divided;
every classical model learns from them; the leaderboard tells who did best.
No file, no network and no language data is needed.

Example:

    imdbnlp demo
    imdbnlp demo --csv reviews.csv
"""

from pathlib import Path

from imdbnlp.commands import compare, preprocess, train
from imdbnlp.data.demo import demo_lines, write_demo_csv
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, work_setting
from imdbnlp.storage.output import check_output, is_standard_output
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
    settings = preprocess.Options(file=str(source), name="demo", seed=options.seed, threads=options.threads)
    prepared = preprocess.preprocess(settings, workspace, reporter)
    dataset = prepared.data["dataset"]
    for model, settings_of_model in _MODELS.items():
        kind = train.options_for({"model": model})
        chosen = {"dataset": dataset, "seed": options.seed, "threads": options.threads}
        result = train.train(kind(model=model, **chosen, **settings_of_model), workspace, reporter)
        accuracy = result.data["metrics"]["test"]["accuracy"]
        reporter.note(
            f"{model}: {accuracy:.3f} of the test reviews right in {result.data['train_seconds']:.1f} s of training"
        )
    ranked = compare.compare(compare.Options(dataset=dataset), workspace, reporter)
    best = ranked.data["runs"][0]["run"]
    return Result(
        tables=[*prepared.tables[:1], *ranked.tables],
        data={"dataset": prepared.data} | ranked.data,
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
