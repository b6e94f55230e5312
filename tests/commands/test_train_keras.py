"""Networks are trained by the command line as other models are, and can be interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.commands import preprocess, train, train_w2v
from imdbnlp.data.demo import write_demo_csv
from imdbnlp.errors import UsageError
from imdbnlp.models.registry import own_models
from imdbnlp.workspace.vectors import vectors_like
from imdbnlp.workspace.workspace import Workspace

pytestmark = pytest.mark.slow

Cli = Callable[..., tuple[int, str, str]]
QUICK = ("--epochs", "2", "--embedding-dim", "8", "--units", "4", "--max-length", "20")


@pytest.fixture(scope="module")
def workspace(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A dataset, and an LSTM of it."""
    workspace = Workspace(tmp_path_factory.mktemp("networks") / "work")
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    options = train.options_for({"model": "lstm"})(model="lstm", name="lstm", epochs=2, units=4, embedding_dim=8)
    train.train(options, workspace)
    return workspace


def test_the_networks_are_these() -> None:
    assert own_models("classification", library="TensorFlow") == [
        "attention",
        "average",
        "bilstm",
        "cnn",
        "gru",
        "lstm",
        "pretrained",
        "rnn",
        "transformer",
    ]


def test_a_network_leaves_its_history_and_curves(workspace: Workspace) -> None:
    run = workspace.run("lstm")
    assert (run.folder / "history.png").read_bytes().startswith(b"\x89PNG")
    history = json.loads((run.folder / "model" / "history.json").read_text())
    assert [epoch["epoch"] for epoch in history] == [1, 2]
    assert {"loss", "accuracy", "valid_loss", "valid_accuracy", "seconds"} <= set(history[0])
    assert run.record["info"]["stopped"] == "epochs"


def test_train_keras_is_train(ask: Cli) -> None:
    code, out, err = ask("train-keras", "--model", "gru", *QUICK, "--json")
    assert code == 0 and "epoch 2:" in err
    name = json.loads(out)["run"]
    assert "already there" in ask("train", "--model", "gru", *QUICK)[2]
    assert name.startswith("gru-")


def test_train_keras_knows_no_other_models(ask: Cli) -> None:
    code, out, err = ask("train-keras", "--model", "nbsvm")
    assert (code, out) == (2, "") and "'nbsvm' is not a network" in err
    assert ask("train-keras")[0] == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--max-length", "0"), "--max-length '0'"),
        (("--vocabulary-size", "0"), "--vocabulary-size '0'"),
        (("--dropout", "1"), "--dropout '1'"),
        (("--num-layers", "0"), "--num-layers '0'"),
        (("--pooling", "median"), "--pooling 'median' is not known"),
        (("--epochs", "0"), "--epochs '0'"),
    ],
)
def test_a_setting_out_of_bounds_names_the_flag(ask: Cli, options: tuple[str, ...], message: str) -> None:
    code, out, err = ask("train", "--model", "bilstm", *options)
    assert (code, out) == (2, "") and message in err


def test_a_network_answers_a_text_without_a_known_word_with_the_shares_and_says_so(ask: Cli, tmp_path: Path) -> None:
    code, out, err = ask("predict", "lstm", "--text", "qqq zzz", "--json")
    assert "warning: the text has no known word" in err
    answer = json.loads(out)
    assert code == 0 and answer["no_known_words"] is True
    assert answer["probabilities"] == {"negative": 0.5, "positive": 0.5}
    (tmp_path / "new.csv").write_text("review\na wonderful film\nqqq\n")
    code, out, err = ask("predict", "lstm", str(tmp_path / "new.csv"))
    assert code == 0 and len(out.splitlines()) == 3
    assert "1 of 2 texts have no known word" in err and "(row 2)" in err


