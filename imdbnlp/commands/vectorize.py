"""Compute counts or TF-IDF weights of the n-grams of a dataset.

The vectorizer (features and document frequencies) is fitted on the training
texts and transforms all texts.  The folder that is shown contains matrix.npz
(read it with scipy.sparse.load_npz), labels, rows, splits, the names of the
features, and the vectorizer itself.

Example:

    imdbnlp vectorize --method count --stop-words english --max-features 1000
    imdbnlp vectorize --method tfidf --ngrams 1-3 --min-df 2 --view stem
    imdbnlp vectorize --method tfidf --ngrams none --char-ngrams 2-5
"""

import time
from pathlib import Path
from typing import Any, Literal

import numpy as np

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError
from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.features.sparse import SparseRows
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, canonical_digest, work_setting
from imdbnlp.sources.split_names import TRAIN
from imdbnlp.storage.files import read_json, write_array, write_json, write_lines
from imdbnlp.storage.names import valid_name
from imdbnlp.text.documents import Documents
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2
_SUMMARY = "summary.json"


class Options(FeatureSettings):
    """Which features, of which dataset."""

    conditions = {"strongest": "documents!=0"}

    fit_on: Literal["train", "all"] = Field(
        "train",
        description="Texts that the vectorizer is fitted on. all: also the test texts; features to look at, not to "
        "test a model with.",
    )
    dataset: str | None = work_setting(
        None, description="Dataset to vectorize; by default the latest.", entries="datasets"
    )
    documents: int = Field(5, ge=0, description="Show the strongest features of this many documents.")
    strongest: int = Field(10, ge=1, description="Show this many features of each document.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def vectorize(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Build the features, or take them from the workspace."""
    dataset = workspace.dataset(options.dataset)
    key = canonical_digest({"format": FORMAT, "dataset": dataset.key, "options": options.content()})
    name = valid_name(f"{options.method}-{key[:8]}")

    def make(folder: Path) -> dict[str, Any]:
        write_json(folder / _SUMMARY, _build(dataset, options, folder, reporter))
        return {"kind": "features", "dataset": dataset.key}

    entry = workspace.features.obtain(name, key, make, options.force, reporter)
    if not entry.is_new:
        reporter.note(f"{name} is already there; --force to do it again")
    return _result(name, entry.folder, read_json(entry.folder / _SUMMARY))


def _build(dataset: Dataset, options: Options, folder: Path, reporter: Reporter) -> dict[str, Any]:
    began = time.perf_counter()
    preprocessing = dataset.preprocessing(options.view, options.stop_words)
    documents = Documents(*dataset.documents(preprocessing))
    fitted_on = dataset.rows(*dataset.part_names) if options.fit_on == "all" else dataset.rows(TRAIN)
    if not len(fitted_on):
        raise DataError(f"dataset {dataset.name} has no training texts", hint="see `imdbnlp datasets show`")
    with reporter.stage("features", 2) as advance:
        vectorizer, _ = Vectorizer.fit(documents.take(fitted_on), options.subset(FeatureSettings), np.float64)
        advance(1)
        rows = vectorizer.transform(documents, np.float64)
        advance(1)
    with reporter.stage("write", 1) as advance:
        _save(dataset, vectorizer, rows, folder)
        advance(1)
    shown = range(min(options.documents, len(documents)))
    return {
        "documents": len(rows),
        "features": rows.n_columns,
        "entries": len(rows.data),
        "strongest": [_strongest(dataset, vectorizer, rows, row, options.strongest) for row in shown],
        "seconds": round(time.perf_counter() - began, 2),
    }


def _save(dataset: Dataset, vectorizer: Vectorizer, rows: SparseRows, folder: Path) -> None:
    from scipy.sparse import save_npz

    save_npz(folder / "matrix.npz", rows.to_scipy(), compressed=False)
    write_array(folder / "labels.npy", dataset.labels)
    write_array(folder / "rows.npy", dataset.source_rows)
    write_lines(folder / "splits.txt", dataset.parts.tolist())
    write_lines(folder / "names.txt", vectorizer.names)
    vectorizer.save(folder / "vectorizer")


def _strongest(dataset: Dataset, vectorizer: Vectorizer, rows: SparseRows, row: int, most: int) -> dict[str, Any]:
    """The features with the largest values in one document, the strongest first."""
    start, stop = rows.columns.offsets[row], rows.columns.offsets[row + 1]
    values, columns = rows.data[start:stop], rows.columns[row]
    order = np.argsort(-values, kind="stable")[:most]
    label = dataset.labels[row]
    return {
        "row": int(dataset.source_rows[row]),
        "label": dataset.classes[label] if label >= 0 else "",
        "features": [[vectorizer.names[int(columns[place])], round(float(values[place]), 4)] for place in order],
    }


def _result(name: str, folder: Path, summary: dict[str, Any]) -> Result:
    figures = [(key, summary[key]) for key in ("documents", "features", "entries", "seconds")]
    strongest = [
        (one["row"], one["label"], ", ".join(f"{feature} {value:.3g}" for feature, value in one["features"]))
        for one in summary["strongest"]
    ]
    tables = [Table(f"features {name}", ["statistic", "value"], figures)]
    if strongest:
        tables.append(Table("strongest features of the first texts", ["row", "label", "features"], strongest))
    return Result(
        tables=tables,
        data={"name": name, "folder": str(folder)} | summary,
        next_steps=["imdbnlp train --model linear", "imdbnlp train-gbm --method count --max-features 1000"],
    )
