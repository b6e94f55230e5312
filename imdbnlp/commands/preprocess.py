"""Read, clean and code labelled texts; keep them as a dataset.

FILE is a CSV, TSV, JSON Lines or Parquet file (also .gz .bz2 .xz .zst .zip),
a folder with one subfolder of .txt files for each class, or - for standard
input.  With --source-column and --target-column it holds pairs of sentences,
for sequence-to-sequence models.

Example:

    imdbnlp preprocess reviews.csv
    imdbnlp preprocess train.csv --test-file test.csv --unlabelled more.csv
    imdbnlp preprocess "IMDB Dataset.csv" --profile notebook --sample 10000
    imdbnlp preprocess pairs.csv --source-column source --target-column target
"""

import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from imdbnlp.commands._pairs import pairs_result
from imdbnlp.data.build import DatasetSettings, build_dataset, preprocessing_of
from imdbnlp.data.pair_build import build_pairs
from imdbnlp.data.pair_settings import PairSettings
from imdbnlp.data.pairs import KIND as PAIRS
from imdbnlp.errors import DataError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import argument, canonical_digest, work_setting
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import replayed_standard_input
from imdbnlp.sources.tables import check_table_options, source_digest
from imdbnlp.storage.store import valid_name
from imdbnlp.workspace.run import environment, peak_megabytes
from imdbnlp.workspace.workspace import Workspace

FORMAT, PAIR_FORMAT = 2, 2
"""Raised whenever the same source and settings would give other files."""

_MAX_STEM_CHARACTERS = 55
"""An entry's name has 64 at most, and 9 of them are for the key."""


