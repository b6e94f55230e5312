"""The contributors' guide names files that exist, and the floors that the tests enforce."""

import re
from pathlib import Path

from test_architecture import FLOORS

REPOSITORY = Path(__file__).resolve().parent.parent
GUIDE = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACEHOLDER = "NAME"


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:imdbnlp|tests)/[\w./-]+)`", GUIDE)
    assert len(named) > 20
    assert [path for path in named if PLACEHOLDER not in path and not (REPOSITORY / path).exists()] == []


def test_the_table_of_packages_shows_the_floors() -> None:
    rows = re.findall(r"^\| (\d+) \| (.*?) \|", GUIDE, re.MULTILINE)
    shown = {name: int(floor) for floor, names in rows for name in re.findall(r"`(\w+)`", names)}
    assert shown == FLOORS
