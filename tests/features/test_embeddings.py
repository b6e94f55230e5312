"""Word vectors are read strictly, written so that gensim reads them, and asked for neighbours."""

from pathlib import Path

import numpy as np
import pytest

from imdbnlp.errors import ArtefactError, DataError, UsageError
from imdbnlp.features.embeddings import WordVectors, read_vectors

KING = WordVectors(
    ["king", "queen", "man", "woman", "apple"],
    np.array([[2, 0, 1], [2, 1, 1], [0, 0, 1], [0, 1, 1], [-3, 0, 0]], dtype=np.float32),
)


def test_the_nearest_direction_comes_first_and_the_word_itself_is_left_out() -> None:
    (word, cosine), *others = KING.nearest(["man"], [], 10)
    assert (word, round(cosine, 4)) == ("woman", 0.7071)
    assert [name for name, _ in others] == ["king", "queen", "apple"]


def test_king_minus_man_plus_woman_is_queen() -> None:
    assert KING.nearest(["king", "woman"], ["man"], 1)[0][0] == "queen"


def test_an_unknown_word_has_neighbours_in_spelling() -> None:
    vectors = WordVectors(["great", "greta", "treat", "film"], np.eye(4, dtype=np.float32))
    assert vectors.spelled_like("graeat") == ["great", "greta"]


@pytest.mark.parametrize("name", ["vectors.bin", "vectors.txt", "vectors.vec"])
def test_what_is_exported_is_read_again_by_us_and_by_gensim(name: str, tmp_path: Path) -> None:
    from gensim.models import KeyedVectors

    random = np.random.default_rng(0).normal(size=(4, 7)).astype(np.float32)
    vectors = WordVectors(["don't", "schön", "!", "film"], random)
    vectors.export(tmp_path / name)
    ours = read_vectors(tmp_path / name)
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / name), binary=name.endswith(".bin"))
    assert ours.words == vectors.words == theirs.index_to_key
    np.testing.assert_allclose(ours.vectors, random, rtol=1e-5)
    np.testing.assert_allclose(theirs.vectors, random, rtol=1e-5)


def test_a_file_of_glove_has_no_first_line_and_words_may_hold_spaces(tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("the 1 2\n. . 3 4\n")
    assert read_vectors(path).words == ["the", ". ."]


def test_only_wanted_words_are_kept_and_the_first_of_equals(tmp_path: Path) -> None:
    path = tmp_path / "glove.txt"
    path.write_text("the 1 2\nfilm 3 4\nthe 5 6\n")
    found = read_vectors(path, {"the", "unseen"})
    assert (found.words, found.vectors.tolist()) == (["the"], [[1, 2]])


BROKEN = {
    "short.txt": (b"the 1 2\nfilm 3\n", "vector 2: 1 numbers, expected 2"),
    "letters.txt": (b"the 1 2\nfilm 3 x\n", "vector 2"),
    "cut.txt": (b"3 2\nthe 1 2\nfilm 3 4\n", "holds 2 vectors, its first line says 3"),
    "nan.txt": (b"the 1 nan\n", "not finite"),
    "empty.txt": (b"", "no word vectors"),
    "prose.csv": (b"review,sentiment\n", "no word vectors"),
    "cut.bin": (b"2 2\nthe " + bytes(8) + b"\nfilm " + bytes(3), "ends in vector 2 of 2"),
    "more.bin": (b"1 2\nthe " + bytes(8) + b"\nfilm", "goes on after its 1 vectors"),
    "head.bin": (b"the 1 2\n", "not a binary word2vec file"),
    "huge.bin": (b"9 99999999999\nthe ", "not a binary word2vec file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_clear_error(name: str, tmp_path: Path) -> None:
    content, message = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_vectors(tmp_path / name)


@pytest.mark.parametrize("length", range(1, 25, 3))
def test_every_truncation_of_a_binary_file_is_found(length: int, tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    WordVectors(["a", "b"], np.ones((2, 2), dtype=np.float32)).export(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(DataError):
        read_vectors(path)


def test_a_missing_file_or_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read"):
        read_vectors(tmp_path / "none.txt")
    with pytest.raises(UsageError, match="no folder"):
        KING.export(tmp_path / "none" / "v.txt")


def test_files_that_do_not_fit_each_other_are_refused(tmp_path: Path) -> None:
    KING.save(tmp_path)
    assert WordVectors.open(tmp_path).words == KING.words
    (tmp_path / "words.json").write_text('["king"]')
    with pytest.raises(ArtefactError, match="expected 1 × any"):
        WordVectors.open(tmp_path)
