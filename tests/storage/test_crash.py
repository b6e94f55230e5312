"""Killed, interrupted, out of space, or four at once: whole entries or none, and the next command works."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from faults import EVERY, at_each_step, fail, files_up_to, interrupt

from imdbnlp.cli.main import run
from imdbnlp.errors import ResourceError
from imdbnlp.storage.lock import locked
from imdbnlp.storage.store import Store
from imdbnlp.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

KILLED = Path(__file__).with_name("killed.py")
COMMANDS = {
    "preprocess": ["preprocess", "{csv}"],
    "vectorize": ["vectorize", "--method", "count"],
    "train": ["train", "--model", "nbsvm"],
}


def command_line(command: str, workspace: Workspace, csv: Path) -> tuple[list[str], Store]:
    """A command, and the store that it writes to."""
    store = {"preprocess": workspace.datasets, "vectorize": workspace.features, "train": workspace.runs}[command]
    words = [word.format(csv=csv) for word in COMMANDS[command]]
    return ["--quiet", "--workspace", str(workspace.root), *words], store


def killed(*arguments: object) -> dict[str, object]:
    """What killed.py found."""
    answer = subprocess.run([sys.executable, KILLED, *map(str, arguments)], stdout=subprocess.PIPE, check=True)
    return dict(json.loads(answer.stdout))


def build(store: Store, content: str) -> None:
    """Make or replace an entry of three files."""
    with store.build("nb", replace=True) as draft:
        (draft.folder / "model").mkdir()
        for name in ("run.json", "model/words.txt", "model/weights.npy"):
            (draft.folder / name).write_text(content)


def contents(store: Store) -> list[str]:
    """What the entries hold, once they are verified."""
    for name in store.names():
        store.verify(name)
    return [(store.path(name) / "run.json").read_text() for name in store.names()]


def left_aside(store: Store) -> list[str]:
    """The names of the folders that are not entries."""
    folder = store.root / ".tmp"
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []


def test_a_kill_at_any_step_leaves_whole_entries_and_the_next_build_works(tmp_path: Path) -> None:
    found = killed("steps", "build", tmp_path, "-")
    assert (found["wrong"], found["entries"]) == ([], 1)
    assert found["killed"] == found["rounds"] - 1 > 15


def test_a_kill_at_any_moment_leaves_whole_entries_and_the_next_build_works(tmp_path: Path) -> None:
    found = killed("moments", "build", tmp_path, "-", 40, 1)
    assert (found["rounds"], found["wrong"], found["entries"]) == (40, [], 1)


def test_killed_commands_leave_whole_entries_and_the_next_ones_work(reviews_csv: Path, tmp_path: Path) -> None:
    for command in COMMANDS:
        found = killed("moments", command, tmp_path, reviews_csv, 3, 2)
        assert (found["rounds"], found["wrong"], found["entries"]) == (3, [], 1), command


def tried(store: Store, error: type[BaseException]) -> BaseException | None:
    """The error that a replacement ends with, if it does."""
    try:
        build(store, "new")
    except error as caught:
        return caught
    return None


@pytest.mark.parametrize("lasting", [False, True])
def test_an_error_at_any_step_is_one_error_and_leaves_the_old_entry(lasting: bool, tmp_path: Path) -> None:
    store, errors = Store(tmp_path), 0
    build(store, "old")
    for error in at_each_step(lambda: tried(store, ResourceError), fail, lasting=lasting):
        if error:
            assert str(error).endswith("No space left on device") and "\n" not in str(error)
        assert contents(store) in ([["old"]] if error and not lasting else [["old"], ["new"]])
        assert lasting or left_aside(store) == []
        errors += error is not None
        build(store, "old")
        assert left_aside(store) == []
    assert errors > 12


def test_an_error_at_any_step_of_a_first_build_leaves_nothing_half_done(tmp_path: Path) -> None:
    store, errors = Store(tmp_path / "runs"), 0
    for error in at_each_step(lambda: tried(store, ResourceError), fail):
        assert contents(store) in ([[], ["new"]] if error else [["new"]])  # a lock without its holder's name does
        assert left_aside(store) == []
        shutil.rmtree(store.root, ignore_errors=True)
        errors += error is not None
    assert errors > 12


@pytest.mark.parametrize("after", [False, True])
def test_an_interrupt_at_any_step_leaves_the_old_entry_or_the_new(after: bool, tmp_path: Path) -> None:
    store, interrupts = Store(tmp_path), 0
    build(store, "old")
    for error in at_each_step(lambda: tried(store, KeyboardInterrupt), interrupt, after, calls=EVERY):
        assert contents(store) in (["old"], ["new"]) and left_aside(store) == []
        interrupts += error is not None
        build(store, "old")
    assert interrupts > 12


VARYING = 40
"""Bytes by which files of equal trainings may differ: they state seconds and memory."""


def sizes(folder: Path) -> list[int]:
    """The sizes of all files in a folder."""
    return sorted({path.stat().st_size for path in folder.rglob("*") if path.is_file()})


def answer(arguments: list[str]) -> tuple[int, str, list[str]]:
    """Exit code, stdout and the lines of stderr of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(arguments)
    return code, out.getvalue(), err.getvalue().split("\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_out_of_space_says_so_in_a_line_and_keeps_what_was_there(
    command: str, copy: Workspace, reviews_csv: Path
) -> None:
    arguments, store = command_line(command, copy, reviews_csv)
    assert run(arguments) == 0
    name = store.names()[0]

    def forced() -> int:
        before = store.verify(name)
        code, out, err = answer([*arguments, "--force"])
        if code:
            assert (code, out, len(err)) == (1, "", 3) and err[0].startswith("error: "), err
            assert store.verify(name) == before and left_aside(store) == []
        return code

    assert list(at_each_step(forced, fail)).count(1) > 20
    for size in sizes(store.path(name)):
        with files_up_to(max(0, size - VARYING)):
            assert forced() == 1, size


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_interrupted_at_any_step_exits_with_130_and_the_next_one_works(
    command: str, copy: Workspace, reviews_csv: Path
) -> None:
    arguments, store = command_line(command, copy, reviews_csv)
    for code, out, err in at_each_step(lambda: answer([*arguments, "--force"]), interrupt, calls=EVERY):
        assert (code, out, err[-2:]) == (130, "", ["error: interrupted; nothing was left half-written", ""])
        assert all(map(store.verify, store.names())) and left_aside(store) == []
    assert run(arguments) == 0


