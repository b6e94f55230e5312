"""Test a run on a file of labelled texts, or of pairs.

A label that the run was not trained on counts as predicted wrongly.  That is
reported, and so is how many of the texts are training texts of the run.

A sequence-to-sequence run is tested on pairs, the source in --text-column and
the target in --label-column: BLEU and chrF of its translations, perplexity
and token accuracy of the references.

Example:

    imdbnlp evaluate nbsvm-1a2b3c4d held_out.csv
    imdbnlp evaluate seq2seq-transformer-1a2b3c4d pairs.csv --beam 5
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.figures import by_class, confusion, coverage, figure_table
from imdbnlp.report.result import Result
from imdbnlp.settings import argument, work_setting
from imdbnlp.sources.labelled import Source, read_source
from imdbnlp.sources.pairs import read_pairs
from imdbnlp.sources.registry import check_table_options
from imdbnlp.sources.settings import LabelSettings, SourceSettings
from imdbnlp.tasks.classification import UNLEAKED
from imdbnlp.tasks.testing import label_codes, measure_classifier, measure_translator
from imdbnlp.text.fingerprints import is_repeated
from imdbnlp.workspace.run import Run
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
    """Predict every text of the file and compare with its label, or with its target."""
    run = workspace.any_run(options.run, ready=True)
    check_table_options(options.source_settings, [options.file])
    if run.task == "translation":
        options.refuse(_OF_CLASSES, f"does not apply to {run.name}, which translates")
        return _evaluate_pairs(run, options, reporter)
    options.refuse(SearchSettings.model_fields, f"does not apply to {run.name}, which is a classifier")
    return _evaluate_texts(run, options, reporter)


def _evaluate_texts(run: Run, options: Options, reporter: Reporter) -> Result:
    source = read_source(options.file, options.source_settings, reporter=reporter, default_columns=run.columns)
    reporter.note(f"texts from column '{source.text_column}', labels from column '{source.label_column}'")
    labels = _codes(source, run.classifier.classes, reporter)
    prints = run.fingerprints(source.texts)
    trained_on, repeated = run.was_trained_on(prints), is_repeated(prints)
    if trained_on.any():
        reporter.warn(
            f"the run was trained on {trained_on.sum():,} of these {len(labels):,} texts: the metrics are optimistic"
        )
    if repeated.any():
        reporter.warn(f"{repeated.sum():,} of these {len(labels):,} texts are copies of an earlier one")
    tested = measure_classifier(
        run.classifier, source.texts, labels, trained_on, repeated, options.batch_size, reporter
    )
    part, unleaked = Path(options.file).name, tested.without_copies
    shown = {part: tested.metrics} | ({part + UNLEAKED: unleaked} if unleaked else {})
    return Result(
        tables=[
            figure_table(f"run {run.name}", shown, [("texts/s", round(len(labels) / tested.seconds))]),
            by_class(tested.metrics, part),
            confusion(tested.metrics, part),
            coverage(tested.metrics, part),
        ],
        data={
            "run": run.name, "file": options.file, "metrics": tested.metrics, "metrics_without_leaked_texts": unleaked,
            "seconds": round(tested.seconds, 3),
        },
    )  # fmt: skip


def _evaluate_pairs(run: Run, options: Options, reporter: Reporter) -> Result:
    columns = {
        "--text-column": options.text_column or run.columns["text_column"],
        "--label-column": options.label_column or run.columns["label_column"],
    }
    pairs = read_pairs(options.file, options.source_settings, columns, reporter)
    n_trained_on = run.n_trained_on(pairs.sources)
    if n_trained_on:
        reporter.warn(
            f"the run was trained on {n_trained_on:,} of these {len(pairs.sources):,} sources: the metrics are "
            "optimistic"
        )
    reporter.note("sources from column '{}', targets from column '{}'".format(*columns.values()))
    search, lowercase = options.subset(SearchSettings), run.record["lowercase"]
    tested = measure_translator(run.translator, pairs.sources, pairs.targets, lowercase, search, reporter)
    for warning in tested.warnings:
        reporter.warn(warning)
    metrics = tested.metrics | {"n_trained_on": n_trained_on}
    costs = [("sentences/s", round(len(pairs.sources) / tested.seconds, 1))]
    return Result(
        tables=[figure_table(f"run {run.name}", {Path(options.file).name: metrics}, costs)],
        data={"run": run.name, "file": options.file, "metrics": metrics, "seconds": round(tested.seconds, 3)},
    )


def _codes(source: Source, classes: list[str], reporter: Reporter) -> NDArray[np.int64]:
    """(texts,) class codes, -1 for an unknown label, which is reported.  Raises DataError if all are unknown."""
    labels = label_codes(source.labels or [], classes)
    n_unknown = int((labels < 0).sum())
    if n_unknown == len(labels):
        raise DataError(
            f"{source.path}: no label in column '{source.label_column}' is a class of the run",
            hint=f"name the column with --label-column; the classes are: {', '.join(classes[:10])}",
        )
    if n_unknown:
        reporter.warn(f"{n_unknown:,} text(s) have a label that is not a class of the run: counted as wrong")
    return labels