def test_a_network_answers_the_same_in_another_process(workspace: Workspace, ask: Cli) -> None:
    command = [sys.executable, "-m", "imdbnlp", "--workspace", str(workspace.root), "predict", "lstm"]
    without = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [*command, "--text", "a wonderful film", "--json"], capture_output=True, text=True, check=True, env=without
    )
    assert json.loads(done.stdout) == json.loads(ask("predict", "lstm", "--text", "a wonderful film", "--json")[1])
    assert done.stderr == "starting TensorFlow, which takes a few seconds\n"


def test_summary_shows_the_layers_and_draws_them(ask: Cli, tmp_path: Path) -> None:
    code, out, _ = ask("summary", "lstm", "--picture", str(tmp_path / "lstm.svg"))
    kinds = [line.split("\t")[1] for line in out.splitlines()[1:]]
    assert code == 0 and [kind for kind in ("Embedding", "LSTM", "Dense") if kind in kinds] == [
        "Embedding",
        "LSTM",
        "Dense",
    ]
    assert (tmp_path / "lstm.svg").read_text().startswith("<svg")
    assert ask("summary", "lstm", "--picture", str(tmp_path / "lstm.gif"))[0] == 2


def test_summary_is_of_networks_alone(trained: Workspace) -> None:
    from imdbnlp.commands.summary import Options, summary

    with pytest.raises(UsageError, match="nb is not a network: it is nbsvm"):
        summary(Options(run="nb"), trained)


def test_a_class_with_one_example_and_no_validation_part_can_be_trained(cli: Cli, tmp_path: Path) -> None:
    rows = [f"good film {number},good" for number in range(6)] + [f"bad film {number},bad" for number in range(6)]
    (tmp_path / "t.csv").write_text("review,sentiment\n" + "\n".join([*rows, "odd film,odd"]) + "\n")
    assert cli("preprocess", str(tmp_path / "t.csv"), "--test-size", "0", "--valid-size", "0")[0] == 0
    code, _, err = cli("train", "--model", "average", "--epochs", "2")
    assert code == 0 and "nothing was tested" in err
    code, _, err = cli("train", "--model", "average", "--epochs", "2", "--valid-share", "0")
    assert code == 0 and "there is no validation set" in err


def test_ctrl_c_after_an_epoch_leaves_a_finished_run_marked_interrupted(tmp_path: Path) -> None:
    write_demo_csv(tmp_path / "demo.csv", 1000, 0)
    workspace = Workspace(tmp_path / "work")
    preprocess.preprocess(preprocess.Options(file=str(tmp_path / "demo.csv")), workspace)
    command = [sys.executable, "-m", "imdbnlp", "--workspace", str(workspace.root), "train", "--model", "average"]
    process = subprocess.Popen(
        [*command, "--name", "cut", "--epochs", "100000", "--patience", "100000"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr
    for line in process.stderr:
        if line.startswith("epoch 3:"):
            os.kill(process.pid, signal.SIGINT)
            break
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    assert "interrupted in epoch" in err and "accuracy" in out
    run = workspace.run("cut")
    assert run.record["info"]["stopped"] == "interrupted"
    again = subprocess.run([*command, "--name", "cut", "--epochs", "1"], capture_output=True, text=True, check=False)
    assert again.returncode == 2 and "exists with other settings" in again.stderr


def test_an_interrupted_run_is_trained_again_when_it_is_asked_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, listener: Any
) -> None:
    from imdbnlp.models._network import NetworkModel

    options = train.options_for({"model": "average"})(model="average", name="again", epochs=3)
    scores, calls = NetworkModel._scores, 0

    def interrupt(self: NetworkModel, rows: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return scores(self, rows)

    monkeypatch.setattr(NetworkModel, "_scores", interrupt)
    assert train.train(options, workspace).interrupted
    monkeypatch.undo()
    result = train.train(options, workspace, listener)
    assert not result.interrupted and result.data["info"]["epochs"] == 3
    assert listener.notes[0] == "again was interrupted; it is made again"
    assert not train.train(options, workspace, listener).interrupted
    assert "again is already there; --force to do it again" in listener.notes


def test_ctrl_c_in_a_fold_keeps_the_run_without_folds(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    options = train.options_for({"model": "average"})(model="average", name="folded", epochs=1, folds=2)
    monkeypatch.setattr("imdbnlp.tasks.cross_validation.was_interrupted", lambda info: True)
    with pytest.raises(KeyboardInterrupt):
        train.train(options, workspace)
    assert set(workspace.run("folded").metrics) == {"test", "valid"}
    monkeypatch.undo()
    assert set(train.train(options, workspace).data["metrics"]) == {"test", "valid", "folds"}


def test_vectors_of_another_view_or_dataset_are_warned_of(
    workspace: Workspace, reviews_csv: Path, listener: Any
) -> None:
    train_w2v.train_w2v(train_w2v.Options(name="stems", view="stem", dimensions=4), workspace)
    options = train.options_for({"model": "average"})(model="average", embeddings="stems", epochs=1)
    train.train(options, workspace, listener)
    assert "on another view or profile (stem, standard)" in listener.warnings[0]
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), seed=7), workspace)
    options = train.options_for({"model": "average"})(model="average", embeddings="stems", epochs=1, view="stem")
    train.train(options, workspace, listener)
    assert any("trained on another dataset" in warning for warning in listener.warnings)


