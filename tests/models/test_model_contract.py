"""What every model must do, whichever file it is."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.errors import UsageError
from imdbnlp.models._network import NetworkModel
from imdbnlp.models.base import Training
from imdbnlp.models.registry import model_module, model_names, model_summary
from imdbnlp.tasks.classifier import Classifier, fit_classifier
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Preprocessing

GOOD = ["a wonderful film", "great and moving", "i loved it", "a great cast", "wonderful music", "not bad at all"]
BAD = ["a terrible film", "boring and long", "i hated it", "a bad cast", "terrible music", "not good at all"]
ODD = ["tax and budget news", "the budget vote", "news of the vote", "a tax for news", "vote on tax", "budget tax news"]
FLOORS = {"majority"}  # models that learn nothing
NETWORKS = {name for name in model_names("classification") if issubclass(model_module(name).Model, NetworkModel)}
NETWORK = {
    "batch_size": 6, "epochs": 12, "patience": 12, "learning_rate": 0.02, "schedule": "constant", "warmup": 0.0,
    "ema_momentum": 0.0, "dropout": 0.0, "embedding_dropout": 0.0, "embedding_dim": 16,
}  # fmt: skip
SMALL: dict[str, dict[str, Any]] = {
    "gbm": {"min_data_in_leaf": 1, "num_iterations": 20, "learning_rate": 0.3},
    "nbsvm": {"min_df": 1},
    **{name: NETWORK for name in NETWORKS},
    "average": NETWORK | {"word_dropout": 0.0, "buckets": 1000},
    "cnn": NETWORK | {"filters": 16},
    "transformer": NETWORK | {"hidden_dim": 16, "intermediate_dim": 16, "learning_rate": 0.005, "epochs": 20},
    **{name: NETWORK | {"units": 8} for name in ("lstm", "gru", "bilstm", "attention")},
    "rnn": NETWORK | {"units": 8},
}  # fmt: skip


def training_of(*classes: list[str], repeats: int = 6) -> Training:
    texts = [text for group in classes for text in group * repeats]
    labels = np.repeat(np.arange(len(classes)), [len(group) * repeats for group in classes])
    valid = np.arange(len(texts)) % 6 == 0
    return Training(read_documents(texts, Preprocessing()), labels, valid, len(classes))


def fit(name: str, training: Training) -> Classifier:
    config = model_module(name).Config(**SMALL.get(name, {}))
    classes = ["bad", "good", "news"][: training.n_classes]
    return fit_classifier(name, config, Preprocessing(), classes, training)


READ_DOCUMENTS = [name for name in model_names("classification") if model_module(name).Model.reads == "documents"]
PARAMETERS = [pytest.param(name, marks=pytest.mark.slow) if name in NETWORKS else name for name in READ_DOCUMENTS]


@pytest.fixture(scope="module", params=PARAMETERS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def two(name: str) -> Classifier:
    return fit(name, training_of(BAD, GOOD))


@pytest.fixture(scope="module")
def three(name: str) -> Classifier:
    return fit(name, training_of(BAD, GOOD, ODD))


def test_probabilities_sum_to_one_and_are_finite(two: Classifier, three: Classifier) -> None:
    for classifier in (two, three):
        probabilities = classifier.probabilities([*GOOD, "unseen words only", ""])
        assert probabilities.shape == (8, len(classifier.classes))
        assert np.isfinite(probabilities).all() and (probabilities >= 0).all()
        np.testing.assert_allclose(probabilities.sum(axis=1), 1)


def test_the_toy_set_is_learned(name: str, two: Classifier, three: Classifier) -> None:
    if name in FLOORS:
        pytest.skip("a floor learns nothing")
    assert (two.probabilities(BAD + GOOD).argmax(axis=1) == np.repeat([0, 1], 6)).all()
    assert (three.probabilities(BAD + GOOD + ODD).argmax(axis=1) == np.repeat([0, 1, 2], 6)).mean() > 0.9


def test_a_saved_model_gives_equal_scores(three: Classifier, tmp_path: Path) -> None:
    stored = three.save(tmp_path)
    again = Classifier.load(tmp_path, stored)
    assert (again.probabilities(GOOD + ODD) == three.probabilities(GOOD + ODD)).all()


def test_nothing_saved_is_a_pickle(three: Classifier, tmp_path: Path) -> None:
    three.save(tmp_path)
    for file in tmp_path.rglob("*.npy"):
        np.load(file, allow_pickle=False)
    assert {file.suffix for file in tmp_path.rglob("*") if file.is_file()} <= {".npy", ".npz", ".txt", ".json"}


def test_the_same_seed_gives_equal_scores_with_any_number_of_threads(name: str, two: Classifier) -> None:
    again = fit(name, replace(training_of(BAD, GOOD), threads=1))
    assert (again.probabilities(GOOD) == two.probabilities(GOOD)).all()


def test_an_answer_does_not_depend_on_the_other_texts(name: str, two: Classifier) -> None:
    together = two.probabilities(GOOD + BAD)
    alone = np.concatenate([two.probabilities([text]) for text in GOOD + BAD])
    last_bits = 1e-5 if name in NETWORKS else 1e-7  # networks compute in float32, in another order for other shapes
    np.testing.assert_allclose(together, alone, rtol=last_bits, atol=last_bits)


def test_empty_texts_and_no_texts_are_answered(two: Classifier) -> None:
    assert two.probabilities([""]).shape == (1, 2)
    assert two.probabilities([]).shape == (0, 2)


def test_balanced_weights_lift_the_rare_class(name: str) -> None:
    training = training_of(BAD * 6, GOOD, repeats=2)
    module = model_module(name)
    plain, balanced = (
        fit_classifier(
            name, module.Config(class_weight=kind, **SMALL.get(name, {})), Preprocessing(), ["bad", "good"], training
        )
        for kind in ("none", "balanced")
    )
    texts = ["film", "a cast", "and music"]
    assert balanced.probabilities(texts)[:, 1].mean() >= plain.probabilities(texts)[:, 1].mean() - 1e-9


def test_contributions_are_of_each_word_and_add_up_where_they_are_exact(name: str, three: Classifier) -> None:
    for text in ("a terrible film, not bad at all", "the budget vote", "unseen", ""):
        document = three.read([text])
        found = three.model.contributions(document)
        assert found.words.shape == (len(document.tokens.values), 3) and np.isfinite(found.words).all()
        assert found.exact == (name in {"nbsvm", "linear", "gbm", "auto"})
        whole = found.base + found.absent + found.words.sum(axis=0)
        np.testing.assert_allclose(whole, three.model.scores(document)[0], atol=1e-5)


def test_leaving_out_the_named_word_moves_the_score_most(name: str, two: Classifier) -> None:
    if name in FLOORS:
        pytest.skip("a floor looks at no word")

    def evidence(words: list[str]) -> float:
        scores = two.model.scores(two.read([" ".join(words)]))[0]
        return float(scores[code] - scores[1 - code])

    named, others = [], []
    for text, code in (
        ("a wonderful cast and terrible music", 0),
        ("i loved a boring long film", 1),
        *((g, 1) for g in GOOD),
    ):
        words = text.split()
        shares = two.model.contributions(two.read([text])).words @ np.array([-1, 1] if code else [1, -1])
        losses = [evidence(words) - evidence([*words[:n], *words[n + 1 :]]) for n in range(len(words))]
        named.append(losses.pop(int(shares.argmax())))
        others.append(np.mean(losses))
    assert np.mean(named) > max(0, np.mean(others))


def test_texts_of_one_class_are_more_alike_than_of_two(name: str, three: Classifier) -> None:
    documents = three.read(BAD + GOOD + ODD)
    if name in FLOORS:
        with pytest.raises(UsageError, match="does not use words"):
            three.model.represent(documents)
        return
    points = three.model.represent(documents)
    dense = points if isinstance(points, np.ndarray) else points.to_scipy().toarray()
    directions = dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
    likeness, group = directions @ directions.T, np.repeat([0, 1, 2], 6)
    same, own = group[:, None] == group, np.eye(18, dtype=bool)
    assert likeness[same & ~own].mean() > likeness[~same].mean()


def test_every_model_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    assert model_summary(name).endswith(".")
    assert model_module(name).__doc__


def test_documents_of_other_words_are_understood(two: Classifier) -> None:
    documents = read_documents(["hated unknown terrible"], Preprocessing())
    padded = Documents(documents.tokens, [*documents.words, "extra"])
    assert (two.probabilities_of(padded) == two.probabilities(["hated unknown terrible"])).all()
