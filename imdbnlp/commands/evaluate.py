"""Test a run on a file of labelled texts.

A label that the run has never seen counts as answered wrongly.  That is said,
and so is how many of the texts the run has learned from.

Example:

    imdbnlp evaluate nbsvm-1a2b3c4d held_out.csv
"""

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._figures import by_class, confusion, figures
from imdbnlp.data.sources import Source, SourceSettings, read_source
from imdbnlp.errors import DataError
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result
from imdbnlp.settings import Field, argument
from imdbnlp.workspace.workspace import Workspace


class Options(SourceSettings):
    """Which run, which file, and how to read it."""

    run: str = argument(description="Name or folder of the run.")
    file: str = argument(description="Labelled texts.")
    batch_size: int = Field(4096, ge=1, description="Texts answered at once.")


def evaluate(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Answer every text of the file and compare with its label."""
    run = workspace.run(options.run)
    source = read_source(options.file, options.subset(SourceSettings), reporter=reporter, usual=run.columns)
    classifier = run.classifier
    labels = _codes(source, classifier.classes, reporter)
    n_trained_on = run.n_trained_on(source.texts)
    if n_trained_on:
        reporter.warn(f"the run has learned from {n_trained_on} of these {len(labels)} texts: figures are too good")
    parts = []
    began = time.perf_counter()
    with reporter.stage("predict", len(source.texts), "texts") as advance:
        for start in range(0, len(source.texts), options.batch_size):
            batch = source.texts[start : start + options.batch_size]
            parts.append(classifier.probabilities(batch))
            advance(len(batch))
    seconds = time.perf_counter() - began
    metrics = evaluate_predictions(labels, np.concatenate(parts), classifier.classes)
    metrics["n_trained_on"] = n_trained_on
    part = Path(options.file).name
    return Result(
        tables=[
            figures(f"run {run.name}", {part: metrics}, [("texts a second", round(len(labels) / seconds))]),
            by_class(metrics, part),
            confusion(metrics, part),
        ],
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
