"""What estimators of texts share: the parameters of the preprocessing."""

from typing import Any, TypeVar

from imdbnlp.errors import SettingsError
from imdbnlp.estimators._parameters import SettingsEstimator
from imdbnlp.features.counts import ViewSettings
from imdbnlp.settings import Settings, nearest
from imdbnlp.text.languages import language_code
from imdbnlp.text.profiles import PROFILES
from imdbnlp.text.stopwords import stop_word_tokens, view_preprocessing
from imdbnlp.text.views import Preprocessing

Kind = TypeVar("Kind", bound=Settings)


class TextEstimator(SettingsEstimator):
    """An estimator with the parameters `profile`, `language` and `stop_words`."""

    profile: str
    language: str
    stop_words: Any

    def _config(self, kind: type[Kind], **more: Any) -> Kind:
        """The given settings of a class, with the stop words if it has a view of the texts."""
        named = self.stop_words if isinstance(self.stop_words, str) else "dataset"
        view = {"stop_words": named} if issubclass(kind, ViewSettings) else {}
        return self._validated(kind, **view, **more)

    def _preprocessing(self, config: Settings) -> Preprocessing:
        profile = next((known for known in PROFILES if known == self.profile), None)
        if profile is None:
            hint = nearest(str(self.profile), PROFILES)
            raise SettingsError(f"profile {self.profile!r} is not known", hint=hint, field="profile")
        language, own = language_code(self.language), self._stop_words()

        def listed() -> frozenset[str]:
            if isinstance(own, str):
                return PROFILES[profile].stop_words(language)
            return stop_word_tokens(own, Preprocessing(profile, language))[0]

        view = config if isinstance(config, ViewSettings) else ViewSettings()
        return view_preprocessing(profile, language, view.view, view.stop_words, listed)

    def _stop_words(self) -> str | list[str]:
        """The name of a list of stop words, or the words, sorted."""
        return self.stop_words if isinstance(self.stop_words, str) else sorted(map(str, self.stop_words))
