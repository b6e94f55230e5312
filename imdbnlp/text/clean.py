"""Texts as given -> UTF-8 in which only words, spaces and what parts words are left.

Two profiles.  `standard` works for every language that separates words by spaces:

    clean_standard("<br />Caf&eacute; isn’t BAD!")     # b" café isn't bad!"

`notebook` is the IMDB study's own, character by character:

    clean_notebook("It's <br />GREAT!")                 # b"its great"

Each runs once a document; every pattern is linear in its length, whatever the text.
"""

import html
import re
import unicodedata
from typing import Literal

Profile = Literal["standard", "notebook"]

TAG = re.compile(r"</?[a-zA-Z!][^<>]*+>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_MOST_MARKS = 30
_LONG_MARKS = re.compile(rf"[^\x00-\x7f\w]{{{_MOST_MARKS + 1},}}")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_APOSTROPHES = "‘’‛ʼ"
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


class _Characters(dict[int, str]):
    """What becomes of each character beyond ASCII, found once per distinct character.

    Letters, marks and numbers stay; symbols such as emoji become words of their own; invisible characters
    (soft hyphens, joiners, direction marks) go without a gap; everything else becomes a space.
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
    if category == "Cf" or ord(character) in _VARIATION_SELECTORS:
        return ""
    if category == "So":
        return f" {character} "
    return character if category[0] in "LMN" else " "


_CHARACTERS = _Characters()


def _shortened(run: re.Match[str]) -> str:
    """At most 30 marks on one letter: normalising takes the square of their number (Unicode's Stream-Safe Format)."""
    kept, n_marks = [], 0
    for character in run[0]:
        n_marks = n_marks + 1 if unicodedata.combining(character) else 0
        if n_marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def clean_standard(text: str) -> bytes:
    """Drop tags and entities, leaving a space; NFKC; lower case; part words at all but letters and numbers.

    Entities are decoded once: what was encoded twice stays as it is.  ASCII punctuation is left to the
    tokenizer, which knows `!`, `?` and inner apostrophes.
    """
    if "<" in text:
        text = TAG.sub(" ", text)
    if "&" in text:
        text = ENTITY.sub(lambda match: html.unescape(match[0]), text)
    return clean_characters(text)


def clean_characters(text: str) -> bytes:
    """What clean_standard does once tags and entities are gone."""
    if text.isascii():
        return text.lower().encode()
    lowered = unicodedata.normalize("NFKC", _LONG_MARKS.sub(_shortened, text)).lower()
    return _BEYOND_ASCII.sub(lambda match: match[0].translate(_CHARACTERS), lowered).encode()


NOTEBOOK_TAG = "<br />"
_NOT_KEPT_BY_NOTEBOOK = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789 "))


def clean_notebook(text: str) -> bytes:
    """Lower case; delete `<br />`; delete everything outside [a-z0-9 ], so that what it parted is joined."""
    lowered = text.lower().replace(NOTEBOOK_TAG, "")
    return lowered.encode(errors="surrogatepass").translate(None, _NOT_KEPT_BY_NOTEBOOK)


CLEANERS = {"standard": clean_standard, "notebook": clean_notebook}
