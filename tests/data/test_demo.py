"""The invented reviews: always the same, balanced, distinct, and hard enough to tell models apart."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.data import demo
from imdbnlp.data.demo import demo_reviews, write_demo_csv
from imdbnlp.models.base import Training
from imdbnlp.models.registry import model_module
from imdbnlp.tasks.classifier import fit_classifier
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing

N_TRAIN, N_TEST = 3200, 800


@pytest.fixture(scope="module")
def reviews() -> list[tuple[str, str]]:
    return demo_reviews(N_TRAIN + N_TEST, seed=42)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_demo_csv(first, 50, seed=7)
    write_demo_csv(second, 50, seed=7)
    assert first.read_bytes() == second.read_bytes()


def test_another_seed_gives_other_reviews() -> None:
    assert not set(demo_reviews(50, seed=1)) & set(demo_reviews(50, seed=2))


def test_the_first_reviews_do_not_depend_on_how_many_are_made(reviews: list[tuple[str, str]]) -> None:
    assert demo_reviews(30, seed=42) == reviews[:30]


def test_no_review_is_asked_for_and_none_is_made() -> None:
    assert demo_reviews(0, seed=42) == []


def test_classes_are_balanced(reviews: list[tuple[str, str]]) -> None:
    counts = Counter(sentiment for _, sentiment in reviews)
    assert counts.keys() == {"positive", "negative"}
    assert 0.45 < counts["positive"] / len(reviews) < 0.55


def test_duplicates_are_rare(reviews: list[tuple[str, str]]) -> None:
    assert len({text for text, _ in reviews}) > 0.995 * len(reviews)


def test_reviews_have_20_to_200_words(reviews: list[tuple[str, str]]) -> None:
    lengths = [len(text.replace("<br /><br />", " ").split()) for text, _ in reviews]
    assert 15 <= min(lengths) < 30
    assert 150 < max(lengths) <= 200


def test_more_than_a_thousand_words_are_in_use(reviews: list[tuple[str, str]]) -> None:
    words = Counter(word for text, _ in reviews for word in re.findall(r"\w+", text.lower()))
    assert sum(count >= 3 for count in words.values()) > 1000


def test_no_rule_is_left_unwritten(reviews: list[tuple[str, str]]) -> None:
    assert not [text for text, _ in reviews if re.search(r"[{}|~=^_]|  | [.,;:!?]", text)]


def test_positive_reviews_say_what_is_not_dull(reviews: list[tuple[str, str]]) -> None:
    denied = re.compile(r"\b(?:never|not|anything but|far from) (?:dull|boring|wooden|predictable)\b")
    said = Counter(sentiment for text, sentiment in reviews if denied.search(text))
    assert said["positive"] > 3 * said["negative"] > 0


def test_the_table_reads_back_as_it_was_written(tmp_path: Path, reviews: list[tuple[str, str]]) -> None:
    path = tmp_path / "reviews.csv"
    write_demo_csv(path, 200, seed=42)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert [(row["review"], row["sentiment"]) for row in rows] == reviews[:200]
    assert b"\r" not in path.read_bytes()


def test_an_interrupted_write_leaves_the_old_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(seed: int) -> Iterator[tuple[str, str]]:
        yield "A fine film.", "positive"
        raise KeyboardInterrupt

    path = tmp_path / "reviews.csv"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(demo, "_reviews", broken)
    with pytest.raises(KeyboardInterrupt):
        write_demo_csv(path, 10, seed=42)
    assert os.listdir(tmp_path) == ["reviews.csv"]
    assert path.read_text(encoding="utf-8") == "old"


def accuracy(name: str, reviews: list[tuple[str, str]], **settings: Any) -> float:
    """Of a model that was trained on the first reviews, on the last ones."""
    texts = [text for text, _ in reviews]
    labels = np.array([sentiment == "positive" for _, sentiment in reviews], dtype=np.int64)
    documents = read_documents(texts[:N_TRAIN], Preprocessing())
    training = Training(documents, labels[:N_TRAIN], np.zeros(N_TRAIN, dtype=bool), 2)
    config = model_module(name).Config(**settings)
    classifier = fit_classifier(name, config, Preprocessing(), ["negative", "positive"], training)
    answers = classifier.probabilities(texts[N_TRAIN:]).argmax(axis=1)
    return float((answers == labels[N_TRAIN:]).mean())


def test_word_order_matters_and_nothing_is_perfect(reviews: list[tuple[str, str]]) -> None:
    majority, words, ngrams = (accuracy(name, reviews) for name in ("majority", "linear", "nbsvm"))
    assert majority < 0.55
    assert 0.7 < words < ngrams - 0.05
    assert 0.88 < ngrams < 0.97
