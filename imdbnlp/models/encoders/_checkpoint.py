"""A pretrained encoder on disk: a Hugging Face folder, or what a run keeps of it.

    checkpoint = read_checkpoint(Path("all-MiniLM-L6-v2"))
    checkpoint.architecture.width                    # 384
    checkpoint.save(run_folder)
    Checkpoint.load(run_folder)                      # without the original folder

Weights are read from safetensors, which cannot hold code.  What config.json states is compared with the header of the
weights before memory is taken.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import ArtefactError, ResourceError, UsageError
from imdbnlp.models.encoders._architecture import Architecture, Pooling
from imdbnlp.models.encoders._names import TYPES, Source, sources_of, words_name
from imdbnlp.models.encoders._tokens import TextTokenizer
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_arrays, read_json, reading, write_arrays, write_json

CONFIG, WEIGHTS, TOKENIZER = "config.json", "model.safetensors", "tokenizer.json"
POOLING = "1_Pooling/config.json"  # of a folder of sentence-transformers
_PICKLE, _INDEX = "pytorch_model.bin", "model.safetensors.index.json"
_FLOATS = {"F32": 4, "F16": 2, "BF16": 2, "F64": 8}
_HINT = "download the checkpoint again, or choose another one"
_LAYOUT = f"name a folder with {CONFIG}, {WEIGHTS} and {TOKENIZER}"


@dataclass(frozen=True)
class Checkpoint:
    """arrays: float32 weights by the names of `architecture.shapes`."""

    architecture: Architecture
    arrays: Mapping[str, NDArray[np.float32]]
    tokenizer: TextTokenizer

    def save(self, folder: Path) -> None:
        """Write everything into an existing folder; no file can hold code."""
        write_json(folder / "encoder.json", self.architecture.stored())
        self.tokenizer.save(folder / TOKENIZER)
        write_arrays(folder / "encoder.npz", dict(self.arrays))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what save wrote.  Raises ArtefactError if the files do not belong together."""
        with reading(folder / "encoder.json"):
            architecture = Architecture(**read_json(folder / "encoder.json"))
        path = folder / "encoder.npz"
        arrays = read_arrays(path)
        with reading(path):
            if architecture.n_weights > path.stat().st_size:
                raise ValueError(f"encoder.json states {architecture.n_weights:,} weights")
            arrays = {
                name: checked(path, arrays[name], np.float32, shape) for name, shape in architecture.shapes().items()
            }
        return cls(architecture, arrays, TextTokenizer.load(folder / TOKENIZER, architecture))


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read a Hugging Face folder: config.json, model.safetensors, tokenizer.json.

    Raises UsageError if the folder does not exist or its architecture is not supported, ArtefactError if a file is
    missing, is damaged or contradicts another one.
    """
    _check_layout(folder)
    architecture = _read_architecture(folder)
    tokenizer = TextTokenizer.load(folder / TOKENIZER, architecture, _HINT)
    with reading(folder / CONFIG, _HINT):
        first_position = _config(folder).get("pad_token_id", 1) + 1 if architecture.family == "roberta" else 0
    with _open_weights(folder / WEIGHTS) as file:
        return Checkpoint(
            architecture, _Weights(folder / WEIGHTS, file, first_position).arrays(architecture), tokenizer
        )


def digest(folder: Path) -> str:
    """The sha256 of a checkpoint's files, in hex."""
    _check_layout(folder)
    total = hashlib.sha256()
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        with (folder / name).open("rb") as file:
            total.update(hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _check_layout(folder: Path) -> None:
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", hint=_LAYOUT)
    if not (folder / CONFIG).is_file():
        raise ArtefactError(f"{folder} has no {CONFIG}", hint=_LAYOUT)
    if not (folder / WEIGHTS).is_file():
        if (folder / _INDEX).is_file():
            raise ArtefactError(f"{folder}: weights in several files are not supported", hint=f"expected one {WEIGHTS}")
        if (folder / _PICKLE).is_file():
            raise ArtefactError(
                f"{folder} has its weights only as {_PICKLE}, a pickle, which can run code when it is read",
                hint=f"save it as {WEIGHTS}: model.save_pretrained(FOLDER, safe_serialization=True)",
            )
        raise ArtefactError(f"{folder} has no weights ({WEIGHTS})", hint=_LAYOUT)
    if not (folder / TOKENIZER).is_file():
        raise ArtefactError(
            f"{folder} has no {TOKENIZER}",
            hint="write it: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER)",
        )


def _config(folder: Path) -> dict[str, Any]:
    config = read_json(folder / CONFIG)
    if not isinstance(config, dict):
        raise ValueError("expected a JSON object")
    return config


def _read_architecture(folder: Path) -> Architecture:
    try:
        with reading(folder / CONFIG, _HINT):
            return Architecture.from_config(_config(folder), _pooling(folder))
    except ArtefactError as error:
        if type(error.__cause__) is UsageError:  # a sound file of something that is not supported
            raise UsageError(f"{folder}: {error.__cause__.message}", hint=error.__cause__.hint) from None
        raise


def _pooling(folder: Path) -> Pooling | None:
    """What a folder of sentence-transformers says about pooling."""
    if not (folder / POOLING).is_file():
        return None
    config = read_json(folder / POOLING)
    if config.get("pooling_mode_cls_token"):
        return "cls"
    return "last" if config.get("pooling_mode_lasttoken") else "mean"


@contextmanager
def _open_weights(path: Path) -> Iterator[Any]:
    """An open safetensors file.  Raises ResourceError if the package is not installed."""
    try:
        from safetensors import SafetensorError, safe_open
    except ImportError as error:
        raise ResourceError(
            f"--model pretrained needs the package safetensors: {error}", hint='pip install "imdbnlp[pretrained]"'
        ) from None
    with reading(path, _HINT):
        try:
            with safe_open(path, "numpy") as file:
                yield file
        except SafetensorError as error:
            raise ValueError(f"not in the safetensors format: {error}") from None


class _Weights:
    """An open file of weights.  first_position: row of the position of the first token."""

    def __init__(self, path: Path, file: Any, first_position: int) -> None:
        self.path, self.file, self.first_position = path, file, first_position
        self.names = set(file.keys())

    def arrays(self, architecture: Architecture) -> dict[str, NDArray[np.float32]]:
        """All arrays of an architecture.  Raises ValueError if the file cannot hold them, or one is not as expected."""
        if 2 * architecture.n_weights > self.path.stat().st_size:
            raise ValueError(
                f"{self.path.stat().st_size:,} bytes, but {CONFIG} states {architecture.n_weights:,} weights"
            )
        prefix = self._prefix(words_name(architecture))
        shapes, sources = architecture.shapes(), sources_of(architecture)
        arrays = {path: self._array(prefix, sources[path], shapes[path]) for path in shapes}
        if prefix + TYPES in self.names:
            types = self._read(prefix + TYPES, (None, architecture.embedding))
            arrays["embeddings/positions"] = arrays["embeddings/positions"] + types[0]
        return arrays

    def _prefix(self, words: str) -> str:
        """The prefix of all names: `bert.` if the checkpoint has a head, else nothing."""
        for name in sorted(self.names, key=len):
            if name.endswith(words):
                return str(name[: -len(words)])
        raise ValueError(f"it has no array {words}")

    def _array(self, prefix: str, source: Source, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The parts side by side, in the orientation (inputs, outputs)."""
        width = shape[-1] // len(source.names)
        part = (width, *shape[:-1]) if source.transposed else (*shape[:-1], width)
        is_positions = source.names[0].endswith(("position_embeddings.weight", "wpe.weight"))
        if is_positions:
            part = (shape[0] + self.first_position, shape[1])
        arrays = [self._read(self._name(prefix + name), part) for name in source.names]
        if is_positions:
            return arrays[0][self.first_position :]
        if source.transposed:
            arrays = [array.T for array in arrays]
        return np.ascontiguousarray(np.concatenate(arrays, axis=-1))

    def _name(self, name: str) -> str:
        """As the file spells it: early checkpoints call the weights of a layer normalisation gamma and beta."""
        if name in self.names:
            return name
        early = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        if early not in self.names:
            raise ValueError(f"it has no array {name}")
        return early

    def _read(self, name: str, shape: tuple[int | None, ...]) -> NDArray[np.float32]:
        described = self.file.get_slice(name)
        found = tuple(described.get_shape())
        if described.get_dtype() not in _FLOATS:
            raise ValueError(f"array {name} is of type {described.get_dtype()}, expected F32, F16 or BF16")
        if len(found) != len(shape) or any(
            want not in (None, length) for want, length in zip(shape, found, strict=True)
        ):
            raise ValueError(f"array {name} has the shape {found}, but {CONFIG} states {shape}")
        array = np.asarray(self.file.get_tensor(name)).astype(np.float32)
        if not np.isfinite(array).all():
            raise ValueError(f"array {name} contains values that are not finite")
        return array
