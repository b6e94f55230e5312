"""Lemmas for the standard profile, by simplemma: 50 languages, its data in the package, nothing to download.

    lemmatize_words(["movies", "was"], "en")     # ['movie', 'be']
"""

from collections.abc import Sequence


def lemmatize_words(words: Sequence[str], language: str) -> list[str]:
    """(words,) the lemma of each distinct word; the word itself in a language without lemmas.

    language: ISO 639 code.
    """
    import simplemma
    from simplemma.strategies.dictionaries.dictionary_factory import SUPPORTED_LANGUAGES

    known = {"no": "nb", "sr": "hbs", "hr": "hbs"}.get(language, language)
    if known not in SUPPORTED_LANGUAGES:
        return list(words)
    return [simplemma.lemmatize(word, known) for word in words]
