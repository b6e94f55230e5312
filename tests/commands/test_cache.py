"""Cached features, indexes and pictures can be listed, verified and removed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Cli = Callable[..., tuple[int, str, str]]


@pytest.fixture
def filled(cli: Cli, reviews_csv: Path) -> Cli:
    """A workspace with features, an index and pictures."""
    for line in (["preprocess", str(reviews_csv)], ["vectorize"], ["neighbors", "--text", "a film"], ["explore"]):
        assert cli(*line)[0] == 0
    return cli


def entries(cli: Cli) -> dict[str, str]:
    """The kind of each entry by its name."""
    return {row["entry"]: row["kind"] for row in json.loads(cli("--json", "cache")[1])}


def test_every_kind_is_listed_with_its_size(filled: Cli) -> None:
    rows = json.loads(filled("--json", "cache")[1])
    assert [row["kind"] for row in rows] == ["features", "indexes", "pictures"]
    assert all(row["MB"] > 0 for row in rows)
    assert filled("cache", "list", "features")[1].splitlines()[1].split("\t")[1] == "features"


def test_an_entry_or_a_kind_is_removed_and_made_again_when_needed(filled: Cli) -> None:
    names = list(entries(filled))
    assert filled("cache", "remove", names[0])[0] == 0
    assert set(entries(filled)) == set(names[1:])
    assert json.loads(filled("--json", "cache", "remove", "indexes", "pictures")[1]) == {"removed": names[1:]}
    assert entries(filled) == {}
    assert filled("vectorize")[0] == 0 and list(entries(filled)) == names[:1]


def test_damage_is_found_and_the_remedy_named(filled: Cli, tmp_path: Path) -> None:
    assert filled("cache", "verify")[0] == 0
    name = next(iter(entries(filled)))
    (tmp_path / "work" / "features" / name / "names.txt").write_text("other")
    code, _, err = filled("cache", "verify")
    assert code == 1 and err.startswith("error: 1 of 3 cached entries: ")
    assert err.splitlines()[1] == f"  remove what is damaged: imdbnlp cache remove {name}"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cache", "remove"], "`remove` needs names of entries, or a kind"),
        (["cache", "remove", "tfdf"], "there is no cached entry 'tfdf'"),
        (["cache", "show"], "ACTION 'show' is not known"),
    ],
)
def test_what_cannot_be_done_is_refused(filled: Cli, arguments: list[str], message: str) -> None:
    before = entries(filled)
    code, _, err = filled(*arguments)
    assert code == 2 and err.startswith(f"error: {message}")
    assert entries(filled) == before
