"""The positions of a text's words in the given text, for marking them.

    find_spans("<b>It&rsquo;s</b> GOOD!")       # [(3, 12), (17, 21), (21, 22)]

There is a span for each word that the tokenizer makes of the cleaned text, in the same order.  Cleaning changes
lengths: tags go, entities become a letter, letters are composed and decomposed.  So it is done again in pieces whose
place is known, and where a piece by itself would be cleaned otherwise than inside its word, the word's whole stretch
between two spaces is taken.  For one text at a time: this runs once a character.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from imdbnlp.text.clean import ENTITY, NOTEBOOK_TAG, TAG, clean_characters, clean_notebook, decode_entities
from imdbnlp.text.scripts import STACKERS
from imdbnlp.text.tokenize import word_places

Span = tuple[int, int]
_STRETCH = re.compile(r"[^ \t\n\r\f\v]+")
_JAMO_AFTER_THE_FIRST = range(0x1160, 0x1200)


def find_spans(text: str, language: str = "en") -> list[Span]:
    """(words,) where the words of the standard profile are: first character, and the one after the last."""
    return [span for start, stop in _stretches(text) for span in _in_stretch(text[start:stop], start, language)]


def notebook_spans(text: str) -> list[Span]:
    """(words,) where the words of the notebook profile are."""
    return _spans_of(clean_notebook(text).decode(), _notebook_places(text))


def _stretches(text: str) -> Iterator[Span]:
    """Runs without white space between tags, which can be cleaned independently of each other."""
    begin = 0
    for tag in [*TAG.finditer(text), None]:
        end = tag.start() if tag else len(text)
        yield from (match.span() for match in _STRETCH.finditer(text, begin, end))
        begin = tag.end() if tag else end


def _in_stretch(stretch: str, start: int, language: str) -> list[Span]:
    whole = clean_characters(decode_entities(stretch), language).decode()
    cleaned, places = [], []
    for begin, end, piece in _pieces(stretch):
        part = clean_characters(piece, language).decode()
        cleaned.append(part)
        places += [(start + begin, start + end)] * len(part)
    if "".join(cleaned) != whole:
        places = [(start, start + len(stretch))] * len(whole)
    return _spans_of(whole, places)


def _pieces(stretch: str) -> Iterator[tuple[int, int, str]]:
    """A character with the combining characters after it: its position, and the text to clean."""
    begin, piece = 0, ""
    for start, character in _characters(stretch):
        if piece and not (_changes_with_the_one_before(character[0]) or piece[-1] in STACKERS):
            yield begin, start, piece
            begin, piece = start, ""
        piece += character
    if piece:
        yield begin, len(stretch), piece


def _characters(stretch: str) -> Iterator[tuple[int, str]]:
    """Where each character begins, and the character; for an entity, the character that it encodes."""
    position = 0
    for entity in [*ENTITY.finditer(stretch), None]:
        end = entity.start() if entity else len(stretch)
        yield from enumerate(stretch[position:end], position)
        if entity:
            yield end, html.unescape(entity[0])
            position = entity.end()


@lru_cache(maxsize=10_000)
def _changes_with_the_one_before(character: str) -> bool:
    """Combining marks, the vowels and final consonants of Korean, and invisible characters."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first) in ("Mn", "Mc", "Me", "Cf") or ord(first) in _JAMO_AFTER_THE_FIRST


def _notebook_places(text: str) -> list[Span]:
    """The place of each character that the notebook profile keeps."""
    lowered = [(one, (place, place + 1)) for place, character in enumerate(text) for one in character.lower()]
    joined = "".join(one for one, _ in lowered)
    dropped = {
        place for match in re.finditer(re.escape(NOTEBOOK_TAG), joined) for place in range(match.start(), match.end())
    }
    return [
        span
        for place, (one, span) in enumerate(lowered)
        if place not in dropped and one.isascii() and (one.isalnum() or one == " ")
    ]


def _spans_of(cleaned: str, places: list[Span]) -> list[Span]:
    """The words of a cleaned text, by the place that each of its characters came from."""
    data = cleaned.encode()
    starts, ends = word_places(data)
    if not cleaned.isascii():
        of_byte = [place for place, character in zip(places, cleaned, strict=True) for _ in character.encode()]
        places = of_byte
    return [(places[start][0], places[end - 1][1]) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
