"""The entry points: `imdbnlp …` and `python -m imdbnlp …`."""

import atexit
import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line and end the process, without taking the interpreter apart.

    Threads of C++ libraries that still run then (Arrow's pools) would be destroyed on the way, which aborts the process
    after its complete output, once in thousands of times.  Exit handlers run as usual.
    """
    code = exit_code()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def exit_code() -> int:
    """Run the command line.  Returns its exit code."""
    try:
        from imdbnlp.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:  # during an import, or while the first one is handled
        return 130


if __name__ == "__main__":
    sys.exit(exit_code())
