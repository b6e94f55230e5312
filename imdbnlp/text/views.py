"""The four views of a text: its words, its words without stop words, its lemmas, its stems.

    preprocessing = Preprocessing(view="stem", stop_words=frozenset({"the"}))
    preprocessing.replacements(["the", "loving", "wives"])      # [[], ['love'], ['wive']]

A run stores its preprocessing: it turns the words of a new text into those that the model was trained on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from imdbnlp.errors import check_not_a_string
from imdbnlp.text.clean import Profile
from imdbnlp.text.contractions import NLTK_CONTRACTIONS
from imdbnlp.text.lemma import lemmatize_words
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.stem import stem_words
from imdbnlp.text.wordnet import wordnet_noun_lemmas

View = Literal["words", "no-stop", "lemma", "stem"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Preprocessing:
    """How words become a view's words.

    stop_words: dropped before lemmas or stems are made.  vectorizer_stop_words: dropped from the view's own words, last
    of all, as scikit-learn's vectorizers drop theirs.
    """

    profile: Profile = "standard"
    language: str = "en"
    view: View = "words"
    stop_words: frozenset[str] = frozenset()
    vectorizer_stop_words: frozenset[str] = frozenset()

    def replacements(self, words: Sequence[str]) -> list[list[str]]:
        """What each distinct word becomes: none, one or several words."""
        check_not_a_string(words, "words")
        pieces = [self._pieces(word) for word in words]
        following = iter(self._changed([piece for parts in pieces for piece in parts]))
        return [[new for _ in parts if (new := next(following)) is not None] for parts in pieces]

    def _pieces(self, word: str) -> tuple[str, ...]:
        """NLTK splits six contractions in the notebook profile; scikit-learn's vectorizers split none."""
        if self.profile == "standard" or self._is_cut_by_scikit_learn and self.view == "words":
            return (word,)
        return NLTK_CONTRACTIONS.get(word, (word,))

    def _changed(self, words: Sequence[str]) -> list[str | None]:
        """The view's word for each word, None for one that is dropped."""
        changed = change_words(words, self.view, self.profile, self.language)
        kept = [None if word in self.stop_words else new for word, new in zip(words, changed, strict=True)]
        last = self.vectorizer_stop_words
        shortest = 2 if self._is_cut_by_scikit_learn else 1
        return [None if new is None or new in last or len(new) < shortest else new for new in kept]

    @property
    def _is_cut_by_scikit_learn(self) -> bool:
        """In the study, scikit-learn also tokenizes what it vectorizes: into words of two or more characters."""
        return self.profile == "notebook" and bool(self.vectorizer_stop_words)

    def stored(self) -> dict[str, Any]:
        """The preprocessing as JSON values."""
        return {
            "profile": self.profile,
            "language": self.language,
            "view": self.view,
            "stop_words": sorted(self.stop_words),
            "vectorizer_stop_words": sorted(self.vectorizer_stop_words),
        }

    @classmethod
    def restored(cls, values: dict[str, Any]) -> Self:
        """The preprocessing from what `stored` gave."""
        lists = (frozenset(map(str, values[name])) for name in ("stop_words", "vectorizer_stop_words"))
        return cls(values["profile"], values["language"], values["view"], *lists)


def view_drops_stop_words(view: View, profile: Profile) -> bool:
    """Whether a view holds no stop words by itself: in the study, lemmas and stems are made of what is left."""
    return view == "no-stop" or (profile == "notebook" and view != "words")


def change_words(words: Sequence[str], view: View, profile: Profile, language: str) -> Sequence[str]:
    """The lemma or stem of each distinct word, or the word itself."""
    check_not_a_string(words, "words")
    if view == "lemma":
        return wordnet_noun_lemmas(words) if profile == "notebook" else lemmatize_words(words, language)
    if view == "stem":
        return porter_stems(words) if profile == "notebook" else stem_words(words, language)
    return words
