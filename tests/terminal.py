"""Run a command with a terminal on some of its streams, as a person does.

done = on_terminal(["predict", "nb", "-"], stdout=False)
done.code, done.stdout, done.terminal      # the exit code, what was redirected, what the terminal received
"""

import os
import select
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_SECONDS = 60.0


@dataclass(frozen=True)
class Done:
    """stdout, stderr: what came where there was no terminal.  terminal: what came to it."""

    code: int
    stdout: str
    stderr: str
    terminal: str


def on_terminal(
    arguments: Sequence[str],
    stdout: bool = True,
    stderr: bool = True,
    columns: int = 80,
    variables: Mapping[str, str] | None = None,
    meanwhile: Callable[[subprocess.Popen[bytes], str], bool] | None = None,
) -> Done:
    """Run the command line.  stdout, stderr: whether they are the terminal, else files.

    meanwhile: is given the process and what the terminal has received, until it returns True.
    """
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "imdbnlp", *arguments], stdin=theirs, stdout=theirs if stdout else out,
            stderr=theirs if stderr else err, env=os.environ | {"TERM": "xterm-256color"} | dict(variables or {}),
        )  # fmt: skip
        os.close(theirs)
        received = _received(process, ours, meanwhile)
        os.close(ours)
        out.seek(0)
        err.seek(0)
        return Done(process.wait(10), out.read().decode(), err.read().decode(), received.decode(errors="replace"))


def _received(
    process: subprocess.Popen[bytes], ours: int, meanwhile: Callable[[subprocess.Popen[bytes], str], bool] | None
) -> bytes:
    received, deadline = b"", time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if select.select([ours], [], [], 0.02)[0]:
            try:
                data = os.read(ours, 65536)
            except OSError:  # nobody holds the other end
                return received
            received += data
        if meanwhile and meanwhile(process, received.decode(errors="replace")):
            meanwhile = None
    process.kill()
    raise TimeoutError(f"the command did not end; the terminal received {received[-500:]!r}")
