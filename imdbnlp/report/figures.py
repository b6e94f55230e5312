"""Figures of classifiers and translators as tables.

    figure_table("run nbsvm", {"test": metrics}, [("train seconds", 4.2)])

METRICS lists the metrics of classifiers and their labels; those of translations are listed here.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imdbnlp.evaluation.metrics import METRICS
from imdbnlp.report.result import Table

_OF_TRANSLATIONS = {
    "n_pairs": "pairs", "bleu_greedy": "BLEU, greedy", "bleu": "BLEU", "chrf": "chrF", "perplexity": "perplexity",
    "token_accuracy": "token accuracy",
}  # fmt: skip
_OF_CLASS = ("precision", "recall", "f1", "support")
_FEW_CLASSES, _MOST_CONFUSED = 6, 10


def _labels() -> dict[str, str]:
    """The figures that are shown, in their order, and what they are called."""
    labels = {"n_documents": "texts"}
    for name, metric in METRICS.items():
        labels[name] = metric.label
        labels |= {f"{name}_interval": "95 % interval"} if name == "accuracy" else {}
    return labels | _OF_TRANSLATIONS


def figure_table(title: str, metrics: Mapping[str, Mapping[str, Any]], costs: Sequence[tuple[str, Any]]) -> Table:
    """The main figures of each part side by side, and below them what they cost."""
    present = {name: label for name, label in _labels().items() if any(name in part for part in metrics.values())}
    rows = [(label, *(_shown(part.get(name)) for part in metrics.values())) for name, label in present.items()]
    rows += [(shown, value, *[""] * (len(metrics) - 1)) for shown, value in costs]
    notes = [f"{name}: {part['note']}." for name, part in metrics.items() if "note" in part]
    notes += [f"BLEU: {part['signature']}." for part in list(metrics.values())[:1] if "signature" in part]
    return Table(title, ["figure", *(metrics or ["value"])], rows, " ".join(notes))


def _shown(value: Any) -> Any:
    return interval(value) if isinstance(value, list) else value


def interval(ends: Sequence[float]) -> str:
    """An interval as it is read."""
    return "–".join(f"{end:.3f}" for end in ends)


def by_class(metrics: Mapping[str, Any], part: str) -> Table:
    """The classification report: precision, recall, F1 and number of texts of each class, and their averages."""
    classes = metrics["per_class"]
    rows = [(label, *(one[name] for name in _OF_CLASS)) for label, one in classes.items()]
    n_texts = sum(one["support"] for one in classes.values())
    for name, weights in (
        ("macro average", [1.0] * len(classes)),
        ("weighted average", [float(one["support"]) for one in classes.values()]),
    ):
        rows.append((name, *(_average(classes.values(), figure, weights) for figure in _OF_CLASS[:-1]), n_texts))
    return Table(f"classification report, {part}", ["class", "precision", "recall", "F1", "texts"], rows)


def _average(classes: Iterable[Mapping[str, float]], figure: str, weights: Sequence[float]) -> float | None:
    """The weighted mean of a figure over the classes; None if all weights are 0."""
    total = sum(weights)
    weighted = sum(one[figure] * weight for one, weight in zip(classes, weights, strict=True))
    return weighted / total if total else None


def coverage(metrics: Mapping[str, Any], part: str) -> Table:
    """Accuracy and coverage of `predict --abstain-below` for several probabilities."""
    rows = [
        (
            f"{row['threshold']:g}",
            row["n_predicted"],
            _share(row["n_predicted"], metrics["n_documents"]),
            row["accuracy"],
        )
        for row in metrics["coverage"]
    ]
    return Table(f"accuracy by coverage, {part}", ["abstain below", "texts", "coverage", "accuracy"], rows)


def decision_thresholds(classes: Sequence[str], factors: Sequence[float], objective: str) -> Table:
    """From which probability a class of two is predicted; of more, what the probability of each is multiplied by."""
    title = f"decision thresholds, chosen for {objective.replace('_', ' ')}"
    if len(classes) == 2:
        shares = [factor / sum(factors) for factor in reversed(factors)]
        return Table(title, ["class", "predicted from probability"], list(zip(classes, shares, strict=True)))
    note = "The class with the largest product of probability and factor is predicted."
    return Table(title, ["class", "factor"], list(zip(classes, factors, strict=True)), note)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def history(epochs: Sequence[Mapping[str, Any]], best: int) -> Table:
    """Loss and accuracy of each epoch of a network's training."""
    columns = {"loss": "loss", "accuracy": "accuracy", "valid_loss": "validation loss",
               "valid_accuracy": "validation accuracy"}  # fmt: skip
    rows = [
        (epoch["epoch"], *(epoch.get(name) for name in columns), "kept" if epoch["epoch"] == best else "")
        for epoch in epochs
    ]
    return Table("training history", ["epoch", *columns.values(), ""], rows)


def confusion(metrics: Mapping[str, Any], part: str) -> Table:
    """How often each class was predicted for each true one; of many classes, only what was confused most."""
    classes = list(metrics["per_class"])
    if len(classes) <= _FEW_CLASSES:
        rows = [(label, *counts) for label, counts in zip(classes, metrics["confusion"], strict=True)]
        return Table(f"true class (row) and predicted class (column), {part}", ["", *classes], rows)
    pairs = [
        (true, predicted, number)
        for true, counts in zip(classes, metrics["confusion"], strict=True)
        for predicted, number in zip(classes, counts, strict=True)
        if true != predicted and number
    ]
    pairs.sort(key=lambda pair: -pair[2])
    return Table(f"most confused, {part}", ["true class", "predicted class", "texts"], pairs[:_MOST_CONFUSED])
