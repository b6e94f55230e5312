"""Pages and pictures: escaped, in the page's own colours, with numbers as people read them."""

import xml.etree.ElementTree as tree

import pytest
from jinja2 import UndefinedError

from imdbnlp.report.corpus_plots import picture_classes, picture_treemap
from imdbnlp.report.pages import heat_of, mark_of, page_table, render, svg
from imdbnlp.report.result import Bar, Table


def test_a_mark_is_stronger_for_a_stronger_word_and_none_for_a_faint_one() -> None:
    assert [mark_of(strength) for strength in (0, 0.05, 0.2, 1, -0.5, -1)] == [
        "",
        "",
        "for1",
        "for5",
        "against3",
        "against5",
    ]
    assert [heat_of(share) for share in (0, 0.5, 1)] == ["", "heat3", "heat5"]


def test_cells_are_as_people_read_them_and_columns_know_what_they_hold() -> None:
    shown = page_table(Table("t", ["a", "b", "c"], [("x", 1234, "y" * 70), ("z", Bar(0.5, 1.0), None)]))
    assert shown.rows == [["x", "1,234", "y" * 70], ["z", "0.500", "–"]]
    assert (shown.numeric, shown.texts) == ([False, True, False], [False, False, True])


def test_a_page_escapes_texts_and_refuses_to_leave_a_value_out() -> None:
    values = {
        "run": "<r>", "model": "m", "title": "", "prediction": "<a>", "probability": 0.5, "explained": "<a>",
        "explained_probability": 0.5, "pieces": [("<b>", "for1")], "note": "&", "tables": [],
    }  # fmt: skip
    page = render("explanation.html", **values)
    assert "&lt;b&gt;</mark>" in page and "<b>" not in page.replace("<body>", "") and "&lt;r&gt;" in page
    with pytest.raises(UndefinedError):
        render("explanation.html", **{name: value for name, value in values.items() if name != "note"})


def test_an_inline_picture_is_whole_and_takes_the_colours_of_the_page() -> None:
    drawn = str(svg(picture_classes(["<b>&$x$", "b"], {"train": [1, 2], "test": [3, 4]}), 'a "title" <1>'))
    picture = tree.fromstring(drawn)
    assert picture.attrib["aria-label"] == 'a "title" <1>'
    assert "var(--ink)" in drawn and "var(--blue)" in drawn and "#2f6db3" not in drawn
    assert "<b>&$x$" in "".join(picture.itertext())


def test_a_treemap_names_each_word_with_its_count() -> None:
    text = "".join(tree.fromstring(str(svg(picture_treemap("words", [("the", 1200), ("film", 30)]), "t"))).itertext())
    assert "the" in text and "1,200" in text and "film" in text


def test_an_empty_treemap_is_drawn() -> None:
    assert "<svg" in svg(picture_treemap("nothing", []), "t")
