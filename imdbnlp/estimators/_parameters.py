"""The parameters of estimators: their own ones, and any setting of what they fit.

    class Estimator(SettingsEstimator):
        _own = ("model", "random_state", "n_jobs")

        def _settings_classes(self):
            return (model_module(self.model).Config,)

Settings are given by name to the constructor, to `set_params` and in a grid search, and are validated by `fit`.
"""

import os
import warnings
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state

from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.progress import SilentReporter
from imdbnlp.settings import Settings, nearest, shown_name

_LARGEST_SEED = 2**31 - 1
Kind = TypeVar("Kind", bound=Settings)


class SettingsEstimator(BaseEstimator):  # type: ignore[misc]
    """_own: the names of the constructor's own parameters, among them `random_state` and `n_jobs`."""

    _own: ClassVar[tuple[str, ...]]
    random_state: Any
    n_jobs: int | None

    def _settings_classes(self) -> tuple[type[Settings], ...]:
        """The classes whose settings are parameters; none if they are not known yet."""
        raise NotImplementedError

    def _set_settings(self, settings: dict[str, Any]) -> None:
        """What a constructor does with the settings that it is given."""
        for name, value in settings.items():
            setattr(self, name, value)
        self._check_names()

    @property
    def _settings(self) -> dict[str, Any]:
        """The settings that were given: the attributes that fitting did not set."""
        return {
            name: value
            for name, value in vars(self).items()
            if name not in self._own and not name.startswith("_") and not name.endswith("_")
        }

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters, among them the settings that were given.

        Parameters
        ----------
        deep : bool, default=True
            Ignored: no parameter is an estimator.

        Returns
        -------
        dict
            Parameter names and values.
        """
        return {name: getattr(self, name) for name in self._own} | self._settings

    def set_params(self, **params: Any) -> Self:
        """Set parameters, among them any setting.

        Parameters
        ----------
        **params : dict
            Parameter names and values.

        Returns
        -------
        self : object

        Raises
        ------
        SettingsError
            If there is no such setting.
        """
        before = dict(self.__dict__)
        self.__dict__.update(params)
        try:
            self._check_names()
        except SettingsError:
            self.__dict__ = before
            raise
        return self

    def _check_names(self) -> None:
        """Raise SettingsError for an unknown setting, if the classes of settings are known."""
        classes = self._settings_classes()
        fields = {name for kind in classes for name in kind.model_fields}
        for name in self._settings if classes else ():
            if name not in fields:
                owner = getattr(self, "model", type(self).__name__)
                raise SettingsError(
                    f"{owner} has no setting '{name}'", hint=nearest(name, [*fields, *self._own]), field=name
                )

    def _validated(self, kind: type[Kind], **more: Any) -> Kind:
        """The given settings of one class; messages name them as Python does."""
        given = {name: value for name, value in self._settings.items() if name in kind.model_fields}
        try:
            return kind(**given | more)
        except SettingsError as error:
            if error.field not in kind.model_fields:
                raise
            message, hint = (
                line.replace(shown_name(kind, error.field), error.field) for line in (str(error), error.hint)
            )
            raise SettingsError(message, hint, error.field) from None

    def _seed(self) -> int:
        if isinstance(self.random_state, int | np.integer) and 0 <= self.random_state <= _LARGEST_SEED:
            return int(self.random_state)
        try:
            return int(check_random_state(self.random_state).randint(_LARGEST_SEED))
        except ValueError as error:
            raise SettingsError(f"random_state: {error}", hint="give an int", field="random_state") from None

    def _threads(self) -> int:
        if self.n_jobs is None:
            return 1
        if not isinstance(self.n_jobs, int | np.integer) or self.n_jobs == 0:
            raise SettingsError(
                f"n_jobs {self.n_jobs!r}: expected a number of threads", hint="give an int from 1 on, or -1 for all",
                field="n_jobs",
            )  # fmt: skip
        return int(self.n_jobs) if self.n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + int(self.n_jobs))


def saved_folder(folder: str | Path) -> Path:
    """The absolute path of a folder that `save` wrote.  Raises UsageError if there is none."""
    path = Path(folder).absolute()
    if not path.is_dir():
        raise UsageError(f"folder {path} does not exist", hint="give a folder that save has written")
    return path


class PythonWarnings(SilentReporter):
    """A reporter whose warnings are Python's own."""

    def warn(self, text: str) -> None:
        warnings.warn(text, UserWarning, stacklevel=2)
