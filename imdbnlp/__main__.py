"""The way in: `imdbnlp …` and `python -m imdbnlp …`."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    from imdbnlp.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
