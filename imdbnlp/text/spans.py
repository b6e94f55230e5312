"""Where a text's words stand in it, as it was given: for marking them.

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

from imdbnlp.text.clean import ENTITY, NOTEBOOK_TAG, TAG, Profile, clean_characters, clean_notebook
from imdbnlp.text.tokenize import word_places

Span = tuple[int, int]
_STRETCH = re.compile(r"[^ \t\n\r\f\v]+")


def find_spans(text: str, profile: Profile = "standard") -> list[Span]:
    """(words,) first character and the one after the last, in the text as given."""
    if profile == "notebook":
        return _spans_of(clean_notebook(text).decode(), _notebook_places(text))
    return [span for start, stop in _stretches(text) for span in _in_stretch(text, start, stop)]


def _stretches(text: str) -> Iterator[Span]:
    """Runs without white space between tags: what happens in one changes nothing in another."""
    begin = 0
    for tag in [*TAG.finditer(text), None]:
        end = tag.start() if tag else len(text)
        yield from (match.span() for match in _STRETCH.finditer(text, begin, end))
        begin = tag.end() if tag else end


def _in_stretch(text: str, start: int, stop: int) -> list[Span]:
    stretch = text[start:stop]
    whole = clean_characters(ENTITY.sub(lambda match: html.unescape(match[0]), stretch)).decode()
    cleaned, places = [], []
    for begin, end, piece in _pieces(stretch):
        part = clean_characters(piece).decode()
        cleaned.append(part)
        places += [(start + begin, start + end)] * len(part)
    if "".join(cleaned) != whole:
        places = [(start, stop)] * len(whole)
    return _spans_of(whole, places)


def _pieces(stretch: str) -> Iterator[tuple[int, int, str]]:
    """An entity, or a character with the marks that follow it: where it stands, and what is to be cleaned."""
    position = 0
    entities = {match.start(): match for match in ENTITY.finditer(stretch)}
    while position < len(stretch):
        if position in entities:
            match = entities[position]
            yield position, match.end(), html.unescape(match[0])
            position = match.end()
            continue
        end = position + 1
        while end < len(stretch) and unicodedata.combining(stretch[end]):
            end += 1
        yield position, end, stretch[position:end]
        position = end


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
