"""How signals end a command: as KeyboardInterrupt, so that everything half done is cleaned up.

with catching() as received:
    ...
exit_code(received)     # 130 after Ctrl-C, 143 after SIGTERM, 129 when the terminal was closed
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

INTERRUPTED = 130
_CAUGHT = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_CAN_WAIT = hasattr(signal, "setitimer")
_PAUSE_SECONDS = 0.02


@contextmanager
def catching() -> Iterator[list[int]]:
    """Raise KeyboardInterrupt at each signal that asks the program to end.  Yields the signals received so far.

    While a module is being imported the interrupt waits: compiled modules of other packages swallow exceptions there,
    and the command would go on.  A signal that the parent process made us ignore (nohup) stays ignored.
    """
    received: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        if number in _CAUGHT:
            received.append(number)
        if not (_CAN_WAIT and _imports(frame)):
            raise KeyboardInterrupt
        before.setdefault(signal.SIGALRM, signal.signal(signal.SIGALRM, interrupt))
        signal.setitimer(signal.ITIMER_REAL, _PAUSE_SECONDS)

    before = {number: signal.getsignal(number) for number in _CAUGHT}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    for number in before:
        signal.signal(number, interrupt)
    try:
        yield received
    finally:
        if _CAN_WAIT and signal.SIGALRM in before:
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _imports(frame: FrameType | None) -> bool:
    """Whether an import is under way in this frame or one that called it."""
    while frame:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def exit_code(received: list[int]) -> int:
    """128 and the number of the first signal; that of Ctrl-C if none was received."""
    return 128 + received[0] if received else INTERRUPTED
