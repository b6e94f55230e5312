"""Build a dataset from files, and keep it in the workspace.

entry = prepare_dataset(workspace, "reviews.csv", DatasetSettings(), Preparation(name="reviews"))
entry.name                                   # 'reviews-1a2b3c4d'
"""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imdbnlp.data.build import DatasetSettings, build_dataset, preprocessing_of
from imdbnlp.data.dataset import Dataset
from imdbnlp.data.pair_build import build_pairs
from imdbnlp.data.pair_settings import PairSettings
from imdbnlp.data.pairs import PairDataset
from imdbnlp.errors import DataError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import canonical_digest
from imdbnlp.sources.integrity import source_digest
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import replayed_standard_input
from imdbnlp.storage.names import valid_name
from imdbnlp.storage.store import Entry
from imdbnlp.workspace.environment import environment, peak_megabytes
from imdbnlp.workspace.workspace import Workspace

FORMATS = {Dataset.kind: 3, PairDataset.kind: 3}
"""Raised whenever the same source and settings would give other files."""

_MAX_STEM_CHARACTERS = 55
"""An entry's name has 64 at most, and 9 of them are for the key."""


@dataclass(frozen=True)
class Preparation:
    """How to do the work.  name: of the dataset, without its key.  described: all settings and their origins."""

    name: str | None = None
    threads: int = 2
    force: bool = False
    described: Mapping[str, Any] = field(default_factory=dict)


def prepare_dataset(
    workspace: Workspace, file: str, settings: DatasetSettings, how: Preparation, reporter: Reporter = SILENT
) -> Entry:
    """The dataset of these files and settings: from the workspace, or built.  PairSettings give a dataset of pairs.

    Raises DataError for what is wrong with the data, UsageError or SettingsError for what was asked for.
    """
    began = time.perf_counter()
    stem, sources = _stem(file, how.name), _sources(file, settings)
    with _readable_again(sources):
        digests = [source_digest(path, labelled, settings.subset(SourceSettings)) for path, labelled in sources]
        key = _key(settings, digests)
        name = valid_name(f"{stem}-{key[:8]}")

        def make(folder: Path) -> dict[str, Any]:
            manifest = _build(file, settings, folder, how.threads, reporter)
            _check_unchanged(manifest["source_sha256"], digests)
            return manifest | {
                "kind": _kind(settings),
                "name": name,
                "settings": settings.stored(),
                "described": dict(how.described),
                "made_by": environment(),
                "seconds": round(time.perf_counter() - began, 2),
                "peak_megabytes": peak_megabytes(),
            }

        entry = workspace.datasets.obtain(name, key, make, how.force, reporter)
    reporter.note(f"dataset: {name}" if entry.is_new else f"{name} is already there; --force to do it again")
    return entry


def _kind(settings: DatasetSettings) -> str:
    return PairDataset.kind if isinstance(settings, PairSettings) else Dataset.kind


def _build(
    file: str, settings: DatasetSettings, folder: Path, threads: int, reporter: Reporter
) -> dict[str, Any]:  # fmt: skip
    if isinstance(settings, PairSettings):
        return build_pairs(file, settings, folder, reporter)
    return build_dataset(file, settings, folder, threads, reporter)


def _sources(file: str, settings: DatasetSettings) -> list[tuple[str, bool]]:
    """The paths that are read, and whether their texts have labels."""
    labelled = not isinstance(settings, PairSettings)
    sources = [(path, labelled) for path in (file, settings.valid_file, settings.test_file)]
    return [(path, labelled) for path, labelled in [*sources, (settings.unlabelled, False)] if path]


def _readable_again(sources: list[tuple[str, bool]]) -> AbstractContextManager[None]:
    """Standard input is read twice: for the key, and for the texts."""
    times = sum(path == "-" for path, _ in sources)
    if times > 1:
        raise UsageError(
            "only one of FILE, --valid-file, --test-file and --unlabelled can be -", hint="write the others to files"
        )
    return replayed_standard_input() if times else nullcontext()


def _check_unchanged(read: list[str], expected: list[str]) -> None:
    """The dataset's key is the digest of what was read, or there is no dataset."""
    if read != expected:
        raise DataError("a source was changed while it was read", hint="try again when no other program writes to it")


def _key(settings: DatasetSettings, digests: list[str]) -> str:
    """The sha256 of all that the content depends on."""
    kind, stored = _kind(settings), settings.stored()
    for name in ("valid_file", "test_file", "unlabelled"):  # their content counts, not where they lie
        stored[name] = bool(stored[name])
    if kind == Dataset.kind:
        preprocessing = preprocessing_of(settings)
        stored |= {"language": preprocessing.language, "stop_words": sorted(preprocessing.stop_words)}
    return canonical_digest({"format": FORMATS[kind], "kind": kind, "sources": digests, "settings": stored})


def _stem(file: str, name: str | None) -> str:
    """The name without the key: the given one, else the file's up to the first point, in safe characters."""
    if name is not None:
        if len(valid_name(name)) > _MAX_STEM_CHARACTERS:
            raise UsageError(f"--name {name}: too long", hint=f"up to {_MAX_STEM_CHARACTERS} characters")
        return name
    stem = "stdin" if file == "-" else Path(file).resolve().name.partition(".")[0]
    safe = "".join(character if character.isascii() and character.isalnum() else "-" for character in stem)
    return safe.strip("-")[:40] or "dataset"
