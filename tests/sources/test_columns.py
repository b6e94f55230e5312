"""The columns of texts and labels are found as told, or by their names, or not at all."""

import pytest

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.columns import Columns, choose_columns
from imdbnlp.sources.settings import SourceSettings

FOUND = [
    (["review", "sentiment"], {}, (0, 1)),
    (["sentiment", "review"], {}, (1, 0)),
    (["id", "Text", "LABEL", "other"], {}, (1, 2)),
    (["label", "title", "text"], {}, (2, 0)),
    (["words", "label"], {}, (0, 1)),
    (["text", "mood"], {}, (0, 1)),
    (["", "words", "label"], {}, (1, 2)),
    (["Unnamed: 0", "text", "mood"], {}, (1, 2)),
    (["text", "mood", "", ""], {}, (0, 1)),
    (["a", "b", "c"], {"text_column": "c", "label_column": "a"}, (2, 0)),
    (["text", "label", "review"], {"text_column": "review"}, (2, 1)),
    (["text", "label"], {"text_column": "label", "label_column": "text"}, (1, 0)),
    (["review", "sentiment"], {"text_column": "review "}, (0, 1)),
    (["0", "1"], {"no_header": True, "text_column": "1"}, (1, 0)),
]


@pytest.mark.parametrize(("columns", "told", "expected"), FOUND)
def test_columns_are_found(columns: list[str], told: dict[str, str], expected: tuple[int, int]) -> None:
    chosen = choose_columns(columns, SourceSettings(**told), "reviews.csv")
    assert (chosen.text, chosen.label) == expected


REFUSED = [
    (["a", "b"], {}, "no column for the texts among: a, b", "--text-column, or use --no-header"),
    (["text", "a", "b"], {}, "no column for the labels among: text, a, b", "--label-column, or use --no-header"),
    (["0", "1"], {"no_header": True}, "no column for the texts among: 0, 1", "choose it with --text-column"),
    (["text", "Text", "label"], {}, "2 columns named 'text'", "rename"),
    (["text", "label", "label"], {"label_column": "label"}, "2 columns named 'label'", "rename"),
    (["review", "label"], {"text_column": "reviews"}, "no column 'reviews' (--text-column)", "did you mean review?"),
    (["text", "label"], {"id_column": "key"}, "no column 'key' (--id-column)", "choose one of: label, text"),
    (["text", "label"], {"split_column": "part"}, "no column 'part' (--split-column)", "choose one of"),
    (["text|label"], {}, "among: text|label", "--delimiter '|'"),
    (["text\tlabel"], {"text_column": "text"}, "no column 'text'", "--delimiter 'tab'"),
    (["x" * 5000, "y" * 5000], {}, "no column for the texts", "--text-column"),
]


@pytest.mark.parametrize(("columns", "told", "message", "hint"), REFUSED)
def test_what_is_not_found_is_told_with_a_remedy(
    columns: list[str], told: dict[str, str], message: str, hint: str
) -> None:
    with pytest.raises(DataError) as caught:
        choose_columns(columns, SourceSettings(**told), "reviews.csv")
    assert message in caught.value.message and hint in caught.value.hint
    assert len(caught.value.message) + len(caught.value.hint) < 400


@pytest.mark.parametrize(
    "told", [{"text_column": "text", "label_column": "text"}, {"text_column": "text", "label_column": " text"}]
)
def test_one_column_cannot_be_both(told: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="'text'") as caught:
        choose_columns(["text", "label"], SourceSettings(**told), "reviews.csv")
    assert caught.value.hint == "choose two of: text, label"


def test_names_for_id_and_split_are_found() -> None:
    settings = SourceSettings(id_column="key", split_column="part")
    assert choose_columns(["part", "text", "key", "label"], settings, "reviews.csv") == Columns(1, 3, 2, 0)


def test_a_table_without_labels_needs_none() -> None:
    settings = SourceSettings(label_column="label", id_column="key", split_column="part")
    assert choose_columns(["key", "text"], settings, "reviews.csv", labelled=False) == Columns(1, None, 0, None)


def test_a_great_many_columns_are_listed_in_part() -> None:
    with pytest.raises(DataError, match=r"c0, c1, .*, c19, \.\.\.$"):
        choose_columns([f"c{number}" for number in range(1000)], SourceSettings(), "reviews.csv")
