"""What a manifest or a record states: JSON whose types are checked, and which says so where it states too little.

class Entry(Shape):
    key: str

stated = read_stated(folder / "manifest.json", Entry)
stated["key"]                # a string
stated["seconds"]            # ArtefactError: …/manifest.json is damaged: it states no 'seconds'
"""

from pathlib import Path
from typing import Any

import pydantic
from pydantic import ConfigDict

from imdbnlp.errors import ArtefactError
from imdbnlp.storage.files import REMEDY, read_json, reading


class Shape(pydantic.BaseModel):
    """The types of what has to be stated; more may be."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=(), allow_inf_nan=False)


class Stated(dict[str, Any]):
    """A JSON object read from a file: a missing key is an ArtefactError that names the file."""

    path: Path | None = None

    def __missing__(self, key: str) -> Any:
        raise ArtefactError(f"{self.path} is damaged: it states no {key!r}", hint=REMEDY)


def read_stated(path: Path, shape: type[Shape] = Shape) -> Stated:
    """Read a JSON object.  Raises ArtefactError if it is none, or not of this shape."""
    return stated(read_json(path), path, shape)


def stated(value: Any, path: Path, shape: type[Shape] = Shape) -> Stated:
    """A JSON object that was read from this path.  Raises ArtefactError if it is none, or not of this shape."""
    with reading(path):
        try:
            shape.model_validate(value)
        except pydantic.ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise ValueError(f"{place or 'its content'}: {first['msg'].lower()}") from None
        restored: Stated = _restored(value, path)
        return restored


def _restored(value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        made = Stated({key: _restored(inner, path) for key, inner in value.items()})
        made.path = path
        return made
    if isinstance(value, list):
        return [_restored(inner, path) for inner in value]
    return value
