"""Read, clean and code labelled texts, and keep them as a dataset.

FILE is a CSV, TSV, JSON Lines or Parquet file (also .gz .bz2 .xz .zst .zip),
a folder with one subfolder of .txt files for each class, or - for standard
input.

Example:

    imdbnlp preprocess reviews.csv
    imdbnlp preprocess train.csv --test-file test.csv --unlabelled more.csv
    imdbnlp preprocess "IMDB Dataset.csv" --profile notebook --sample 10000
"""

import time
from pathlib import Path
from typing import Any

from imdbnlp.data.build import DatasetSettings, build_dataset, recipe_of
from imdbnlp.data.sources import source_digest
from imdbnlp.errors import ArtefactError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.result import Result, Table
from imdbnlp.settings import Field, argument, canonical_digest
from imdbnlp.storage.store import valid_name
from imdbnlp.workspace.run import peak_megabytes, surroundings
from imdbnlp.workspace.workspace import Workspace

FORMAT = 1
"""Raised whenever the same source and settings would give other files."""


class Options(DatasetSettings):
    """What to read, and where to keep it."""

    file: str = argument(description="The texts: a file, a folder, or - for standard input.")
    name: str | None = Field(None, description="Name of the dataset; the file's name where none is given.")
    threads: int = Field(2, ge=1, description="Threads that may run at once.")
    force: bool = Field(False, description="Do it again even if it is already there.")


def preprocess(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Build the dataset, or answer from the cache.  Its name is in the result's data."""
    began = time.perf_counter()
    settings = options.subset(DatasetSettings)
    key = _key(options, settings)
    name = valid_name(f"{options.name or _stem(options.file)}-{key[:8]}")
    if workspace.datasets.has(name) and not options.force and _usable(workspace, name, reporter):
        reporter.note(f"{name} is already there; --force to do it again")
        return dataset_result(name, workspace.datasets.manifest(name))
    with workspace.datasets.build(name, replace=options.force) as draft:
        if not draft.done:
            draft.manifest |= build_dataset(options.file, settings, draft.folder, options.threads, reporter)
            draft.manifest |= {"name": name, "key": key, "settings": settings.stored(), "made_by": surroundings()}
            draft.manifest |= {
                "seconds": round(time.perf_counter() - began, 2),
                "peak_megabytes": peak_megabytes(),
            }
    return dataset_result(name, workspace.datasets.manifest(name))


def _usable(workspace: Workspace, name: str, reporter: Reporter) -> bool:
    """Whether the cached dataset is whole; a damaged one is put aside, to be built again."""
    try:
        workspace.datasets.verify(name)
    except ArtefactError as error:
        reporter.warn(f"{error.message}; putting it aside and building it again")
        workspace.datasets.quarantine(name)
        return False
    return True


def _key(options: Options, settings: DatasetSettings) -> str:
    """The sha256 of all that the content depends on."""
    files = [options.file, *filter(None, [options.test_file, options.unlabelled])]
    stored = settings.stored() | {"stop_words": sorted(recipe_of(settings).stop_words)}
    for name in ("test_file", "unlabelled"):  # their content counts, not where they lie
        stored[name] = bool(stored[name])
    return canonical_digest({"format": FORMAT, "sources": [source_digest(file) for file in files], "settings": stored})


def _stem(file: str) -> str:
    """A name for the dataset: the file's, up to the first point, in safe characters."""
    stem = "stdin" if file == "-" else Path(file).resolve().name.partition(".")[0]
    safe = "".join(character if character.isascii() and character.isalnum() else "-" for character in stem)
    return safe.strip("-")[:40] or "dataset"


def dataset_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset holds, as tables."""
    counts, parts = manifest["counts"], manifest["parts"]
    rows = [("rows read", counts["read"])]
    rows += [(f"dropped: {reason}", number) for reason, number in counts["dropped"].items()]
    rows += [(f"texts for {part}", number) for part, number in parts.items()]
    rows += [
        ("test texts also in training", counts["leaked_test_texts"]),
        ("tokens", counts["tokens"]),
        *((f"distinct: {view}", number) for view, number in counts["words"].items()),
        ("seconds", manifest["seconds"]),
    ]
    labelled = [part for part in parts if part != "unlabelled"]
    by_class = [(label, *(counts[part] for part in labelled)) for label, counts in manifest["class_counts"].items()]
    return Result(
        tables=[
            Table(f"dataset {name}", ["what", "number"], rows),
            Table("texts of each class", ["class", *labelled], by_class),
        ],
        data={"dataset": name} | {key: manifest[key] for key in ("counts", "parts", "class_counts", "seconds")},
        next_steps=["imdbnlp train --model nbsvm", "imdbnlp vectorize --method tfidf --max-features 1000"],
    )
