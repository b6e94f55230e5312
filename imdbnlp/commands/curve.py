"""Draw the learning curve of a model.

Would more labels help?  The model is trained on fractions of the training
set, each half of the next, and always tested on the same test set.

Example:

    imdbnlp curve --model nbsvm
    imdbnlp curve --model linear --ngrams 1-2 --sizes 7
"""

from pathlib import Path
from typing import Any

from imdbnlp.commands._training import ModelOptions, options_of, plan_of
from imdbnlp.evaluation.comparison import SIGNIFICANT
from imdbnlp.models.registry import model_names
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.figures import interval
from imdbnlp.report.plots import picture_curve
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, canonical_digest
from imdbnlp.storage.files import read_json, write_json
from imdbnlp.storage.names import valid_name
from imdbnlp.tasks.classification import Classification
from imdbnlp.workspace.training import plan_task
from imdbnlp.workspace.workspace import Workspace

FORMAT = 3
_SUMMARY = "summary.json"
_FIGURES = ("accuracy", "accuracy_interval", "macro_f1", "log_loss")


class Options(ModelOptions):
    """Which model, on which dataset; the model's own options come on top."""

    sizes: int = Field(5, ge=2, le=12, description="Number of training sizes, each half of the next.")


options_for = options_of(model_names("classification"), base=Options)


def curve(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train on each size, or take the curve from the workspace."""
    planned = plan_task(workspace, plan_of(options), reporter)
    task = planned.task
    key = canonical_digest({"format": FORMAT, "run": planned.key, "sizes": options.sizes})
    name = valid_name(f"curve-{options.model}-{key[:8]}")

    def make(folder: Path) -> dict[str, Any]:
        assert isinstance(task, Classification)  # no other model can be chosen
        summary = _summary(options, task)
        write_json(folder / _SUMMARY, summary)
        picture_curve(options.model, summary["sizes"]).save(folder / "curve.png", folder / "curve.svg")
        return {"kind": "curve", "model": options.model, "dataset": task.dataset.key}

    folder = workspace.pictures.obtain(name, key, make, options.force, reporter).folder
    reporter.note(f"pictures: {folder}")
    return _result(read_json(folder / _SUMMARY) | {"pictures": str(folder)}, task.dataset.name)


def _summary(options: Options, task: Classification) -> dict[str, Any]:
    """The curve as JSON values."""
    measured, n_test = task.curve(options.sizes)
    return {
        "model": options.model,
        "n_test": n_test,
        "sizes": [
            {"n_texts": point.n_texts} | {name: point.metrics[name] for name in _FIGURES} for point in measured.points
        ],
        "gain_of_last_doubling": measured.gain,
        "p": measured.p_value,
    }


def _result(summary: dict[str, Any], dataset: str) -> Result:
    rows = [
        (size["n_texts"], size["accuracy"], interval(size["accuracy_interval"]), size["macro_f1"], size["log_loss"])
        for size in summary["sizes"]
    ]
    title = f"{summary['model']} on {dataset}, tested on {summary['n_test']:,} texts"
    columns = ["training texts", "accuracy", "95 %", "F1", "log loss"]
    return Result(tables=[Table(title, columns, rows, _verdict(summary))], data={"dataset": dataset} | summary)


def _verdict(summary: dict[str, Any]) -> str:
    gain, p = summary["gain_of_last_doubling"], summary["p"]
    measured = f"The last doubling changed the accuracy by {gain:+.3f} (p {p:.2g})"
    if p >= SIGNIFICANT:
        return f"{measured}, which may be chance: more labels of this kind may not help."
    if gain < 0:
        return f"{measured}: more labels of this kind made it worse."
    return f"{measured}: more labels would help; gains shrink from doubling to doubling."
