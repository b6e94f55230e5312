"""The report of a dataset and its runs, as one HTML page.

page = report_page(dataset, "test", rank(runs, "test"))
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from imdbnlp import __version__
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.statistics import count_by_class
from imdbnlp.evaluation.class_words import class_words
from imdbnlp.evaluation.metrics import METRICS
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.corpus import corpus_summary, corpus_tables
from imdbnlp.report.figures import by_class, coverage, interval
from imdbnlp.report.leaderboard import Ranked, leaderboard
from imdbnlp.report.pages import heat_of, page_table, render, svg
from imdbnlp.report.plots import picture_answers, picture_history
from imdbnlp.report.result import Table, readable
from imdbnlp.report.texts import confident_errors, error_table
from imdbnlp.sources.split_names import TEST
from imdbnlp.tasks.classification import FOLDS
from imdbnlp.workspace.run import Predictions, Run

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


def report_page(dataset: Dataset, part: str, ranked: list[Ranked], reporter: Reporter = SILENT) -> str:
    """The whole page.  ranked: runs that have predictions for the part."""
    summary, pictures = corpus_summary(dataset, reporter=reporter)
    with reporter.stage("pages", len(ranked), "runs") as advance:
        sections = []
        for one in ranked:
            sections.append(_section(one.run, dataset, part))
            advance(1)
    return render(
        "report.html",
        dataset=dataset.name,
        version=__version__,
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        data_tables=[page_table(table) for table in corpus_tables(summary, dataset.name)],
        data_pictures=[(svg(picture, _caption(name)), _caption(name)) for name, picture in pictures.items()],
        verdict=verdict(ranked, part),
        leaderboard=page_table(leaderboard(ranked, part, dataset.name)),
        runs=sections,
    )


def verdict(ranked: list[Ranked], part: str) -> str:
    """Which run is best, how good it is, and which others may be as good, in one sentence."""
    best, others = ranked[0].run, ranked[1:]
    metrics = best.metrics[part]
    low, high = metrics["accuracy_interval"]
    texts = f"{metrics['n_documents']:,} {_PARTS[part]}"
    sentence = f"{metrics['accuracy']:.3f} accuracy ({low:.3f}–{high:.3f}) on {texts}"
    if not others:
        return f"{best.name}: {sentence}; there is no other run to compare it with."
    tied = [other.run.name for other in others if other.mark == "tied"]
    worse = [other.run.name for other in others if other.mark != "tied"]
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
    metrics, record, predictions = run.metrics[part], run.record, run.predictions(part)
    info = [
        *_figures(metrics),
        ("training time (s)", readable(record["train_seconds"])),
        ("model size (MB)", readable(record["model_megabytes"])),
        ("prediction time per text (ms)", readable(record["milliseconds_per_text"])),
    ]
    captions = f"ROC curve, precision-recall curve and reliability diagram on the {_PARTS[part]}"
    shown = [(svg(picture_answers(predictions.labels, predictions.probabilities, dataset.classes), captions), captions)]
    if run.history:
        drawn = picture_history(run.history, record["info"]["best_epoch"])
        caption = "Loss and accuracy after each epoch, on the training and the validation set"
        shown.append((svg(drawn, caption), caption))
    return {
        "name": run.name,
        "about": f"Model {record['model']}, tested on {metrics['n_documents']:,} {_PARTS[part]}.",
        "info": info,
        "tables": [page_table(by_class(metrics, part)), page_table(coverage(metrics, part))],
        "classes": dataset.classes,
        "confusion": _confusion(metrics["confusion"], dataset.classes),
        "pictures": shown,
        "words": page_table(_words(dataset, predictions)),
        "errors": page_table(error_table("Most confident errors", confident_errors(predictions, dataset, _ERRORS))),
        "settings": [
            (name.replace("_", " "), str(value))
            for name, value in (record["config"] | {"seed": record["seed"]}).items()
            if value is not None
        ],
    }


def _figures(metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every metric by its label, and the interval of the accuracy."""
    figures = [(metric.label, _shown(metrics.get(name), metric.digits)) for name, metric in METRICS.items()]
    figures.insert(1, ("95 % confidence interval", interval(metrics["accuracy_interval"])))
    return figures


def _shown(value: float | None, digits: int) -> str:
    return readable(value) if value is None else f"{value:.{digits}f}"


def _confusion(counts: list[list[int]], classes: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Rows of cells, each with its shade: the share of the true class; nothing for too many classes to read."""
    if len(classes) > _MOST_CLASSES:
        return []
    return [
        (name, [(f"{number:,}", heat_of(number / max(1, sum(row)))) for number in row])
        for name, row in zip(classes, counts, strict=True)
    ]


def _words(dataset: Dataset, predictions: Predictions) -> Table:
    """The words that distinguish the predicted classes, for any model: log-odds of words by prediction."""
    predicted = predictions.predicted
    shape = (len(dataset.classes), len(dataset.vocabulary))
    found = class_words(count_by_class(dataset.tokens, predictions.rows, predicted, shape), dataset.vocabulary, _WORDS)
    rows = [(name, ", ".join(word for word, _ in words)) for name, words in zip(dataset.classes, found, strict=True)]
    note = "Words that occur more often in texts with this prediction than in others, by log-odds in standard errors."
    return Table("Words typical of each predicted class", ["predicted class", "words"], rows, note)
