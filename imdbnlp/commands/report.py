"""Write a report of runs and their dataset as one HTML page.

The page needs nothing else: it opens offline, holds no script, and reads well
on a phone and on paper.

Example:

    imdbnlp report
    imdbnlp report nbsvm linear --output report.html
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imdbnlp import __version__
from imdbnlp.commands import compare, explore
from imdbnlp.commands._figures import by_class, interval
from imdbnlp.commands.errors import confident_errors, error_table
from imdbnlp.commands.train import FOLDS
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.split import TEST
from imdbnlp.data.statistics import count_by_class
from imdbnlp.errors import DataError, UsageError
from imdbnlp.evaluation.class_words import class_words
from imdbnlp.evaluation.pages import heat_of, page_table, render, svg
from imdbnlp.evaluation.plots import picture_answers, picture_history
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table, readable
from imdbnlp.settings import Field, Settings, argument
from imdbnlp.storage.files import read_json, replacing
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace

_MOST_CLASSES = 30  # of a confusion matrix that can be read
_WORDS, _ERRORS = 12, 10


class Options(Settings):
    """Which runs, and where the page goes."""

    runs: tuple[str, ...] = argument((), description="Runs of one dataset; all of the dataset's where none is named.")
    dataset: str | None = Field(None, description="Dataset of the report; that of the runs, or the latest.")
    output: str = Field("report.html", description="The page.")


def report(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Gather what the dataset and its runs have to show, and write the page."""
    dataset, part, runs = _chosen(options, workspace, reporter)
    summary, pictures = explore.look_at(dataset, explore.Options(), reporter)
    data_tables = explore.tables_of(summary, dataset.name)
    ranked = compare.rank(runs, part)
    with reporter.stage("pages", len(runs), "runs") as advance:
        sections = []
        for run, _ in ranked:
            sections.append(_section(run, dataset, part))
            advance(1)
    page = render(
        "report.html",
        dataset=dataset.name,
        version=__version__,
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        data_tables=[page_table(table) for table in data_tables],
        data_pictures=[(svg(picture, name), name.replace("-", " ")) for name, picture in pictures.items()],
        leaderboard=page_table(compare.leaderboard(ranked, part, dataset.name)),
        runs=sections,
    )
    with replacing(Path(options.output)) as file:
        file.write(page)
    size = len(page.encode()) / 1e6
    return Result(
        tables=[Table("report", ["file", "runs", "MB"], [(options.output, len(runs), size)])],
        data={"output": options.output, "runs": [run.name for run, _ in ranked], "megabytes": round(size, 3)},
    )


def _chosen(options: Options, workspace: Workspace, reporter: Reporter) -> tuple[Dataset, str, list[Run]]:
    """The dataset, the part that is reported, and the runs that answered it.

    Raises UsageError for runs of several datasets, DataError where no part was answered unseen by all that are named.
    """
    if options.runs:
        runs = [workspace.run(name) for name in dict.fromkeys(options.runs)]
        dataset = workspace.dataset_of(runs[0], options.dataset)
        for run in runs:
            if run.dataset_key != dataset.key:
                raise UsageError(
                    f"{runs[0].name} and {run.name} were trained on different datasets",
                    hint="write a report for the runs of each dataset",
                )
    else:
        dataset = workspace.dataset(options.dataset)
        runs = compare.runs_on(workspace, dataset.key, reporter)
    wanted = len(runs) if options.runs else 1
    for part in (TEST, FOLDS):
        answered = [run for run in runs if part in run.metrics]
        if len(answered) >= max(1, wanted):
            return dataset, part, answered
    if options.runs:
        raise DataError(
            "the runs have no answers to the same texts that they had not seen",
            hint="name runs that were all tested, or all trained with --folds",
        )
    raise DataError(f"no run on {dataset.name} was tested", hint="imdbnlp train --model nbsvm")


def _section(run: Run, dataset: Dataset, part: str) -> dict[str, Any]:
    """What the page says of one run."""
    metrics, record, answers = run.metrics[part], run.record, run.predictions(part)
    facts = [
        ("accuracy", readable(metrics["accuracy"])), ("95 % interval", interval(metrics["accuracy_interval"])),
        ("macro F1", readable(metrics["macro_f1"])), ("ROC AUC", readable(metrics["roc_auc"])),
        ("log loss", readable(metrics["log_loss"])), ("calibration error", readable(metrics["ece"])),
        ("s to train", readable(record["train_seconds"])), ("MB", readable(record["model_megabytes"])),
        ("ms a text", readable(record["milliseconds_per_text"])),
    ]  # fmt: skip
    captions = f"{part}: ROC, precision and recall, reliability"
    shown = [(svg(picture_answers(answers.labels, answers.probabilities, dataset.classes), captions), captions)]
    history = run.folder / "model" / "history.json"
    if history.is_file():
        drawn = picture_history(read_json(history), record["facts"]["best_epoch"])
        shown.append((svg(drawn, "loss and accuracy of each epoch"), "learning history"))
    return {
        "name": run.name,
        "about": f"Model {record['model']}, answers to {metrics['n_documents']:,} texts of the part {part}.",
        "facts": facts,
        "tables": [page_table(by_class(metrics, part))],
        "classes": dataset.classes,
        "confusion": _confusion(metrics["confusion"], dataset.classes),
        "pictures": shown,
        "words": page_table(_words(dataset, answers)),
        "errors": page_table(error_table("surest mistakes", confident_errors(answers, dataset, _ERRORS))),
        "settings": [(name, str(value)) for name, value in (record["config"] | {"seed": record["seed"]}).items()],
    }


def _confusion(counts: list[list[int]], classes: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Rows of cells, each with its shade: the share of the true class; nothing for too many classes to read."""
    if len(classes) > _MOST_CLASSES:
        return []
    return [
        (name, [(f"{number:,}", heat_of(number / max(1, sum(row)))) for number in row])
        for name, row in zip(classes, counts, strict=True)
    ]


def _words(dataset: Dataset, answers: Predictions) -> Table:
    """The words that tell apart what the run answered, whatever the model: by log-odds of the answers."""
    predicted = answers.probabilities.argmax(axis=1)
    shape = (len(dataset.classes), len(dataset.vocabulary))
    found = class_words(count_by_class(dataset.tokens, answers.rows, predicted, shape), dataset.vocabulary, _WORDS)
    rows = [(name, ", ".join(word for word, _ in words)) for name, words in zip(dataset.classes, found, strict=True)]
    note = "Words that stand in texts answered so rather than otherwise (log-odds in standard errors)."
    return Table("strongest words", ["answer", "words"], rows, note)
