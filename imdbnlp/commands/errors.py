"""Show a run's mistakes, the surest first.

Texts that the run had not seen when it answered: those of the test part, or
of another one that it has answers for.

Example:

    imdbnlp errors nbsvm
    imdbnlp errors nbsvm --part folds --top 50
"""

from typing import Any, Literal

import numpy as np

from imdbnlp.commands._texts import described, rounded, text_table
from imdbnlp.commands.train import headline_part
from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, argument
from imdbnlp.workspace.run import Predictions, Run
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which run, and which of its answers."""

    run: str | None = argument(None, description="Name or folder of the run; by default the latest.", entries="runs")
    part: Literal["test", "folds", "valid"] | None = Field(
        None,
        description="Part of the dataset to look at; by default the first of test, folds and valid that the run has.",
    )
    top: int = Field(20, ge=1, description="Show this many errors, the most confident first.")


def errors(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The wrong answers, by their probability."""
    run = workspace.run(options.run)
    answers = answers_of(run, options.part)
    dataset = workspace.dataset_of(run)
    found = confident_errors(answers, dataset, options.top)
    n_wrong = int((answers.probabilities.argmax(axis=1) != answers.labels).sum())
    title = f"{run.name}, {answers.part}: {n_wrong:,} of {len(answers.rows):,} texts are answered wrongly"
    return Result(
        tables=[error_table(title, found)],
        data={"run": run.name, "part": answers.part, "n_wrong": n_wrong, "n_texts": len(answers.rows), "errors": found},
        next_steps=[f"imdbnlp explain {run.name} --review-id {found[0]['id']}"] if found else [],
    )


def error_table(title: str, found: list[dict[str, Any]]) -> Table:
    """Mistakes as they are read."""
    return text_table(title, ["id", "label", "answer", "probability", "text"], found)


def answers_of(run: Run, part: str | None = None) -> Predictions:
    """What the run answered to texts that it had not seen.  Raises DataError if it has no such answers."""
    chosen = part or headline_part(run)
    if chosen is None or chosen not in run.metrics:
        has = ", ".join(f"--part {one}" for one in run.answered_parts)
        raise DataError(
            f"run {run.name} has no answers for the part '{chosen or 'test'}'",
            hint=f"it has: {has}" if has else "train it with --folds 5, or on a dataset with test texts",
        )
    return run.predictions(chosen)


def confident_errors(answers: Predictions, dataset: Dataset, top: int) -> list[dict[str, Any]]:
    """The mistakes with the largest probabilities."""
    given = answers.probabilities.argmax(axis=1)
    sure = answers.probabilities.max(axis=1)
    wrong = np.flatnonzero(given != answers.labels)
    shown = wrong[np.argsort(-sure[wrong], kind="stable")[:top]]
    names = [dataset.classes[code] for code in given[shown]]
    return described(dataset, answers.rows[shown], answer=names, probability=rounded(sure[shown]))
