"""A reader that overlaps `train --force` gets one run or the other, never a part of each."""

import importlib.util
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from imdbnlp.workspace.workspace import Workspace

SCRIPT = Path(__file__).parent / "replaced.py"


def script() -> Any:
    """The functions of the script."""
    spec = importlib.util.spec_from_file_location("replaced", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answer(workspace: Workspace, name: str) -> tuple[float, str]:
    """A probability by the run's model, and the cost that its record states."""
    run = workspace.run(name, ready=True)
    return round(float(run.classifier.probabilities(["a fine film"])[0, 1]), 9), str(run.record["config"]["cost"])


def test_every_answer_is_wholly_that_of_one_of_the_two_runs(copy: Workspace) -> None:
    for letter in "AB":
        script().fit(copy, letter, letter)
    script().fit(copy, "A", "shared")
    expected = {answer(copy, "A"), answer(copy, "B")}
    seen = set()
    with subprocess.Popen([sys.executable, str(SCRIPT), str(copy.root)], stdout=subprocess.DEVNULL) as trainer:
        ends = time.monotonic() + 8
        while time.monotonic() < ends and trainer.poll() is None:
            seen.add(answer(copy, "shared"))
        assert trainer.poll() is None
        trainer.kill()
    assert len(expected) == 2 and seen == expected