def test_a_network_starts_from_the_latest_vectors_of_its_dataset_and_view(reviews_csv: Path, tmp_path: Path) -> None:
    def found(**settings: Any) -> bool:
        return (
            "words_with_vectors"
            in train.train(kind(model="lstm", epochs=1, units=2, **settings), workspace).data["info"]
        )

    workspace, kind = Workspace(tmp_path), train.options_for({"model": "lstm"})
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    assert not found()
    train_w2v.train_w2v(train_w2v.Options(name="words", dimensions=4), workspace)
    assert found() and not found(embeddings="none")
    assert not found(view="stem") and not found(embedding_dim=8)
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), seed=7), workspace)
    assert not found()


def test_the_vectors_that_were_taken_are_named(workspace: Workspace, reviews_csv: Path, listener: Any) -> None:
    dataset = workspace.dataset()
    train_w2v.train_w2v(train_w2v.Options(name="own", dimensions=5), workspace)
    source = vectors_like(workspace, dataset.key, dataset.preprocessing("words", "none"), 5, listener)
    assert source is not None and source.dimensions == 5
    assert listener.notes == ["embeddings start from the word vectors own; --embeddings none starts from random ones"]


def test_ctrl_c_before_an_epoch_leaves_nothing(tmp_path: Path, workspace: Workspace) -> None:
    command = [sys.executable, "-m", "imdbnlp", "--workspace", str(workspace.root), "train", "--model", "rnn"]
    process = subprocess.Popen([*command, "--name", "never"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    process.stderr.readline()  # which dataset is taken: it is on its way
    time.sleep(1)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, "")
    assert err.splitlines()[-1] == "error: interrupted; nothing was left half-written"
    assert not workspace.runs.has("never")


WITHOUT = """
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = sys.modules["gensim"] = None
from imdbnlp.cli.main import run
sys.exit(run(sys.argv[1:]))
"""


def test_without_tensorflow_networks_say_so_and_the_rest_works(workspace: Workspace, tmp_path: Path) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITHOUT, "--workspace", str(workspace.root), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    missing = call("train", "--model", "cnn")
    assert (missing.returncode, missing.stdout) == (1, "")
    assert [line for line in missing.stderr.splitlines() if line.startswith("error:")] == [
        "error: networks need TensorFlow, which cannot be imported: import of keras halted; None in sys.modules"
    ]
    assert call("predict", "lstm", "--text", "film").returncode == 1
    assert call("train", "--model", "nbsvm", "--min-df", "1").returncode == 0
    assert call("compare").returncode == 0 and call("train", "--model", "lstm", "--help").returncode == 0
