"""Cleaning: letters in one form wherever they stand, scripts without spaces, and the time that hostile texts take."""

import sys
import unicodedata

import pytest

from imdbnlp.text.clean import clean_standard

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


def cleaned(text: str, language: str = "en") -> str:
    return clean_standard(text, language).decode()


@pytest.mark.parametrize("language", ["tr", "az"])
@pytest.mark.parametrize(
    ("text", "lowered"),
    [
        ("İyi", "iyi"),
        ("I\u0307yi", "iyi"),
        ("iyi", "iyi"),
        ("IŞIK", "ışık"),
        ("Işık", "ışık"),
        ("KIRIK", "kırık"),
        ("&Idot;yi", "iyi"),
    ],
)
def test_turkish_and_azeri_have_two_letters_i(language: str, text: str, lowered: str) -> None:
    assert cleaned(text, language) == lowered


def test_other_languages_have_one_letter_i() -> None:
    assert cleaned("IT İT i\u0307t") == "it it it"
    assert cleaned("KIRIK", "de") == "kirik"


def test_a_lithuanian_dot_below_an_accent_goes() -> None:
    assert cleaned("i\u0307\u0301 \u012f\u0307\u0303 J\u0307", "lt") == "í \u012f\u0303 j"


@pytest.mark.parametrize("word", ["ΛΟΓΟΣ", "λόγος", "σ", "straße", "STRAẞE", "ŠŽ", "ФИЛЬМ", "ǅ", "ﬁlm", "İ", "Σ"])
@pytest.mark.parametrize("around", ["{}", "{}.", "({})", "a {} b", "{}'", "{}-x", "{}\u0301 b"])
def test_a_word_is_folded_alike_wherever_it_stands(word: str, around: str) -> None:
    folded = cleaned(word)
    assert cleaned(around.format(word)).startswith(cleaned(around.format(folded)))
    assert cleaned(word.lower()) == cleaned(word.title()) == folded


def test_capital_letters_fold_to_the_small_ones_of_every_script() -> None:
    letters = [one for one in EVERY_CHARACTER if one.isupper() and one.lower().upper() == one and one != "ϴ"]
    assert [one for one in letters if cleaned(one) != cleaned(one.lower())] == []


def test_each_character_of_a_script_without_spaces_is_parted() -> None:
    assert cleaned("这部电影").split() == ["这", "部", "电", "影"]
    assert cleaned("スーパーヒーロー").split() == ["ス", "ー", "パ", "ー", "ヒ", "ー", "ロ", "ー"]
    assert cleaned("ดีมาก").split() == ["ดี", "ม", "า", "ก"]
    assert cleaned("佐々木は〇〇").split() == ["佐", "々", "木", "は", "〇", "〇"]


def test_marks_and_stacked_consonants_stay_with_their_letter() -> None:
    assert cleaned("ខ្មែរ").split() == ["ខ្មែ", "រ"]
    assert cleaned("ဗုဒ္ဓ").split() == ["ဗု", "ဒ္ဓ"]
    assert cleaned("葛\U000e0100城").split() == ["葛", "城"]  # a variation selector


def test_half_width_letters_are_the_full_ones() -> None:
    assert cleaned("ﾊﾟﾝﾀﾞ").split() == ["パ", "ン", "ダ"]


def test_words_of_other_scripts_stay_whole_among_them() -> None:
    assert cleaned("我用Python写3天").split() == ["我", "用", "python", "写", "3", "天"]
    assert cleaned("영화 재미있어요") == "영화 재미있어요"
    assert cleaned("༄༅བོད་སྐད").split() == ["བོད", "སྐད"]
    assert cleaned("๒๕๖๐").split() == ["๒๕๖๐"]


def test_long_runs_of_any_marks_are_shortened() -> None:
    """A run of marks that the guard does not see makes normalising quadratic."""
    marks = [one for one in EVERY_CHARACTER if unicodedata.combining(unicodedata.normalize("NFKD", one)[0])]
    assert {"\u0f73", "\u0f75", "\u0f81", "\uff9e", "\uff9f", "\u0344"} <= set(marks)
    longest = {one: len(unicodedata.normalize("NFD", cleaned("a" + one * 200))) for one in marks}
    assert [one for one, n in longest.items() if n > 40] == []
