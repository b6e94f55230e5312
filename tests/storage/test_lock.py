"""The lock: one at a time, gone with its owner, and it says who holds it."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imdbnlp.errors import ResourceError
from imdbnlp.storage.lock import LockedError, locked

HOLD = """
import sys, time
from pathlib import Path
from imdbnlp.errors import ResourceError
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
        held_by = f"process {process.pid} (-c {path})"
        assert caught.value.message == f"{path} is locked by {held_by}, and was not released within 0 s"
        assert caught.value.hint == "wait until that process ends, or stop it"
        assert notes == [f"waiting for {held_by}, which is working on reviews"]


def test_a_holder_on_another_machine_is_named_with_its_host(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with locked(path):
        path.with_suffix(".holder").write_text('{"pid": 7, "command": "imdbnlp train", "host": "elsewhere"}')
        with pytest.raises(LockedError, match=r"process 7 on elsewhere \(imdbnlp train\)"), locked(path, 0):
            pass


def test_a_holder_that_is_not_known_is_another_process(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with locked(path):
        path.with_suffix(".holder").write_bytes(b"\xff")
        with pytest.raises(LockedError, match="is locked by another process"), locked(path, 0):
            pass


def test_a_file_system_without_locks_is_named_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ResourceError, match="the file system does not support locks"), locked(tmp_path / "a.lock"):
        pass


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
    path.touch()
    path.with_suffix(".holder").write_text('{"pid": 1, "command": "init", "host": "here"}')  # a process that is alive
    with locked(path, 0):
        assert json.loads(path.with_suffix(".holder").read_text())["pid"] == os.getpid()
    assert not path.with_suffix(".holder").exists()


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with pytest.raises(ZeroDivisionError), locked(path):
        1 / 0  # noqa: B018
    with locked(path, 0):
        pass


def test_a_waiting_process_goes_on_when_the_other_ends(tmp_path: Path) -> None:
    path = tmp_path / "reviews.lock"
    with holder(path) as process:
        os.kill(process.pid, signal.SIGTERM)
        with locked(path, 10):
            pass
