"""From a table of pairs to translations, on the command line."""

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.commands import preprocess, train_seq2seq
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.progress import SilentReporter
from imdbnlp.storage.tables import read_table
from imdbnlp.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

Ask = Callable[..., tuple[int, str, str]]
SMALL = {"units": 24, "embedding_dim": 12, "epochs": 12, "learning_rate": 0.02, "dropout": 0.0, "batch_size": 10}


@pytest.fixture(scope="module")
def pairs_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """700 rows of a number, some digits in words before and behind, and the same in other words, digits reversed."""
    path, chance = tmp_path_factory.mktemp("pairs") / "digits.csv", np.random.default_rng(0)
    rows = [" ".join(map(str, chance.integers(0, 10, chance.integers(1, 4)))) for _ in range(700)]
    lines = [f"{number},von {row} bis,from {row[::-1]} to\n" for number, row in enumerate(rows)]
    path.write_text("number,there,back\n" + "".join(lines))
    return path


@pytest.fixture(scope="module")
def workspace(pairs_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Runs `looks` (seq2seq-attention) and, before it, `last` (seq2seq-lstm) on pairs of digits."""
    made = Workspace(tmp_path_factory.mktemp("work"))
    options: dict[str, Any] = {"source_column": "there", "target_column": "back", "tokens": "word"}
    preprocess.preprocess(preprocess.Options(file=str(pairs_csv), **options), made)
    for name, model, epochs in (("last", "seq2seq-lstm", 1), ("looks", "seq2seq-attention", 12)):
        values = SMALL | {"model": model, "name": name, "epochs": epochs, "beam": 2}
        train_seq2seq.train_seq2seq(train_seq2seq.options_for(values)(**values), made)
    return made


def test_a_sentence_is_answered(ask: Ask) -> None:
    assert ask("translate", "looks", "Von 7 1 bis")[1] == "translation\nfrom 1 7 to\n"
    code, out, err = ask("--json", "translate", "looks", "von 7 1 bis", "--beam", "3")
    assert (code, json.loads(out), err) == (0, {"source": "von 7 1 bis", "translation": "from 1 7 to"}, "")


def test_lines_are_answered_line_by_line(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("von 7 1 bis\n\nvon 3 bis\r\nvon 5 4 bis")
    assert ask("translate", "looks", str(path))[1] == "from 1 7 to\n\nfrom 3 to\nfrom 4 5 to\n"
    rows = [json.loads(line) for line in ask("--json", "translate", "looks", str(path))[1].splitlines()]
    assert rows[3] == {"source": "von 5 4 bis", "translation": "from 4 5 to"}


def test_standard_input_is_answered_by_a_new_process(workspace: Workspace, ask: Ask, tmp_path: Path) -> None:
    sources = "7 1\n8 8 2\n0\n3 6 9\n"
    (tmp_path / "lines.txt").write_text(sources)
    line = [
        sys.executable,
        "-m",
        "imdbnlp",
        "--workspace",
        str(workspace.root),
        "translate",
        "looks",
        "-",
        "--beam",
        "2",
    ]
    done = subprocess.run(line, input=sources, capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == ask("translate", "looks", str(tmp_path / "lines.txt"), "--beam", "2")[1]


def test_a_table_keeps_its_rows_and_columns(ask: Ask, pairs_csv: Path, tmp_path: Path) -> None:
    _, out, _ = ask("translate", "looks", str(pairs_csv))
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["number"] for row in rows] == [str(number) for number in range(700)]
    right = [row["translation"] == row["back"] for row in rows]
    assert np.mean(right) > 0.6
    target = tmp_path / "answers.tsv"
    assert ask("translate", "looks", str(pairs_csv), "--output", str(target))[1] == f"file\tsentences\n{target}\t700\n"
    assert target.read_text().splitlines()[0] == "number\tthere\tback\ttranslation"


def test_unknown_words_are_answered_and_told(ask: Ask) -> None:
    code, out, err = ask("translate", "looks", "zebra 🦓 quagga")
    assert (code, out.splitlines()[0]) == (0, "translation")
    assert err == "warning: 1 sentence(s) have no known token: their translations are guesses\n"


def test_a_long_sentence_is_read_in_part_and_that_is_told(ask: Ask) -> None:
    assert "1 sentence(s) are longer than the run's --max-source-length" in ask("translate", "looks", "1 " * 300)[2]


def test_the_picture_of_attention_is_drawn(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "looks.svg"
    assert ask("translate", "looks", "7 1 $x$", "--picture", str(path))[0] == 0
    assert "<svg" in path.read_text()
    code, _, err = ask("translate", "last", "7 1", "--picture", str(path))
    assert (code, err.splitlines()[0]) == (2, "error: this model has no attention")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", "looks", "no-such.txt"], "error: there is no file no-such.txt"),
        (["translate", "looks", "7", "--beam", "0"], "error: --beam '0': input should be greater than or equal to 1"),
        (["translate", "nobody", "7"], "error: there is no run 'nobody'"),
        (["translate", "looks", "7 1", "--picture", "x.gif"], "error: --picture: cannot write x.gif: expected a name"),
        (["predict", "looks", "--text", "7"], "error: looks was trained for translation, not for classification"),
        (["train-seq2seq", "--model", "lstm"], "error: 'lstm' is not a sequence-to-sequence model"),
        (["train", "--model", "nbsvm"], "error: there is no dataset in"),
        (["train", "--model", "nbsvm", "--dataset", "digits"], "error: digits-"),
        (["train-seq2seq", "--model", "seq2seq-lstm", "--dataset", "no"], "error: there is no dataset of pairs 'no'"),
        (["train-seq2seq", "--model", "seq2seq-lstm", "--name", "looks"], "error: 'looks' exists with other settings"),
    ],
)
def test_what_cannot_be_done_is_said(ask: Ask, arguments: list[str], message: str) -> None:
    code, out, err = ask(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message) or f"\n{message}" in err


def test_a_file_that_is_no_text_is_refused(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes("schläft\n".encode("latin-1"))
    code, _, err = ask("translate", "looks", str(path))
    assert code == 1 and "is not utf-8 at byte 4" in err and "--encoding" in err


def test_evaluate_gives_bleu_chrf_perplexity_and_token_accuracy(ask: Ask, pairs_csv: Path) -> None:
    code, out, err = ask("--json", "evaluate", "looks", str(pairs_csv))
    metrics = json.loads(out)["metrics"]
    assert code == 0
    assert metrics["n_pairs"] == 700 and metrics["bleu"] > 50 and metrics["chrf"] > 50
    assert 1 < metrics["perplexity"] < 3 and 0.7 < metrics["token_accuracy"] <= 1
    assert err.startswith("warning: the run was trained on ")
    copied = ask("--json", "evaluate", "looks", str(pairs_csv), "--label-column", "there")
    assert json.loads(copied[1])["metrics"]["bleu"] < metrics["bleu"]


def test_evaluate_refuses_a_beam_for_a_classifier(trained: Workspace, reviews_csv: Path, cli: Ask) -> None:
    code, _, err = cli("--workspace", str(trained.root), "evaluate", "nb", str(reviews_csv), "--beam", "5")
    assert (code, err.splitlines()[0]) == (2, "error: --beam does not apply to nb, which is a classifier")


def test_a_run_keeps_its_answers_figures_and_history(workspace: Workspace) -> None:
    run = workspace.run("looks", task="translation")
    answers = read_table(run.folder / "predictions.parquet")
    assert set(answers["split"]) == {"valid", "test"} == set(run.metrics)
    assert run.metrics["valid"]["note"] == "also used to stop"
    assert (run.folder / "history.png").is_file()
    assert run.record["info"]["epochs"] == 12
    assert run.translator.translate(answers["source"][:3], SearchSettings(beam=2)).texts == answers["prediction"][:3]


def test_a_run_answers_without_its_dataset(workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    shutil.copytree(workspace.runs.path("looks"), folder)
    alone = Workspace(tmp_path / "nothing").run(str(folder), task="translation")
    assert alone.translator.translate(["von 7 1 bis"], SearchSettings()).texts == ["from 1 7 to"]


def test_the_same_command_again_answers_from_the_cache(ask: Ask) -> None:
    options = [f"--{name.replace('_', '-')}={value}" for name, value in SMALL.items()]
    line = ["train-seq2seq", "--model", "seq2seq-attention", "--name", "looks", "--beam", "2", *options]
    code, _, err = ask(*line)
    assert (code, err.splitlines()[-1]) == (0, "looks is already there; --force to do it again")


def test_another_beam_is_evaluated_without_training_again(workspace: Workspace, tmp_path: Path) -> None:
    copy = Workspace(tmp_path / "work")
    shutil.copytree(workspace.root, copy.root)
    values = SMALL | {"model": "seq2seq-attention", "name": "looks", "beam": 3}
    before = copy.run("looks", task="translation")
    data = train_seq2seq.train_seq2seq(train_seq2seq.options_for(values)(**values), copy).data
    after = copy.run("looks", task="translation")
    assert after.digest == before.digest and data["train_seconds"] == before.record["train_seconds"]
    assert {figures["beam"] for figures in data["metrics"].values()} == {3}
    assert data["settings"]["beam"]["value"] == 3


def test_lists_show_pairs_and_translators(ask: Ask) -> None:
    header, row = ask("datasets")[1].splitlines()
    assert dict(zip(header.split("\t"), row.split("\t"), strict=True))["profile"] == "pairs, word"
    rows = list(csv.DictReader(io.StringIO(ask("runs")[1]), delimiter="\t"))
    assert [row["model"] for row in rows] == ["seq2seq-attention", "seq2seq-lstm"]
    assert float(rows[0]["BLEU"]) > 50
    assert "BLEU, greedy" in ask("runs", "show", "looks")[1]
    assert "vocabulary" in ask("datasets", "show", "digits")[1]
    assert ask("runs", "verify")[0] == 0


def test_the_network_is_shown_and_drawn(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "network.svg"
    assert "DotAttention" in ask("summary", "looks", "--picture", str(path))[1]
    assert "encoder_1" not in path.read_text() and "DotAttention" in path.read_text()


def test_a_damaged_run_is_not_used(workspace: Workspace, ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(workspace.runs.path("looks"), folder)
    for name in ("model/source.tokenizer.json", "model/weights.npz", "run.json"):
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(whole[: len(whole) // 2])
        code, _, err = ask("translate", str(folder), "7 1")
        assert code == 1 and Path(name).name in err
        (folder / name).write_bytes(whole)


def test_ctrl_c_leaves_nothing_of_a_first_epoch(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Impatient(SilentReporter):
        def stage(self, name: str, total: int | None = None, unit: str = "") -> Any:
            if name == "train":
                raise KeyboardInterrupt
            return super().stage(name, total, unit)

    values = SMALL | {"model": "seq2seq-lstm", "name": "stopped"}
    with pytest.raises(KeyboardInterrupt):
        train_seq2seq.train_seq2seq(train_seq2seq.options_for(values)(**values), workspace, Impatient())
    assert "stopped" not in workspace.runs.names()


@pytest.mark.posix
@pytest.mark.parametrize("stdout", [False, True])
def test_translations_arrive_on_a_terminal_and_in_a_file(workspace: Workspace, tmp_path: Path, stdout: bool) -> None:
    from terminal import on_terminal

    path = tmp_path / "lines.txt"
    path.write_text("von 7 1 bis\n" * 30)
    line = ["--workspace", str(workspace.root), "translate", "looks", str(path), "--batch-size", "5"]
    done = on_terminal(line, stdout=stdout)
    assert done.code == 0, done.terminal
    if stdout:
        assert done.terminal.count("from 1 7 to") == 10 and "20 more rows" in done.terminal
    else:
        assert done.stdout == "from 1 7 to\n" * 30 and "sentences/s" in done.terminal
