"""Labels that look the same but differ: case, accents, width, invisible characters, letters of other scripts.

folded("Ｐos\u200b")                      # 'pos'
difference("pos", "pos\u200b")           # "'pos' and 'pos' (the second has U+200B ZERO WIDTH SPACE)"
"""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_LATIN_OF = str.maketrans("АВЕЅІЈКМНОРСТУХаеіјорсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι", "ABESIJKMHOPCTYXaeijopcyxsABEZHIKMNOPTYXovi")
"""Cyrillic and Greek letters that look like Latin ones."""


def folded(label: str) -> str:
    """The label in lower case and plain width, without invisible characters and repeated spaces."""
    once = unicodedata.normalize("NFKC", label).casefold()
    visible = "".join(character for character in once if unicodedata.category(character) != "Cf")
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", visible)).strip()


def in_latin(label: str) -> str:
    """The folded label, with Latin letters for Cyrillic and Greek ones that look the same."""
    return folded(label.translate(_LATIN_OF))


def difference(one: str, other: str) -> str:
    """Both labels, and the code points that distinguish them if that is not visible."""
    shown = f"{_short(one)} and {_short(other)}"
    invisible = _hidden(one, other) or _hidden(other, one)
    if not invisible:
        return shown
    which, characters = ("first", _hidden(one, other)) if _hidden(one, other) else ("second", _hidden(other, one))
    return f"{shown} (the {which} has {', '.join(_named(character) for character in characters[:3])})"


def _hidden(one: str, other: str) -> list[str]:
    """Characters outside of ASCII that only the first label has."""
    return [character for character in dict.fromkeys(one) if character not in other and not character.isascii()]


def _named(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()


def _short(label: str) -> str:
    return repr(label if len(label) <= 40 else label[:37] + "...")
