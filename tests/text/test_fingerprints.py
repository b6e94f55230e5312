"""Texts are equal if their words are, in whatever dataset or process."""

import numpy as np
import pytest

from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.fingerprints import fingerprints, group_codes, is_among, is_repeated, text_fingerprints
from imdbnlp.text.views import Preprocessing


@pytest.mark.parametrize(
    "copy",
    ["a good film ", "A GOOD film", "a  good\nfilm", "a good film.", "a good film!", "a <b>good</b> film",
     "a good, film?", "a\u00a0good\u200b film", "\u201ca good\u201d film\u2026", "&quot;a good film&quot;",
     "a good<br />film!!!"],
)  # fmt: skip
def test_case_spacing_html_and_punctuation_do_not_count(copy: str) -> None:
    assert group_codes(text_fingerprints(["a good film", copy], Preprocessing())).tolist() == [0, 0]


@pytest.mark.parametrize(
    "other", ["good a film", "a good", "a good film film", "agood film", "", "a good film \U0001f600"]
)
def test_other_words_or_another_order_count(other: str) -> None:
    assert group_codes(text_fingerprints(["a good film", other], Preprocessing())).tolist() == [0, 1]


def test_punctuation_counts_only_where_there_is_nothing_else() -> None:
    assert group_codes(text_fingerprints(["!", "?", "", "  ", "!"], Preprocessing())).tolist() == [0, 1, 2, 2, 0]


def test_the_ids_of_the_words_do_not_count() -> None:
    first = Documents(Ragged(np.array([0, 1], np.int32), np.array([0, 2])), ["good", "film"])
    other = Documents(Ragged(np.array([2, 0], np.int32), np.array([0, 2])), ["film", "unused", "good"])
    assert (fingerprints(first) == fingerprints(other)).all()


def test_fingerprints_are_the_same_in_every_process() -> None:
    expected = [[309592468483591219, 1224250569745369241]]
    assert text_fingerprints(["a fine film"], Preprocessing()).tolist() == expected


def test_many_documents_have_the_fingerprints_of_each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"text {number} " * (number % 5) for number in range(200)]
    monkeypatch.setattr("imdbnlp.text.fingerprints._MAX_TOKENS", 7)
    together = fingerprints(read_documents(texts, Preprocessing()))
    alone = np.concatenate([text_fingerprints([text], Preprocessing()) for text in texts])
    assert (together == alone).all()


def test_the_notebook_profile_compares_what_it_leaves_of_a_text() -> None:
    texts = ["It's good, isn't it?", "its good isnt it", "its good is not it"]
    assert group_codes(text_fingerprints(texts, Preprocessing("notebook"))).tolist() == [0, 0, 1]


def test_copies_are_found_within_and_between_sets() -> None:
    held_out, trained = (text_fingerprints(texts, Preprocessing()) for texts in (["a", "B", "b!", "c"], ["A.", "d"]))
    assert is_repeated(held_out).tolist() == [False, False, True, False]
    assert is_among(held_out, trained).tolist() == [True, False, False, False]


def test_texts_without_a_word_and_no_texts_have_fingerprints() -> None:
    assert group_codes(text_fingerprints(["", "  "], Preprocessing())).tolist() == [0, 0]
    assert text_fingerprints([], Preprocessing()).shape == (0, 2)
