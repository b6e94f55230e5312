"""Test a trained model on new texts, in memory.

tested = measure_classifier(classifier, texts, labels, is_trained_on, is_repeated)
tested.metrics["accuracy"], tested.seconds
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.evaluation.metrics import evaluate_predictions, evaluate_without_copies
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.tasks.classifier import Classifier
from imdbnlp.tasks.translator import Translator


@dataclass(frozen=True)
class Tested:
    """metrics: figures of all texts.  seconds: of predicting.  warnings: what is doubtful about them.

    without_copies: the figures of texts that are neither training texts nor repeated; None if all or none are.
    """

    metrics: dict[str, Any]
    seconds: float
    without_copies: dict[str, Any] | None = None
    warnings: Sequence[str] = ()


def label_codes(labels: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    """(texts,) the code of each label, -1 for one that is not among the classes."""
    codes = {label: code for code, label in enumerate(classes)}
    return np.array([codes.get(label, -1) for label in labels], dtype=np.int64)


def predict_batches(
    classifier: Classifier, texts: Sequence[str], batch_size: int = 4096, reporter: Reporter = SILENT
) -> NDArray[np.float64]:
    """(texts, classes) probabilities, computed in batches."""
    parts = [np.zeros((0, len(classifier.classes)))]
    with reporter.stage("predict", len(texts), "texts") as advance:
        for start in range(0, len(texts), batch_size):
            parts.append(classifier.probabilities(texts[start : start + batch_size]))
            advance(len(parts[-1]))
    return np.concatenate(parts)


def measure_classifier(
    classifier: Classifier, texts: Sequence[str], labels: NDArray[np.int64], trained_on: NDArray[np.bool_],
    repeated: NDArray[np.bool_], batch_size: int = 4096, reporter: Reporter = SILENT,
) -> Tested:  # fmt: skip
    """Compare predictions with labels.

    labels: (texts,) codes.  trained_on: (texts,) true for training texts.  repeated: (texts,) true for copies of an
    earlier text.
    """
    began = time.perf_counter()
    probabilities = predict_batches(classifier, texts, batch_size, reporter)
    seconds = time.perf_counter() - began
    predicted = classifier.decide(probabilities)
    metrics = evaluate_predictions(labels, probabilities, classifier.classes, predicted)
    metrics |= {"n_trained_on": int(trained_on.sum()), "n_repeated": int(repeated.sum())}
    without = evaluate_without_copies(labels, probabilities, classifier.classes, trained_on, repeated, predicted)
    return Tested(metrics, seconds, without)


def measure_translator(
    translator: Translator, sources: Sequence[str], references: Sequence[str], lowercase: bool,
    search: SearchSettings, reporter: Reporter = SILENT,
) -> Tested:  # fmt: skip
    """Compare translations with references by BLEU and chrF, and references with what the model expects."""
    began = time.perf_counter()
    with reporter.stage("translate", len(sources), "sentences") as advance:
        translations = translator.translate(sources, search, advance)
    seconds = time.perf_counter() - began
    metrics = translation_metrics(translations.texts, references, lowercase)
    metrics |= translator.figures(sources, references) | {"beam": search.beam}
    return Tested(metrics, seconds, warnings=translations.warnings())
