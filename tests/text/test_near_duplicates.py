"""Near duplicates share at least 80 % of their runs of three words, and nothing else is grouped."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imdbnlp.text.documents import tokenize_documents
from imdbnlp.text.near_duplicates import near_groups
from imdbnlp.text.views import Preprocessing

SIGNATURE = " Sent from my phone"


def words(n_words: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    return [f"word{chance.randrange(2000)}" for _ in range(n_words)]


def groups(*texts: str) -> list[int]:
    return [int(code) for code in near_groups(tokenize_documents(texts, Preprocessing()))]


def shingles(text: str) -> set[tuple[str, ...]]:
    tokens = text.split()
    return {tuple(tokens[start : start + 3]) for start in range(max(1, len(tokens) - 2))} if tokens else set()


def groups_by_comparing_all(texts: list[str]) -> list[int]:
    """The slow way: the Jaccard similarity of each pair, and the joined pairs."""
    sets, codes = [shingles(text) for text in texts], list(range(len(texts)))
    for left, one in enumerate(sets):
        for right, other in enumerate(sets[:left]):
            if one == other or len(one & other) >= 0.8 * len(one | other):
                codes = [codes[right] if code == codes[left] else code for code in codes]
    return [list(dict.fromkeys(codes)).index(code) for code in codes]


@pytest.mark.parametrize("place", [0, 1, 24, 48, 49])
def test_one_word_changed_in_fifty_is_a_near_duplicate(place: int) -> None:
    text = words(50, 1)
    changed = [*text[:place], "different", *text[place + 1 :]]
    assert groups(" ".join(text), " ".join(changed), " ".join(words(50, 2))) == [0, 0, 1]


def test_an_appended_signature_a_dropped_and_an_added_word_are_small_edits() -> None:
    text = words(40, 1)
    edited = [" ".join(text) + SIGNATURE, "Hello! " + " ".join(text), " ".join(text[:20] + text[21:])]
    assert groups(" ".join(text), *edited) == [0, 0, 0, 0]


def test_texts_that_share_a_signature_alone_are_different() -> None:
    assert groups(*(" ".join(words(20, seed)) + SIGNATURE for seed in range(50))) == list(range(50))


def test_short_texts_that_differ_in_a_word_are_different() -> None:
    texts = ["a good film", "a bad film", "good film", "good", "a very good film", "", "not a good film", "!"]
    assert groups(*texts) == list(range(8))


def test_exact_copies_share_a_group_whatever_their_length() -> None:
    assert groups("good", "A good film", "", "GOOD.", "a good, film!", " ") == [0, 1, 2, 0, 1, 2]


def test_no_texts_have_no_groups() -> None:
    assert groups() == []


def test_many_near_duplicates_of_one_text_are_one_group() -> None:
    text = words(100, 1)
    edited = [" ".join([*text[:place], f"edit{place}", *text[place + 1 :]]) for place in range(100)]
    assert set(groups(*edited)) == {0}


def test_near_duplicates_are_found_among_many_texts_that_share_a_passage() -> None:
    passage = " ".join(words(60, 1))
    letters = [f"{passage} {' '.join(words(14, 100 + number))}" for number in range(500)]
    found = groups(*letters, *(letter + " regards" for letter in letters[:10]))
    assert found[:500] == list(range(500))
    assert found[500:] == list(range(10))


def test_pairs_are_joined_transitively() -> None:
    text = words(40, 1)
    chain = [" ".join(text[start : start + 30]) for start in (0, 2, 4, 6)]
    assert groups(chain[0], chain[3]) == [0, 1]
    assert groups(*chain) == [0, 0, 0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 25), st.integers(1, 4))
def test_groups_are_those_of_comparing_all_pairs(seed: int, n_texts: int, n_bases: int) -> None:
    chance = random.Random(seed)
    texts = []
    for _ in range(n_texts):
        text = words(5 + 20 * (base := chance.randrange(n_bases)), base)
        for _ in range(chance.randrange(4)):
            text[chance.randrange(len(text))] = f"edit{chance.randrange(3)}"
        texts.append(" ".join(text[chance.randrange(2) :]))
    assert groups(*texts) == groups_by_comparing_all(texts)


def test_blocks_do_not_change_the_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [" ".join(words(30, seed // 3) + [f"end{seed}"] * (seed % 3)) for seed in range(60)]
    at_once = groups(*texts, "", "a")
    monkeypatch.setattr("imdbnlp.text.near_duplicates._BLOCK_TOKENS", 40)
    monkeypatch.setattr("imdbnlp.text.near_duplicates._BLOCK_PAIRS", 3)
    assert groups(*texts, "", "a") == at_once
    assert len(set(at_once)) == 22


def test_the_seed_of_the_hash_functions_does_not_change_the_groups() -> None:
    documents = tokenize_documents(
        [" ".join(words(60, seed // 2) + ["end"] * (seed % 2)) for seed in range(80)], Preprocessing()
    )
    assert near_groups(documents, seed=1).tolist() == near_groups(documents, seed=2).tolist()
    assert np.unique(near_groups(documents)).size == 40