def test_ctrl_c_ends_the_wait_for_another_process(copy: Workspace, reviews_csv: Path) -> None:
    (name,) = copy.datasets.names()
    command = ["imdbnlp", "--workspace", str(copy.root), "preprocess", str(reviews_csv), "--force"]
    with (
        locked(copy.datasets.root / ".locks" / f"{name}.lock"),
        subprocess.Popen(command, stderr=subprocess.PIPE) as process,
    ):
        assert process.stderr and f"waiting for process {os.getpid()}".encode() in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130


def at_once(number: int, arguments: list[str]) -> list[tuple[int, bytes]]:
    """Exit codes and stderr of so many equal commands that were started together."""
    processes = [
        subprocess.Popen(["imdbnlp", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(number)
    ]
    return [(process.returncode, err) for process in processes for _, err in [process.communicate(timeout=60)]]


@pytest.mark.parametrize("start", ["absent", "damaged"])
def test_four_at_once_make_one_dataset_once(start: str, copy: Workspace, reviews_csv: Path) -> None:
    store, (name,) = copy.datasets, copy.datasets.names()
    if start == "absent":
        store.remove(name)
    else:
        os.truncate(store.path(name) / "vocabulary.txt", 10)
    answers = at_once(4, ["--workspace", str(copy.root), "preprocess", str(reviews_csv), "--verbose"])
    assert [code for code, _ in answers] == [0, 0, 0, 0], answers
    assert [b"words: " in err for _, err in answers].count(True) == 1
    assert store.names() == [name] and store.verify(name) and left_aside(store) == []
    bad = [path.name for path in store.root.iterdir() if "bad" in path.name]
    assert bad == ([] if start == "absent" else [f"{name}.bad"])
