"""Write a report of runs and their dataset as one HTML page.

The page is self-contained: it opens offline, runs no script, and can be read
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
from imdbnlp.data.statistics import count_by_class
from imdbnlp.errors import DataError, UsageError
from imdbnlp.evaluation.class_words import class_words
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.pages import PAGE_ENDINGS, heat_of, page_table, render, svg
from imdbnlp.report.plots import picture_answers, picture_history
from imdbnlp.report.result import Result, Table, readable
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.sources.split_names import TEST
from imdbnlp.storage.files import read_json
from imdbnlp.storage.output import check_output, is_standard_output, replacing
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace

_MOST_CLASSES = 30  # of a confusion matrix that can be read
_WORDS, _ERRORS = 12, 10
_MOST_NAMED = 5
_PARTS = {TEST: "test texts", FOLDS: "training texts, each predicted by cross-validation"}
_VIEWS = {"words": "all words", "no-stop": "without stop words", "lemma": "lemmas", "stem": "stems"}
_CAPTIONS = {
    "word-counts": "How many words occur how often",
    "lengths": "How many texts have how many words",
    "classes": "Texts of each class, by the part of the dataset",
}


class Options(Settings):
    """Which runs, and where the page goes."""

    runs: tuple[str, ...] = argument((), description="Runs on one dataset; by default all of them.", entries="runs")
    dataset: str | None = work_setting(
        None, description="Dataset of the report; by default that of the runs, or the latest.", entries="datasets"
    )
    output: str = Field("report.html", description="File to write, as .html; - for standard output.")


def report(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Gather what the dataset and its runs have to show, and write the page."""
    check_output("--output", options.output, PAGE_ENDINGS)
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
        data_pictures=[(svg(picture, _caption(name)), _caption(name)) for name, picture in pictures.items()],
        verdict=verdict(ranked, part),
        leaderboard=page_table(compare.leaderboard(ranked, part, dataset.name)),
        runs=sections,
    )
    if is_standard_output(options.output):
        return Result(lines=[page])
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


def verdict(ranked: compare.Ranked, part: str) -> str:
    """Which run is best, how good it is, and which others may be as good, in one sentence."""
    (best, _), *others = ranked
    metrics = best.metrics[part]
    low, high = metrics["accuracy_interval"]
    texts = f"{metrics['n_documents']:,} {_PARTS[part]}"
    sentence = f"{metrics['accuracy']:.3f} accuracy ({low:.3f}–{high:.3f}) on {texts}"
    if not others:
        return f"{best.name}: {sentence}; there is no other run to compare it with."
    tied = [run.name for run, p in others if compare.mark(p) == "tied"]
    worse = [run.name for run, p in others if compare.mark(p) != "tied"]
    parts = [f"{best.name} is best: {sentence}"]
    if tied:
        parts.append(f"{_listed(tied)} {'is' if len(tied) == 1 else 'are'} statistically tied with it")
    if worse:
        parts.append(f"{_listed(worse)} {'is' if len(worse) == 1 else 'are'} significantly worse")
    return "; ".join(parts) + "."


def _listed(names: list[str]) -> str:
    """The names as a sentence lists them; of many, the first."""
    if len(names) > _MOST_NAMED:
        names = [*names[: _MOST_NAMED - 1], f"{len(names) - _MOST_NAMED + 1} other runs"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _caption(name: str) -> str:
    """What one of the pictures of `explore` shows."""
    if name.startswith("treemap-"):
        return f"The most frequent words and their counts ({_VIEWS[name.removeprefix('treemap-')]})"
    return _CAPTIONS[name]


def _section(run: Run, dataset: Dataset, part: str) -> dict[str, Any]:
    """What the page says of one run."""
    metrics, record, answers = run.metrics[part], run.record, run.predictions(part)
    info = [
        ("accuracy", readable(metrics["accuracy"])),
        ("95 % confidence interval", interval(metrics["accuracy_interval"])),
        ("macro F1", readable(metrics["macro_f1"])),
        ("ROC AUC", readable(metrics["roc_auc"])),
        ("log loss", readable(metrics["log_loss"])),
        ("expected calibration error", readable(metrics["ece"])),
        ("training time (s)", readable(record["train_seconds"])),
        ("model size (MB)", readable(record["model_megabytes"])),
        ("prediction time per text (ms)", readable(record["milliseconds_per_text"])),
    ]
    captions = f"ROC curve, precision-recall curve and reliability diagram on the {_PARTS[part]}"
    shown = [(svg(picture_answers(answers.labels, answers.probabilities, dataset.classes), captions), captions)]
    history = run.folder / "model" / "history.json"
    if history.is_file():
        drawn = picture_history(read_json(history), record["info"]["best_epoch"])
        caption = "Loss and accuracy after each epoch, on the training and the validation set"
        shown.append((svg(drawn, caption), caption))
    return {
        "name": run.name,
        "about": f"Model {record['model']}, tested on {metrics['n_documents']:,} {_PARTS[part]}.",
        "info": info,
        "tables": [page_table(by_class(metrics, part))],
        "classes": dataset.classes,
        "confusion": _confusion(metrics["confusion"], dataset.classes),
        "pictures": shown,
        "words": page_table(_words(dataset, answers)),
        "errors": page_table(error_table("Most confident errors", confident_errors(answers, dataset, _ERRORS))),
        "settings": [
            (name.replace("_", " "), str(value))
            for name, value in (record["config"] | {"seed": record["seed"]}).items()
            if value is not None
        ],
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
    note = "Words that occur more often in texts with this prediction than in others, by log-odds in standard errors."
    return Table("Words typical of each predicted class", ["predicted class", "words"], rows, note)
