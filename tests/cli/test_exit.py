"""How the process ends: exit handlers run, the output is complete, and nothing is torn down afterwards."""

import subprocess
import sys

import pytest

from imdbnlp import __version__

PROGRAM = """
import atexit, sys

class Last:
    def __del__(self):
        print("torn down", flush=True)

last = Last()
atexit.register(print, "exit handler")
sys.argv = ["imdbnlp", {arguments}]
from imdbnlp.__main__ import main
main()
"""


def ended(arguments: str) -> tuple[int, list[str]]:
    """The exit code of the installed program and its output."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{arguments}", arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize(
    ("arguments", "code", "lines"), [("'--version'", 0, [f"imdbnlp {__version__}"]), ("'trian'", 2, [])]
)
def test_exit_handlers_run_and_the_interpreter_is_not_torn_down(arguments: str, code: int, lines: list[str]) -> None:
    assert ended(arguments) == (code, [*lines, "exit handler"])
