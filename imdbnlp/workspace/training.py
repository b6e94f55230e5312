"""Train a model on a dataset of the workspace, and keep it as a run: one flow for every task.

    run = train_run(workspace, TrainingPlan("nbsvm"))
    run.metrics["test"]["accuracy"]                    # 0.917

A run that exists is not trained again.  What the evaluation's settings (--folds, --beam) ask for and the run lacks is
added to it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imdbnlp.features.embeddings import AUTO, NONE
from imdbnlp.models.base import was_interrupted
from imdbnlp.models.registry import model_module
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Settings, canonical_digest
from imdbnlp.storage.names import valid_name
from imdbnlp.tasks.base import Task, Trained
from imdbnlp.tasks.kinds import task_of
from imdbnlp.workspace.environment import peak_megabytes
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.run_files import add_figures, write_run
from imdbnlp.workspace.vectors import VectorSource, find_vectors, vectors_like
from imdbnlp.workspace.workspace import Workspace

FORMAT = 7
"""Raised whenever the same model, settings and dataset would give another run."""

Illustrate = Callable[[Path, Trained], None]
"""Draws pictures of a trained model into its folder."""


@dataclass(frozen=True)
class TrainingPlan:
    """What to train on what.  config: the model's settings.  evaluation: those of its task.  dataset: its name, None
    for the latest.  name: of the run, None for the model's name and a key.  described: all settings and their origins,
    as the run's record shows them."""

    model: str
    config: Any = None
    evaluation: Any = None
    dataset: str | None = None
    name: str | None = None
    seed: int = 42
    threads: int = 2
    force: bool = False
    described: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The model's settings, its defaults if none are given."""
        return self.config or model_module(self.model).Config()


@dataclass(frozen=True)
class PlannedTask:
    """task: ready to fit.  key: the digest of all that its model depends on."""

    task: Task
    key: str


def plan_task(workspace: Workspace, plan: TrainingPlan, reporter: Reporter = SILENT) -> PlannedTask:
    """Open the dataset and the word vectors of a plan.  Raises UsageError if they are not there."""
    kind, config = task_of(plan.model), plan.settings
    dataset = workspace.open_dataset(kind.dataset_type, plan.dataset)
    task = kind(plan.model, config, dataset, plan.evaluation, plan.seed, plan.threads, reporter)
    source = _vectors(workspace, task)
    if source:
        task.vectors = lambda words: _checked(source, task).read(words)
    key = canonical_digest(
        {"format": FORMAT, "task": kind.name, **task.content, "embeddings": source and source.digest}
    )
    return PlannedTask(task, key)


def _vectors(workspace: Workspace, task: Task) -> VectorSource | None:
    """The word vectors that the task's model is to start from, None for random ones."""
    named = getattr(task.config, "embeddings", NONE)
    if named == NONE:
        return None
    if named != AUTO:
        return find_vectors(workspace, named)
    return vectors_like(workspace, task.dataset.key, task.preprocessing, task.config.embedding_dim, task.reporter)


def _checked(source: VectorSource, task: Task) -> VectorSource:
    """Warn of word vectors that were trained on other words, or perhaps on the test texts."""
    if source.preprocessing is not None and source.preprocessing != task.preprocessing:
        task.reporter.warn(
            "the word vectors were trained on another view or profile "
            f"({source.preprocessing.view}, {source.preprocessing.profile})"
        )
    if source.dataset is not None and source.dataset != task.dataset.key:
        task.reporter.warn(
            "the word vectors were trained on another dataset; its texts may be among the test texts of this one"
        )
    return source


def train_run(
    workspace: Workspace, plan: TrainingPlan, reporter: Reporter = SILENT,
    illustrate: Illustrate = lambda folder, trained: None,
) -> Run:  # fmt: skip
    """The run of a plan: from the workspace, or trained, and evaluated as far as it has not been.

    Raises UsageError if a run with other settings has the name, DataError if the dataset does not allow the training.
    """
    planned = plan_task(workspace, plan, reporter)
    task, name = planned.task, valid_name(plan.name or f"{plan.model}-{planned.key[:8]}")
    fitted: list[Any] = []

    def make(folder: Path) -> dict[str, Any]:
        task.check()
        began = time.perf_counter()
        fitted.append(task.fit())
        seconds = round(time.perf_counter() - began, 3)
        evaluation = task.basic_figures(fitted[0])
        record = task.record() | {
            "name": name, "dataset": {"name": task.dataset.name, "key": task.dataset.key},
            "settings": dict(plan.described), "seed": plan.seed, "threads": plan.threads, "train_seconds": seconds,
            "peak_megabytes": peak_megabytes(),
        }  # fmt: skip
        write_run(folder, fitted[0], record, task.trained_on(), evaluation)
        illustrate(folder, fitted[0])
        about = {"kind": "run", "task": task.name, "model": plan.model, "dataset": task.dataset.key}
        return about | {"partial": was_interrupted(fitted[0].model.info)}

    entry = workspace.runs.obtain(name, planned.key, make, plan.force, reporter)
    reporter.note(f"run: {name}" if entry.is_new else f"{name} is already there; --force to do it again")
    run = _with_figures(workspace, name, task, plan, fitted)
    if not run.metrics:
        reporter.warn(task.untested)
    return run


def _with_figures(workspace: Workspace, name: str, task: Task, plan: TrainingPlan, fitted: list[Any]) -> Run:
    """The run, with the figures that the evaluation's settings ask for.  fitted: its model, if it is in memory."""
    run = workspace.any_run(name)
    missing = task.missing_parts(run.metrics)
    if not missing or run.is_interrupted:
        return run
    task.check()
    evaluation = task.evaluate(fitted[0] if fitted else run.trained, missing)
    asked = {name: plan.described[name] for name in task.evaluation_type.model_fields if name in plan.described}

    def add(folder: Path) -> dict[str, Any]:
        add_figures(folder, evaluation, asked)
        return {}

    workspace.runs.amend(name, add)
    return workspace.any_run(name)
