"""Where words stand in the text as it was given: one span for each word, whatever the text."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imdbnlp.text.clean import clean_notebook
from imdbnlp.text.documents import read_documents
from imdbnlp.text.profiles import ProfileName
from imdbnlp.text.spans import find_spans, notebook_spans
from imdbnlp.text.tokenize import code_texts
from imdbnlp.text.views import Preprocessing


def words(text: str, profile: ProfileName = "standard", language: str = "en") -> list[str]:
    documents = read_documents([text], Preprocessing(profile, language))
    return [documents.words[i] for i in documents.tokens.values]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("<b>It&rsquo;s</b> GOOD!", ["It&rsquo;s", "GOOD", "!"]),
        ("Don’t—go.  <br />Now", ["Don’t", "go", "Now"]),
        ("cafe\u0301 ﬁlm &amp; x", ["cafe\u0301", "ﬁlm", "x"]),
        ("ΛΟΓΟΣ ΟΣ.", ["ΛΟΓΟΣ", "ΟΣ"]),
        ("a\u00adb 한국어 😀ok", ["a\u00adb", "한국어", "😀", "ok"]),
        ("a < b & c > d", ["a", "b", "c", "d"]),
        ("这部ﾊﾟﾝﾀﾞ片。", ["这", "部", "ﾊﾟ", "ﾝ", "ﾀﾞ", "片"]),
        ("ខ្មែរ ดีมาก", ["ខ្មែ", "រ", "ดี", "ม", "า", "ก"]),
        ("İyi (C++) .NET", ["İyi", "C++", ".NET"]),
        ("e&#x301;&#x41;b", ["e&#x301;&#x41;b"]),
        ("\u1112\u1161\u11ab글", ["\u1112\u1161\u11ab글"]),
        ("", []),
        ("...", []),
    ],
)
def test_a_span_is_what_the_word_was_made_of(text: str, pieces: list[str]) -> None:
    assert [text[start:stop] for start, stop in find_spans(text)] == pieces


def test_the_notebook_profile_joins_what_it_deletes_between() -> None:
    text = "It's <br />GREAT!<br />Really, 10/10"
    assert [text[start:stop] for start, stop in notebook_spans(text)] == ["It's", "GREAT!<br />Really", "10/10"]
    assert words(text, "notebook") == ["its", "greatreally", "1010"]


STRANGE = st.text(
    st.sampled_from("aΣσ'’!?<>/b&;#1x+.中ガｶﾞดីខ្ម\u1039ဒI\u0307 \u0301\u1100\u1161\u11a8ﬁİK\u00a0\u2028´😀é\u200d½ᄀ가")
    | st.characters()
)


@settings(max_examples=500, deadline=None)
@given(STRANGE)
@example("´a")
@example("&#32;a&nbsp;b&#x41;")
@example("a" * 300 + "é" * 80)
@example("x" + "\u0301" * 50)
@example("中\u200d\u0301文")
@pytest.mark.parametrize("language", ["en", "tr"])
def test_there_is_a_span_for_each_word_in_order(language: str, text: str) -> None:
    spans = find_spans(text, language=language)
    assert len(spans) == len(words(text, language=language))
    assert all(0 <= start < stop <= len(text) for start, stop in spans)
    assert [start for start, _ in spans] == sorted(start for start, _ in spans)


@settings(max_examples=300, deadline=None)
@given(STRANGE | st.text("ab <br/>.'İK"))
def test_there_is_a_span_for_each_word_of_the_notebook(text: str) -> None:
    n_words = sum(len(block.ids.values) for block in code_texts([text], clean_notebook))
    assert len(notebook_spans(text)) == n_words


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["good", "It's", "10", "Naïve", "?", "été", "C++", "电", "ดี", "ΛΟΓΟΣ"]), max_size=8))
def test_a_span_cleaned_by_itself_is_the_word(parts: list[str]) -> None:
    text = ", ".join(parts)
    assert [words(text[start:stop])[0] for start, stop in find_spans(text)] == words(text)
