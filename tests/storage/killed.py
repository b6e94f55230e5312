"""Work that is killed again and again.  A script, so that it can fork without threads.

python killed.py steps preprocess WORKSPACE CSV        # one round for each step that changes the disk
python killed.py moments train WORKSPACE CSV 500 7     # 500 rounds, killed at random moments, seed 7

Each round makes an entry again, with --force, and is killed; then every entry must be whole, those that were there
before among them, and the same work without --force must succeed.  Prints the rounds, how many of them a kill ended,
and what was wrong.
"""

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pyarrow.parquet  # noqa: F401  what every round needs is imported once
import scipy.sparse  # noqa: F401
from faults import EVERY, at_step, die

import imdbnlp.commands.preprocess
import imdbnlp.commands.train
import imdbnlp.commands.vectorize  # noqa: F401
from imdbnlp.cli.main import run
from imdbnlp.errors import ArtefactError
from imdbnlp.storage.store import Store

KINDS = {"build": "entries", "preprocess": "datasets", "vectorize": "features", "train": "runs"}
Work = Callable[[bool], int]


def work_of(what: str, workspace: str, csv: str) -> Work:
    """A function that makes the entry, by force or only if it is not there, and returns the exit code."""
    options = {"preprocess": [csv], "vectorize": ["--method", "count"], "train": ["--model", "nbsvm"]}

    def build(force: bool) -> int:
        with Store(Path(workspace) / KINDS[what]).build("entry", replace=force) as draft:
            for number in range(0 if draft.done else 4):
                (draft.folder / f"{number}.bin").write_bytes(os.urandom(1000))
        return 0

    def command(force: bool) -> int:
        return run(["--quiet", "--workspace", workspace, what, *options[what], *(["--force"] if force else [])])

    return build if what == "build" else command


def forked(work: Work, force: bool, doom: AbstractContextManager[Any] | None = None) -> int:
    """Start the work in a process of its own.  doom: what shall happen in there."""
    process = os.fork()
    if process:
        return process
    code = 70
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with doom or nullcontext():
            code = work(force)
    finally:
        os._exit(code)


def ended(process: int) -> int:
    """The exit code of a process, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def at_steps(work: Work) -> Iterator[int]:
    """Kill one process at each step, until one has fewer steps."""
    number, code = 1, -signal.SIGKILL
    while code == -signal.SIGKILL:
        code = ended(forked(work, True, at_step(number, die, calls=EVERY)))
        yield code
        number += 1


def at_moments(work: Work, rounds: int, seed: int) -> Iterator[int]:
    """Kill so many processes at random moments of the time that the first one took."""
    chance, began = random.Random(seed), time.perf_counter()
    ended(forked(work, True))
    seconds = time.perf_counter() - began
    for _ in range(rounds):
        process = forked(work, True)
        time.sleep(chance.uniform(0, seconds))
        os.kill(process, signal.SIGKILL)
        yield ended(process)


def problems(store: Store, before: list[str]) -> Iterator[str]:
    """What is wrong after a kill."""
    names = store.names()
    if not set(before) <= set(names):
        yield f"lost: {before} -> {names}"
    for name in names:
        try:
            store.verify(name)
        except ArtefactError as error:
            yield error.message


def main() -> None:
    how, what, workspace, csv, *numbers = sys.argv[1:]
    work, store = work_of(what, workspace, csv), Store(Path(workspace) / KINDS[what])
    before, rounds, killed, wrong = store.names(), 0, 0, []
    for code in at_steps(work) if how == "steps" else at_moments(work, *map(int, numbers)):
        rounds, killed = rounds + 1, killed + (code == -signal.SIGKILL)
        wrong += problems(store, before)
        if ended(forked(work, False)):
            wrong.append("the next one failed")
        before = store.names()
    sys.stdout.write(json.dumps({"rounds": rounds, "killed": killed, "wrong": wrong, "entries": len(before)}))


if __name__ == "__main__":
    main()
