"""Damaged and hostile entries: whatever lies in the workspace, a command ends with 0 or 1 and one line.

python tests/faults/run.py --rounds 1000 --seed 7 [--kind gbm]

Each round damages one file of one entry, half of the time with checksums that fit, and uses the entry in a process of
its own with limits of time and memory.  Prints the rounds, how they ended, and each that did not end as it should.
"""

import argparse
import collections
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import lightgbm  # noqa: F401  what every round needs is imported once
import pyarrow.parquet  # noqa: F401
import scipy.sparse  # noqa: F401
from damage import HARMS, seal_again

from imdbnlp.cli.main import run

SECONDS = 20
TEXTS = ["a fine good film", "dull", ""]
RUNS: dict[str, list[str]] = {
    "nbsvm": ["--model", "nbsvm"],
    "linear": ["--model", "linear", "--char-ngrams", "2-3", "--max-features", "300"],
    "gbm": ["--model", "gbm", "--min-leaf", "1", "--trees", "10", "--threads", "1"],
    "majority": ["--model", "majority"],
}
KINDS = [*RUNS, "dataset", "index"]


def table(path: Path) -> Path:
    """A small table of texts and labels."""
    words = {"pos": "good fine great lovely film story", "neg": "bad dull poor awful film story"}
    chance, lines = random.Random(1), ["text,label"]
    for number in range(80):
        label = ("pos", "neg")[number % 2]
        lines.append(f"{' '.join(chance.choices(words[label].split(), k=6))} {number},{label}")
    path.write_text("\n".join(lines) + "\n")
    return path


def make(root: Path) -> None:
    """A workspace with an entry of each kind; by other processes, since threads of LightGBM do not outlive a fork."""
    head = ["--quiet", "--workspace", str(root / "work")]
    commands = [["preprocess", str(table(root / "r.csv"))]]
    commands += [["train", "--name", name, *options] for name, options in RUNS.items()]
    commands += [["explain", "nbsvm", "--text", TEXTS[0]]]  # makes an index
    for command in commands:
        subprocess.run([sys.executable, "-m", "imdbnlp", *head, *command], check=True, stdout=subprocess.DEVNULL)


def commands_of(kind: str) -> list[list[str]]:
    """What uses an entry of a kind."""
    if kind in RUNS:
        predict = ["predict", kind, "--text", TEXTS[0]]
        return [predict, ["explain", kind, "--text", TEXTS[0]], ["errors", kind], ["compare"], ["runs", "show", kind]]
    if kind == "dataset":
        explain, train = ["explain", "nbsvm", "--text", TEXTS[0]], ["train", "--model", "nbsvm", "--view", "lemma"]
        return [explain, ["errors", "nbsvm"], ["datasets"], train]
    return [["neighbors", "--text", TEXTS[0]], ["explain", "nbsvm", "--text", TEXTS[0]]]


def folder_of(work: Path, kind: str) -> Path:
    """The folder of the entry of a kind."""
    if kind in RUNS:
        return work / "runs" / kind
    store = work / {"dataset": "datasets", "index": "indexes"}[kind]
    return next(path for path in store.iterdir() if not path.name.startswith("."))


def use(work: Path, command: list[str], errors: Path) -> tuple[int, str]:
    """Run a command in a process of its own: its exit code, or minus its signal, and what it said on stderr."""
    process = os.fork()
    if not process:
        _limited(lambda: run(["--quiet", "--workspace", str(work), *command]), errors)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return code, errors.read_text(errors="replace")


def _limited(work: Callable[[], int], errors: Path) -> None:
    code = 70
    try:
        null, said = os.open(os.devnull, os.O_RDWR), os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for target, source in ((0, null), (1, null), (2, said)):
            os.dup2(source, target)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(code)


def fault_of(code: int, said: str) -> str | None:
    """What is wrong with how a command ended."""
    if code not in (0, 1):
        return f"exit code {code}"
    if "Traceback" in said or "unexpected" in said:
        return "traceback" if "Traceback" in said else "unexpected"
    return None if code == 0 or said.count("error: ") == 1 else "not one error"


def one_round(whole: Path, scratch: Path, kind: str, chance: random.Random) -> tuple[str, list[str]]:
    """Damage and use one entry.  Returns what was done, and what went wrong."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(whole, scratch)
    folder = folder_of(scratch, kind)
    file = chance.choice(sorted(path for path in folder.rglob("*") if path.is_file()))
    harm, hostile = chance.choice(HARMS), chance.random() < 0.7
    harm(file, chance)
    if hostile:
        seal_again(folder)
    what = f"{kind}/{file.relative_to(folder)} {harm.__name__}{' resealed' if hostile else ''}"
    faults = []
    command = chance.choice(commands_of(kind))
    code, said = use(scratch, command, scratch.with_suffix(".err"))
    if fault := fault_of(code, said):
        faults.append(f"{what}: {' '.join(command)}: {fault}: {said[-300:]!r}")
    return f"exit {code}", faults


def rounds(number: int, seed: int, kinds: list[str], folder: Path) -> tuple[dict[str, int], list[str]]:
    """How so many rounds ended, and what went wrong."""
    make(folder)
    ends: collections.Counter[str] = collections.Counter()
    faults: list[str] = []
    chance = random.Random(seed)
    for turn in range(number):
        end, wrong = one_round(folder / "work", folder / "scratch", kinds[turn % len(kinds)], chance)
        ends[end] += 1
        faults += wrong
    return dict(ends), faults


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kind", choices=KINDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ends, faults = rounds(asked.rounds, asked.seed, [asked.kind] if asked.kind else KINDS, Path(folder))
    sys.stdout.write(json.dumps({"ends": ends, "faults": faults}, indent=1) + "\n")


if __name__ == "__main__":
    main()
