"""Pictures of what was learned.

picture_history([{"epoch": 1, "loss": 0.5, "accuracy": 0.8, "valid_loss": 0.4}], best=1).save(Path("history.png"))
picture_words(vectors, {"good": ["great", "fine"], "bad": ["awful"]}).save(Path("words.svg"))
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.evaluation.calibration import reliability_bins
from imdbnlp.evaluation.curves import precision_recall_curve, roc_curve, thinned
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.report.pictures import BLUE, COLOURS, GREY, ORANGE, Picture, plain

_MOST_CURVES, _MOST_POINTS, _MOST_LETTERS = 8, 200, 30


def picture_history(epochs: Sequence[Mapping[str, Any]], best: int = 0) -> Picture:
    """Loss and accuracy of each epoch, in training and validation.  best: the epoch whose weights were kept."""

    def draw(made: Any) -> None:
        numbers = [epoch["epoch"] for epoch in epochs]
        for axes, name in zip(made.subplots(1, 2), ("loss", "accuracy"), strict=True):
            for kind, colour, shown in (("", BLUE, "training"), ("valid_", ORANGE, "validation")):
                values = [epoch.get(kind + name, np.nan) for epoch in epochs]
                if not np.isnan(values).all():
                    axes.plot(numbers, values, color=colour, label=shown, marker="o", markersize=3, linewidth=1.5)
            if best:
                axes.axvline(best, color=GREY, linewidth=0.8, linestyle=":", label="kept")
            axes.set_title(name)
            axes.set_xlabel("epoch")
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.legend()

    return Picture(8, 3, draw)


def picture_words(vectors: WordVectors, groups: Mapping[str, Sequence[str]]) -> Picture:
    """Words as points, near where their vectors are, one colour a group.

    A word of several groups belongs to the first.  Names that would cover others are left out.
    """
    first = {word: name for name, group in list(groups.items())[::-1] for word in group}
    groups = {name: [word for word in dict.fromkeys(group) if first[word] == name] for name, group in groups.items()}
    words = [word for group in groups.values() for word in group]
    places = dict(zip(words, _flattened(vectors.directions[[vectors.ids[word] for word in words]]), strict=True))

    def draw(made: Any) -> None:
        axes = made.subplots()
        for number, (name, group) in enumerate(groups.items()):
            points = np.array([places[word] for word in group]).reshape(-1, 2)
            colour = COLOURS[number % len(COLOURS)]
            axes.scatter(points[:, 0], points[:, 1], s=12, color=colour, label=name, alpha=0.8, linewidths=0)
        if len(groups) > 1:
            axes.legend()
        axes.set_xticks([])
        axes.set_yticks([])
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        _name_points(axes, places)

    return Picture(8, 6, draw)


def _flattened(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """(words, dimensions) -> (words, 2) their two main directions (principal components)."""
    centred = rows - rows.mean(axis=0)
    _, _, main = np.linalg.svd(centred, full_matrices=False)
    flat = centred @ main[:2].T
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def _name_points(axes: Any, places: Mapping[str, NDArray[np.float32]]) -> None:
    axes.figure.draw_without_rendering()
    taken: list[Any] = []
    for word, place in places.items():
        text = axes.annotate(word, place, xytext=(4, 2), textcoords="offset points", fontsize=8)
        box = text.get_window_extent()
        if any(box.overlaps(other) for other in taken):
            text.remove()
        else:
            taken.append(box)


def picture_curve(model: str, sizes: Sequence[Mapping[str, Any]]) -> Picture:
    """The accuracy on test texts by the number of training texts, with its 95 % interval."""

    def draw(made: Any) -> None:
        axes = made.subplots()
        numbers = [one["n_texts"] for one in sizes]
        accuracy = [one["accuracy"] for one in sizes]
        ends = np.array([one["accuracy_interval"] for one in sizes])
        axes.fill_between(numbers, ends[:, 0], ends[:, 1], color=BLUE, alpha=0.15, linewidth=0, label="95 % interval")
        axes.plot(numbers, accuracy, color=BLUE, marker="o", markersize=4, label=model)
        axes.set_xscale("log", base=2)
        axes.set_xticks(numbers, [f"{number:,}" for number in numbers])
        axes.minorticks_off()
        axes.set_xlabel("training texts")
        axes.set_ylabel("accuracy on test texts")
        axes.legend(loc="lower right")

    return Picture(6, 3.4, draw)


def picture_answers(labels: NDArray[np.int64], probabilities: NDArray[np.float64], classes: Sequence[str]) -> Picture:
    """ROC curves, precision-recall curves and a reliability diagram.

    labels: (n,) codes, -1 unknown.  Of two classes the curves of the second are drawn, of more those of the largest.
    """
    known = labels >= 0
    sizes = np.bincount(labels[known], minlength=len(classes))
    codes = [1] if len(classes) == 2 else np.argsort(-sizes, kind="stable")[:_MOST_CURVES].tolist()

    def draw(made: Any) -> None:
        roc, precision, reliability = made.subplots(1, 3)
        for code in codes:
            positive, scores = labels[known] == code, probabilities[known, code]
            roc.plot(
                *thinned(roc_curve(positive, scores), _MOST_POINTS),
                label=plain(classes[code][:_MOST_LETTERS]),
                linewidth=1.3,
            )
            found = precision_recall_curve(positive, scores)
            precision.plot(*thinned((found[1], found[0]), _MOST_POINTS), linewidth=1.3)
        bins = reliability_bins(probabilities, labels)
        filled = bins.sizes > 0
        reliability.plot(bins.confidence[filled], bins.accuracy[filled], color=BLUE, marker="o", markersize=3)
        for axes in (roc, reliability):
            axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":")
        for axes, title, x, y in (
            (roc, "ROC", "false positive rate", "true positive rate"),
            (precision, "precision-recall", "recall", "precision"),
            (reliability, "reliability", "predicted probability", "accuracy"),
        ):
            axes.set(title=title, xlabel=x, ylabel=y, ylim=(-0.02, 1.04))
        roc.legend(loc="lower right", fontsize=7)

    return Picture(9, 3, draw)


def picture_attention(source: Sequence[str], target: Sequence[str], weights: NDArray[np.float32]) -> Picture:
    """How much each token of a translation (rows) looked at each of the source (columns).

    weights: (target, source), each row adding up to 1.
    """

    def draw(made: Any) -> None:
        axes = made.subplots()
        shown = axes.imshow(weights, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(len(source)), [_token(token) for token in source], rotation=90 if len(source) > 8 else 45)
        axes.set_yticks(range(len(target)), [_token(token) for token in target])
        axes.tick_params(length=0)
        axes.xaxis.tick_top()
        axes.spines[:].set_visible(False)
        made.colorbar(shown, ax=axes, label="attention", shrink=0.6)

    return Picture(2.2 + 0.36 * len(source), 1.6 + 0.26 * len(target), draw)


def _token(token: str) -> str:
    """A token as it is read: a piece within a word is marked, not one that begins it."""
    return plain(f"·{token}" if token[0].isalnum() else token.removeprefix("▁"))
