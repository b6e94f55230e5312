"""A classifier: texts without a known word, a check of what was learned, and a hold-out without copies."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from imdbnlp.errors import DataError, SettingsError
from imdbnlp.models.base import Training
from imdbnlp.models.registry import model_module
from imdbnlp.tasks.classifier import Classifier, fit_classifier, hold_out
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing

HAM = [f"see you at lunch on day {number} then" for number in range(30)]
SPAM = [f"win cash now call {number} free prize" for number in range(10)]
UNKNOWN = ["zzz qqq", "", "!?", "\u6620\u753b"]


def trained(model: str, listener: Any, texts: Sequence[str] = (*HAM, *SPAM), **options: Any) -> Classifier:
    labels = np.array([int(text.startswith("win")) for text in texts])
    documents = read_documents(texts, Preprocessing())
    training = Training(documents, labels, np.arange(len(texts)) % 5 == 0, 2, reporter=listener)
    return fit_classifier(model, model_module(model).Config(**options), Preprocessing(), ["ham", "spam"], training)


@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        ("nbsvm", {}, 25 / 34),  # 24 and 8 texts are learned from, and one is added to each class
        ("linear", {}, 25 / 34),
        ("gbm", {"min_data_in_leaf": 2}, 25 / 34),
        ("linear", {"ngrams": "2-3"}, 25 / 34),
        ("linear", {"ngrams": "none", "char_ngrams": "2-4"}, 25 / 34),
        ("linear", {"method": "count", "class_weight": "balanced"}, 0.5),
    ],
)
def test_a_text_without_a_known_word_has_the_shares_of_the_classes(
    model: str, options: dict[str, Any], expected: float, listener: Any
) -> None:
    classifier = trained(model, listener, **options)
    documents = classifier.read([*UNKNOWN, HAM[0]])
    assert classifier.has_no_known_words(documents).tolist() == [True] * 4 + [False]
    probabilities = classifier.probabilities_of(documents)
    np.testing.assert_allclose(probabilities[:4], [[expected, 1 - expected]] * 4)
    assert probabilities[4, 0] > 0.8


def test_the_floor_reads_no_word_and_misses_none(listener: Any) -> None:
    classifier = trained("majority", listener)
    assert not classifier.has_no_known_words(classifier.read(UNKNOWN)).any() and listener.warnings == []


def test_a_bigram_model_does_not_know_single_words(listener: Any) -> None:
    classifier = trained("linear", listener, ngrams="2-2")
    assert classifier.has_no_known_words(classifier.read(["lunch win", "win cash"])).tolist() == [True, False]


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("gbm", {"min_data_in_leaf": 1000}),
        ("gbm", {"lambda_l2": 1e15}),
        ("gbm", {"learning_rate": 1e-12}),
        ("linear", {"cost": 1e-12}),
        ("nbsvm", {"cost": 1e-12}),
    ],
)
def test_a_model_that_learned_nothing_is_said(model: str, options: dict[str, Any], listener: Any) -> None:
    classifier = trained(model, listener, **options)
    assert len(listener.warnings) == 1
    assert {"constant", "predicts_only"} & set(classifier.model.info)


def test_trees_grow_on_a_few_texts(listener: Any) -> None:
    classifier = trained("gbm", listener)
    assert classifier.probabilities([SPAM[0]])[0, 1] > 0.7 > 0.3 > classifier.probabilities([HAM[0]])[0, 1]
    assert listener.warnings == []


@pytest.mark.parametrize("cost", [1e12, 1.1e6, 0.0])
def test_a_cost_that_would_overflow_is_refused(cost: float) -> None:
    with pytest.raises((SettingsError, ValueError), match="cost"):
        model_module("linear").Config(cost=cost)


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("linear", {"cost": 1e6}),
        ("nbsvm", {"cost": 1e6}),
        ("nbsvm", {"smoothing": 1e-300}),
        ("nbsvm", {"smoothing": 1e300}),
        ("nbsvm", {"smoothing": 1e-300, "cost": 1e6}),
        ("linear", {"cost": 1e6, "method": "count", "class_weight": "balanced"}),
    ],
)
@pytest.mark.filterwarnings("error")
def test_extreme_settings_give_a_model_or_a_line(model: str, options: dict[str, Any], listener: Any) -> None:
    try:
        classifier = trained(model, listener, **options)
    except DataError as error:
        assert "not finite" in error.message
    else:
        right = classifier.probabilities(HAM + SPAM).argmax(axis=1) == np.repeat([0, 1], [30, 10])
        assert right.mean() > 0.9 or listener.warnings


def test_what_is_held_out_shares_no_group_with_the_rest() -> None:
    labels, groups = np.arange(300) % 2, np.arange(300) // 6
    held_out = hold_out(labels, 0.2, seed=1, groups=groups)
    assert set(groups[held_out]).isdisjoint(groups[~held_out]) and held_out.sum() == 60


def test_every_class_keeps_something_to_train_on() -> None:
    labels = np.array([0] * 50 + [1] * 20 + [2])
    groups = np.concatenate([np.arange(50), np.full(20, 50), [51]])
    held_out = hold_out(labels, 0.3, seed=2, groups=groups)
    assert not held_out[50:].any() and held_out[:50].sum() == 15
