"""Make something happen at the Nth step by which a program changes the disk.

with at_step(3, fail):
    write_json(path, {})
"""

import errno
import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

WRITING = ("open", "mkdir", "fsync", "rename", "replace")
EVERY = (*WRITING, "unlink", "rmdir")


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let the system, whoever writes, take no file over so many bytes."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fail() -> None:
    """What a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupt() -> None:
    """What Ctrl-C does."""
    raise KeyboardInterrupt


def die() -> None:
    """What the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def at_step(
    number: int,
    happen: Callable[[], None],
    after: bool = False,
    lasting: bool = False,
    calls: tuple[str, ...] = WRITING,
) -> Iterator[list[str]]:
    """Call `happen` before the Nth step, or right after it; lasting: and at all that follow.

    Yields the names of the steps taken so far.
    """
    steps: list[str] = []

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            if name == "open" and not set(_mode(arguments, options)) & set("wax+"):
                return call(*arguments, **options)
            steps.append(name)
            hit = len(steps) == number or (lasting and len(steps) > number)
            if hit and not after:
                happen()
            result = call(*arguments, **options)
            if hit and after:
                happen()
            return result

        return step

    places = [(io if name == "open" else os, name) for name in calls]
    originals = [getattr(place, name) for place, name in places]
    for (place, name), call in zip(places, originals, strict=True):
        setattr(place, name, watched(name, call))
    try:
        yield steps
    finally:
        for (place, name), call in zip(places, originals, strict=True):
            setattr(place, name, call)


def at_each_step(
    work: Callable[[], Any],
    happen: Callable[[], None],
    after: bool = False,
    lasting: bool = False,
    calls: tuple[str, ...] = WRITING,
) -> Iterator[Any]:
    """What the work returns when it happens at its first step, at its second, …, until it has no more steps."""
    number = 1
    while True:
        with at_step(number, happen, after, lasting, calls) as steps:
            outcome = work()
        if len(steps) < number:
            return
        yield outcome
        number += 1


def _mode(arguments: tuple[Any, ...], options: dict[str, Any]) -> str:
    return str(arguments[1] if len(arguments) > 1 else options.get("mode", "r"))
