"""Ctrl-C and SIGTERM in the middle of every long command: its exit code says so, and nothing is left half-written."""

import importlib
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from imdbnlp.cli.signals import catching, exit_code
from imdbnlp.data.demo import write_demo_csv
from imdbnlp.workspace.workspace import Workspace

pytestmark = pytest.mark.posix

N_REVIEWS = 8_000
SECONDS = 2.0  # within which a command that says nothing has begun its work
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
COMMANDS = {
    "preprocess": "preprocess {csv} --name again",
    "explore": "explore --top 5",
    "vectorize": "vectorize --char-ngrams 2-6 --force",
    "train-nbsvm": "train --model nbsvm --ngrams 1-5 --min-df 1 --folds 9",
    "train-gbm": "train-gbm --num-iterations 20000 --patience 20000 --num-leaves 200 --feature-fraction 1",
    "train-w2v": "train-w2v --epochs 1000",
    "curve": "curve --model nbsvm --sizes 9",
    "suspects": "suspects --model nbsvm --folds 20",
    "report": "report floor other --output {out}/r.html",
    "pipeline": "pipeline {stages} {csv}",
}
NETWORKS = {
    "train-lstm": "train --model lstm --epochs 50",
    "train-seq2seq": "train-seq2seq --model seq2seq-lstm --epochs 50",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a dataset of reviews, one of pairs, and two small runs."""
    folder = tmp_path_factory.mktemp("signals")
    write_demo_csv(folder / "reviews.csv", N_REVIEWS, 1)
    words = [f"haus{number % 7} baum{number % 11} weg{number}" for number in range(2000)]
    (folder / "pairs.csv").write_text("source,target\n" + "".join(f"{text},{text[::-1]}\n" for text in words))
    (folder / "stages.yaml").write_text("stages: [preprocess: {name: p}, train: {model: nbsvm, ngrams: 1-4}]\n")
    for line in (
        "preprocess pairs.csv --source-column source --target-column target", "preprocess reviews.csv --name D",
        "train --model majority --name floor", "train --model majority --seed 1 --name other",
    ):  # fmt: skip
        subprocess.run(
            [sys.executable, "-m", "imdbnlp", "-q", *line.split()], cwd=folder, check=True, capture_output=True
        )
    return folder


def unfinished(*folders: Path) -> Iterator[Path]:
    """What is being written: the drafts of entries, and output files that have not got their names yet."""
    for folder in folders:
        yield from folder.glob("imdbnlp-work/*/.tmp/*")
        yield from folder.glob(".imdbnlp-*")


def wait_until_under_way(process: subprocess.Popen[str], *folders: Path) -> None:
    """Return when the command is writing something, has told on stderr what it does, or is some seconds old."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if any(unfinished(*folders)) or select.select([process.stderr], [], [], 0.01)[0]:
            break
    time.sleep(0.2)


def entries(work: Path) -> set[Path]:
    """The finished entries of the workspace."""
    return set(work.glob("imdbnlp-work/*/[!.]*"))


def interrupted(line: str, number: int, work: Path, out: Path) -> tuple[int, str]:
    """Start a command, send the signal when it is under way; its exit code and what it wrote to stderr."""
    words = line.format(csv=work / "reviews.csv", out=out, stages=work / "stages.yaml").split()
    command = [sys.executable, "-m", "imdbnlp", "--verbose", *words]
    process = subprocess.Popen(command, cwd=work, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_until_under_way(process, work, out)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def check(line: str, number: int, code: int, work: Path, out: Path) -> None:
    """Interrupt a command and check what it tells and leaves."""
    before = entries(work)
    found, err = interrupted(line, number, work, out)
    assert (found, err.splitlines()[-1]) == (code, "error: interrupted; nothing was left half-written")
    assert "Traceback" not in err
    assert entries(work) == before and list(unfinished(work, out)) == [] and list(out.iterdir()) == []


@pytest.mark.parametrize(("number", "code"), SIGNALS, ids=["SIGINT", "SIGTERM"])
def test_predictions_that_are_interrupted_leave_no_file(
    number: int, code: int, trained: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "reviews.csv").write_text("review\n" + "a dull film\n" * 100_000)
    (tmp_path / "out").mkdir()
    line = f"--workspace {trained.root} predict nb {{csv}} --batch-size 1 --output {{out}}/p.csv"
    check(line, number, code, tmp_path, tmp_path / "out")


@pytest.mark.parametrize(("number", "code"), SIGNALS, ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.slow
def test_a_signal_leaves_nothing_half_written(command: str, number: int, code: int, work: Path, tmp_path: Path) -> None:
    check(COMMANDS[command], number, code, work, tmp_path)


@pytest.mark.parametrize(("number", "code"), SIGNALS, ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("command", NETWORKS)
@pytest.mark.slow
def test_a_signal_ends_the_training_of_a_network(
    command: str, number: int, code: int, work: Path, tmp_path: Path
) -> None:
    """After an epoch the best weights are kept as a run, before that nothing is."""
    found, err = interrupted(NETWORKS[command], number, work, tmp_path)
    assert found == code and "Traceback" not in err and list(unfinished(work)) == []


def test_an_interrupt_waits_for_the_end_of_an_import_that_would_swallow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["import os, signal, time", "try:", "    os.kill(os.getpid(), signal.SIGTERM)", "    time.sleep(0.1)"]
    (tmp_path / "swallowing.py").write_text("\n".join([*lines, "except BaseException:", "    raise SystemExit", ""]))
    monkeypatch.syspath_prepend(tmp_path)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), catching() as received:
        importlib.import_module("swallowing")
        time.sleep(5)
    assert received == [signal.SIGTERM] and exit_code(received) == 143
    assert signal.getsignal(signal.SIGTERM) == before and signal.getitimer(signal.ITIMER_REAL) == (0, 0)
