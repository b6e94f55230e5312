"""Which settings there are, over all commands and models, and what to say about one that a command lacks.

check_keys({"modle": "gbm"}, command, {}, "settings.yaml")
# SettingsError: unknown setting 'modle' in settings.yaml; the hint: did you mean 'model'?
"""

from collections.abc import Iterable, Mapping
from typing import Any

from imdbnlp.commands._discover import Command, command_names, load_command
from imdbnlp.errors import ImdbnlpError, SettingsError
from imdbnlp.settings import choices_of, nearest


def all_setting_names() -> set[str]:
    """The settings of every command and of every model."""
    found: set[str] = set()
    for name in command_names():
        command = load_command(name)
        for model in ["", *_models_of(command)]:
            found |= command.options_for({"model": model}).model_fields.keys()
    return found


def models_with(command: Command, setting: str) -> list[str]:
    """The models of a command that have a setting; none if the command takes no models."""
    return [model for model in _models_of(command) if setting in command.options_for({"model": model}).model_fields]


def _models_of(command: Command) -> list[str]:
    kind = command.options_for({})
    if "model" not in kind.model_fields:
        return []
    models = []
    for model in choices_of(kind.model_fields["model"]):
        try:
            command.options_for({"model": model})
        except ImdbnlpError:
            continue
        models.append(model)
    return models


def check_keys(values: Iterable[str], command: Command, given: Mapping[str, Any], where: object) -> None:
    """Raise SettingsError for the first of a file's keys that is not a setting of the command, naming the nearest.

    given: what chooses the settings, the model.  where: what the keys come from.
    """
    known = command.options_for(given).model_fields
    for key in values:
        if key in known:
            continue
        models = models_with(command, key)
        if models and given.get("model"):
            raise SettingsError(
                f"setting '{key}' in {where} does not belong to model {given['model']}: it is a setting of "
                f"{', '.join(models)}",
                hint="remove it, or choose another model",
                field=key,
            )
        hint = f"name the model, which has '{key}': {', '.join(models)}" if models else nearest(key, known, quote="'")
        raise SettingsError(f"unknown setting '{key}' in {where}", hint=hint, field=key)
