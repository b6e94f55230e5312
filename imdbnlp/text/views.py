"""The four views of a text: its words, its words without stop words, its lemmas and its stems.

    preprocessing = Preprocessing(view="stem", stop_words=frozenset({"the"}))
    preprocessing.replacements(["the", "loving", "wives"])      # [[], ['love'], ['wive']]

A run stores its preprocessing, which turns the words of a new text into those that the model was trained on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from imdbnlp.errors import check_not_a_string
from imdbnlp.text.profiles import PROFILES, Profile, ProfileName

View = Literal["words", "no-stop", "lemma", "stem"]
VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True)
class Preprocessing:
    """From texts to the words of a view.

    stop_words: dropped before words are lemmatised or stemmed.  vectorizer_stop_words: dropped last, from the words of
    the view, as scikit-learn's vectorizers drop theirs.
    """

    profile: ProfileName = "standard"
    language: str = "en"
    view: View = "words"
    stop_words: frozenset[str] = frozenset()
    vectorizer_stop_words: frozenset[str] = frozenset()

    @property
    def steps(self) -> Profile:
        """The functions of the profile."""
        return PROFILES[self.profile]

    @property
    def keeps_words(self) -> bool:
        """Whether every token remains as it is."""
        return not self.steps.splits_words and self == Preprocessing(self.profile, self.language)

    def cleaner(self) -> Callable[[str], bytes]:
        """The cleaning of one text."""
        return self.steps.cleaner(self.language)

    def replacements(self, words: Sequence[str]) -> list[list[str]]:
        """What each distinct word becomes: no, one or several words."""
        check_not_a_string(words, "words")
        split = self.steps.split
        whole = self.view == "words" and self._min_characters > 1  # scikit-learn's vectorizers split no words
        pieces = [(word,) if whole else split(word) for word in words]
        following = iter(self._changed([piece for parts in pieces for piece in parts]))
        return [[new for _ in parts if (new := next(following)) is not None] for parts in pieces]

    def _changed(self, words: Sequence[str]) -> list[str | None]:
        """The view's word for each word, None for one that is dropped."""
        changed = self._in_view(words)
        kept = [None if word in self.stop_words else new for word, new in zip(words, changed, strict=True)]
        last, shortest = self.vectorizer_stop_words, self._min_characters
        return [None if new is None or new in last or len(new) < shortest else new for new in kept]

    def _in_view(self, words: Sequence[str]) -> Sequence[str]:
        if self.view == "lemma":
            return self.steps.lemmas(words, self.language)
        return self.steps.stems(words, self.language) if self.view == "stem" else words

    @property
    def _min_characters(self) -> int:
        return self.steps.vectorizer_min_characters if self.vectorizer_stop_words else 1

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


def view_drops_stop_words(view: View, profile: ProfileName) -> bool:
    """Whether a view contains no stop words, whatever else is asked for."""
    return view == "no-stop" or (view != "words" and PROFILES[profile].lemmas_without_stop_words)
