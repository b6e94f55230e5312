"""Test a run on a file of labelled texts.

A label that the run has never seen counts as answered wrongly, and is said.

Example:

    imdbnlp evaluate nbsvm-1a2b3c4d held_out.csv
"""

import time
from pathlib import Path

import numpy as np

from imdbnlp.commands._figures import by_class, confusion, figures
from imdbnlp.data.sources import SourceSettings, read_source
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
    source = read_source(options.file, options.subset(SourceSettings), reporter=reporter)
    classifier = run.classifier
    codes = {label: code for code, label in enumerate(classifier.classes)}
    labels = np.array([codes.get(label, -1) for label in source.labels or []], dtype=np.int64)
    parts = []
    began = time.perf_counter()
    with reporter.stage("predict", len(source.texts), "texts") as advance:
        for start in range(0, len(source.texts), options.batch_size):
            batch = source.texts[start : start + options.batch_size]
            parts.append(classifier.probabilities(batch))
            advance(len(batch))
    seconds = time.perf_counter() - began
    metrics = evaluate_predictions(labels, np.concatenate(parts), classifier.classes)
    if metrics["n_unknown_label"]:
        reporter.warn(f"{metrics['n_unknown_label']} text(s) have a label that the run has never seen: counted wrong")
    part = Path(options.file).name
    return Result(
        tables=[
            figures(f"run {run.name}", {part: metrics}, [("texts a second", round(len(labels) / seconds))]),
            by_class(metrics, part),
            confusion(metrics, part),
        ],
        data={"run": run.name, "file": options.file, "metrics": metrics, "seconds": round(seconds, 3)},
    )
