"""Stems of a vocabulary in many languages.

    stem_words(["loving", "wives"])                     # ['love', 'wive']
    stem_words(["häuser", "liebte"], language="de")     # ['haus', 'liebt']

Words of a language without a stemmer, such as Korean, stay as they are.
"""

from collections.abc import Sequence

from imdbnlp.errors import check_not_a_string
from imdbnlp.text.languages import CODE_OF_NAME, code_among, language_code
from imdbnlp.text.porter import porter_stems


def stem_words(words: Sequence[str], language: str = "english") -> list[str]:
    """The stem of each word: Porter's in English, Snowball's in the languages that PyStemmer knows.

    words: distinct words in lower case.  language: ISO code or English name.  Returns as many stems; the
    words themselves in a language that has no stemmer.  Raises UsageError if there is no such language.
    Source: Porter 1980; Snowball (snowballstem.org), through PyStemmer.
    """
    check_not_a_string(words, "words")
    if language_code(language) == "en":
        return porter_stems(words)
    import Stemmer

    known = {CODE_OF_NAME[name] for name in Stemmer.algorithms() if name in CODE_OF_NAME}
    code = code_among(language, known)
    if code is None:
        return list(words)
    stemmer = Stemmer.Stemmer(code, 0)  # 0: no cache, for the words are distinct
    stems: list[str] = stemmer.stemWords(list(words))
    return stems
