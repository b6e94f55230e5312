"""The lock: one at a time, gone with its owner, and it says who holds it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imdbnlp.storage.lock import LockedError, locked

HOLD = """
import sys, time
from pathlib import Path
from imdbnlp.storage.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_waiting_ends_and_names_the_holder(tmp_path: Path) -> None:
    path, notes = tmp_path / "reviews.lock", []
    with holder(path) as process:
        with pytest.raises(LockedError) as caught, locked(path, 0.2, notes.append):
            pass
        assert caught.value.message == f"{path} is held by process {process.pid} for over 0 s"
        assert caught.value.hint == "wait for it, or stop it"
        assert notes == [f"waiting for process {process.pid}, which is at work on reviews"]


@pytest.mark.posix
def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with holder(path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    began = time.perf_counter()
    with locked(path, 0):
        assert time.perf_counter() - began < 0.05


def test_a_lock_file_that_was_left_blocks_nobody(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    path.write_text("1\n")  # a process that is always there
    with locked(path, 0):
        assert path.read_text().strip() == str(os.getpid())


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with pytest.raises(ZeroDivisionError), locked(path):
        1 / 0  # noqa: B018
    with locked(path, 0):
        pass


def test_one_waits_until_the_other_is_done(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with holder(path) as process:
        os.kill(process.pid, signal.SIGTERM)
        with locked(path, 10):
            pass
