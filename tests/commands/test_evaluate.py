"""Testing a run on texts it has not seen."""

from pathlib import Path

import pytest

from imdbnlp.commands.evaluate import Options, evaluate
from imdbnlp.progress import SilentReporter
from imdbnlp.workspace.workspace import Workspace


class Listener(SilentReporter):
    """Keeps what it is warned of."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def test_figures_are_of_the_texts_of_the_file(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "held.csv").write_text("text,label\na wonderful film,positive\nboring,negative\nfunny,negative\n")
    metrics = evaluate(Options(run="nb", file=str(tmp_path / "held.csv")), trained).data["metrics"]
    assert metrics["accuracy"] == pytest.approx(2 / 3)
    assert metrics["confusion"] == [[1, 1], [0, 1]]


def test_an_unknown_label_counts_as_wrong_and_is_said(trained: Workspace, tmp_path: Path) -> None:
    (tmp_path / "held.csv").write_text("text,label\na wonderful film,positive\nboring,mixed\n")
    listener = Listener()
    metrics = evaluate(Options(run="nb", file=str(tmp_path / "held.csv")), trained, listener).data["metrics"]
    assert metrics["accuracy"] == 0.5 and metrics["n_unknown_label"] == 1
    assert listener.warnings == ["1 text(s) have a label that the run has never seen: counted wrong"]
