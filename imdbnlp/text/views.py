"""The four views of a text: its words, its words without stop words, its lemmas, its stems.

    recipe = Recipe(view="stem", stop_words=frozenset({"the"}))
    recipe.replacements(["the", "loving", "wives"])      # [[], ['love'], ['wive']]

A recipe is all that is needed to turn a new text's words into a run's words, so a run stores it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from imdbnlp.text.clean import Profile
from imdbnlp.text.contractions import NLTK_CONTRACTIONS
from imdbnlp.text.lemma import lemmatize_words
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.stem import stem_words
from imdbnlp.text.wordnet import wordnet_noun_lemmas

View = Literal["words", "no-stop", "lemma", "stem"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Recipe:
    """How words become a view's words.  stop_words: dropped before anything else happens to a word."""

    profile: Profile = "standard"
    language: str = "en"
    view: View = "words"
    stop_words: frozenset[str] = frozenset()

    def replacements(self, words: Sequence[str]) -> list[list[str]]:
        """What each distinct word becomes: none, one or several words."""
        if self.profile == "notebook":
            return self._after_splitting(words)
        return self._after_stop_words(words)

    def _after_splitting(self, words: Sequence[str]) -> list[list[str]]:
        """NLTK parts six contractions; each piece then goes its own way."""
        pieces = [NLTK_CONTRACTIONS.get(word, (word,)) for word in words]
        flat = self._after_stop_words([piece for parts in pieces for piece in parts])
        following = iter(flat)
        return [[word for _ in parts for word in next(following)] for parts in pieces]

    def _after_stop_words(self, words: Sequence[str]) -> list[list[str]]:
        changed = change_words(words, self.view, self.profile, self.language)
        stop = self.stop_words
        return [[] if word in stop else [new] for word, new in zip(words, changed, strict=True)]

    def stored(self) -> dict[str, Any]:
        """The recipe as JSON values."""
        return {
            "profile": self.profile,
            "language": self.language,
            "view": self.view,
            "stop_words": sorted(self.stop_words),
        }

    @classmethod
    def restored(cls, values: dict[str, Any]) -> Self:
        """The recipe from what `stored` gave."""
        return cls(values["profile"], values["language"], values["view"], frozenset(map(str, values["stop_words"])))


def change_words(words: Sequence[str], view: View, profile: Profile, language: str) -> Sequence[str]:
    """The lemma or stem of each distinct word, or the word itself."""
    if view == "lemma":
        return wordnet_noun_lemmas(words) if profile == "notebook" else lemmatize_words(words, language)
    if view == "stem":
        return porter_stems(words) if profile == "notebook" else stem_words(words, language)
    return words