class Options(PairSettings):
    """What to read, and where to keep it."""

    file: str = argument(description="File or folder with the texts; - for standard input.")
    name: str | None = work_setting(None, description="Name of the dataset; by default the file's name.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def preprocess(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Build the dataset, or answer from the cache.  Its name is in the result's data."""
    began = time.perf_counter()
    settings = options.subset(PairSettings if options.asks_for_pairs else DatasetSettings)
    options.check_pairs()
    options.check_shares()
    check_table_options(options.subset(SourceSettings), [path for path, _ in _sources(options)])
    stem = _stem(options)
    with _readable_again(options):
        digests = [source_digest(path, labelled) for path, labelled in _sources(options)]
        key = _key(settings, digests)
        name = valid_name(f"{stem}-{key[:8]}")

        def make(folder: Path) -> dict[str, Any]:
            manifest = _build(options, settings, folder, reporter)
            _check_unchanged(manifest["source_sha256"], digests)
            return manifest | {
                "name": name,
                "settings": settings.stored(),
                "described": options.described(),
                "made_by": environment(),
                "seconds": round(time.perf_counter() - began, 2),
                "peak_megabytes": peak_megabytes(),
            }

        entry = workspace.datasets.obtain(name, key, make, options.force, reporter)
    reporter.note(f"dataset: {name}" if entry.is_new else f"{name} is already there; --force to do it again")
    return dataset_result(name, entry.manifest)


def _build(options: Options, settings: DatasetSettings, folder: Path, reporter: Reporter) -> dict[str, Any]:
    if isinstance(settings, PairSettings):
        return build_pairs(options.file, settings, folder, reporter)
    return build_dataset(options.file, settings, folder, options.threads, reporter)


def _sources(options: Options) -> list[tuple[str, bool]]:
    """The paths that are read, and whether their texts have labels."""
    labelled = not options.asks_for_pairs
    sources = [(file, labelled) for file in (options.file, options.valid_file, options.test_file)]
    sources.append((options.unlabelled, False))
    return [(path, labelled) for path, labelled in sources if path]


def _readable_again(options: Options) -> AbstractContextManager[None]:
    """Standard input is read twice: for the key, and for the texts."""
    times = sum(path == "-" for path, _ in _sources(options))
    if times > 1:
        raise UsageError(
            "only one of FILE, --valid-file, --test-file and --unlabelled can be -", hint="write the others to files"
        )
    return replayed_standard_input() if times else nullcontext()


def _check_unchanged(read: list[str], expected: list[str]) -> None:
    """The dataset's key is the digest of what was read, or there is no dataset."""
    if read != expected:
        raise DataError("a source was changed while it was read", hint="try again when nobody writes to it")


def _key(settings: DatasetSettings, digests: list[str]) -> str:
    """The sha256 of all that the content depends on."""
    stored = settings.stored()
    for name in ("valid_file", "test_file", "unlabelled"):  # their content counts, not where they lie
        stored[name] = bool(stored[name])
    if isinstance(settings, PairSettings):
        return canonical_digest({"format": PAIR_FORMAT, "kind": PAIRS, "sources": digests, "settings": stored})
    preprocessing = preprocessing_of(settings)
    stored |= {"language": preprocessing.language, "stop_words": sorted(preprocessing.stop_words)}
    if not stored["valid_file"]:  # datasets that were made before there was such an option keep their names
        del stored["valid_file"]
    return canonical_digest({"format": FORMAT, "sources": digests, "settings": stored})


def _stem(options: Options) -> str:
    """The name without the key: the given one, else the file's up to the first point, in safe characters."""
    if options.name is not None:
        if len(valid_name(options.name)) > _MAX_STEM_CHARACTERS:
            raise UsageError(f"--name {options.name}: too long", hint=f"up to {_MAX_STEM_CHARACTERS} characters")
        return options.name
    stem = "stdin" if options.file == "-" else Path(options.file).resolve().name.partition(".")[0]
    safe = "".join(character if character.isascii() and character.isalnum() else "-" for character in stem)
    return safe.strip("-")[:40] or "dataset"


def _other_copies(counts: dict[str, Any]) -> list[tuple[str, int]]:
    """What else a dataset holds twice, if it does."""
    rows = [
        ("test texts nearly equal to training", counts.get("near_leaked_test_texts", 0)),
        ("test texts repeated", counts["repeated_test_texts"]),
        ("validation texts also in training", counts["leaked_valid_texts"]),
        ("validation texts nearly equal to training", counts.get("near_leaked_valid_texts", 0)),
        ("validation texts repeated", counts["repeated_valid_texts"]),
        ("texts with different labels", counts["conflicting_texts"]),
    ]
    unlabelled = counts.get("unlabelled", {})
    rows += [(f"unlabelled, dropped: {reason}", number) for reason, number in unlabelled.get("dropped", {}).items()]
    rows.append(("unlabelled, nearly equal to test texts", unlabelled.get("near duplicates of test texts", 0)))
    return [(what, number) for what, number in rows if number]


def dataset_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset holds, as tables."""
    if manifest.get("kind") == PAIRS:
        return pairs_result(name, manifest)
    counts, parts, columns = manifest["counts"], manifest["parts"], manifest["columns"]
    rows = [("rows read", counts["read"])]
    rows += [(f"dropped: {reason}", number) for reason, number in counts["dropped"].items()]
    rows += [(f"texts for {part}", number) for part, number in parts.items()]
    rows += [
        ("test texts also in training", counts["leaked_test_texts"]),
        *_other_copies(counts),
        ("tokens", counts["tokens"]),
        *((f"distinct: {view}", number) for view, number in counts["words"].items()),
        ("seconds", manifest["seconds"]),
    ]
    labelled = [part for part in parts if part != "unlabelled"]
    by_class = [(label, *(counts[part] for part in labelled)) for label, counts in manifest["class_counts"].items()]
    return Result(
        tables=[
            Table(f"dataset {name}", ["what", "number"], rows),
            Table("columns", ["what", "column"], [(f"{role}s", column) for role, column in columns.items()]),
            Table("texts of each class", ["class", *labelled], by_class),
            *_rare_table(manifest),
        ],
        data={"dataset": name}
        | {key: manifest[key] for key in ("columns", "rare_classes", "counts", "parts", "class_counts", "seconds")},
        next_steps=["imdbnlp train --model nbsvm", "imdbnlp vectorize --method tfidf --max-features 1000"],
    )


def _rare_table(manifest: dict[str, Any]) -> list[Table]:
    """Rare classes and what became of them, if there are any."""
    rare = manifest["rare_classes"]
    action = {"drop": "dropped", "merge": "merged into 'other'", "train-only": "only trained on"}.get(rare["action"])
    return [Table(f"rare classes: {action}", ["class", "rows"], list(rare["rows"].items()))] if rare["rows"] else []
