"""The options of commands that train: a model's own on top of those of its task, and the one call they make.

    options_for = options_of(model_names("classification"), ClassifierOptions)
    options = options_for({"model": "nbsvm"})(model="nbsvm", cost=0.5)
    train_run(workspace, plan_of(options))

`train`, `train-gbm`, `train-keras` and `train-seq2seq` are one command for other lists of models.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from imdbnlp.errors import UsageError
from imdbnlp.models.registry import model_module
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.plots import picture_history
from imdbnlp.report.result import Result
from imdbnlp.report.runs import run_result
from imdbnlp.settings import Field, Settings, nearest, work_setting
from imdbnlp.tasks.base import Trained
from imdbnlp.tasks.kinds import task_of
from imdbnlp.workspace.training import TrainingPlan, train_run
from imdbnlp.workspace.workspace import Workspace

OptionsFor = Callable[[Mapping[str, Any]], type[Any]]


class ModelOptions(Settings):
    """Which model, on which dataset; the model's own options come on top."""

    model: str = Field(description="Model to train.")
    dataset: str | None = work_setting(
        None, description="Dataset to train on; by default the latest.", entries="datasets"
    )
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the training.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


class TrainOptions(ModelOptions):
    """What to train on, and where to keep it; the model's own options come on top."""

    name: str | None = work_setting(None, description="Name of the run; by default the model's name and a key.")


def options_of(
    models: Sequence[str], what: str = "model", base: type[ModelOptions] = TrainOptions, default: str | None = None
) -> OptionsFor:
    """The options class that fits what was given so far: with the chosen model's settings, and those of its task.

    models: what can be chosen; a single one need not be named.  what: what the models are called.  default: the model
    if none is given.
    """
    usual = models[0] if len(models) == 1 else default

    def options_for(given: Mapping[str, Any]) -> type[Any]:
        name = given.get("model") or usual
        task = task_of(str(name or models[0]))
        if name and name not in models:
            raise UsageError(f"'{name}' is not a {what}", hint=nearest(str(name), models))
        bases = [task.evaluation_type] * issubclass(base, TrainOptions) + [base]
        if name:
            bases.insert(0, model_module(str(name)).Config)
        return _with_models(f"{(name or what).title()}Options", tuple(bases), models, what, usual)

    return options_for


def _with_models(
    name: str, bases: tuple[type[Any], ...], models: Sequence[str], what: str, usual: str | None
) -> type[Any]:
    """An options class whose `model` is one of these; usual: its default, None if it must be given."""
    described = f"{what[0].upper()}{what[1:]} to train: {', '.join(models)}."
    field = Field(usual or ..., description=described, json_schema_extra={"choices": list(models)})
    return type(name, bases, {"__doc__": bases[-1].__doc__, "__annotations__": {"model": str}, "model": field})


def plan_of(options: Any) -> TrainingPlan:
    """What the options ask for."""
    config, evaluation = model_module(options.model).Config, task_of(options.model).evaluation_type
    work = {
        name: getattr(options, name)
        for name in ("dataset", "name", "seed", "threads", "force")
        if hasattr(options, name)
    }
    return TrainingPlan(
        options.model, _part(options, config), _part(options, evaluation), described=options.described(), **work
    )


def _part(options: Settings, kind: type[Any]) -> Any:
    """The settings of a kind among the options; its defaults if they are not there."""
    return options.subset(kind) if isinstance(options, kind) else kind()


def train_and_show(
    options: Any, workspace: Workspace, reporter: Reporter = SILENT, dataset: str | None = None
) -> Result:
    """Train a model, or take its run from the workspace.  The run's name is in the result's data.

    dataset: instead of the one that the options name.
    """
    plan = plan_of(options)
    return run_result(train_run(workspace, replace(plan, dataset=dataset or plan.dataset), reporter, _draw_history))


def _draw_history(folder: Path, trained: Trained) -> None:
    """The curves of a network's training, beside the run's other files."""
    history = getattr(trained.model, "history", None)
    if history and history.epochs:
        picture_history(history.epochs, history.best).save(folder / "history.png")
