"""The way in: `imdbnlp …` and `python -m imdbnlp …`."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    try:
        from imdbnlp.cli.main import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # while importing, or while answering the first one
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
