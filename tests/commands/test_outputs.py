"""Every option that names an output file is checked before any work."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.commands._discover import command_names, load_command
from imdbnlp.workspace.workspace import Workspace

Ask = Callable[..., tuple[int, str, str]]
NAMES = ("output", "html", "export", "picture", "csv")
LINES = {
    ("predict", "output"): (["nb", "{input}"], ".csv"),
    ("translate", "output"): (["nobody", "{input}"], ".csv"),
    ("translate", "picture"): (["nobody", "a sentence"], ".png"),
    ("report", "output"): ([], ".html"),
    ("explain", "html"): (["nb", "--text", "a film"], ".html"),
    ("train-w2v", "export"): ([], ".txt"),
    ("similar", "picture"): (["film"], ".png"),
    ("summary", "picture"): (["nb"], ".svg"),
    ("demo", "csv"): ([], ".csv"),
}


@pytest.fixture
def workspace(trained: Workspace) -> Workspace:
    return trained


def test_these_are_all_outputs() -> None:
    options = {
        (command, name)
        for command in command_names()
        for name in load_command(command).options_for({}).model_fields
        if name in NAMES
    }
    assert options == set(LINES)


@pytest.mark.parametrize("place", ["none/a", "folder", "wrong"])
@pytest.mark.parametrize(("command", "option"), LINES)
def test_an_output_that_cannot_be_written_is_refused_first(
    ask: Ask, tmp_path: Path, command: str, option: str, place: str
) -> None:
    arguments, ending = LINES[command, option]
    if place == "wrong" and option == "output" and command != "report":
        pytest.skip("its format may be given")
    name = tmp_path / f"{place}{'.xyz' if place == 'wrong' else ending}"
    (tmp_path / f"folder{ending}").mkdir()
    line = [argument.format(input=tmp_path / "r.csv") for argument in arguments]
    code, out, err = ask(command, *line, f"--{option}", str(name))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: --{option}: cannot write {name}: ")
    assert [path.name for path in tmp_path.iterdir()] == [f"folder{ending}"]


@pytest.mark.posix
def test_a_page_goes_to_standard_output_alone(ask: Ask) -> None:
    for arguments in (["report", "--output"], ["explain", "nb", "--text", "a film", "--html"]):
        for name in ("-", "/dev/stdout"):
            out = ask(*arguments, name)[1]
            assert out.lower().startswith("<!doctype html>") and out.rstrip().endswith("</html>")


def test_predictions_do_not_replace_their_input(ask: Ask, tmp_path: Path) -> None:
    source = tmp_path / "r.csv"
    source.write_text("review\na film\n")
    os.link(source, tmp_path / "hard.csv")
    for name in ("r.csv", "hard.csv"):
        code, _, err = ask("predict", "nb", str(source), "--output", str(tmp_path / name))
        assert code == 2 and "it is also the input" in err
    assert source.read_text() == "review\na film\n"
