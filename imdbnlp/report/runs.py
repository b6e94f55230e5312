"""What a run is worth and what it cost, as tables.

run_result(workspace.run("nbsvm")).tables
"""

from collections.abc import Callable

from imdbnlp.report.figures import by_class, confusion, decision_thresholds, figure_table, history
from imdbnlp.report.result import Result, Table
from imdbnlp.workspace.run import Run

_COSTS = {
    "train_seconds": "train seconds", "peak_megabytes": "peak MB", "model_megabytes": "model MB",
    "milliseconds_per_text": "ms per text", "sentences_per_second": "sentences/s, greedy",
}  # fmt: skip


def run_result(run: Run) -> Result:
    """A run's figures as tables."""
    costs = [(shown, run.record[name]) for name, shown in _COSTS.items() if name in run.record]
    tables = [figure_table(f"run {run.name}", run.metrics, costs)]
    part = run.headline_part
    if part and "per_class" in run.metrics[part]:
        tables += [by_class(run.metrics[part], part), confusion(run.metrics[part], part)]
    if run.record.get("factors"):
        record = run.record
        tables.append(decision_thresholds(record["classes"], record["factors"], record["config"]["optimise"]))
    if run.history:
        tables.append(history(run.history, run.record["info"]["best_epoch"]))
    data = {"run": run.name, "metrics": run.metrics} | run.record
    return Result(tables, data, next_steps=_NEXT_STEPS[run.task](run), interrupted=run.is_interrupted)


def _after_classification(run: Run) -> list[str]:
    return ["imdbnlp compare", f'imdbnlp predict {run.name} --text "…"', f"imdbnlp evaluate {run.name} FILE"]


def _after_translation(run: Run) -> list[str]:
    columns = f"{run.columns['text_column']} and {run.columns['label_column']}"
    return [f'imdbnlp translate {run.name} "…" --beam 5', f"imdbnlp evaluate {run.name} FILE  # with columns {columns}"]


_NEXT_STEPS: dict[str, Callable[[Run], list[str]]] = {
    "classification": _after_classification, "translation": _after_translation,
}  # fmt: skip


def run_list(runs: list[tuple[str, Run | None]]) -> Table:
    """Runs with their main figures; None for one that cannot be read."""
    rows = [_row(run) if run else (name, "(unreadable)", "", "", None, None, None, None) for name, run in runs]
    columns = ["run", "model", "dataset", "part", "accuracy", "BLEU", "train s", "MB"]
    if all(row[5] is None for row in rows):
        columns, rows = [*columns[:5], *columns[6:]], [(*row[:5], *row[6:]) for row in rows]
    return Table("runs, latest first", columns, rows)


def _row(run: Run) -> tuple[object, ...]:
    part = run.headline_part
    accuracy, bleu = (run.metrics[part].get(name) if part else None for name in ("accuracy", "bleu"))
    record = run.record
    return (
        run.name, run.model_name, record["dataset"]["name"], part or "", accuracy, bleu, record["train_seconds"],
        record["model_megabytes"],
    )  # fmt: skip
