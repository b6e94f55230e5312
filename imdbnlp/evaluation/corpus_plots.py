"""Pictures of a dataset: how often words occur, which ones do most, how long the texts are, how many a class has.

picture_word_counts(counts).save(Path("word-counts.png"))
picture_treemap("lemma", [("the", 322198), ("and", 162243)]).save(Path("treemap-lemma.svg"))
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.evaluation.pictures import BLUE, COLOURS, ORANGE, Picture, plain

_MOST = 0.99  # the quantile under which a long tail is cut off for the second picture
_BINS = 50
_DEEP = "#2d69ab"  # under white letters, on dark pages as well


def picture_word_counts(counts: NDArray[np.int64]) -> Picture:
    """How many words occur how often: all of them on logarithmic scales, and those under the 99 % quantile.

    counts: (words,) of those that occur.
    """

    def draw(made: Any) -> None:
        whole, most = made.subplots(1, 2)
        bins = np.unique(np.geomspace(1, max(2, counts.max() + 1), _BINS).astype(np.int64))
        whole.hist(counts, bins=bins, color=BLUE)
        whole.set_xscale("log")
        whole.set_title(f"all {len(counts):,} words")
        limit = max(2, int(np.quantile(counts, _MOST)))
        most.hist(counts[counts <= limit], bins=np.arange(1, limit + 2, max(1, limit // _BINS)), color=BLUE)
        most.set_title(f"the 99 % that occur up to {limit:,} times")
        for axes in (whole, most):
            axes.set_yscale("log")
            axes.set_xlabel("occurrences")
            axes.set_ylabel("words")

    return Picture(8, 3, draw)


def picture_lengths(lengths: NDArray[np.int64]) -> Picture:
    """How many texts have how many words, whole and under the 99 % quantile, with the mean."""

    def draw(made: Any) -> None:
        limit = int(np.quantile(lengths, _MOST)) if len(lengths) else 1
        for axes, shown, title in zip(
            made.subplots(1, 2),
            (lengths, lengths[lengths <= limit]),
            (f"all {len(lengths):,} texts", f"the 99 % of up to {limit:,} words"),
            strict=True,
        ):
            axes.hist(shown, bins=_BINS, color=BLUE)
            axes.axvline(lengths.mean(), color=ORANGE, linewidth=1.2, label=f"mean: {lengths.mean():.0f} words")
            axes.set_title(title)
            axes.set_xlabel("words in a text")
            axes.set_ylabel("texts")
            axes.legend()

    return Picture(8, 3, draw)


def picture_classes(classes: Sequence[str], parts: Mapping[str, Sequence[int]]) -> Picture:
    """How many texts each class has in each part.  parts: for each part, a number for each class."""

    def draw(made: Any) -> None:
        axes = made.subplots()
        left = np.zeros(len(classes))
        for number, (part, sizes) in enumerate(parts.items()):
            axes.barh(range(len(classes)), sizes, left=left, color=COLOURS[number % len(COLOURS)], label=part)
            left += sizes
        axes.set_yticks(range(len(classes)), [plain(name) for name in classes])
        axes.invert_yaxis()
        axes.set_xlabel("texts")
        made.legend(loc="outside upper left", ncols=len(parts))

    return Picture(8, min(12.0, 1.2 + 0.3 * len(classes)), draw)


def picture_treemap(title: str, counted: Sequence[tuple[str, int]]) -> Picture:
    """The most frequent words as areas, squarified (Bruls, Huizing & van Wijk 2000; drawn by `squarify`'s layout)."""

    def draw(made: Any) -> None:
        import squarify

        axes = made.subplots()
        sizes = squarify.normalize_sizes([count for _, count in counted], 160, 90)
        boxes = squarify.squarify(sizes, 0, 0, 160, 90)
        for number, (box, (word, count)) in enumerate(zip(boxes, counted, strict=True)):
            shade = 1 - 0.5 * number / len(counted)  # opacity: the less frequent, the paler
            axes.bar(
                box["x"], box["dy"], box["dx"], box["y"], align="edge", color=_DEEP, alpha=shade, edgecolor="white"
            )
            longest = max(len(word), len(f"{count:,}"))
            size = min(15.0, box["dx"] / longest * 3.6, box["dy"] * 1.4)
            middle = (box["x"] + box["dx"] / 2, box["y"] + box["dy"] / 2)
            axes.text(*middle, f"{plain(word)}\n{count:,}", ha="center", va="center", color="white", fontsize=size)
        axes.set_xlim(0, 160)
        axes.set_ylim(0, 90)
        axes.set_axis_off()
        axes.set_title(title)

    return Picture(6.4, 3.8, draw)
