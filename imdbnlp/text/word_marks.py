"""Marks that belong to a word: c++, c#, a+, .net.

    classes = attach_marks(b"c++ .net", classes)

`++` and `#` belong to the word that they follow directly, and so does `+` to a single letter: without them, C++ and C#
would be C, and the grade A+ the article a.  `f#ck`, `a+b` and `page#3` are parted as before.  A dot belongs to the
word after it in `.net` alone: where a space before a sentence's first word is missing, a dot begins any other word.
"""

import re

import numpy as np
from numpy.typing import NDArray

_DOT_NET = re.compile(rb"\.net(?![a-z0-9\x80-\xff])")  # a look-behind would make the search 20 times slower
_PLUS = ord("+")


def attach_marks(data: bytes, classes: NDArray[np.uint8], mark: int, word: int, other: int) -> NDArray[np.int64]:
    """Give the marks that belong to a word the class of words, and other marks the class `other`.

    data: cleaned text.  classes: (bytes,) class of each byte, changed in place; `mark` is the class of `+` and `#`.
    Returns the positions where a word begins although the byte before belongs to a word, as in `c++11` and `asp.net`.
    """
    begins = _attach_to_the_left(data, classes, np.flatnonzero(classes == mark), word, other)
    dots = [match.start() for match in _DOT_NET.finditer(data) if data[match.start() - 1 : match.start()] != b"."]
    classes[dots] = word
    return np.append(begins, np.array(dots, dtype=np.int64))


def _attach_to_the_left(
    data: bytes, classes: NDArray[np.uint8], marks: NDArray[np.int64], word: int, other: int
) -> NDArray[np.int64]:
    """Runs of `+` or `#` after a word.  Returns the positions after `++` where another word follows."""
    if not len(marks):
        return marks
    apart = np.diff(marks) > 1
    starts, lasts = marks[np.append(True, apart)], marks[np.append(apart, True)]
    characters = np.frombuffer(data, dtype=np.uint8)

    def is_word(positions: NDArray[np.int64]) -> NDArray[np.bool_]:
        inside = (positions >= 0) & (positions < len(classes))
        return inside & (classes[np.where(inside, positions, 0)] == word)

    plus = characters[starts] == _PLUS
    doubled = (lasts == starts + 1) & plus & (characters[lasts] == _PLUS)
    goes_on = is_word(lasts + 1)
    after_a_letter = (characters[starts - 1] >= ord("a")) & ~is_word(starts - 2)
    single = (lasts == starts) & ~goes_on & (~plus | after_a_letter)
    attached = is_word(starts - 1) & (doubled | single)
    classes[marks] = other
    classes[starts[attached]] = classes[lasts[attached]] = word
    return lasts[attached & goes_on] + 1
