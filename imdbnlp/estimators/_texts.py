"""What estimators of texts share: the parameters of the preprocessing."""

from typing import Any, TypeVar, get_args

from imdbnlp.errors import SettingsError
from imdbnlp.estimators._parameters import SettingsEstimator
from imdbnlp.features.counts import ViewSettings
from imdbnlp.settings import nearest
from imdbnlp.text.clean import Profile
from imdbnlp.text.languages import language_code
from imdbnlp.text.stopwords import stop_word_tokens, usual_stop_words, view_preprocessing
from imdbnlp.text.views import Preprocessing

_PROFILES: tuple[Profile, ...] = get_args(Profile)
View = TypeVar("View", bound=ViewSettings)


class TextEstimator(SettingsEstimator):
    """An estimator with the parameters `profile`, `language` and `stop_words`."""

    profile: str
    language: str
    stop_words: Any

    def _config(self, kind: type[View], **more: Any) -> View:
        """The given settings of a class with a view of the texts."""
        named = self.stop_words if isinstance(self.stop_words, str) else "dataset"
        return self._validated(kind, stop_words=named, **more)

    def _preprocessing(self, config: ViewSettings) -> Preprocessing:
        profile = next((known for known in _PROFILES if known == self.profile), None)
        if profile is None:
            hint = nearest(str(self.profile), _PROFILES)
            raise SettingsError(f"profile {self.profile!r} is not known", hint=hint, field="profile")
        language, own = language_code(self.language), self._stop_words()

        def listed() -> frozenset[str]:
            if isinstance(own, str):
                return usual_stop_words(profile, language)
            return stop_word_tokens(own, Preprocessing(profile, language))[0]

        return view_preprocessing(profile, language, config.view, config.stop_words, listed)

    def _stop_words(self) -> str | list[str]:
        """The name of a list of stop words, or the words, sorted."""
        return self.stop_words if isinstance(self.stop_words, str) else sorted(map(str, self.stop_words))
