"""Train word vectors (Word2Vec) on the texts of a dataset.

Skip-gram or CBOW on the training, validation and unlabelled texts, never on
the test texts.  Networks start from the vectors with --embeddings NAME.

Example:

    imdbnlp train-w2v --name w2v
    imdbnlp train-w2v --algorithm cbow --dimensions 300 --view lemma
    imdbnlp train-w2v --name w2v --export vectors.txt
"""

import time
from pathlib import Path
from typing import Any

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError
from imdbnlp.features.embeddings import EXPORT_ENDINGS
from imdbnlp.features.word2vec import Word2VecSettings, train_word2vec
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, canonical_digest, work_setting
from imdbnlp.sources.split_names import TEST, TRAIN, UNLABELLED, VALID
from imdbnlp.storage.files import read_json, write_json
from imdbnlp.storage.names import valid_name
from imdbnlp.storage.output import check_output
from imdbnlp.text.documents import Documents
from imdbnlp.text.fingerprints import is_among
from imdbnlp.workspace.vectors import SUMMARY, TrainedVectors
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2


class Options(Word2VecSettings):
    """What to train on, and what to keep."""

    dataset: str | None = work_setting(
        None, description="Dataset to train on; by default the latest.", entries="datasets"
    )
    name: str | None = work_setting(None, description="Name of the word vectors; by default w2v and a key.")
    export: str | None = work_setting(
        None, description="Also write the vectors as word2vec text (.txt, .vec) or binary (.bin)."
    )
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the training.")
    threads: int = Field(2, ge=1, description="Use up to this many threads; only 1 gives the same vectors each time.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def train_w2v(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train, or take the vectors from the workspace."""
    if options.export is not None:
        check_output("--export", options.export, EXPORT_ENDINGS)
    dataset = workspace.dataset(options.dataset)
    settings = options.subset(Word2VecSettings)
    key = canonical_digest(
        {"format": FORMAT, "dataset": dataset.key, "settings": settings.stored(), "seed": options.seed,
         "repeatable": options.threads == 1}
    )  # fmt: skip
    name = valid_name(options.name or f"w2v-{key[:8]}")

    def make(folder: Path) -> dict[str, Any]:
        write_json(folder / SUMMARY, _build(dataset, options, folder, reporter))
        return {"kind": "vectors", "dataset": dataset.key}

    entry = workspace.vectors.obtain(name, key, make, options.force, reporter)
    reporter.note(f"word vectors: {name}" if entry.is_new else f"{name} is already there; --force to do it again")
    if options.export is not None:
        TrainedVectors.open(entry.folder).vectors.export(Path(options.export))
    return _result(name, entry.folder, read_json(entry.folder / SUMMARY), options.export)


def _build(dataset: Dataset, options: Options, folder: Path, reporter: Reporter) -> dict[str, Any]:
    preprocessing = dataset.preprocessing(options.view, options.stop_words)
    rows = dataset.rows(TRAIN, VALID, UNLABELLED)
    in_test = is_among(dataset.fingerprints[rows], dataset.fingerprints[dataset.rows(TEST)])
    if in_test.any():
        reporter.warn(f"{in_test.sum():,} texts are also test texts; nothing is learned from them")
        rows = rows[~in_test]
    if not len(rows):
        raise DataError(f"dataset {dataset.name} has no training texts", hint="see `imdbnlp datasets show`")
    documents = Documents(*dataset.documents(preprocessing)).take(rows)
    began = time.perf_counter()
    vectors = train_word2vec(documents, options.subset(Word2VecSettings), options.seed, options.threads, reporter)
    seconds = time.perf_counter() - began
    TrainedVectors(vectors, preprocessing).save(folder)
    n_words = len(documents.tokens.values)
    return {
        "dataset": dataset.name,
        "settings": options.described(),
        "texts": len(rows),
        "words_read": n_words * options.epochs,
        "vectors": len(vectors),
        "dimensions": vectors.dimensions,
        "seconds": round(seconds, 2),
        "words_per_second": round(n_words * options.epochs / seconds),
        "threads": options.threads,
    }


def _result(name: str, folder: Path, summary: dict[str, Any], export: str | None) -> Result:
    shown = ("texts", "words_read", "vectors", "dimensions", "seconds", "words_per_second")
    rows = [(figure.replace("_", " "), summary[figure]) for figure in shown]
    return Result(
        tables=[Table(f"word vectors {name}", ["statistic", "value"], rows)],
        data={"name": name, "folder": str(folder), "export": export} | summary,
        next_steps=["imdbnlp similar good bad", f"imdbnlp train --model lstm --embeddings {name}"],
    )
