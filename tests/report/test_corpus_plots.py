"""Pictures of a dataset: bins of whole numbers, treemaps that begin at the top left, fonts that have the letters."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from imdbnlp.report import fonts
from imdbnlp.report.corpus_plots import (
    picture_classes,
    picture_lengths,
    picture_treemap,
    picture_word_counts,
    whole_number_bins,
)


@pytest.mark.parametrize(("low", "high", "n_bins"), [(0, 7, 8), (1, 50, 50), (1, 51, 26), (0, 333, 48), (5, 5, 1)])
def test_bins_hold_equally_many_whole_numbers(low: int, high: int, n_bins: int) -> None:
    edges = whole_number_bins(low, high)
    assert len(edges) - 1 == n_bins and edges[0] == low - 0.5 and edges[-1] > high
    assert set(np.diff(edges)) == {edges[1] - edges[0]} and (edges % 1 == 0.5).all()


def test_equally_frequent_lengths_give_equally_high_bars() -> None:
    lengths = np.repeat(np.arange(1, 21), 5)
    heights, _ = np.histogram(lengths, whole_number_bins(1, 20))
    assert set(heights) == {5}


def test_the_most_frequent_word_has_the_top_left_box_and_the_largest_letters() -> None:
    figure = Figure()
    picture_treemap("words", [("often", 900), ("seldom", 90), ("rare", 9)]).draw(figure)
    axes = figure.axes[0]
    first, *others = axes.patches
    assert first.get_xy() == (0, 0) and axes.yaxis_inverted()
    assert first.get_width() * first.get_height() > sum(box.get_width() * box.get_height() for box in others)
    sizes = [text.get_fontsize() for text in axes.texts]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] > sizes[1]


def test_of_a_thousand_classes_the_largest_are_drawn(tmp_path: Path) -> None:
    names = [f"class {number}" for number in range(1000)]
    picture_classes(names, {"train": range(1000), "test": [1] * 1000}).save(tmp_path / "c.svg")
    page = (tmp_path / "c.svg").read_text()
    assert "class 999" in page and "class 500" not in page and "960 smaller classes are left out" in page


def test_no_words_and_one_text_can_be_drawn(tmp_path: Path) -> None:
    picture_word_counts(np.zeros(0, dtype=np.int64)).save(tmp_path / "w.png")
    picture_lengths(np.array([3])).save(tmp_path / "l.png")
    picture_treemap("nothing", []).save(tmp_path / "t.png")


def test_what_no_font_has_is_said_with_a_remedy() -> None:
    note = fonts.note_on_missing_glyphs(["film", "\U000e0f00"])  # unassigned: no font has it
    assert note is None  # and nobody can see it
    assert fonts.note_on_missing_glyphs(["film", "café", "☃"]) is None


def test_the_scripts_that_are_missing_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_candidates", list)
    fonts._fonts_for.cache_clear()
    note = fonts.note_on_missing_glyphs(["영화", "电影", "😀🎬"])
    fonts._fonts_for.cache_clear()
    assert note == (
        "no installed font has Chinese characters, Hangul, emoji: PNG and PDF show boxes, SVG keeps the text; "
        "install a font, on Debian or Ubuntu: apt-get install fonts-noto-cjk fonts-symbola"
    )


def test_installed_fonts_are_used_for_what_the_first_lacks(tmp_path: Path) -> None:
    if fonts.note_on_missing_glyphs(["영화"]):
        pytest.skip("no installed font has Hangul: install fonts-noto-cjk")
    boxes = tmp_path / "boxes.png"
    picture_treemap("a", [("영", 2), ("영", 1)]).save(boxes)
    other = tmp_path / "other.png"
    picture_treemap("a", [("화", 2), ("화", 1)]).save(other)
    assert boxes.read_bytes() != other.read_bytes()  # boxes would look the same
