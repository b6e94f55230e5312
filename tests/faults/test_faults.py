"""Whatever lies in a workspace, a command ends with 0 or 1 and one line: never by a signal, never late."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def test_no_damaged_or_hostile_entry_ends_a_command_otherwise_than_by_one_line() -> None:
    script = Path(__file__).parent / "run.py"
    command = [sys.executable, str(script), "--rounds", "60"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout)["faults"] == []
