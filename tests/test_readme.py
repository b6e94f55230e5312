"""The commands of the README and of docs/ run, in their order, on small tables; tables name every command and model."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imdbnlp.commands._discover import command_names
from imdbnlp.data.demo import write_demo_csv
from imdbnlp.models.registry import model_names

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
PAGES = {"README": README} | {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((REPOSITORY / "docs").glob("*.md"))
}
WITHOUT_COMMANDS = {"benchmarks", "pretrained", "testing"}
FEW = "for model in lstm attention; do"  # of the seven networks: each preset is checked elsewhere
SHORT = {"IMDBNLP_NUM_ITERATIONS": "20", "IMDBNLP_EPOCHS": "1", "IMDBNLP_SAMPLE": "180"}


def blocks(language: str, text: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def write_pairs(path: Path, n_pairs: int, seed: int) -> None:
    """Sentences of invented words, and the same words from the last to the first."""
    chance = np.random.default_rng(seed)
    words = [chance.choice(["haus", "hund", "mann", "baum", "weg"], chance.integers(1, 6)) for _ in range(n_pairs)]
    lines = [f"{' '.join(row)},{' '.join(row[::-1])}\n" for row in words]
    path.write_text("source,target\n" + "".join(lines))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader's folder: tables under the names that the README uses."""
    folder = tmp_path_factory.mktemp("reader")
    sizes = {
        "reviews.csv": 600, "unlabelled.csv": 700, "new.csv": 200, "train.csv": 500, "test.csv": 200,
        "IMDB Dataset.csv": 600,
    }  # fmt: skip
    for seed, (name, size) in enumerate(sizes.items()):
        write_demo_csv(folder / name, size, seed)
    for seed, name in enumerate(("pairs.csv", "valid.csv")):
        write_pairs(folder / name, 300, seed)
    return folder


@pytest.mark.parametrize("page", sorted(PAGES.keys() - WITHOUT_COMMANDS))
@pytest.mark.slow
def test_the_commands_of_a_page_run(page: str, reader: Path, nltk_data: Path) -> None:
    scripts = Path(sys.executable).parent
    environment = os.environ | SHORT | {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(REPOSITORY),
        "IMDBNLP_WORKSPACE": f"work-{page}",
    }  # fmt: skip
    script = re.sub(r"for model in .*; do", FEW, "".join(blocks("sh", PAGES[page])))
    script = 'imdbnlp() { python -m imdbnlp --quiet "$@"; }\nset -e -o pipefail\n' + script
    command = ["bash", "-c", script]
    done = subprocess.run(command, cwd=reader, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for block in blocks("python", PAGES[page]):
        subprocess.run([sys.executable, "-c", block], cwd=reader, env=environment, check=True, capture_output=True)


def test_the_pages_without_commands_have_none() -> None:
    assert {page for page, text in PAGES.items() if not blocks("sh", text)} == WITHOUT_COMMANDS


def test_the_readme_is_short_and_its_links_lead_somewhere() -> None:
    assert len(README.splitlines()) < 250
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert len(links) > 5 and [link for link in links if not (REPOSITORY / link).exists()] == []


def test_the_two_first_commands_stand_alone_on_a_line() -> None:
    for line in ("pip install . && imdbnlp demo", "pip install '.[test]' && pytest"):
        assert line in README.splitlines()


def rows_of(title: str) -> list[str]:
    """The first cells of the table below a title, without backticks."""
    text = README.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [line.split("|")[1].strip().strip("`") for line in text.splitlines() if line.startswith("| `")]


def test_every_command_has_a_row() -> None:
    assert sorted(row.split()[0] for row in rows_of("Commands")) == command_names()


def test_every_model_has_a_row() -> None:
    assert sorted(rows_of("Models")) == model_names("classification")


def test_no_line_of_output_is_wider_than_a_terminal() -> None:
    assert [
        line
        for page in PAGES.values()
        for block in blocks("text", page)
        for line in block.splitlines()
        if len(line) > 80
    ] == []
