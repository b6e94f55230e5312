"""Damaged and hostile entries: whatever lies in the workspace, a command ends with 0 or 1 and one line.

A command that ends with 0 although a file was damaged must give the result that it gives with the undamaged entry, or
warn of the damage.

python tests/faults/run.py --rounds 1000 --seed 7 [--kind gbm] [--network]

Each round damages one file of one entry, more often than not with checksums that fit, and uses the entry in a process
of its own with a limit of time, and of memory: 500 MB and ten times the size of the entry beyond what it starts with.
--network: also a small network, in fresh processes without the limit of memory.  Prints the rounds, how they ended, and
each that did not end as it should.
"""

import argparse
import collections
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm  # noqa: F401  what every round needs is imported once
import pyarrow.parquet  # noqa: F401
import scipy.sparse  # noqa: F401
from damage import HARMS, seal_again

from imdbnlp.cli.main import run

SECONDS = 20
SPARE, TIMES = 500 * 2**20, 10  # memory beyond what a process starts with: bytes, and times the size of the entry
TEXTS = ["a fine good film", "dull", ""]
RUNS: dict[str, list[str]] = {
    "nbsvm": ["--model", "nbsvm"],
    "linear": ["--model", "linear", "--char-ngrams", "2-3", "--max-features", "300"],
    "gbm": ["--model", "gbm", "--min-data-in-leaf", "1", "--num-iterations", "10", "--threads", "1"],
    "majority": ["--model", "majority"],
}
NETWORK = ["--model", "average", "--vocabulary-size", "50", "--max-length", "10", "--epochs", "1"]
FOLDERS = {"dataset": "datasets/r-*", "pairs": "datasets/pairs-*", "index": "indexes/[!.]*", "vectors": "vectors/w2v",
           "features": "features/[!.]*"}  # fmt: skip
HEAD = ["--quiet", "--json"]
VOLATILE = {
    "seconds",
    "train_seconds",
    "peak_megabytes",
    "milliseconds_per_text",
    "created",
    "model_megabytes",
    "made_by",
}
KINDS = [*RUNS, *FOLDERS]


def table(path: Path) -> Path:
    """A small table of texts and labels."""
    words = {"pos": "good fine great lovely film story", "neg": "bad dull poor awful film story"}
    chance, lines = random.Random(1), ["text,label"]
    for number in range(80):
        label = ("pos", "neg")[number % 2]
        lines.append(f"{' '.join(chance.choices(words[label].split(), k=6))} {number},{label}")
    path.write_text("\n".join(lines) + "\n")
    return path


def pairs(path: Path) -> Path:
    """A small table of pairs of sentences."""
    lines = [f"a good film {number},ein guter film {number}" for number in range(80)]
    path.write_text("\n".join(["source,target", *lines]) + "\n")
    return path


def make(root: Path, network: bool) -> None:
    """A workspace with an entry of each kind; by other processes, since threads of LightGBM do not outlive a fork."""
    head = ["--quiet", "--workspace", str(root / "work")]
    columns = ["--source-column", "source", "--target-column", "target"]
    commands = [["preprocess", str(pairs(root / "p.csv")), *columns, "--name", "pairs", "--vocabulary-size", "60"]]
    commands += [["preprocess", str(table(root / "r.csv"))]]
    runs = RUNS | ({"average": NETWORK} if network else {})
    commands += [["train", "--name", name, *options] for name, options in runs.items()]
    commands += [["train-w2v", "--name", "w2v", "--dimensions", "8", "--epochs", "1", "--min-count", "1"]]
    commands += [["vectorize"]]
    commands += [["explain", "nbsvm", "--text", TEXTS[0]]]  # makes an index
    for command in commands:
        subprocess.run([sys.executable, "-m", "imdbnlp", *head, *command], check=True, stdout=subprocess.DEVNULL)


def commands_of(kind: str) -> list[list[str]]:
    """What uses an entry of a kind."""
    if kind == "average":
        return [["predict", kind, "--text", TEXTS[0]], ["runs", "show", kind]]
    if kind in RUNS:
        predict = ["predict", kind, "--text", TEXTS[0]]
        return [predict, ["explain", kind, "--text", TEXTS[0]], ["errors", kind], ["compare"], ["runs", "show", kind]]
    if kind == "dataset":
        explain, train = ["explain", "nbsvm", "--text", TEXTS[0]], ["train", "--model", "nbsvm", "--view", "lemma"]
        return [explain, ["errors", "nbsvm"], ["datasets"], ["datasets", "show", "DATASET"], train]
    if kind == "vectors":
        return [["similar", "good"], ["similar", "good - bad + dull"], ["vectors", "show", "w2v"], ["vectors"]]
    if kind == "features":
        return [["vectorize"]]
    if kind == "pairs":
        return [["datasets"], ["datasets", "show", "DATASET"], ["datasets", "verify"]]
    return [["neighbors", "--text", TEXTS[0]], ["explain", "nbsvm", "--text", TEXTS[0]]]


def folder_of(work: Path, kind: str) -> Path:
    """The folder of the entry of a kind."""
    return next(work.glob(FOLDERS.get(kind, f"runs/{kind}")))


