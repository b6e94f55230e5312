"""How signals end a command: as KeyboardInterrupt, so that everything that is half done is cleaned up.

with catching() as received:
    ...
exit_code(received)     # 130 after Ctrl-C, 143 after SIGTERM, 129 when the terminal was closed
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INTERRUPTED = 130
_CAUGHT = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def catching() -> Iterator[list[int]]:
    """Raise KeyboardInterrupt at each signal that asks the program to end.  Yields the signals received so far.

    A signal that the parent process made us ignore (nohup) stays ignored.
    """
    received: list[int] = []

    def interrupt(number: int, frame: Any) -> None:
        received.append(number)
        raise KeyboardInterrupt

    before = {number: signal.getsignal(number) for number in _CAUGHT}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield received
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code(received: list[int]) -> int:
    """128 and the number of the first signal; that of Ctrl-C if none was received."""
    return 128 + received[0] if received else INTERRUPTED
