"""Counting words and lengths: by hand, and against collections.Counter on the real reviews."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from imdbnlp.commands.preprocess import Options, preprocess
from imdbnlp.data.statistics import count_words, cut_by, round_step
from imdbnlp.text.profiles import ProfileName
from imdbnlp.workspace.workspace import Workspace


@pytest.mark.parametrize("view", ["words", "no-stop", "lemma", "stem"])
@pytest.mark.parametrize("profile", ["standard", "notebook"])
@pytest.mark.slow
def test_counts_are_those_of_a_counter_over_the_words_of_each_class(
    real_data: Path, nltk_data: Path, tmp_path: Path, profile: ProfileName, view: str
) -> None:
    preprocess(Options(file=str(real_data / "imdb_train.csv.gz"), sample=300, profile=profile), Workspace(tmp_path))
    dataset = Workspace(tmp_path).dataset()
    rows = dataset.rows(*dataset.part_names)
    (counted,) = count_words(dataset, rows, [view])
    tokens, words = dataset.documents(dataset.preprocessing(view))
    for code in range(2):
        expected = Counter(words[i] for row in rows if dataset.labels[row] == code for i in tokens[row])
        found = {words[i]: int(n) for i, n in enumerate(counted.by_class[code].toarray()[0]) if n}
        assert found == dict(expected)
    assert counted.n_words == len(np.unique(tokens.take(rows).values))


def test_words_seen_once_and_most_frequent_words_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\na a a b,x\na c c,y\nb d,x\n")
    preprocess(Options(file=str(tmp_path / "a.csv"), test_size=0, valid_size=0), Workspace(tmp_path))
    dataset = Workspace(tmp_path).dataset()
    (counts,) = count_words(dataset, np.arange(3), ["words"])
    assert counts.most_frequent(3) == [("a", 4), ("b", 2), ("c", 2)]
    assert (counts.n_words, counts.share_seen_once) == (4, 0.25)


def test_a_limit_cuts_texts_and_words() -> None:
    assert cut_by(np.array([10, 20, 30, 40]), 20) == (0.5, 0.3)
    assert cut_by(np.array([10, 20]), 20) == (0.0, 0.0)


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (10, 1), (11, 2), (21, 5), (999, 100), (1001, 200)])
def test_steps_are_round(largest: float, step: int) -> None:
    assert round_step(largest, 10) == step
