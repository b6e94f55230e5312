"""Scripts that are written without spaces between words: each character becomes a token.

    is_unspaced("中"), is_unspaced("한")       # True, False
    part_clusters(f"{CLUSTER}中{CLUSTER}文")    # " 中  文 "

Chinese, Japanese, Thai, Lao, Khmer and Burmese sentences would each be one word that never occurs again.  Cut into
characters, their word n-grams are character n-grams, which need neither a dictionary nor a language to be named.
A character keeps its combining marks, and in Khmer and Burmese the consonants that are stacked below it.  Korean and
Tibetan have spaces or marks between words or syllables and stay as they are.
Source: the scripts of Unicode's line-breaking classes ID and SA (UAX 14).
"""

import re
from bisect import bisect_right

CLUSTER = "\ufdd0"
"""Stands before each character of these scripts until they are parted; a noncharacter, so no text contains it."""

_RANGES = (
    (0x0E01, 0x0E4E),  # Thai
    (0x0E81, 0x0ECE),  # Lao
    (0x0EDC, 0x0EDF),
    (0x1000, 0x103F),  # Myanmar
    (0x104C, 0x108F),
    (0x109A, 0x109F),
    (0x1780, 0x17DD),  # Khmer
    (0x1950, 0x19CF),  # Tai Le, New Tai Lue
    (0x19DE, 0x19DF),
    (0x1A20, 0x1A7F),  # Tai Tham
    (0x1AA0, 0x1AAD),
    (0x3005, 0x3007),  # iteration marks and zero, as written among Han characters
    (0x3021, 0x3029),
    (0x3031, 0x303C),
    (0x3041, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),  # Han
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48C),  # Yi
    (0xA9E0, 0xA9EF),  # Myanmar
    (0xA9FA, 0xA9FE),
    (0xAA60, 0xAADF),  # Myanmar, Tai Viet
    (0xF900, 0xFAFF),  # Han
    (0x11700, 0x1172F),  # Ahom
    (0x16FE0, 0x18DFF),  # Tangut, Khitan
    (0x1AFF0, 0x1B2FF),  # Kana, Nushu
    (0x20000, 0x3FFFF),  # Han
)
_STARTS = [start for start, _ in _RANGES]

STACKERS = "\u1039\u17d2"
"""The next consonant is written below the one before: the signs of Burmese and Khmer for that."""

_MARK = rf"[^\x00-\x7f\w{CLUSTER}]"  # of a cleaned text: what is neither ASCII nor a letter or number
_BELOW = re.compile(f"(?<=[{STACKERS}]){CLUSTER}")
_WHOLE = re.compile(rf"{CLUSTER}(\w{_MARK}*(?:(?<=[{STACKERS}])\w{_MARK}*)*)")


def is_unspaced(character: str) -> bool:
    """Whether the character belongs to a script without spaces; digits and combining marks do not count."""
    place = bisect_right(_STARTS, ord(character)) - 1
    return place >= 0 and ord(character) <= _RANGES[place][1] and character.isalnum()


def part_clusters(text: str) -> str:
    """Put spaces around each marked character with all that belongs to it."""
    return _WHOLE.sub(r" \1 ", _BELOW.sub("", text))
