"""Cost and kind of features are chosen out of fold, and nothing of a held-out text is learned."""

from typing import Any

import numpy as np
import pytest

from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.models import linear, nbsvm
from imdbnlp.models._search import FeatureData, Fold, Trial, best_trial, folds_of, search
from imdbnlp.models.base import Training
from imdbnlp.progress import unheard
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing

TEXTS = ["a fine film", "a dull film", "fine and moving", "dull and long", "a fine cast", "a dull cast"] * 4
LABELS = np.array([1, 0] * 12)
NO_NOISE = np.zeros(3, dtype=np.float32)


def training_of(texts: list[str], labels: np.ndarray, valid: np.ndarray | None = None, **more: Any) -> Training:
    valid = np.zeros(len(texts), dtype=bool) if valid is None else valid
    return Training(read_documents(texts, Preprocessing()), labels, valid, int(labels.max()) + 1, **more)


def trial(kind: Any, cost: float, accuracy: float) -> Trial:
    return Trial(kind, cost, accuracy, NO_NOISE)


@pytest.mark.parametrize("model", [linear, nbsvm])
def test_held_out_scores_are_of_every_training_text_once(model: Any) -> None:
    fitted = model.Model.fit(model.Config(), training_of(TEXTS, LABELS))
    assert sorted(fitted.held_out.rows.tolist()) == list(range(24))
    assert fitted.held_out.scores.shape == (24, 2)


@pytest.mark.parametrize("model", [linear, nbsvm])
def test_a_marked_validation_set_is_what_is_held_out(model: Any) -> None:
    valid = np.arange(24) >= 18
    fitted = model.Model.fit(model.Config(), training_of(TEXTS, LABELS, valid))
    assert fitted.held_out.rows.tolist() == list(range(18, 24))


def test_what_was_tried_and_chosen_is_said() -> None:
    info = linear.Model.fit(linear.Config(), training_of(TEXTS, LABELS)).info
    assert {tried["features"] for tried in info["tried"]} == {"words", "both", "characters"}
    assert {"cost": info["cost"], "features": info["kind_of_features"], "accuracy": info["held_out_accuracy"]} in (
        info["tried"]
    )


def test_a_cost_and_a_kind_that_are_given_are_kept() -> None:
    info = linear.Model.fit(linear.Config(cost=2.5, features="both"), training_of(TEXTS, LABELS)).info
    assert (info["cost"], info["kind_of_features"], len(info["tried"])) == (2.5, "both", 1)


def test_characters_are_not_tried_on_long_texts() -> None:
    long = [" ".join([text] * 50) for text in TEXTS]
    info = linear.Model.fit(linear.Config(), training_of(long, LABELS)).info
    assert {tried["features"] for tried in info["tried"]} == {"words"}


def test_features_that_were_not_chosen_are_not_kept() -> None:
    model = linear.Model.fit(linear.Config(ngrams="1-1"), training_of(TEXTS, LABELS))
    names = model.vectorizer.names
    assert len(names) == len(model.solution.coefficients) == model.info["features"]
    if model.info["kind_of_features"] == "words":
        assert names == ["a", "and", "cast", "dull", "film", "fine", "long", "moving"]


def test_one_different_text_leaves_nothing_to_hold_out() -> None:
    training = training_of(["a fine film"] * 4, np.array([0, 1, 0, 1]), groups=np.zeros(4, dtype=np.int64))
    fitted = linear.Model.fit(linear.Config(), training)
    assert folds_of(training, 10) == [] and fitted.held_out is None and fitted.info["cost"] == 1.0


def test_copies_are_held_out_together() -> None:
    groups = np.repeat(np.arange(6), 4)
    folds = folds_of(training_of([text for text in TEXTS[:6] for _ in range(4)], LABELS, groups=groups), 10)
    for fold in folds:
        assert not set(groups[fold.inside]) & set(groups[fold.outside])


def test_much_work_holds_out_one_fifth_once() -> None:
    folds = folds_of(training_of(TEXTS, LABELS), 10**9)
    assert [len(fold.outside) for fold in folds] == [5]


@pytest.mark.parametrize("method", ["tfidf", "binary"])
def test_held_out_scores_are_those_of_a_model_of_the_other_rows_alone(method: Any) -> None:
    settings = nbsvm.Config(method=method, ngrams="1-2", char_ngrams="2-3").feature_settings(["both"])
    training = training_of(TEXTS[:-2] + ["an odd unheard text", "a dull dull odd end"], LABELS)
    fold = Fold(np.arange(16), np.arange(16, 24))
    vectorizer, counts = Vectorizer.learn(training.documents, settings)
    data = FeatureData(counts, vectorizer.n_word_features, settings)
    weights, scale = np.ones(24, dtype=np.float32), nbsvm.Model.scale(nbsvm.Config())
    (found,) = search(data, training, weights, scale, [fold], ["both"], [1.0], unheard)

    alone = nbsvm.Model.fit(
        nbsvm.Config(method=method, ngrams="1-2", char_ngrams="2-3", features="both", cost=1.0),
        training_of(TEXTS[:16], LABELS[:16]),
    )
    expected = alone.scores(training.documents.take(fold.outside))
    np.testing.assert_allclose(found.scores, expected, atol=0.05)


def test_word_and_character_features_have_unit_length_each() -> None:
    settings = FeatureSettings(method="tfidf", ngrams="1-2", char_ngrams="2-3", sublinear_tf=True)
    documents = read_documents(TEXTS, Preprocessing())
    vectorizer, counts = Vectorizer.learn(documents, settings)
    data = FeatureData(counts, vectorizer.n_word_features, settings)
    ours = data.weighed(np.arange(len(TEXTS)))
    np.testing.assert_allclose(ours, vectorizer.weigh(counts).data, rtol=1e-5)
    dense = vectorizer.weigh(counts).to_scipy().toarray()
    n_words = vectorizer.n_word_features
    for part in (dense[:, :n_words], dense[:, n_words:]):
        np.testing.assert_allclose(np.linalg.norm(part, axis=1), 1, rtol=1e-5)


def test_the_best_trial_has_good_neighbours() -> None:
    trials = [trial("words", 0.1, 0.80), trial("words", 1.0, 0.90), trial("words", 10.0, 0.80)]
    trials += [trial("both", 0.1, 0.88), trial("both", 1.0, 0.89), trial("both", 10.0, 0.88)]
    assert (best_trial(trials).kind, best_trial(trials).cost) == ("both", 1.0)


def test_of_equal_trials_the_first_is_best() -> None:
    trials = [trial("words", cost, 0.9) for cost in (0.1, 1.0, 10.0)]
    assert best_trial(trials).cost == 0.1
