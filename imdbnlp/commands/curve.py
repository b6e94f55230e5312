"""Draw the learning curve of a model.

Would more labels help?  The model is trained on shares of the training texts,
each half of the next, and tested on the same test texts.

Example:

    imdbnlp curve --model nbsvm
    imdbnlp curve --model linear --ngrams 1-2 --sizes 7
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.commands._figures import interval
from imdbnlp.commands._training import (
    ModelOptions,
    check_vectors,
    config_of,
    key_of,
    preprocessing_of,
    source_of,
    training_on,
    was_interrupted,
    with_config,
)
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.parts import Copies
from imdbnlp.errors import DataError
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.evaluation.significance import mcnemar_exact
from imdbnlp.models.base import ModelConfig, Training
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.plots import picture_curve
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field
from imdbnlp.sources.split_names import TEST
from imdbnlp.storage.files import read_json, write_json
from imdbnlp.storage.store import valid_name
from imdbnlp.tasks.classifier import fit_classifier
from imdbnlp.workspace.vectors import VectorSource
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2
_SUMMARY = "summary.json"
_SIGNIFICANT = 0.05
_LEAST = 2  # texts that each class must have in the smallest share


class Options(ModelOptions):
    """Which model, on which dataset; the model's own options come on top."""

    sizes: int = Field(5, ge=2, le=12, description="Number of training sizes, each half of the next.")


def options_for(given: Mapping[str, Any]) -> type[Options]:
    """Options with the chosen model's own among them."""
    return with_config(Options, given)


def curve(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train on each size, or answer from the cache."""
    dataset = workspace.dataset(options.dataset)
    config = config_of(options)
    source = source_of(config, workspace)
    key = key_of(options, config, dataset, source, format=FORMAT, sizes=options.sizes)
    name = valid_name(f"curve-{options.model}-{key[:8]}")

    def make(folder: Path) -> dict[str, Any]:
        if source:
            check_vectors(source, dataset, config, reporter)
        summary = _measure(options, config, dataset, source, reporter)
        write_json(folder / _SUMMARY, summary)
        picture_curve(options.model, summary["sizes"]).save(folder / "curve.png", folder / "curve.svg")
        return {"kind": "curve", "model": options.model, "dataset": dataset.key}

    folder = workspace.pictures.obtain(name, key, make, options.force, reporter).folder
    reporter.note(f"pictures: {folder}")
    return _result(read_json(folder / _SUMMARY) | {"pictures": str(folder)}, dataset)


def _measure(
    options: Options, config: ModelConfig, dataset: Dataset, source: VectorSource | None, reporter: Reporter
) -> dict[str, Any]:
    documents, _, training = training_on(options, config, dataset, source, reporter)
    test = dataset.rows(TEST)
    copies = Copies.among(dataset.fingerprints, dataset.parts)
    copies.warn_of(TEST, reporter)
    new = test[~(copies.leaked | copies.repeated)[test]]
    test = new if len(new) else test  # a copy of a training text says nothing of what more texts would bring
    if not len(test):
        raise DataError(
            f"dataset {dataset.name} has no test texts to measure on", hint="preprocess with --test-size 0.2"
        )
    shares = [0.5**halvings for halvings in range(options.sizes - 1, -1, -1)]
    order = _places_in_class(training.labels, options.seed)
    _check_smallest(training, order, shares[0])
    points, correct = [], []
    with reporter.stage("sizes", options.sizes, "sizes") as advance:
        for share in shares:
            chosen = np.flatnonzero(order < share)
            part = training.part(chosen, training.valid[chosen])
            classifier = fit_classifier(options.model, config, preprocessing_of(config, dataset), dataset.classes, part)
            if was_interrupted(classifier.model.info):
                raise KeyboardInterrupt
            probabilities = classifier.probabilities_of(documents.take(test))
            metrics = evaluate_predictions(dataset.labels[test], probabilities, dataset.classes)
            kept = ("accuracy", "accuracy_interval", "macro_f1", "log_loss")
            points.append({"n_texts": len(chosen)} | {name: metrics[name] for name in kept})
            correct.append(probabilities.argmax(axis=1) == dataset.labels[test])
            advance(1)
    gain = points[-1]["accuracy"] - points[-2]["accuracy"]
    return {
        "model": options.model,
        "n_test": len(test),
        "sizes": points,
        "gain_of_last_doubling": gain,
        "p": mcnemar_exact(correct[-1], correct[-2]),
    }


def _places_in_class(labels: NDArray[np.int64], seed: int) -> NDArray[np.float64]:
    """(n,) where each text stands among those of its class, shuffled, from 0 to below 1.

    Those below a share are that share of every class, and smaller shares lie inside larger ones.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    places = np.empty(len(labels))
    for code in np.unique(labels):
        own = shuffled[labels[shuffled] == code]
        places[own] = np.arange(len(own)) / len(own)
    return places


def _check_smallest(training: Training, order: NDArray[np.float64], share: float) -> None:
    sizes = np.bincount(training.labels[order < share], minlength=training.n_classes)
    if sizes.min() < _LEAST:
        raise DataError(
            f"the smallest share has a class with {sizes.min()} text(s), too few to learn from",
            hint="use fewer --sizes, or give more texts",
        )


def _result(summary: dict[str, Any], dataset: Dataset) -> Result:
    rows = [
        (one["n_texts"], one["accuracy"], interval(one["accuracy_interval"]), one["macro_f1"], one["log_loss"])
        for one in summary["sizes"]
    ]
    title = f"{summary['model']} on {dataset.name}, tested on {summary['n_test']:,} texts"
    columns = ["training texts", "accuracy", "95 %", "F1", "log loss"]
    return Result(tables=[Table(title, columns, rows, _verdict(summary))], data={"dataset": dataset.name} | summary)


def _verdict(summary: dict[str, Any]) -> str:
    gain, p = summary["gain_of_last_doubling"], summary["p"]
    measured = f"The last doubling changed the accuracy by {gain:+.3f} (p {p:.2g})"
    if p >= _SIGNIFICANT:
        return f"{measured}, which may be chance: more labels of this kind may not help."
    if gain < 0:
        return f"{measured}: more labels of this kind made it worse."
    return f"{measured}: more labels would help; gains shrink from doubling to doubling."
