"""Pictures of a dataset: how often words occur, which ones do most, how long the texts are, how many a class has.

picture_word_counts(counts).save(Path("word-counts.png"))
picture_treemap("lemma", [("the", 322198), ("and", 162243)]).save(Path("treemap-lemma.svg"))
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.report.pictures import BLUE, COLOURS, ORANGE, Picture, plain

_MOST = 0.99  # the quantile at which the second picture cuts a long tail off
_BINS = 50
_MOST_CLASSES, _MOST_LETTERS = 40, 40
_DARK, _LIGHT = (0x17, 0x3F, 0x6B), (0x2D, 0x69, 0xAB)  # of boxes: white letters can be read on both


def whole_number_bins(low: int, high: int, most: int = _BINS) -> NDArray[np.float64]:
    """Edges of at most this many bins from low to high, each of the same number of whole numbers.

    Edges lie half-way between whole numbers: no bin is empty or too full only because of where its edges fall.
    """
    width = -(-(high - low + 1) // most)
    return np.asarray(np.arange(low, high + width + 1, width) - 0.5, dtype=np.float64)


def picture_word_counts(counts: NDArray[np.int64]) -> Picture:
    """How many words occur how often: all of them on logarithmic scales, and those up to the 99 % quantile.

    counts: (words,) of those that occur.
    """

    def draw(made: Any) -> None:
        whole, most = made.subplots(1, 2)
        _draw_all_counts(whole, counts)
        limit = max(2, int(np.quantile(counts, _MOST))) if len(counts) else 2
        most.hist(counts[counts <= limit], bins=whole_number_bins(1, limit), color=BLUE)
        most.set_title(f"the 99 % that occur up to {limit:,} times")
        most.set_ylabel("words")
        most.xaxis.get_major_locator().set_params(integer=True)
        for axes in (whole, most):
            axes.set_yscale("log" if len(counts) else "linear")
            axes.set_xlabel("occurrences")

    return Picture(8, 3, draw)


def _draw_all_counts(axes: Any, counts: NDArray[np.int64]) -> None:
    """Bins grow with the counts; divided by their widths they compare, however many whole numbers one holds."""
    largest = int(counts.max(initial=2))
    edges = np.unique(np.geomspace(1, largest + 1, _BINS).round().astype(np.int64))
    edges[-1] = largest + 1
    widths = np.diff(edges)
    place = np.searchsorted(edges, counts, side="right") - 1
    axes.hist(counts, bins=edges - 0.5, weights=1 / widths[place], color=BLUE)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, position: f"{value:,.0f}" if value >= 1 else "")
    axes.xaxis.set_minor_formatter(lambda value, position: "")
    axes.set_title(f"all {len(counts):,} words")
    axes.set_ylabel(
        "words with this number of occurrences" if (widths == 1).all() else "words per number of occurrences"
    )


def picture_lengths(lengths: NDArray[np.int64]) -> Picture:
    """How many texts have how many words, whole and up to the 99 % quantile, with the mean."""

    def draw(made: Any) -> None:
        limit = int(np.quantile(lengths, _MOST)) if len(lengths) else 1
        for axes, shown, title in zip(
            made.subplots(1, 2),
            (lengths, lengths[lengths <= limit]),
            (f"all {len(lengths):,} texts", f"the 99 % of up to {limit:,} words"),
            strict=True,
        ):
            axes.hist(shown, bins=whole_number_bins(int(shown.min(initial=0)), int(shown.max(initial=1))), color=BLUE)
            axes.axvline(lengths.mean(), color=ORANGE, linewidth=1.2, label=f"mean: {lengths.mean():.0f} words")
            axes.set_title(title)
            axes.set_xlabel("words in a text")
            axes.set_ylabel("texts")
            axes.xaxis.get_major_locator().set_params(integer=True)
            axes.yaxis.get_major_locator().set_params(integer=True)
            axes.legend()

    return Picture(8, 3, draw)


def picture_classes(classes: Sequence[str], parts: Mapping[str, Sequence[int]]) -> Picture:
    """How many texts each class has in each part, the largest classes if there are many.

    parts: for each part, a number for each class.
    """
    totals = np.sum([list(sizes) for sizes in parts.values()], axis=0)
    shown = list(range(len(classes)))
    if len(classes) > _MOST_CLASSES:
        shown = np.argsort(-totals, kind="stable")[:_MOST_CLASSES].tolist()

    def draw(made: Any) -> None:
        axes = made.subplots()
        left = np.zeros(len(shown))
        for number, (part, sizes) in enumerate(parts.items()):
            widths = np.asarray(sizes)[shown]
            axes.barh(range(len(shown)), widths, left=left, color=COLOURS[number % len(COLOURS)], label=part)
            left += widths
        axes.set_yticks(range(len(shown)), [plain(_shortened(classes[code])) for code in shown])
        axes.tick_params(axis="y", length=0)
        axes.margins(y=0.01)
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.invert_yaxis()
        left_out = len(classes) - len(shown)
        axes.set_xlabel(f"texts; {left_out:,} smaller classes are left out" if left_out else "texts")
        made.legend(loc="outside upper left", ncols=len(parts))

    return Picture(8, 1.2 + 0.24 * len(shown), draw)


def _shortened(name: str) -> str:
    return name if len(name) <= _MOST_LETTERS else name[: _MOST_LETTERS - 1] + "…"


_WIDTH, _HEIGHT = 576.0, 340.0  # points: letters and boxes are measured alike


def picture_treemap(title: str, counted: Sequence[tuple[str, int]]) -> Picture:
    """The most frequent words as areas, the largest at the top left, and their letters by their counts.

    counted: words and counts, the most frequent first.  Squarified: Bruls, Huizing & van Wijk 2000, by `squarify`.
    """

    def draw(made: Any) -> None:
        import squarify

        axes = made.subplots()
        sizes = squarify.normalize_sizes([count for _, count in counted], _WIDTH, _HEIGHT)
        largest = counted[0][1] if counted else 1
        for number, (box, (word, count)) in enumerate(
            zip(squarify.squarify(sizes, 0, 0, _WIDTH, _HEIGHT), counted, strict=True)
        ):
            colour = _between(_DARK, _LIGHT, number / len(counted))
            axes.bar(box["x"], box["dy"], box["dx"], box["y"], align="edge", color=colour, edgecolor="white")
            text, size = _fitted(word, count, max(7.0, 26 * (count / largest) ** 0.5), (box["dx"], box["dy"]))
            middle = (box["x"] + box["dx"] / 2, box["y"] + box["dy"] / 2)
            axes.text(*middle, plain(text), ha="center", va="center", color="white", fontsize=size, linespacing=1.1)
        axes.set_xlim(0, _WIDTH)
        axes.set_ylim(_HEIGHT, 0)  # downwards: squarify begins in a corner, which is to be the top left
        axes.set_axis_off()
        axes.set_title(title)

    return Picture(8, 5, draw)


def _fitted(word: str, count: int, wanted: float, box: tuple[float, float]) -> tuple[str, float]:
    """What to write into a box (width, height), and how large; the count is left out if letters would get too small."""
    number = f"{count:,}"
    both = min(wanted, box[0] * 0.9 / max(_ems(word), _ems(number)), box[1] / 2.5)
    if both >= 6:
        return f"{word}\n{number}", both
    return word, max(4.0, min(wanted, box[0] * 0.9 / _ems(word), box[1] / 1.3))


def _ems(text: str) -> float:
    """The width of a text in ems: letters as wide as they are high, such as Chinese ones, count one, others 0.62."""
    return sum(1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.62 for letter in text) or 1.0


def _between(first: Sequence[int], last: Sequence[int], share: float) -> str:
    """A colour on the way from one to another."""
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(first, last, strict=True))
