"""Stems: Porter's own examples, NLTK's departures, other languages, hard words."""

import pytest

from imdbnlp.errors import UsageError
from imdbnlp.text.languages import language_code
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.stem import stem_words


@pytest.mark.parametrize(
    ("words", "stems"),
    [
        ("caresses ponies ties caress cats", "caress poni tie caress cat"),
        ("feed agreed plastered bled motoring sing", "feed agre plaster bled motor sing"),
        ("conflated troubled sized hopping tanned", "conflat troubl size hop tan"),
        ("falling hissing fizzed failing filing", "fall hiss fizz fail file"),
        ("relational conditional rational digitizer", "relat condit ration digit"),
        ("vietnamization predication operator feudalism", "vietnam predic oper feudal"),
        ("decisiveness hopefulness sensibility", "decis hope sensibl"),
        ("triplicate formative formalize electrical", "triplic form formal electr"),
        ("revival allowance adoption homologous", "reviv allow adopt homolog"),
        ("probate rate cease controlling roll", "probat rate ceas control roll"),
    ],
)
def test_porter_stems_equal_the_examples_of_the_paper(words: str, stems: str) -> None:
    assert porter_stems(words.split()) == stems.split()


def test_porter_stems_depart_from_the_paper_as_nltk_does() -> None:
    words = "sky dying died spied flies enjoy try by radically theology hopefully"
    stems = "sky die die spi fli enjoy tri by radic theolog hope"
    assert porter_stems(words.split()) == stems.split()


def test_a_y_is_a_vowel_after_a_consonant_only() -> None:
    assert porter_stems(["yyyyed", "toying", "crying", "syzygies"]) == ["yyyi", "toy", "cri", "syzygi"]


def test_a_y_that_begins_a_word_is_a_consonant_whatever_the_word_before() -> None:
    assert porter_stems(["yed", "b", "yed", "a", "yed"]) == ["yed", "b", "yed", "a", "yed"]


def test_words_beyond_ascii_short_words_and_digits_are_answered() -> None:
    words = ["", "a", "is", "cafés", "don't", "1980s", "фильмы", "BEING", "\ud800ing"]
    assert porter_stems(words) == ["", "a", "is", "café", "don't", "1980", "фильмы", "be", "\ud800ing"]


def test_porter_stems_of_a_million_letters_take_linear_time() -> None:
    assert porter_stems(["y" * 1_000_000])[0].endswith("yi")


def test_languages_are_given_by_code_or_name() -> None:
    assert stem_words(["häuser", "liebte"], "de") == ["haus", "liebt"]
    assert stem_words(["häuser", "liebte"], "German") == ["haus", "liebt"]
    assert stem_words(["loving", "wives"]) == ["love", "wive"]


def test_both_written_forms_of_norwegian_have_a_stemmer() -> None:
    assert stem_words(["husene"], "nb") == stem_words(["husene"], "nn") == ["hus"]


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert stem_words(["영화는", "좋다"], "korean") == ["영화는", "좋다"]


def test_an_unknown_language_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown language 'Germn'") as caught:
        stem_words(["haus"], "Germn")
    assert caught.value.hint == "did you mean german?"


def test_every_language_of_the_packages_is_known() -> None:
    import Stemmer
    import stopwordsiso
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    stemmers = set(Stemmer.algorithms()) - {"porter", "dutch_porter"}
    assert {language_code(code) for code in SUPPORTED_LANGUAGES} == SUPPORTED_LANGUAGES
    assert {language_code(code) for code in stopwordsiso.langs()} == stopwordsiso.langs()
    assert len({language_code(name) for name in stemmers}) == len(stemmers)
