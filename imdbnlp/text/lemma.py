"""Lemmas of a vocabulary in 54 languages.

    lemmatize_words(["mice", "better", "houses"])     # ['mouse', 'good', 'house']

The first call for a language reads its dictionary, in English 180,000 words in a quarter of a second.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from imdbnlp.errors import check_not_a_string
from imdbnlp.text.characters import lower_case
from imdbnlp.text.languages import code_among, language_code


def lemmatize_words(words: Sequence[str], language: str = "english") -> list[str]:
    """The dictionary form of each word, in lower case; the word itself where simplemma knows none.

    words: distinct words in lower case.  language: ISO code or English name.  Returns as many lemmas; the
    words themselves in a language without a dictionary.  Raises UsageError if there is no such language.
    A lemma is put in lower case like every word of a vocabulary, so that `film` and `Film` stay one.
    Source: simplemma (Barbaresi), dictionaries of inflected forms and rules for what they lack.
    """
    check_not_a_string(words, "words")
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    code = code_among(language, SUPPORTED_LANGUAGES)
    if code is None:
        return list(words)
    lemmatize = _lemmatizer().lemmatize
    lower_in = language_code(language)
    return [lower_case(lemmatize(word, code), lower_in) if word else word for word in words]


@cache
def _lemmatizer() -> Any:
    """Simplemma without its cache of words, useless where all words differ; it keeps its dictionaries."""
    from simplemma import Lemmatizer

    return Lemmatizer(cache_max_size=0)
