"""A pretrained encoder on the command line, from training to explanation."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("safetensors")
pytest.importorskip("tensorflow")

from models.pretrained.checkpoints import write_checkpoint

pytestmark = pytest.mark.slow
Cli = Callable[..., tuple[int, str, str]]


def test_a_frozen_encoder_is_trained_used_explained_and_searched(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    folder = str(write_checkpoint(tmp_path / "checkpoint"))
    assert cli("preprocess", str(reviews_csv))[0] == 0
    train = ("train", "--model", "pretrained", "--checkpoint", folder, "--freeze", "--with", "ngrams", "--name", "enc")
    code, _, err = cli(*train)
    assert (code, "Traceback" in err) == (0, False)
    code, out, _ = cli("predict", "enc", "--json", "--text", "a wonderful film")
    assert code == 0 and "positive" in out
    code, out, _ = cli("explain", "enc", "--text", "a wonderful film, not dull", "--json")
    assert code == 0 and "wonderful" in out
    code, out, _ = cli("neighbors", "--by", "enc", "--text", "a wonderful film", "-k", "2")
    assert code == 0 and "film" in out


def test_an_encoder_is_fine_tuned_tested_and_used_without_its_checkpoint(
    cli: Cli, reviews_csv: Path, tmp_path: Path
) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint")
    assert cli("preprocess", str(reviews_csv))[0] == 0
    code, out, err = cli(
        "train", "--model", "pretrained", "--checkpoint", str(folder), "--epochs", "12", "--learning-rate", "0.003",
        "--name", "tuned", "--json",
    )  # fmt: skip
    assert code == 0, err
    assert json.loads(out)["metrics"]["test"]["accuracy"] > 0.8
    before = cli("predict", "tuned", "--json", "--text", "a wonderful film")
    shutil.rmtree(folder)
    assert cli("predict", "tuned", "--json", "--text", "a wonderful film") == before
    assert before[0] == 0 and json.loads(before[1])["no_known_words"] is False
    assert cli("runs", "verify", "tuned")[0] == 0


def test_another_checkpoint_in_the_same_folder_is_another_run(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    folder = tmp_path / "checkpoint"
    assert cli("preprocess", str(reviews_csv))[0] == 0
    for seed in (0, 0, 1):
        write_checkpoint(folder, seed=seed)
        assert cli("train", "--model", "pretrained", "--checkpoint", str(folder), "--freeze")[0] == 0
    code, out, _ = cli("runs", "list", "--json")
    assert code == 0 and len(json.loads(out)) == 2


def test_a_missing_checkpoint_is_a_fault_of_the_command_line(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    assert cli("preprocess", str(reviews_csv))[0] == 0
    code, _, err = cli("train", "--model", "pretrained")
    assert code == 2 and "needs a checkpoint" in err
    code, _, err = cli("train", "--model", "pretrained", "--checkpoint", str(tmp_path / "nowhere"))
    assert code == 2 and "there is no folder" in err


def test_with_is_read_from_a_file(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path / "checkpoint")
    config = tmp_path / "pretrained.yaml"
    config.write_text(f"model: pretrained\ncheckpoint: {folder}\nfreeze: true\nwith: ngrams\n")
    assert cli("preprocess", str(reviews_csv))[0] == 0
    assert cli("train", "--config", str(config))[0] == 0
