"""Pictures of what was learned, as PNG or SVG by the file's ending.

plot_history(Path("history.png"), [{"epoch": 1, "loss": 0.5, "accuracy": 0.8, "valid_loss": 0.4}], best=1)
plot_words(Path("words.png"), vectors, {"good": ["great", "fine"], "bad": ["awful"]})
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import UsageError
from imdbnlp.features.embeddings import WordVectors

BLUE, ORANGE, GREY = "#2f6db3", "#d9772b", "#8a8a8a"
_COLOURS = [BLUE, ORANGE, "#3c9157", "#a14f9c", "#b8443f", "#5b5fa8", "#7c6a2c", "#2a8f97"]
_ENDINGS = (".png", ".svg", ".pdf")
_STYLE: dict[Any, Any] = {
    "font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": GREY,
    "axes.titlesize": 10, "axes.titlelocation": "left", "legend.frameon": False, "svg.hashsalt": "imdbnlp",
}  # fmt: skip


@contextmanager
def figure(path: Path, width: float, height: float) -> Iterator[Any]:
    """A figure, in inches, that is written when it is done.  Raises UsageError for an unknown ending or folder."""
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(f"{path}: pictures are written as {', '.join(_ENDINGS)}")
    if not path.parent.is_dir():
        raise UsageError(f"cannot write {path}: there is no folder {path.parent}", hint="make it first")
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_STYLE):
        made = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(made)
        yield made
        metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}}.get(path.suffix.lower())
        made.savefig(path, dpi=150, metadata=metadata)


def plot_history(path: Path, epochs: Sequence[Mapping[str, Any]], best: int = 0) -> None:
    """Loss and accuracy of each epoch, in training and validation.  best: the epoch whose weights were kept."""
    with figure(path, 8, 3) as made:
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


def plot_words(path: Path, vectors: WordVectors, groups: Mapping[str, Sequence[str]]) -> None:
    """Words as points, near where their vectors are, one colour a group.

    A word of several groups belongs to the first.  Names that would cover others are left out.
    """
    first = {word: name for name, group in list(groups.items())[::-1] for word in group}
    groups = {name: [word for word in dict.fromkeys(group) if first[word] == name] for name, group in groups.items()}
    words = [word for group in groups.values() for word in group]
    places = dict(zip(words, _flattened(vectors.directions[[vectors.ids[word] for word in words]]), strict=True))
    with figure(path, 8, 6) as made:
        axes = made.subplots()
        for number, (name, group) in enumerate(groups.items()):
            points = np.array([places[word] for word in group]).reshape(-1, 2)
            colour = _COLOURS[number % len(_COLOURS)]
            axes.scatter(points[:, 0], points[:, 1], s=12, color=colour, label=name, alpha=0.8, linewidths=0)
        if len(groups) > 1:
            axes.legend()
        axes.set_xticks([])
        axes.set_yticks([])
        for side in ("left", "bottom"):
            axes.spines[side].set_visible(False)
        _name_points(axes, places)


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
