"""Lemmas of nouns, as NLTK's WordNetLemmatizer gives them.

    wordnet_noun_lemmas(["wives", "men", "movies", "was"])     # ['wife', 'men', 'movie', 'wa']

NLTK takes 6 s to load the whole of WordNet; nouns need the first words of one file and a list of exceptions.
Source: Miller, "WordNet: a lexical database for English", CACM 38(11), 1995; its morphy(7) manual page.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from imdbnlp.errors import check_not_a_string
from imdbnlp.text.nltk_data import find_corpus, read_corpus_file

_ENDINGS = (
    ("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
    ("men", "man"), ("ies", "y"),
)  # fmt: skip


def wordnet_noun_lemmas(words: Sequence[str]) -> list[str]:
    """The shortest noun in WordNet that each word is or may come from, else the word itself.

    words: distinct words.  Returns as many lemmas, equal to nltk.stem.WordNetLemmatizer().lemmatize(word).
    Raises ResourceError if NLTK's wordnet data is missing.
    """
    check_not_a_string(words, "words")
    nouns, exceptions = _read_nouns(find_corpus("wordnet"))
    lemmas = list(words)
    for i, word in enumerate(words):
        if word in exceptions or word.endswith(("s", "men")):
            found = [form for form in (word, *_base_forms(word, exceptions)) if form in nouns]
            if found:
                lemmas[i] = min(found, key=len)
    return lemmas


def _base_forms(word: str, exceptions: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """What an irregular word is listed to come from; for others, what each fitting ending gives."""
    if word in exceptions:
        return exceptions[word]
    return [word.removesuffix(old) + new for old, new in _ENDINGS if word.endswith(old)]


@lru_cache(maxsize=1)
def _read_nouns(location: Path) -> tuple[frozenset[str], dict[str, list[str]]]:
    """The nouns, and the base forms of irregular plurals.  A line of index.noun that begins with a space is
    part of its licence."""
    index = read_corpus_file(location, "index.noun").decode()
    nouns = frozenset(line[: line.find(" ")] for line in index.split("\n") if line[:1] not in ("", " "))
    listed = [line.split() for line in read_corpus_file(location, "noun.exc").decode().splitlines()]
    return nouns, {forms[0]: forms[1:] for forms in listed if forms}
