"""No text or file of adversarial shape costs more than time in proportion to its length, on any way through."""

import json
import subprocess
import sys
from pathlib import Path


def test_adversarial_texts_take_linear_time_through_files_and_commands() -> None:
    script = Path(__file__).parent / "linear.py"
    command = [sys.executable, str(script), "--few", "--length", "50000"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(done.stdout)
    assert (found["measured"], found["slow"]) == (40, [])
