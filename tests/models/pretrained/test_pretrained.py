"""A pretrained encoder as a model: frozen, frozen beside n-grams, and fine-tuned."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("safetensors")
pytest.importorskip("tensorflow")

from models.pretrained.checkpoints import write_checkpoint

from imdbnlp.errors import ResourceError, SettingsError, UsageError
from imdbnlp.models.base import Training
from imdbnlp.models.pretrained import Config, Model
from imdbnlp.tasks.classifier import Classifier, fit_classifier
from imdbnlp.text.documents import read_documents
from imdbnlp.text.texts import Texts
from imdbnlp.text.views import Preprocessing

pytestmark = pytest.mark.slow

GOOD = ["a wonderful film", "great cast", "i loved it", "a great fine cast", "wonderful music", "fine and great"]
BAD = ["a terrible film", "boring and long", "i hated it", "a bad cast", "terrible music", "dull and long"]
KINDS: dict[str, dict[str, Any]] = {
    "frozen": {"freeze": True},
    "ngrams": {"freeze": True, "with_": "ngrams"},
    "tuned": {"epochs": 6, "patience": 6, "learning_rate": 0.01, "batch_size": 8, "dropout": 0.0},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("checkpoint"))


def training_of(texts: list[str], labels: list[int], n_classes: int = 2, **more: Any) -> Training:
    valid = np.arange(len(texts)) % 6 == 0
    documents = read_documents(texts, Preprocessing())
    return Training(documents, np.array(labels), valid, n_classes, texts=Texts.of(texts), **more)


def fit(folder: Path, kind: str, **settings: Any) -> Classifier:
    config = Config(checkpoint=str(folder), **KINDS[kind] | settings)
    training = training_of((GOOD + BAD) * 6, ([1] * 6 + [0] * 6) * 6)
    return fit_classifier("pretrained", config, Preprocessing(), ["bad", "good"], training)


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def classifier(folder: Path, kind: str) -> Classifier:
    return fit(folder, kind)


def test_the_toy_set_is_learned(classifier: Classifier) -> None:
    assert (classifier.probabilities(GOOD + BAD).argmax(axis=1) == np.repeat([1, 0], 6)).mean() > 0.9


def test_a_saved_model_predicts_without_the_checkpoint(kind: str, tmp_path: Path) -> None:
    write_checkpoint(tmp_path / "checkpoint")
    classifier = fit(tmp_path / "checkpoint", kind)
    (tmp_path / "run").mkdir()
    stored = classifier.save(tmp_path / "run")
    (tmp_path / "checkpoint").rename(tmp_path / "gone")
    again = Classifier.load(tmp_path / "run", stored)
    assert (again.probabilities(GOOD) == classifier.probabilities(GOOD)).all()
    suffixes = {file.suffix for file in (tmp_path / "run").rglob("*") if file.is_file()}
    assert suffixes <= {".npy", ".npz", ".txt", ".json"}


def test_the_same_seed_gives_equal_probabilities(folder: Path, kind: str, classifier: Classifier) -> None:
    assert (fit(folder, kind).probabilities(GOOD) == classifier.probabilities(GOOD)).all()


def test_a_prediction_does_not_depend_on_the_other_texts(classifier: Classifier) -> None:
    alone = np.concatenate([classifier.probabilities([text]) for text in GOOD + BAD])
    np.testing.assert_allclose(classifier.probabilities(GOOD + BAD), alone, atol=1e-5)


def test_an_empty_text_is_predicted_by_the_shares_of_the_classes(classifier: Classifier) -> None:
    np.testing.assert_allclose(classifier.probabilities(["", "  "]), [classifier.priors] * 2)
    assert classifier.probabilities([]).shape == (0, 2)


def test_fine_tuning_changes_the_encoder_and_freezing_does_not(folder: Path) -> None:
    frozen, tuned = (fit(folder, kind).model for kind in ("frozen", "tuned"))
    assert isinstance(frozen, Model) and isinstance(tuned, Model)
    name = "layer_1/up_kernel"
    assert not np.array_equal(frozen.checkpoint.arrays[name], tuned.checkpoint.arrays[name])
    again = fit(folder, "frozen").model
    assert isinstance(again, Model)
    assert np.array_equal(frozen.checkpoint.arrays[name], again.checkpoint.arrays[name])


def test_layer_decay_moves_lower_layers_less(folder: Path) -> None:
    start, tuned = fit(folder, "frozen").model, fit(folder, "tuned", layer_decay=0.01, epochs=1).model
    assert isinstance(start, Model) and isinstance(tuned, Model)
    moved = [
        np.abs(tuned.checkpoint.arrays[name] - start.checkpoint.arrays[name]).mean()
        for name in ("layer_0/up_kernel", "layer_1/up_kernel")
    ]
    assert 0 < moved[0] < 0.1 * moved[1]


def test_three_classes_and_one_without_texts_are_scored(folder: Path) -> None:
    training = training_of((GOOD + BAD) * 3, ([2] * 6 + [0] * 6) * 3, n_classes=3)
    model = Model.fit(Config(checkpoint=str(folder), freeze=True), training)
    assert (model.scores(Texts.of(GOOD + BAD)).argmax(axis=1) != 1).all()


def test_texts_of_one_class_are_more_alike_than_of_two_after_tuning(folder: Path) -> None:
    model = fit(folder, "tuned").model
    vectors = model.represent(Texts.of(GOOD + BAD))  # type: ignore[arg-type]
    assert isinstance(vectors, np.ndarray)
    directions = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike, group = directions @ directions.T, np.repeat([0, 1], 6)
    same = group[:, None] == group
    assert alike[same].mean() > alike[~same].mean()


def test_a_checkpoint_is_asked_for() -> None:
    with pytest.raises(UsageError, match="needs a checkpoint"):
        Model.fit(Config(), training_of(GOOD, [1] * 6))


def test_settings_of_fine_tuning_are_refused_with_freeze() -> None:
    with pytest.raises(SettingsError, match="--epochs is not used with --freeze"):
        Config(checkpoint="folder", freeze=True, epochs=5)
    with pytest.raises(SettingsError, match="--with is only used with --freeze"):
        Config(checkpoint="folder", with_="ngrams")


def test_without_the_extra_its_name_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "safetensors", None)
    with pytest.raises(ResourceError, match="needs the package safetensors") as error:
        Model.fit(Config(checkpoint=str(folder), freeze=True), training_of(GOOD, [1] * 6))
    assert error.value.hint == 'pip install "imdbnlp[pretrained]"'
