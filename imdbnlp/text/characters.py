"""Characters in one form: NFKC, lower case, symbols apart, invisible characters gone.

    fold_characters("ﬁlm ΛΟΓΟΣ, ΛΟΓΟΣ!")         # 'film λογοσ, λογοσ!'
    fold_characters("IŞIK İyi", "tr")             # 'ışık iyi'
    fold_characters("电影👍")                     # ' 电  影  👍 '

A letter is folded alike wherever it stands, so equal words are equal tokens.  The time is linear in the length of
the text, whatever the text.
"""

import re
import unicodedata

from imdbnlp.text.scripts import CLUSTER, is_unspaced, part_clusters

_DOTTED_I_LANGUAGES = frozenset({"tr", "az"})
_MOST_MARKS = 30
_LONG_MARKS = re.compile(rf"[^\x00-\x7f\w]{{{_MOST_MARKS + 1},}}")
_HALF_WIDTH_MARKS = {"\uff9e": "\u3099", "\uff9f": "\u309a"}  # the only letters that decompose to marks
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_DOT_ON_A_DOT = re.compile("(?<=[ij\u012f])\u0307")
_APOSTROPHES = "‘’‛ʼ"
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))


def fold_characters(text: str, language: str = "en") -> str:
    """NFKC and lower case; beyond ASCII, letters, marks and numbers stay and everything else parts words.

    language: ISO code; Turkish and Azeri have their own lower case of I.
    """
    if text.isascii():
        return lower_case(text, language)
    lowered = lower_case(_compatible(text), language)
    folded = _BEYOND_ASCII.sub(lambda match: match[0].translate(_CHARACTERS), lowered)
    return part_clusters(folded) if CLUSTER in folded else folded


def lower_case(text: str, language: str = "en") -> str:
    """Lower case, without a second dot on an i: `İyi` and `iyi` are equal in every language."""
    if language in _DOTTED_I_LANGUAGES:
        text = text.replace("I", "ı").replace("İ", "i")
    lowered = text.lower()
    if "\u0307" in lowered:
        return unicodedata.normalize("NFC", _DOT_ON_A_DOT.sub("", lowered))
    return lowered


def _compatible(text: str) -> str:
    """NFKC, in linear time.

    Normalising sorts the marks on a letter, which takes the square of their number, so at most 30 are kept.
    Source: Unicode's Stream-Safe Text Format (UAX 15).
    """
    for letter, mark in _HALF_WIDTH_MARKS.items():
        if letter in text:
            text = text.replace(letter, mark)
    return unicodedata.normalize("NFKC", _LONG_MARKS.sub(_shortened, text))


def _shortened(run: re.Match[str]) -> str:
    kept, n_marks = [], 0
    for character in run[0]:
        decomposed = unicodedata.normalize("NFKD", character)
        n_marks = n_marks + len(decomposed) if unicodedata.combining(decomposed[0]) else 0
        if n_marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


class _Characters(dict[int, str]):
    """What becomes of each character beyond ASCII, found once per distinct character.

    Letters, marks and numbers stay; those of scripts without spaces are marked as words of their own; so are symbols
    such as emoji; invisible characters (soft hyphens, joiners, direction marks) go without a gap; everything else
    becomes a space.
    """

    def __missing__(self, code_point: int) -> str:
        self[code_point] = replacement = _replacement(chr(code_point))
        return replacement


def _replacement(character: str) -> str:
    category = unicodedata.category(character)
    if character.isascii():
        return character
    if character in _APOSTROPHES:
        return "'"
    if character == "ς":
        return "σ"
    if category == "Cf" or any(ord(character) in selectors for selectors in _VARIATION_SELECTORS):
        return ""
    if category == "So":
        return f" {character} "
    if is_unspaced(character):
        return CLUSTER + character
    return character if category[0] in "LMN" else " "


_CHARACTERS = _Characters()
