"""What `train` and `curve` have in common: the options of a model, and what it learns from.

kind = with_config(ModelOptions, {"model": "nbsvm"})
config = config_of(kind(model="nbsvm", cost=0.5))
documents, rows, training = training_on(options, config, dataset, None, reporter)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError, UsageError
from imdbnlp.models._keras_model import limit_threads
from imdbnlp.models._loop import History
from imdbnlp.models.base import ModelConfig, Training, announce_import, model_module, model_names
from imdbnlp.progress import Reporter
from imdbnlp.report.plots import picture_history
from imdbnlp.settings import Field, Settings, canonical_digest, work_setting
from imdbnlp.sources.split_names import TRAIN, VALID
from imdbnlp.storage.store import Draft
from imdbnlp.text.documents import Documents
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.vectors import VectorSource, find_vectors
from imdbnlp.workspace.workspace import Workspace


class ModelOptions(Settings):
    """Which model, on which dataset; the model's own options come on top."""

    model: str = Field(
        description=f"Model to train: {', '.join(model_names())}.", json_schema_extra={"choices": list(model_names())}
    )
    dataset: str | None = work_setting(
        None, description="Dataset to train on; by default the latest.", entries="datasets"
    )
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the training.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


Kind = TypeVar("Kind", bound=ModelOptions)


def with_config(kind: type[Kind], given: Mapping[str, Any]) -> type[Kind]:
    """The options with those of the chosen model among them."""
    name = given.get("model")
    if not name:
        return kind
    return with_options(kind, model_module(str(name)).Config, str(name))


def with_options(kind: type[Any], config: type[Settings], name: str) -> type[Any]:
    """A class of the options of a command and those of a model."""
    return type(f"{name.title()}Options", (config, kind), {"__doc__": kind.__doc__})


def config_of(options: ModelOptions) -> ModelConfig:
    """The model's own settings among the options; its defaults where there are none."""
    config: ModelConfig = own_settings(options, model_module(options.model).Config)
    return config


def own_settings(options: Settings, kind: type[Any]) -> Any:
    """Those of the options that `kind` has; its defaults for the others."""
    return kind(**{name: getattr(options, name) for name in kind.model_fields if name in type(options).model_fields})


def source_of(config: ModelConfig, workspace: Workspace) -> VectorSource | None:
    """The word vectors that the model is to start from, if it is to start from any."""
    named = getattr(config, "embeddings", None)
    return find_vectors(workspace, named) if named else None


def key_of(
    options: ModelOptions, config: ModelConfig, dataset: Dataset, source: VectorSource | None, **more: Any
) -> str:
    """The digest of all that a training depends on.  more: what else the command's answer depends on."""
    content = {"model": options.model, "config": config.stored(), "dataset": dataset.key, "seed": options.seed}
    if model_module(options.model).Model.varies_with_threads:
        content["threads"] = options.threads
    return canonical_digest(content | {"embeddings": source and source.digest} | more)


def was_interrupted(info: Mapping[str, Any]) -> bool:
    """Whether Ctrl-C ended a training, by what the model says of it."""
    return info.get("stopped") == "interrupted"


def trained_run(
    workspace: Workspace, name: str, key: str, force: bool, reporter: Reporter, build: Callable[[Draft], None]
) -> Run:
    """The run of this name: from the cache, unless it was interrupted or `force` asks for it anew; else as built.

    build: trains, and writes the run.  Raises UsageError if a run of other settings has the name.
    """
    if workspace.runs.has(name) and not force:
        run = _asked_for(workspace.any_run(name), key)
        if not was_interrupted(run.record["info"]):
            workspace.runs.touch(name)
            reporter.note(f"{name} is already there; --force to do it again")
            return run
        reporter.note(f"{name} was interrupted, and is trained again")
        force = True
    with workspace.runs.build(name, replace=force) as draft:
        if not draft.done:
            build(draft)
    reporter.note(f"run: {name}")
    return _asked_for(workspace.any_run(name), key)


def _asked_for(run: Run, key: str) -> Run:
    """The run, if it is of these settings: one of that name may have been there, or come while we waited."""
    if run.record.get("key") != key:
        raise UsageError(f"a run '{run.name}' with other settings is there", hint="choose another --name, or --force")
    return run


def draw_history(folder: Path, history: History | None) -> None:
    """The curves of a network's training, beside the run's other files."""
    if history and history.epochs:
        picture_history(history.epochs, history.best).save(folder / "history.png")


def preprocessing_of(config: ModelConfig, dataset: Dataset) -> Preprocessing:
    """How the model reads the dataset's texts."""
    return dataset.preprocessing(config.view, config.stop_words)


def training_on(
    options: ModelOptions, config: ModelConfig, dataset: Dataset, source: VectorSource | None, reporter: Reporter
) -> tuple[Documents, NDArray[np.int64], Training]:
    """All documents as the model reads them, which of them are to be learned from, and these as a Training."""
    documents = Documents(*dataset.documents(preprocessing_of(config, dataset)))
    rows = dataset.rows(TRAIN, VALID)
    if not len(rows):
        raise DataError(f"dataset {dataset.name} has no training texts", hint="see `imdbnlp datasets show`")
    library = model_module(options.model).Model.library
    announce_import(library, reporter)
    limit_threads(library, options.threads)
    vectors = source.read(set(documents.words)) if source else None
    training = Training(
        documents.take(rows), dataset.labels[rows], dataset.parts[rows] == VALID, len(dataset.classes), options.seed,
        options.threads, reporter, vectors, dataset.groups[rows],
    )  # fmt: skip
    return documents, rows, training


def check_vectors(source: VectorSource, dataset: Dataset, config: ModelConfig, reporter: Reporter) -> None:
    """Warn of word vectors that were learned from other words, or perhaps from the test texts."""
    if source.preprocessing is not None and source.preprocessing != preprocessing_of(config, dataset):
        reporter.warn(
            "the word vectors were trained on another view or profile "
            f"({source.preprocessing.view}, {source.preprocessing.profile})"
        )
    if source.dataset is not None and source.dataset != dataset.key:
        reporter.warn(
            "the word vectors learned from another dataset; its texts may be among the test texts of this one"
        )