@dataclass(frozen=True)
class End:
    """code: the exit code, or minus the signal.  out, said: stdout and stderr."""

    code: int
    out: str
    said: str

    @property
    def result(self) -> Any:
        """The result without what differs from one time to the next; a list of entries in any order."""
        result = _steady(json.loads(self.out)) if self.out else None
        return sorted(result, key=json.dumps) if isinstance(result, list) else result


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _steady(one) for name, one in value.items() if name not in VOLATILE}
    return [_steady(one) for one in value] if isinstance(value, list) else value


def use(work: Path, command: list[str], spare: int) -> End:
    """Run a command in a process of its own, within limits of time and memory."""
    out, said = work.with_suffix(".out"), work.with_suffix(".err")
    process = os.fork()
    if not process:
        _limited(lambda: run([*HEAD, "--workspace", str(work), *command]), out, said, spare)
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return End(code, out.read_text(errors="replace").replace(str(work), "WORK"), said.read_text(errors="replace"))


def use_afresh(work: Path, command: list[str]) -> End:
    """As use, by a fresh interpreter; without a limit of memory, since TensorFlow reserves more than it fills."""
    whole = [sys.executable, "-m", "imdbnlp", *HEAD, "--workspace", str(work), *command]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    try:
        done = subprocess.run(whole, **streams, timeout=3 * SECONDS, errors="replace")  # type: ignore[call-overload]
    except subprocess.TimeoutExpired:
        return End(-signal.SIGALRM, "", "")
    return End(done.returncode, done.stdout.replace(str(work), "WORK"), done.stderr)


def reserved() -> int:
    """The bytes of address space that this process has."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _limited(work: Callable[[], int], out: Path, said: Path, spare: int) -> None:
    code = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        for target, path in ((1, out), (2, said)):
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), target)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        limit = reserved() + spare
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        code = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(code)


def fault_of(end: End, expected: End | None) -> str | None:
    """What is wrong with how a command ended.  expected: how it ends with an undamaged entry, if both must be equal."""
    if end.code not in (0, 1):
        return f"exit code {end.code}"
    if "Traceback" in end.said or "unexpected" in end.said:
        return "traceback" if "Traceback" in end.said else "unexpected"
    if end.code == 1:
        return None if len(re.findall("^error: ", end.said, re.MULTILINE)) == 1 else "not one error"
    if expected and "warning: " not in end.said and end.result != expected.result:
        return "another result, without a warning"
    return None


def one_round(
    whole: Path, scratch: Path, kind: str, chance: random.Random, undamaged: dict[str, End]
) -> tuple[str, list[str]]:
    """Damage and use one entry.  Returns what was done, and what went wrong.  undamaged: how commands end without."""
    copy_of(whole, scratch)
    folder = folder_of(scratch, kind)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    file, spare = chance.choice(files), SPARE + TIMES * sum(path.stat().st_size for path in files)
    harm, hostile = chance.choice(HARMS), chance.random() < 0.7
    harm(file, chance)
    if hostile:
        seal_again(folder)
    what = f"{kind}/{file.relative_to(folder)} {harm.__name__}{' resealed' if hostile else ''}"
    command = [folder.name if word == "DATASET" else word for word in chance.choice(commands_of(kind))]
    line = " ".join(command)
    if line not in undamaged:
        undamaged[line] = _used(copy_of(whole, scratch.with_name("undamaged")), kind, command, spare)
    end = _used(scratch, kind, command, spare)
    fault = fault_of(end, None if hostile else undamaged[line])
    return f"exit {end.code}", [f"{what}: {line}: {fault}: {end.said[-300:]!r}"] if fault else []


def _used(work: Path, kind: str, command: list[str], spare: int) -> End:
    return use_afresh(work, command) if kind == "average" else use(work, command, spare)


def copy_of(whole: Path, target: Path) -> Path:
    """A fresh copy of the workspace."""
    shutil.rmtree(target, ignore_errors=True)
    return Path(shutil.copytree(whole, target))


def rounds(number: int, seed: int, kinds: list[str], folder: Path) -> tuple[dict[str, int], list[str]]:
    """How this many rounds ended, and what went wrong."""
    make(folder, "average" in kinds)
    ends: collections.Counter[str] = collections.Counter()
    faults: list[str] = []
    chance, undamaged = random.Random(seed), dict[str, End]()
    for turn in range(number):
        end, wrong = one_round(folder / "work", folder / "scratch", kinds[turn % len(kinds)], chance, undamaged)
        ends[end] += 1
        faults += wrong
    return dict(ends), faults


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--kind", choices=[*KINDS, "average"])
    parser.add_argument("--network", action="store_true", help="also damage a small network")
    asked = parser.parse_args()
    kinds = [asked.kind] if asked.kind else KINDS + ["average"] * asked.network
    with tempfile.TemporaryDirectory() as folder:
        ends, faults = rounds(asked.rounds, asked.seed, kinds, Path(folder))
    sys.stdout.write(json.dumps({"ends": ends, "faults": faults}, indent=1) + "\n")


if __name__ == "__main__":
    main()
