"""A profile is one object: every step from a text to its words."""

from typing import get_args

import pytest

from imdbnlp.text.documents import read_documents
from imdbnlp.text.profiles import PROFILES, ProfileName
from imdbnlp.text.views import Preprocessing


def words(text: str, preprocessing: Preprocessing) -> list[str]:
    documents = read_documents([text], preprocessing)
    return [documents.words[token] for token in documents.tokens[0]]


def test_every_name_has_a_profile() -> None:
    assert set(PROFILES) == set(get_args(ProfileName))


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_cleans_and_finds_its_words_in_the_text(name: ProfileName) -> None:
    profile = PROFILES[name]
    assert profile.cleaner("en")("GOOD").strip() == b"good"
    assert profile.spans("a GOOD film", "en") == [(0, 1), (2, 6), (7, 11)]


def test_the_notebook_splits_contractions_that_the_standard_profile_keeps() -> None:
    assert words("I cannot", Preprocessing("notebook")) == ["i", "can", "not"]
    assert words("I cannot", Preprocessing("standard")) == ["i", "cannot"]


def test_the_standard_words_are_kept_as_they_are_unless_a_view_or_a_list_changes_them() -> None:
    assert Preprocessing("standard").keeps_words
    assert not Preprocessing("standard", view="stem").keeps_words
    assert not Preprocessing("standard", stop_words=frozenset({"the"})).keeps_words
    assert not Preprocessing("notebook").keeps_words


def test_a_vectorizer_that_drops_stop_words_drops_single_characters_in_the_notebook_alone() -> None:
    dropped = frozenset({"the"})
    assert words("the x film", Preprocessing("notebook", vectorizer_stop_words=dropped)) == ["film"]
    assert words("the x film", Preprocessing("standard", vectorizer_stop_words=dropped)) == ["x", "film"]
