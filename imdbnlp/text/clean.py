"""Texts as given -> UTF-8 in which only words, spaces and what parts words are left.

Two profiles (see profiles.py).  `standard` works for every language; characters of a
script without spaces are separated:

    clean_standard("<br />Caf&eacute; isn’t BAD!")     # b" café isn't bad!"
    clean_standard("好电影")                            # b" 好  电  影 "

`notebook` is the IMDB study's own, character by character:

    clean_notebook("It's <br />GREAT!")                 # b"its great"

Each runs once a document; every pattern is linear in its length, whatever the text.
"""

import html
import re

from imdbnlp.text.characters import fold_characters

TAG = re.compile(r"</?[a-zA-Z!][^<>]*+>")
ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def clean_standard(text: str, language: str = "en") -> bytes:
    """Drop tags and entities, leaving a space; NFKC; lower case; part words at all but letters and numbers.

    language: ISO code, for the lower case of Turkish and Azeri.  Entities are decoded once: what was encoded twice
    stays as it is.  ASCII punctuation is left to the tokenizer, which knows `!`, `?` and inner apostrophes.
    """
    if "<" in text:
        text = TAG.sub(" ", text)
    if "&" in text:
        text = decode_entities(text)
    return clean_characters(text, language)


def decode_entities(text: str) -> str:
    """Replace the HTML entities of a text by the characters that they name."""
    return ENTITY.sub(lambda match: html.unescape(match[0]), text)


def clean_characters(text: str, language: str = "en") -> bytes:
    """What clean_standard does once tags and entities are gone."""
    return fold_characters(text, language).encode()


NOTEBOOK_TAG = "<br />"
_NOT_KEPT_BY_NOTEBOOK = bytes(set(range(256)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789 "))


def clean_notebook(text: str) -> bytes:
    """Lower case; delete `<br />`; delete everything outside [a-z0-9 ], so that what it parted is joined."""
    lowered = text.lower().replace(NOTEBOOK_TAG, "")
    return lowered.encode(errors="surrogatepass").translate(None, _NOT_KEPT_BY_NOTEBOOK)
