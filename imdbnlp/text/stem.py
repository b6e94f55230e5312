"""Stems for the standard profile: Porter's for English, Snowball's for other languages.

    stem_words(["Häuser", "gehen"], "de")     # ['haus', 'geh']

Snowball comes from PyStemmer, the algorithms' own compiled package: it needs no NLTK, whose import takes 2 s.
"""

from collections.abc import Sequence

from imdbnlp.text.languages import language_name
from imdbnlp.text.porter import porter_stems


def stem_words(words: Sequence[str], language: str) -> list[str]:
    """(words,) the stem of each distinct word; the word itself in a language without a stemmer.

    language: ISO 639 code.
    """
    if language == "en":
        return porter_stems(words)
    import Stemmer

    name = {"nb": "norwegian"}.get(language) or language_name(language)
    if name not in Stemmer.algorithms():
        return list(words)
    stems: list[str] = Stemmer.Stemmer(name).stemWords([word.lower() for word in words])
    return stems
