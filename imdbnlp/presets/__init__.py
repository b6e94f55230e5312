"""Settings that come with the package: tuned settings of models, and the stages of whole studies.

    find_preset("nbsvm-imdb", presets()).path        # a YAML file, as --config takes it

A preset is a YAML file of this folder.  Its first comment line says what it is.  One that is tuned to a data set has
the name MODEL-DATA.yaml.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from imdbnlp.errors import UsageError

PIPELINE = "pipeline"
"""The `model` of a preset that is a list of stages."""

_FOLDER = Path(__file__).parent
_MODEL = re.compile(r"^model: *(\S+)$", re.MULTILINE)
_KEY = re.compile(r"^([\w-]+):", re.MULTILINE)


@dataclass(frozen=True)
class Preset:
    """A file of settings."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.stem

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def description(self) -> str:
        """Its first comment line, without the full stop."""
        return self.text.partition("\n")[0].strip("# .")

    @property
    def model(self) -> str:
        """The model that it sets up; of the stages of a pipeline, "pipeline"."""
        found = _MODEL.search(self.text)
        return found[1] if found else PIPELINE

    @property
    def settings(self) -> set[str]:
        """The names of its settings."""
        return {key.replace("-", "_") for key in _KEY.findall(self.text)}


def presets() -> list[Preset]:
    """All presets by name."""
    return [Preset(path) for path in sorted(_FOLDER.glob("*.yaml"))]


def find_preset(name: str, known: Iterable[Preset]) -> Preset:
    """Look up one of these presets.  Raises UsageError naming the nearest one."""
    from imdbnlp.settings import nearest

    found = {one.name: one for one in known}
    if name not in found:
        raise UsageError(f"there is no preset '{name}' for this command", hint=nearest(name, found))
    return found[name]
