"""Maps over the vocabulary act on documents."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.word_map import WordMap

TOKENS = Ragged(np.array([0, 1, 2, 0], dtype=np.int32), np.array([0, 3, 3, 4]))


def applied(mapping: WordMap) -> list[list[str]]:
    new = mapping.apply(TOKENS)
    return [[mapping.words[word] for word in new[row]] for row in range(len(new))]


def test_a_word_may_become_several() -> None:
    assert applied(WordMap.build([["can", "not"], [], ["x"]])) == [["can", "not", "x"], [], ["can", "not"]]


def test_a_saved_map_is_the_same(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    mapping = WordMap.build([["can", "not"], [], ["x"]])
    mapping.save(folder, "lemma")
    assert applied(WordMap.open(folder, "lemma", 3)) == applied(mapping)


REPLACEMENTS = st.lists(st.lists(st.sampled_from(["a", "b", "c"]), max_size=3), min_size=3, max_size=3)


@given(REPLACEMENTS)
def test_any_map_does_what_a_loop_over_the_tokens_does(replacements: list[list[str]]) -> None:
    expected = [[word for token in TOKENS[row] for word in replacements[token]] for row in range(len(TOKENS))]
    assert applied(WordMap.build(replacements)) == expected
