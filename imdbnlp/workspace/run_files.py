"""Write a run's files: of a training, of figures that are added to it, of an estimator.

write_run(folder, classifier, record, trained_on, evaluation)
add_figures(folder, evaluation, settings)
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from imdbnlp.storage.files import read_json, write_array, write_json
from imdbnlp.storage.tables import Column, read_table, write_table
from imdbnlp.tasks.base import Evaluation, Trained
from imdbnlp.text.fingerprints import Fingerprints
from imdbnlp.workspace.environment import environment
from imdbnlp.workspace.run import METRICS, MODEL, PREDICTIONS, RECORD, TRAINED_ON

_SPLIT = "split"


def write_run(
    folder: Path, trained: Trained, record: Mapping[str, Any], trained_on: Fingerprints, evaluation: Evaluation
) -> None:
    """Write all files of a run but its manifest.  trained_on: fingerprints of its training texts."""
    (folder / MODEL).mkdir()
    stored = trained.save(folder / MODEL)
    bytes_of_model = sum(file.stat().st_size for file in (folder / MODEL).rglob("*") if file.is_file())
    about = {"task": trained.model.task, "model_megabytes": round(bytes_of_model / 1e6, 3), "made_by": environment()}
    write_array(folder / TRAINED_ON, trained_on)
    write_json(folder / RECORD, stored | dict(record) | about | {"info": trained.model.info} | evaluation.costs)
    write_json(folder / METRICS, evaluation.metrics)
    if evaluation.predictions:
        write_table(folder / PREDICTIONS, _joined(list(evaluation.predictions.values())))


def add_figures(folder: Path, evaluation: Evaluation, settings: Mapping[str, Any]) -> None:
    """Add the figures and predictions of some parts, in place of those that a run has of these parts.

    settings: those of the evaluation, as the record describes settings.
    """
    record = read_json(folder / RECORD)
    write_json(folder / RECORD, record | evaluation.costs | {"settings": record["settings"] | dict(settings)})
    write_json(folder / METRICS, read_json(folder / METRICS) | evaluation.metrics)
    tables = list(evaluation.predictions.values())
    if (folder / PREDICTIONS).is_file():
        known = read_table(folder / PREDICTIONS)
        kept = np.flatnonzero(~np.isin(known[_SPLIT], list(evaluation.predictions)))
        tables.insert(0, {name: _taken(column, kept) for name, column in known.items()})
    if tables:
        write_table(folder / PREDICTIONS, _joined(tables))


def _joined(tables: list[dict[str, Column]]) -> dict[str, Column]:
    """Tables of the same columns one below the other."""
    return {name: _concatenated([table[name] for table in tables]) for name in tables[0]}


def _concatenated(columns: list[Column]) -> Column:
    if any(isinstance(column, np.ndarray) for column in columns):
        return np.concatenate([np.asarray(column) for column in columns])
    return [value for column in columns for value in column]


def _taken(column: Column, rows: Any) -> Column:
    return column[rows] if isinstance(column, np.ndarray) else [column[row] for row in rows]


def write_fitted(
    folder: Path, trained: Trained, record: Mapping[str, Any], trained_on: Fingerprints, columns: Mapping[str, str]
) -> dict[str, Any]:
    """Write the files of a run that was trained in memory, without a dataset or predictions.

    trained_on: fingerprints of its training texts.  columns: names by which a table's columns are found, if there are
    usual ones.  Returns what the manifest says of the run.
    """
    dataset = {"name": "memory", "key": hashlib.sha256(trained_on.tobytes()).hexdigest()}
    known = {"dataset": dataset, "columns": dict(columns), "settings": {}, "seed": None, "threads": None}
    write_run(folder, trained, known | dict(record), trained_on, Evaluation())
    return {"kind": "run", "task": trained.model.task, "model": trained.model_name}
