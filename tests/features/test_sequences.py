"""Texts become sequences of word numbers: the most frequent first, cut and padded as told."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.errors import DataError
from imdbnlp.features.sequences import Sequences, SequenceSettings, pad
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Preprocessing

TEXTS = ["a b b c", "b c c c d", ""]


def documents(*texts: str) -> Documents:
    return read_documents(list(texts), Preprocessing())


def sequences(**settings: Any) -> Sequences:
    return Sequences.fit(documents(*TEXTS), SequenceSettings(**settings))


def rows_of(ragged: Ragged) -> list[list[int]]:
    return [ragged[row].tolist() for row in range(len(ragged))]


def test_the_most_frequent_words_have_the_smallest_numbers() -> None:
    assert sequences().words == ["c", "b", "a", "d"]
    assert rows_of(sequences().encode(documents(*TEXTS))) == [[3, 2, 2, 1], [2, 1, 1, 1, 4], []]


def test_only_so_many_words_are_known_and_the_others_dropped() -> None:
    coded = sequences(vocabulary_size=2).encode(documents("d b x c"))
    assert rows_of(coded) == [[2, 1]]


def test_unknown_words_may_be_marked_by_the_last_token_id() -> None:
    marked = sequences(vocabulary_size=2, unknown_words="mark")
    assert rows_of(marked.encode(documents("d b x c"))) == [[3, 2, 3, 1]]
    assert marked.n_token_ids == 4


@pytest.mark.parametrize(("side", "left"), [("pre", [4, 5]), ("post", [1, 2]), ("middle", [1, 5])])
def test_a_long_text_loses_words_where_it_was_told(side: str, left: list[int]) -> None:
    coder = Sequences(["v", "w", "x", "y", "z"], SequenceSettings(max_length=2, truncating=side))
    assert rows_of(coder.encode(documents("v w x y z", "w", ""))) == [left, [2], []]


def test_an_odd_middle_is_cut_from_both_sides() -> None:
    coder = Sequences(["v", "w", "x", "y", "z"], SequenceSettings(max_length=3, truncating="middle"))
    assert rows_of(coder.encode(documents("v w x y z"))) == [[1, 4, 5]]


def test_texts_without_a_known_word_are_unread_even_where_their_words_are_marked() -> None:
    for unknown in ("drop", "mark"):
        coder = sequences(vocabulary_size=1, unknown_words=unknown)
        assert coder.has_no_known_words(documents("c", "x y", "")).tolist() == [False, True, True]


def test_training_texts_without_words_are_refused() -> None:
    with pytest.raises(DataError, match="no word"):
        Sequences.fit(documents("", ""), SequenceSettings())


def test_what_was_saved_codes_alike(tmp_path: Path) -> None:
    coder = sequences(vocabulary_size=3, max_length=3)
    coder.save(tmp_path)
    assert rows_of(Sequences.load(tmp_path).encode(documents(*TEXTS))) == rows_of(coder.encode(documents(*TEXTS)))


def test_padding_stands_on_the_side_that_was_told() -> None:
    rows = Ragged(np.array([7, 8, 9], dtype=np.int32), np.array([0, 2, 3, 3]))
    assert pad(rows, np.array([0, 1, 2]), "post").tolist() == [[7, 8], [9, 0], [0, 0]]
    assert pad(rows, np.array([1, 0]), "pre").tolist() == [[0, 9], [7, 8]]
    assert pad(rows, np.array([2]), "post").tolist() == [[0]]
