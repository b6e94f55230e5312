"""The entry points: `imdbnlp …` and `python -m imdbnlp …`."""

import atexit
import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line, run the exit handlers, and end the process without tearing down the interpreter.

    Native threads of libraries may still be running then, and must not meet an interpreter that is half gone.
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
