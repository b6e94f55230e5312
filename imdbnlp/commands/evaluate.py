"""Test a run on a file of labelled texts, or of pairs.

A label that the run has never seen counts as answered wrongly.  That is said,
and so is how many of the texts the run has learned from.

A sequence-to-sequence run is tested on pairs, the source in --text-column and
the target in --label-column: BLEU and chrF of its answers, perplexity and
token accuracy of the true ones.

Example:

    imdbnlp evaluate nbsvm-1a2b3c4d held_out.csv
    imdbnlp evaluate seq2seq-transformer-1a2b3c4d pairs.csv --beam 5
"""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._figures import by_class, confusion, figures, without_copies
from imdbnlp.commands._pairs import translation_figures
from imdbnlp.errors import DataError
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import argument, work_setting
from imdbnlp.sources.labelled import Source, read_source
from imdbnlp.sources.pairs import read_pairs
from imdbnlp.sources.registry import check_table_options
from imdbnlp.sources.settings import LabelSettings, SourceSettings
from imdbnlp.text.fingerprints import is_repeated
from imdbnlp.workspace.run import UNLEAKED, Run
from imdbnlp.workspace.workspace import Workspace

_OF_CLASSES = ("fold_labels", "drop_unlabelled", "many_classes", "batch_size")


class Options(SearchSettings, LabelSettings):
    """Which run, which file, and how to read it."""

    run: str = argument(description="Name or folder of the run.", entries="runs")
    file: str = argument(description="File with labelled texts, or with pairs.")
    batch_size: int = work_setting(4096, ge=1, description="Classify this many texts at once.")

    @property
    def source_settings(self) -> SourceSettings:
        """How the file is read."""
        return SourceSettings(**self.subset(LabelSettings).model_dump())


def evaluate(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Answer every text of the file and compare with its label."""
    run = workspace.any_run(options.run, ready=True)
    check_table_options(options.source_settings, [options.file])
    if run.translates:
        options.refuse(_OF_CLASSES, f"has no meaning for {run.name}, which translates")
        return _evaluate_translations(run, options, reporter)
    options.refuse(SearchSettings.model_fields, f"has no meaning for {run.name}, which is a classifier")
    source = read_source(options.file, options.source_settings, reporter=reporter, default_columns=run.columns)
    reporter.note(f"texts from column '{source.text_column}', labels from column '{source.label_column}'")
    classifier = run.classifier
    labels = _codes(source, classifier.classes, reporter)
    prints = run.fingerprints(source.texts)
    leaked, repeated = run.learned_from(prints), is_repeated(prints)
    n_trained_on = int(leaked.sum())
    if n_trained_on:
        reporter.warn(f"the run has learned from {n_trained_on} of these {len(labels)} texts: figures are too good")
    if repeated.any():
        reporter.warn(f"{repeated.sum():,} of these {len(labels):,} texts are copies of an earlier one")
    parts = []
    began = time.perf_counter()
    with reporter.stage("predict", len(source.texts), "texts") as advance:
        for start in range(0, len(source.texts), options.batch_size):
            batch = source.texts[start : start + options.batch_size]
            parts.append(classifier.probabilities(batch))
            advance(len(batch))
    seconds = time.perf_counter() - began
    probabilities = np.concatenate(parts)
    metrics = evaluate_predictions(labels, probabilities, classifier.classes)
    metrics |= {"n_trained_on": n_trained_on, "n_repeated": int(repeated.sum())}
    part = Path(options.file).name
    unleaked = without_copies(labels, probabilities, classifier.classes, leaked, repeated)
    shown = {part: metrics} | ({part + UNLEAKED: unleaked} if unleaked else {})
    return Result(
        tables=[
            figures(f"run {run.name}", shown, [("texts a second", round(len(labels) / seconds))]),
            by_class(metrics, part),
            confusion(metrics, part),
        ],
        data={
            "run": run.name, "file": options.file, "metrics": metrics, "metrics_without_leaked_texts": unleaked,
            "seconds": round(seconds, 3),
        },
    )  # fmt: skip


def _evaluate_translations(run: Run, options: Options, reporter: Reporter) -> Result:
    """Translate every source of the file and compare with its target."""
    default_columns = run.columns
    named = {
        "--text-column": options.text_column or default_columns["text_column"],
        "--label-column": options.label_column or default_columns["label_column"],
    }
    pairs = read_pairs(options.file, options.source_settings, named, reporter)
    n_trained_on = run.n_trained_on(pairs.sources)
    if n_trained_on:
        reporter.warn(
            f"the run has learned from, or stopped by, {n_trained_on} of these {len(pairs.sources)} sources: "
            "figures are too good"
        )
    reporter.note("sources from column '{}', targets from column '{}'".format(*named.values()))
    translator = run.translator
    began = time.perf_counter()
    with reporter.stage("translate", len(pairs.sources), "sentences") as advance:
        answers = translator.translate(pairs.sources, options.subset(SearchSettings), advance)
    seconds = time.perf_counter() - began
    for doubt in answers.doubts():
        reporter.warn(doubt)
    metrics = translation_metrics(answers.texts, pairs.targets, run.record["lowercase"])
    metrics |= translator.figures(pairs.sources, pairs.targets) | {"beam": options.beam, "n_trained_on": n_trained_on}
    part, costs = Path(options.file).name, [("sentences a second", round(len(pairs.sources) / seconds, 1))]
    return Result(
        tables=[translation_figures(f"run {run.name}", {part: metrics}, costs)],
        data={"run": run.name, "file": options.file, "metrics": metrics, "seconds": round(seconds, 3)},
    )


def _codes(source: Source, classes: list[str], reporter: Reporter) -> NDArray[np.int64]:
    """(texts,) class codes, -1 for a label that the run has never seen.  Raises DataError if it has seen none."""
    codes = {label: code for code, label in enumerate(classes)}
    labels = np.array([codes.get(label, -1) for label in source.labels or []], dtype=np.int64)
    n_unknown = int((labels < 0).sum())
    if n_unknown == len(labels):
        raise DataError(
            f"{source.path}: no label in column '{source.label_column}' is one that the run knows",
            hint=f"--label-column names the column; known are: {', '.join(classes[:10])}",
        )
    if n_unknown:
        reporter.warn(f"{n_unknown} text(s) have a label that the run has never seen: counted wrong")
    return labels
