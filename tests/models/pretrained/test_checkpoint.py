"""Checkpoints that cannot be used are refused before their weights are read, each with one clear line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("safetensors")

from models.pretrained.checkpoints import CONFIGS, random_arrays, write_checkpoint, write_tokenizer

from imdbnlp.errors import ArtefactError, ImdbnlpError, ResourceError, UsageError
from imdbnlp.models.encoders._checkpoint import Checkpoint, read_checkpoint
from imdbnlp.models.encoders._hub import locate
from imdbnlp.progress import SILENT


def change_config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: (folder / "config.json").write_text(json.dumps(CONFIGS["bert"] | changes)) and None


def only_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def cut_short(folder: Path) -> None:
    content = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(content[:-100])


def without_an_array(folder: Path) -> None:
    from safetensors.numpy import save_file

    arrays = random_arrays("bert", 0)
    del arrays["encoder.layer.1.output.dense.bias"]
    save_file(arrays, folder / "model.safetensors")


def not_finite(folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file({name: array * np.inf for name, array in random_arrays("bert", 0).items()}, folder / "model.safetensors")


def other_tokenizer(folder: Path) -> None:
    write_tokenizer(folder / "tokenizer.json", words=[f"word{n}" for n in range(500)])


CASES: dict[str, tuple[Callable[[Path], object], type[ImdbnlpError], str]] = {
    "no config": (lambda folder: (folder / "config.json").unlink(), ArtefactError, "has no config.json"),
    "no weights": (lambda folder: (folder / "model.safetensors").unlink(), ArtefactError, "has no weights"),
    "no tokenizer": (lambda folder: (folder / "tokenizer.json").unlink(), ArtefactError, "has no tokenizer.json"),
    "pickle": (only_a_pickle, ArtefactError, "a pickle, which can run code"),
    "architecture": (change_config(model_type="t5"), UsageError, "architecture 't5' is not supported"),
    "relative positions": (change_config(position_embedding_type="relative_key"), UsageError, "is not supported"),
    "activation": (change_config(hidden_act="mish"), UsageError, "activation function 'mish' is not supported"),
    "heads": (change_config(num_attention_heads=3), ArtefactError, "16 is not a multiple of the 3 attention heads"),
    "huge vocabulary": (change_config(vocab_size=16_000_000), ArtefactError, "it has 24 tokens"),
    "huge width": (change_config(hidden_size=4_000_000), ArtefactError, "config.json states"),
    "huge depth": (change_config(num_hidden_layers=10**9), ArtefactError, "layers"),
    "not a number": (change_config(hidden_size="wide"), ArtefactError, "'wide'"),
    "missing size": (change_config(hidden_size=None), ArtefactError, "config.json is damaged"),
    "other shape": (change_config(intermediate_size=25), ArtefactError, "has the shape"),
    "cut short": (cut_short, ArtefactError, "not in the safetensors format"),
    "array missing": (without_an_array, ArtefactError, "it has no array encoder.layer.1.output.dense.bias"),
    "not finite": (not_finite, ArtefactError, "not finite"),
    "other tokenizer": (other_tokenizer, ArtefactError, "it has 504 tokens, but the encoder 24"),
    "not JSON": (lambda folder: (folder / "config.json").write_text("{"), ArtefactError, "config.json is damaged"),
    "damaged tokenizer": (lambda folder: (folder / "tokenizer.json").write_text("{}"), ArtefactError, "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_unusable_checkpoint_is_refused_in_one_line(case: str, tmp_path: Path) -> None:
    spoil, kind, message = CASES[case]
    folder = write_checkpoint(tmp_path / "checkpoint")
    spoil(folder)
    with pytest.raises(kind) as error:
        read_checkpoint(folder)
    assert type(error.value) is kind
    assert message in error.value.message
    assert error.value.hint and "\n" not in error.value.message + error.value.hint
    assert str(folder) in error.value.message


def test_a_folder_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        read_checkpoint(tmp_path / "nowhere")


def test_a_stored_encoder_of_another_size_is_refused(tmp_path: Path) -> None:
    read_checkpoint(write_checkpoint(tmp_path / "original")).save(tmp_path)
    stored = json.loads((tmp_path / "encoder.json").read_text())
    for changes in ({"width": 2**20}, {"inner": 25}, {"layers": 3}, {"unknown": 1}):
        (tmp_path / "encoder.json").write_text(json.dumps(stored | changes))
        with pytest.raises(ArtefactError, match="is damaged"):
            Checkpoint.load(tmp_path)


def test_truncation_keeps_the_asked_part_and_the_special_tokens(tmp_path: Path) -> None:
    tokenizer = read_checkpoint(write_checkpoint(tmp_path)).tokenizer
    text = "a film fine dull cast music not bad"  # token ids 4 to 11
    kept = {part: tokenizer.encode([text], 6, part)[0].tolist() for part in ("head", "tail", "head+tail")}
    assert kept == {"head": [2, 4, 5, 6, 7, 3], "tail": [2, 8, 9, 10, 11, 3], "head+tail": [2, 4, 9, 10, 11, 3]}


def test_a_text_of_100_000_words_and_half_a_surrogate_pair_are_encoded(tmp_path: Path) -> None:
    tokenizer = read_checkpoint(write_checkpoint(tmp_path)).tokenizer
    rows = tokenizer.encode(["film " * 100_000, "film \ud83d film", ""], 20)
    assert rows.lengths.tolist() == [20, 5, 2]


def test_a_folder_is_used_as_it_is() -> None:
    assert locate("some/folder", SILENT).folder == Path("some/folder")


def test_without_a_network_the_hub_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")

    def unreachable(*args: object, **kwargs: object) -> str:
        raise hub.errors.LocalEntryNotFoundError("Name or service not known\nAn error happened")

    monkeypatch.setattr(hub, "snapshot_download", unreachable)
    with pytest.raises(ResourceError, match="cannot be downloaded: Name or service not known") as error:
        locate("hf:owner/name", SILENT)
    assert "network" in error.value.hint


def test_a_name_that_the_hub_cannot_have_is_refused() -> None:
    pytest.importorskip("huggingface_hub")
    with pytest.raises(UsageError, match="is not the name of a model"):
        locate("hf:owner/name/more", SILENT)


def test_the_downloaded_commit_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hub = pytest.importorskip("huggingface_hub")
    asked = {}

    def download(name: str, **options: Any) -> str:
        asked.update(options, name=name)
        return str(tmp_path / "snapshots" / "0123abc")

    monkeypatch.setattr(hub, "snapshot_download", download)
    assert locate("hf:owner/name@v1.0", SILENT).revision == "0123abc"
    assert (asked["name"], asked["revision"]) == ("owner/name", "v1.0")
    assert "pytorch_model.bin" not in asked["allow_patterns"]
