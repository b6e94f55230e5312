"""What starting costs: the help of every command comes without the heavy libraries, and soon."""

import json
import subprocess
import sys

import pytest

from imdbnlp.commands._discover import command_names
from imdbnlp.models.registry import model_names

HEAVY = [
    "tensorflow", "keras", "lightgbm", "gensim", "nltk", "sklearn", "scipy", "matplotlib", "pandas", "pyarrow",
    "tokenizers", "sacrebleu",
]  # fmt: skip


def loaded_by(statement: str) -> list[str]:
    """The heavy libraries that a fresh process has loaded after a statement."""
    code = f"import json, sys\n{statement}\nsys.stderr.write(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return list(json.loads(done.stderr.splitlines()[-1]))


def run_line(*arguments: str) -> str:
    return f"from imdbnlp.cli.main import run; run({list(arguments)})"


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_by("import imdbnlp") == []


def test_the_help_loads_neither_numpy_nor_pydantic() -> None:
    modules = "print([m for m in ('numpy', 'pydantic') if m in sys.modules])"
    code = f"import sys; {run_line('--help')}; {modules}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", command_names())
def test_the_help_of_a_command_loads_nothing_heavy(command: str) -> None:
    assert loaded_by(run_line(command, "--help")) == []


@pytest.mark.parametrize("model", model_names("classification"))
def test_the_help_of_a_model_loads_nothing_heavy(model: str) -> None:
    assert loaded_by(run_line("train", "--model", model, "--help")) == []


@pytest.mark.posix
def test_the_help_takes_a_tenth_of_a_second_of_work() -> None:
    def cpu_seconds(*command: str) -> float:
        import resource

        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *command], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    bare = min(cpu_seconds("-c", "pass") for _ in range(5))
    assert min(cpu_seconds("-m", "imdbnlp", "--help") for _ in range(5)) - bare <= 0.15
