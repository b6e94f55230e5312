"""Texts become words, and words become ids."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imdbnlp.text.documents import read_documents
from imdbnlp.text.profiles import PROFILES, ProfileName
from imdbnlp.text.tokenize import MAX_WORD_BYTES, code_texts
from imdbnlp.text.views import Preprocessing


def words_of(*texts: str, profile: ProfileName = "standard") -> list[list[str]]:
    found = []
    for block in code_texts(list(texts), PROFILES[profile].cleaner("en")):
        found += [[block.words[word] for word in block.ids[row]] for row in range(len(block.ids))]
    return found


def test_words_are_lowered_and_parted_by_everything_but_letters_and_digits() -> None:
    assert words_of("The film, made-in 1999 (UK): OK.") == [["the", "film", "made", "in", "1999", "uk", "ok"]]


def test_exclamation_and_question_marks_are_words() -> None:
    assert words_of("What?! Really!!") == [["what", "?", "!", "really", "!", "!"]]


def test_apostrophes_stay_inside_words_only() -> None:
    assert words_of("'Don't' isn’t rock 'n' roll'") == [["don't", "isn't", "rock", "n", "roll"]]


def test_tags_leave_a_space_and_comparisons_stay() -> None:
    assert words_of("one<br /><b>two</b> 3 < 4 and 5 > 4 <3") == [["one", "two", "3", "4", "and", "5", "4", "3"]]


def test_entities_are_decoded_once() -> None:
    assert words_of("caf&eacute; &amp; bar &amp;lt; AT&T") == [["café", "bar", "lt", "at", "t"]]


def test_texts_of_every_script_come_out_whole() -> None:
    assert words_of("이 영화 정말 재미있어요!") == [["이", "영화", "정말", "재미있어요", "!"]]
    assert words_of("Große Straße — „Übermut“") == [["große", "straße", "übermut"]]
    assert words_of("नमस्ते दुनिया") == [["नमस्ते", "दुनिया"]]


def test_symbols_are_words_and_invisible_characters_go() -> None:
    assert words_of("great👍🏽movie soft\u00adhyphen ❤\ufe0f") == [["great", "👍", "movie", "softhyphen", "❤"]]


def test_compatibility_forms_are_folded() -> None:
    assert words_of("ﬁlm Ｆｉｌｍ") == [["film", "film"]]


def test_an_empty_text_has_no_words_and_keeps_its_place() -> None:
    assert words_of("a", "", " ...", "b") == [["a"], [], [], ["b"]]


def test_words_do_not_run_from_one_text_into_the_next() -> None:
    assert words_of("good", "film", "don'", "t") == [["good"], ["film"], ["don"], ["t"]]


@pytest.mark.parametrize("letter", ["x", "é", "영"])
def test_an_enormous_word_is_cut_at_a_character(letter: str) -> None:
    (word,), (after,) = words_of(letter * 100_000, "after")
    assert word == letter * (MAX_WORD_BYTES // len(letter.encode())) and after == "after"


def test_notebook_profile_deletes_what_it_does_not_keep() -> None:
    assert words_of("It's<br />GREAT, really-great!", profile="notebook") == [["itsgreat", "reallygreat"]]


def test_notebook_documents_have_nltk_contractions_parted() -> None:
    documents = read_documents(["I cannot, gonna"], Preprocessing(profile="notebook"))
    assert [documents.words[word] for word in documents.tokens[0]] == ["i", "can", "not", "gon", "na"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C++, C# and C", ["c++", "c#", "and", "c"]),
        ("F# (J++) g++: notepad++.", ["f#", "j++", "g++", "notepad++"]),
        ("C++11", ["c++", "11"]),
        ("I like .NET", ["i", "like", ".net"]),
        ("ASP.NET", ["asp", ".net"]),
        ("A+ for a B+", ["a+", "for", "a", "b+"]),
    ],
)
def test_marks_that_make_another_word_belong_to_it(text: str, words: list[str]) -> None:
    assert words_of(text) == [words]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the end.Next", ["the", "end", "next"]),
        ("bad .The end", ["bad", "the", "end"]),
        ("...net .nets", ["net", "nets"]),
        ("1+1 a+b 18+ x + y", ["1", "1", "a", "b", "18", "x", "y"]),
        ("f#ck page#3 #1 c## ++ #", ["f", "ck", "page", "3", "1", "c"]),
        ("+", []),
    ],
)
def test_other_marks_part_words(text: str, words: list[str]) -> None:
    assert words_of(text) == [words]


def test_a_mark_at_a_texts_edge_belongs_to_no_word_of_the_next() -> None:
    assert words_of("c", "++", "c#", "net", ".net", "a.", "net") == [
        ["c"],
        [],
        ["c#"],
        ["net"],
        [".net"],
        ["a"],
        ["net"],
    ]


def test_a_long_text_is_tokenised_in_pieces_like_many_short_ones() -> None:
    parts = ["Don't stop! ", "영화 재미있어요, ", "这部电影", "c++ a+ .net x.net ", "word" * 40 + " ", "é" * 70 + "; "]
    whole = "".join(parts * 40_000)
    assert words_of(whole) == [[word for words in words_of(*parts) for word in words] * 40_000]


def test_scripts_without_spaces_are_cut_into_characters() -> None:
    assert words_of("这部电影很好!", "ดีมาก") == [["这", "部", "电", "影", "很", "好", "!"], ["ดี", "ม", "า", "ก"]]


def test_a_recipe_lowers_letters_as_its_language_does() -> None:
    documents = read_documents(["IŞIK İyi", "ışık iyi"], Preprocessing(language="tr"))
    assert documents.tokens[0].tolist() == documents.tokens[1].tolist()
    assert documents.words == ["ışık", "iyi"]


@given(st.lists(st.text(alphabet="abAB01'!? .,-<>", max_size=60), max_size=8))
def test_ascii_words_are_those_of_a_regular_expression(texts: list[str]) -> None:
    pattern = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*|[!?]")
    expected = [pattern.findall(re.sub(r"</?[a-zA-Z!][^<>]*>", " ", text).lower()) for text in texts]
    assert words_of(*texts) == expected


@given(st.lists(st.text(alphabet="abA1+#'! .中é", max_size=40), max_size=8))
def test_only_some_marks_end_a_word(texts: list[str]) -> None:
    for text, found in zip(texts, words_of(*texts), strict=True):
        for word in found:
            assert word in text.lower()
            assert re.fullmatch(r"[!中]|(?:[a-zé0-9]+(?:'[a-zé0-9]+)*)(?:\+\+|#)?|[a-zé]\+", word), (text, word)


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_gives_words_without_spaces_one_list_a_text(texts: list[str]) -> None:
    found = words_of(*texts)
    assert len(found) == len(texts)
    assert not any(re.search(r"\s", word) or word != word.strip("'") for words in found for word in words)


@given(st.lists(st.text(alphabet="abé👍 '!영中+#.", max_size=30), min_size=1, max_size=5))
def test_few_and_many_words_are_coded_alike(texts: list[str]) -> None:
    by_few = words_of(*texts)
    by_many = words_of(*(texts + ["filler " * 6000]))
    assert by_many[:-1] == by_few


@pytest.mark.parametrize(
    "adversary",
    [
        "\u0f73",
        "\u0f75",
        "\u0f81",
        "\uff9e",
        "\uff9f",
        "&#x0f73;",
        "\u1161",
        "中",
        "Σ'",
        "a+",
        "\u0301\u0316",
        "<",
        "<a",
        "&",
        "&#",
        "'",
        "a'",
        "<!--",
        "&amp",
    ],
)
def test_time_is_linear_in_adversarial_texts(adversary: str) -> None:
    from time import process_time

    def seconds(repeats: int) -> float:
        texts = [adversary * repeats]
        began = process_time()
        words_of(*texts)
        return process_time() - began

    seconds(1000)
    assert seconds(400_000) < 10 * seconds(100_000) + 0.5


def test_a_tower_of_marks_is_cut_to_30() -> None:
    assert words_of("e" + "\u0301\u0316" * 1000) == [["\u00e9" + "\u0316" * 15 + "\u0301" * 14]]
