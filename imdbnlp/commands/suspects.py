"""Find training labels that look wrong (confident learning).

A classifier is cross-validated on the training texts; the labels that it
finds unlikely are listed for review.  Nothing is changed.

Example:

    imdbnlp suspects
    imdbnlp suspects nbsvm --top 0 --json
    imdbnlp suspects --model linear --folds 10 --method confident
"""

from typing import Any

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError
from imdbnlp.evaluation.label_issues import ClassIssues, Method, conflicting_labels, find_suspects, issues_by_class
from imdbnlp.models.registry import model_names
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.report.texts import described, rounded, text_table
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.tasks.classification import FOLDS, FoldSettings
from imdbnlp.text.fingerprints import group_codes
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.training import TrainingPlan, train_run
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Who judges the labels, and how many are shown."""

    conditions = dict.fromkeys(["model", "folds", "seed", "threads"], "!run")

    run: str | None = argument(
        None, description="Run that was trained with --folds; if none is given, --model is trained.", entries="runs"
    )
    model: str = Field(
        "nbsvm", description="Model to train, with its default settings.",
        json_schema_extra={"choices": list(model_names("classification"))},
    )  # fmt: skip
    folds: int = Field(5, ge=2, description="Number of cross-validation folds.")
    dataset: str | None = work_setting(
        None, description="Dataset to check; by default the run's, or the latest.", entries="datasets"
    )
    method: Method = Field(
        "noise-rate",
        description="List as many labels as are estimated to be wrong, or all that the model confidently contradicts.",
    )
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the folds.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    top: int = Field(20, ge=0, description="Show this many labels, the least likely first; 0 shows all.")


def suspects(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The suspected labels, the least likely first, and how many labels of each class are estimated to be wrong."""
    run = _judge(options, workspace, reporter)
    dataset = workspace.dataset_of(run, options.dataset)
    predictions = run.predictions(FOLDS)
    found = find_suspects(predictions.labels, predictions.probabilities, options.method)
    shown = found[: options.top or None]
    listed = _listed(predictions, dataset, shown)
    title = f"{dataset.name}: {len(found):,} of {len(predictions.labels):,} training labels look wrong to {run.name}"
    columns = ["id", "label", "suggested", "p_label", "p_suggested", "text"]
    note = "p: probability by a model that had not seen the text."
    classes = _by_class(dataset, issues_by_class(predictions.labels, predictions.probabilities, found))
    conflicts = _conflicts(predictions, dataset)
    return Result(
        tables=[
            text_table(title, columns, listed, note),
            Table("by class", ["label", "texts", "suspected", "estimated wrong"], [tuple(c.values()) for c in classes]),
            *_conflict_tables(conflicts[: options.top or None], len(conflicts)),
        ],
        data={
            "dataset": dataset.name, "run": run.name, "method": options.method, "n_texts": len(predictions.labels),
            "n_suspects": len(found), "suspects": listed, "classes": classes, "conflicts": conflicts,
        },
        next_steps=[f"imdbnlp explain {run.name} --review-id {listed[0]['id']}"] if listed else [],
    )  # fmt: skip


def _judge(options: Options, workspace: Workspace, reporter: Reporter) -> Run:
    """A run with predictions of its training texts by cross-validation: as named, or trained now."""
    if options.run is not None:
        run = workspace.run(options.run)
        if FOLDS not in run.metrics:
            raise DataError(
                f"run {run.name} has no probabilities of training texts that it had not seen",
                hint=f"train it with --folds {options.folds}, or leave the run out",
            )
        return run
    plan = TrainingPlan(
        options.model, evaluation=FoldSettings(folds=options.folds), dataset=options.dataset, seed=options.seed,
        threads=options.threads,
    )  # fmt: skip
    run = train_run(workspace, plan, reporter)
    if run.is_interrupted:
        raise KeyboardInterrupt
    return run


def _listed(predictions: Predictions, dataset: Dataset, places: Any) -> list[dict[str, Any]]:
    suggested = predictions.probabilities[places].argmax(axis=1)
    return described(
        dataset,
        predictions.rows[places],
        suggested=[dataset.classes[code] for code in suggested],
        p_suggested=rounded(predictions.probabilities[places, suggested]),
        p_label=rounded(predictions.probabilities[places, predictions.labels[places]]),
    )


def _conflicts(predictions: Predictions, dataset: Dataset) -> list[dict[str, Any]]:
    """The training texts that have copies with another label."""
    groups = group_codes(dataset.fingerprints[predictions.rows])
    places = conflicting_labels(groups, predictions.labels)
    return described(dataset, predictions.rows[places], copies=groups[places].tolist())


def _conflict_tables(shown: list[dict[str, Any]], n_conflicts: int) -> list[Table]:
    if not shown:
        return []
    title = f"{n_conflicts:,} training texts have copies with another label"
    return [text_table(title, ["copies", "id", "label", "text"], shown, "Rows with one number are copies.")]


def _by_class(dataset: Dataset, issues: ClassIssues) -> list[dict[str, Any]]:
    return [
        {
            "label": name,
            "texts": int(issues.texts[code]),
            "suspected": int(issues.suspected[code]),
            "estimated_wrong": round(issues.estimated_wrong[code]),
        }
        for code, name in enumerate(dataset.classes)
    ]
