"""Profiles of preprocessing: everything that turns a text into words, as one object.

    PROFILES["standard"].stems(["loving", "wives"], "en")       # ['love', 'wive']
    PROFILES["notebook"].split("cannot")                        # ('can', 'not')

`standard` works for every language that separates words by spaces; `notebook` is the IMDB study's own preprocessing,
token for token.  A new profile is a class in PROFILES.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Literal

from imdbnlp.text.clean import clean_notebook, clean_standard
from imdbnlp.text.contractions import NLTK_CONTRACTIONS
from imdbnlp.text.lemma import lemmatize_words
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.spans import Span, find_spans, notebook_spans
from imdbnlp.text.stem import stem_words
from imdbnlp.text.stop_lists import nltk_stop_words, stop_words
from imdbnlp.text.wordnet import wordnet_noun_lemmas

ProfileName = Literal["standard", "notebook"]


class Profile(ABC):
    """How texts become words.  Words are distinct and in lower case; a language is an ISO code.

    splits_words: whether `split` changes any word.  lemmas_without_stop_words: whether the views of lemmas and stems
    contain no stop words either.  vectorizer_min_characters: the shortest word that is counted if the vectorizer drops
    stop words itself.  split_seed: the seed by which rows are split one by one, regardless of copies and classes; None
    if copies stay together and classes keep their shares.  valid_size: default share of the validation set.
    """

    splits_words: ClassVar[bool] = False
    lemmas_without_stop_words: ClassVar[bool] = False
    vectorizer_min_characters: ClassVar[int] = 1
    split_seed: ClassVar[int | None] = None
    valid_size: ClassVar[float] = 0.1

    @abstractmethod
    def cleaner(self, language: str) -> Callable[[str], bytes]:
        """The cleaning of one text: UTF-8 in which only words, and what separates them, are left."""

    @abstractmethod
    def spans(self, text: str, language: str) -> list[Span]:
        """(words,) where each word is in the text as given: its first character, and the one after its last."""

    def split(self, word: str) -> tuple[str, ...]:
        """The words that a token is split into; most are one word."""
        return (word,)

    @abstractmethod
    def lemmas(self, words: Sequence[str], language: str) -> list[str]:
        """(words,) their lemmas."""

    @abstractmethod
    def stems(self, words: Sequence[str], language: str) -> list[str]:
        """(words,) their stems."""

    @abstractmethod
    def stop_words(self, language: str) -> frozenset[str]:
        """The stop words if the user gives none.  Raises ResourceError if their data are missing."""


class Standard(Profile):
    """Unicode-aware, for many languages, without downloads."""

    def cleaner(self, language: str) -> Callable[[str], bytes]:
        return partial(clean_standard, language=language)

    def spans(self, text: str, language: str) -> list[Span]:
        return find_spans(text, language)

    def lemmas(self, words: Sequence[str], language: str) -> list[str]:
        return lemmatize_words(words, language)

    def stems(self, words: Sequence[str], language: str) -> list[str]:
        return stem_words(words, language)

    def stop_words(self, language: str) -> frozenset[str]:
        return stop_words(language)


class Notebook(Profile):
    """The study's: English, NLTK's lemmas, stems and stop words, and scikit-learn's plain splits."""

    splits_words = True
    lemmas_without_stop_words = True
    vectorizer_min_characters = 2  # scikit-learn tokenises again what it vectorizes
    split_seed = 42
    valid_size = 0.0

    def cleaner(self, language: str) -> Callable[[str], bytes]:
        return clean_notebook

    def spans(self, text: str, language: str) -> list[Span]:
        return notebook_spans(text)

    def split(self, word: str) -> tuple[str, ...]:
        return NLTK_CONTRACTIONS.get(word, (word,))

    def lemmas(self, words: Sequence[str], language: str) -> list[str]:
        return wordnet_noun_lemmas(words)

    def stems(self, words: Sequence[str], language: str) -> list[str]:
        return porter_stems(words)

    def stop_words(self, language: str) -> frozenset[str]:
        return nltk_stop_words()


PROFILES: dict[ProfileName, Profile] = {"standard": Standard(), "notebook": Notebook()}
