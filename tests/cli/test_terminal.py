"""Commands on a terminal, in pipes, and with closed streams: nothing is lost, nothing drives the terminal."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import on_terminal

from imdbnlp.cli.console import show
from imdbnlp.report.result import Result, Table
from imdbnlp.workspace.workspace import Workspace

pytestmark = pytest.mark.posix

UNSEEN = "\x1b\x07\x08\x7f\x9b\u202e\u2066\u200b\u200d\ufeff\r"


@pytest.fixture
def many_csv(tmp_path: Path) -> Path:
    """3,000 rows."""
    path = tmp_path / "many.csv"
    path.write_text("review\n" + "".join(f"a dull film {number}\n" for number in range(3000)))
    return path


def in_a_shell(command: str, workspace: Workspace, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"IMDBNLP_WORKSPACE": str(workspace.root), "PYTHON": sys.executable} | variables
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=environment, timeout=60)


@pytest.mark.parametrize("columns", [80, 120])
def test_predictions_arrive_in_a_file_while_a_bar_is_shown(trained: Workspace, many_csv: Path, columns: int) -> None:
    line = ["--workspace", str(trained.root), "predict", "nb", str(many_csv), "--batch-size", "100"]
    done = on_terminal(line, stdout=False, columns=columns)
    assert (done.code, len(done.stdout.splitlines())) == (0, 3001)
    assert "predict" in done.terminal and "texts/s" in done.terminal and "dull" not in done.terminal


COMMANDS = {
    "preprocess": ["{csv}", "--name", "again", "--force"], "train": ["--model", "nbsvm", "--name", "t", "--force"],
    "explore": ["--force"], "suspects": ["nb"], "vectorize": ["--method", "count", "--force"],
    "curve": ["--model", "majority", "--force"], "report": ["--output", "{tmp}/r.html"], "compare": [],
    "train-w2v": ["--name", "w", "--dimensions", "8", "--force"],
}  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_a_result_is_the_same_with_a_bar_and_without(
    command: str, trained: Workspace, reviews_csv: Path, tmp_path: Path
) -> None:
    shutil.copytree(trained.root, tmp_path / "work")
    arguments = [argument.format(csv=reviews_csv, tmp=tmp_path) for argument in COMMANDS[command]]
    done = on_terminal(["--workspace", str(tmp_path / "work"), command, *arguments], stdout=False)
    assert done.code == 0, done.terminal
    assert "unexpected" not in done.terminal and done.stdout


@pytest.mark.parametrize(
    ("redirection", "code"),
    [
        (">&-", 2),
        ("2>&-", 0),
        (">&- 2>&-", 2),
        ("<&-", 0),
        pytest.param("> /dev/full", 1, marks=pytest.mark.linux),
    ],
)
def test_a_closed_or_full_stream_is_no_surprise(
    trained: Workspace, many_csv: Path, redirection: str, code: int
) -> None:
    done = in_a_shell(f'$PYTHON -m imdbnlp predict nb "$FILE" {redirection}', trained, FILE=str(many_csv))
    assert done.returncode == code
    assert "unexpected" not in done.stderr and "Traceback" not in done.stderr and "ignored" not in done.stderr
    if code and "2>&-" not in redirection:
        assert any("standard output" in line for line in done.stderr.splitlines())


@pytest.mark.parametrize("arguments", ["compare", "--help", "preprocess --help", "--json compare", "runs show nb"])
@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
@pytest.mark.slow
def test_no_encoding_and_no_closed_pipe_stops_a_result(trained: Workspace, arguments: str, encoding: str) -> None:
    line = f'$PYTHON -m imdbnlp {arguments} | cat; echo "${{PIPESTATUS[0]}}"; $PYTHON -m imdbnlp {arguments} | true'
    done = in_a_shell(f'{line}; echo "${{PIPESTATUS[0]}}"', trained, PYTHONIOENCODING=encoding)
    assert done.stdout.splitlines()[-2:] == ["0", "0"]
    assert [line for line in done.stderr.splitlines() if not line.startswith("dataset: ")] == []


class Terminal(io.StringIO):
    """A standard output that says whether it is a terminal."""

    def __init__(self, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal

    encoding = "utf-8"  # type: ignore[assignment]

    def isatty(self) -> bool:
        return self.terminal


TEXTS = st.text(st.one_of(st.sampled_from(UNSEEN), st.characters()), max_size=12)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_reaches_a_terminal_raw(title: str, column: str, cell: str, note: str) -> None:
    result = Result(tables=[Table(title, ["a", column], [("b", cell)], note)], data={title: [cell]}, lines=None)
    with pytest.MonkeyPatch.context() as patch:
        for as_json in (False, True):
            buffer = Terminal()
            patch.setattr(sys, "stdout", buffer)
            patch.setenv("NO_COLOR", "1")
            patch.setenv("TERM", "dumb")
            show(result, as_json)
            out = buffer.getvalue()
            assert [character for character in out if not character.isprintable() and character != "\n"] == []
            if as_json:
                assert json.loads(out) == {title: [cell]}


@given(TEXTS, TEXTS)
def test_a_cell_in_a_pipe_stays_in_one_line(column: str, cell: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        buffer = Terminal(terminal=False)
        patch.setattr(sys, "stdout", buffer)
        show(Result(tables=[Table("", ["a", column], [("b", cell)])]), False)
    lines = buffer.getvalue().splitlines()
    assert len(lines) == 2 and [line.count("\t") for line in lines] == [1, 1]
