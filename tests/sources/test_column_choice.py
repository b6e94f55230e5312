"""The columns of well-known tables are recognised; where two fit, it is said; where nothing decides, it is an error."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.errors import DataError
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.settings import SourceSettings

Row = Callable[[int], str]


class Warnings:
    """A reporter that remembers warnings alone."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def stage(self, name: str, total: int | None = None, unit: str = ""):  # type: ignore[no-untyped-def]
        from imdbnlp.progress import SILENT

        return SILENT.stage(name, total, unit)

    def note(self, text: str) -> None:
        pass

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def text(i: int) -> str:
    return f"a rather long review of this very nice dress which fits number {i}"


def table(path: Path, header: str, row: Row, n_rows: int = 60) -> str:
    path.write_text("\n".join([header, *map(row, range(n_rows))]) + "\n", encoding="utf-8")
    return str(path)


def chosen(path: str, **settings: bool) -> tuple[str, str | None, list[str]]:
    reporter = Warnings()
    source = read_source(path, SourceSettings(**settings), reporter=reporter)
    return source.text_column, source.label_column, reporter.warnings


CLEAR: list[tuple[str, Row, str, str]] = [
    ("review,text,label", lambda i: f"{i},{text(i)},{i % 2}", "text", "label"),
    ("document,content,label", lambda i: f"doc_{i}.txt,{text(i)},{i % 2}", "content", "label"),
    ("review,text,label", lambda i: f"https://example.org/{i},{text(i)},{i % 2}", "text", "label"),
    ("review,text,label", lambda i: f"2024-01-{i % 28},{text(i)},{i % 2}", "text", "label"),
    ("Title,Clothing ID,Review Text,Rating", lambda i: f"T {i},1,{text(i)},{i % 5}", "Review Text", "Rating"),
    (
        "reviewerID,asin,reviewerName,reviewText,overall,summary,unixReviewTime,reviewTime",
        lambda i: f'A{i}XYZ,B00{i},Jim {i},{text(i)},{i % 5}.0,nice {i},13{i:05}000,"02 3, 2014"',
        "reviewText", "overall",
    ),
    ("review_id,user_id,stars,useful,text,date", lambda i: f"r{i}a,u{i}x,{i % 5}.0,0,{text(i)},2018-07-01 22:09:11",
     "text", "stars"),
    ("text,label,label_text", lambda i: f"{text(i)},{i % 2},{['neg', 'pos'][i % 2]}", "text", "label"),
    ("id,title,author,text,label", lambda i: f"{i},Some big title {i},Jim,{text(i)},{i % 2}", "text", "label"),
    (
        "tweet_id,airline_sentiment,airline_sentiment_confidence,airline,text,tweet_location",
        lambda i: f"57{i:07},{'ab'[i % 2]},0.{i % 10},{['Delta', 'US'][i % 2]},{text(i)},Town {i}", "text",
        "airline_sentiment",
    ),
    ("tweet_id,tweet_text,is_spam", lambda i: f"{i},{text(i)},{i % 2}", "tweet_text", "is_spam"),
    ("comment_body,class_label", lambda i: f"{text(i)},{i % 2}", "comment_body", "class_label"),
    ("Unnamed: 0,reviewText,target_label", lambda i: f"{i},{text(i)},{i % 2}", "reviewText", "target_label"),
    ("review,Sentiment (label)", lambda i: f"{text(i)},{i % 2}", "review", "Sentiment (label)"),
    ("번호,본문,분류", lambda i: f"{i},영화가 정말 좋았어요 배우 연기도 최고 {i},{'가나'[i % 2]}", "본문", "분류"),
    ("v1,v2", lambda i: f"{['ham', 'spam'][i % 2]},{text(i)}", "v2", "v1"),
    ("message_id,message,y", lambda i: f"{i},好电影真的非常好看值得一看{i},{i % 2}", "message", "y"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "text_column", "label_column"), CLEAR, ids=[case[0] for case in CLEAR])
def test_the_columns_of_a_known_table_are_recognised_without_a_warning(
    header: str, row: Row, text_column: str, label_column: str, tmp_path: Path
) -> None:
    assert chosen(table(tmp_path / "a.csv", header, row)) == (text_column, label_column, [])


def test_of_two_columns_that_fit_nearly_as_well_the_other_one_is_named(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "text,text_cleaned,label", lambda i: f"{text(i)},{text(i)},{i % 2}")
    assert chosen(path) == (
        "text", "label", [f"{path}: texts are read from column 'text'; use --text-column to read 'text_cleaned'"],
    )  # fmt: skip


def test_two_columns_of_labels_are_both_named(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "Review Text,Rating,Class Name", lambda i: f"{text(i)},{i % 5},{'ab'[i % 2]}")
    assert chosen(path)[1:] == (
        "Rating", [f"{path}: labels are read from column 'Rating'; use --label-column to read 'Class Name'"],
    )  # fmt: skip


def test_names_that_say_nothing_leave_the_choice_to_the_content(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", "nimi,arvio,tulos", lambda i: f"u{i},{text(i)},{i % 2}")
    taken, label, warnings = chosen(path)
    assert (taken, label) == ("arvio", "tulos")
    assert warnings == [
        f"{path}: labels are read from column 'tulos' because of its content; if that is wrong, use --label-column"
    ]


def test_columns_without_a_header_are_recognised_by_content(tmp_path: Path) -> None:
    path = table(tmp_path / "a.csv", f"3,Some title here,{text(0)}", lambda i: f"{i % 4},Some title {i},{text(i)}")
    assert chosen(path, no_header=True)[:2] == ("2", "0")
    with pytest.raises(DataError) as caught:
        read_source(path, SourceSettings())
    assert "--no-header" in caught.value.hint


UNDECIDED = [
    ("premise,hypothesis,gold", lambda i: f"{text(i)},{text(i + 1)},{i % 3}", "'premise', 'hypothesis' may all contain",
     "--text-column"),
    ("id,comment_text,toxic,obscene,threat", lambda i: f"{i},{text(i)},{i % 2},{i % 3 // 2},0",
     "3 columns contain only 0 and 1 ('toxic', 'obscene', 'threat')", "--label-column"),
    ("text,is_toxic,is_hate", lambda i: f"{text(i)},{i % 2},{i % 3 // 2}", "2 columns contain only 0 and 1",
     "--label-column"),
    ("id,text", lambda i: f"{i},{text(i)}", "no column for the labels among: id, text", "--label-column"),
    ("text,town,country", lambda i: f"{text(i)},{'ab'[i % 2]},{'cd'[i % 2]}",
     "'town', 'country' may all contain the labels",
     "--label-column"),
    ("a,b,c", lambda i: f"{i},{i % 7},{i % 2}", "no column for the texts among: a, b, c", "--text-column"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "message", "hint"), UNDECIDED, ids=[case[0] for case in UNDECIDED])
def test_what_the_content_cannot_decide_is_an_error(
    header: str, row: Row, message: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        read_source(table(tmp_path / "a.csv", header, row), SourceSettings())
    assert message in caught.value.message and hint in caught.value.hint


def test_other_sources_of_a_dataset_have_the_columns_of_the_first(tmp_path: Path) -> None:
    first = read_source(
        table(tmp_path / "a.csv", "Review Text,Rating", lambda i: f"{text(i)},{i % 2}"), SourceSettings()
    )
    default_columns = {"text_column": first.text_column, "label_column": first.label_column or ""}
    same = table(tmp_path / "b.csv", "Title,review_text,rating", lambda i: f"T,{text(i)},{i % 2}")
    assert read_source(same, SourceSettings(), default_columns=default_columns).text_column == "review_text"
    other = table(tmp_path / "c.csv", "Title,text,rating", lambda i: f"T,{text(i)},{i % 2}")
    with pytest.raises(DataError, match="no column 'Review Text', which the model was trained on; it has: Title, text"):
        read_source(other, SourceSettings(), default_columns=default_columns)
    with pytest.raises(DataError, match="no column 'Review Text'"):
        read_source(other, SourceSettings(), default_columns=default_columns, labelled=False)


def test_only_the_first_rows_are_looked_at(tmp_path: Path) -> None:
    path = table(
        tmp_path / "a.csv", "review,text,label", lambda i: f"{i if i < 1000 else text(i)},{text(i)},{i % 2}", 1500
    )
    assert chosen(path)[0] == "text"
