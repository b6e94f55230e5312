"""Sentences become numbers and come back as they were; nothing is learned from what was not shown."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imdbnlp.errors import ArtefactError, DataError
from imdbnlp.text.subwords import FIRST, UNKNOWN, SubwordSettings, SubwordTokenizer

SENTENCES = ["A man, a dog: both sleep.", "Two dogs sleep in the sun!", "The man's dog isn't here."]
KINDS = ["word", "bpe"]


def tokenizer(kind: str = "bpe", **options: object) -> SubwordTokenizer:
    return SubwordTokenizer.train(SENTENCES, SubwordSettings(tokens=kind, min_frequency=1, **options))


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_come_back_in_lower_case(kind: str) -> None:
    made = tokenizer(kind)
    rows = made.encode(SENTENCES)
    assert made.decode([rows[row] for row in range(3)]) == [text.lower() for text in SENTENCES]


@pytest.mark.parametrize("kind", KINDS)
def test_case_is_kept_where_asked(kind: str) -> None:
    made = tokenizer(kind, keep_case=True)
    assert made.decode([made.encode(["Two dogs sleep"])[0]]) == ["Two dogs sleep"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(" ".join(SENTENCES).lower().split()), max_size=8))
def test_subwords_lose_nothing_but_spaces(words: list[str]) -> None:
    made = tokenizer("bpe")
    assert made.decode([made.encode(["  ".join(words)])[0]]) == [" ".join(words)]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_whatever_the_text_numbers_stay_within_bounds(text: str) -> None:
    for kind in KINDS:
        made = tokenizer(kind)
        values = made.encode([text]).values
        assert ((values >= UNKNOWN) & (values < made.vocabulary_size)).all()
        assert len(made.decode([values])) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_learned_is_unknown_and_is_not_written(kind: str) -> None:
    made = tokenizer(kind)
    numbers = made.encode(["a Ж dog"])[0]
    assert UNKNOWN in numbers
    assert "Ж".lower() not in made.decode([numbers])[0]


def test_no_text_is_taken_for_a_mark() -> None:
    made = tokenizer("word")
    assert (made.encode(["<pad> <start> <end>"]).values >= UNKNOWN).all()


def test_rare_tokens_are_none() -> None:
    made = SubwordTokenizer.train(["a dog", "a cat"], SubwordSettings(tokens="word", min_frequency=2))
    assert made.words == ["<pad>", "<start>", "<end>", "<unk>", "▁a"]
    assert made.encode(["a dog"])[0].tolist() == [FIRST, UNKNOWN]


def test_the_size_of_the_vocabulary_is_kept_to() -> None:
    assert tokenizer("word", vocabulary_size=10).vocabulary_size == 13  # padding, start and end beside it
    assert tokenizer("bpe", vocabulary_size=30).vocabulary_size <= 33


def test_nothing_to_learn_is_an_error() -> None:
    with pytest.raises(DataError, match="empty vocabulary"):
        SubwordTokenizer.train(["one", "two"], SubwordSettings(tokens="word", min_frequency=2))


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_learns_the_same(kind: str) -> None:
    code = (
        "from imdbnlp.text.subwords import *\n"
        f"made = SubwordTokenizer.train({SENTENCES!r}, SubwordSettings(tokens={kind!r}, min_frequency=1))\n"
        "print(ascii(made.words))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(tokenizer(kind).words)


def test_a_saved_codec_reads_alike(tmp_path: Path) -> None:
    made = tokenizer()
    made.save(tmp_path / "tokenizer.json")
    read = SubwordTokenizer.load(tmp_path / "tokenizer.json")
    assert read.words == made.words
    assert read.encode(SENTENCES).values.tolist() == made.encode(SENTENCES).values.tolist()


@pytest.mark.parametrize("content", ["", "{", "{}", "[1]", '{"model": {"type": "BPE"}}'])
def test_a_damaged_codec_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(content)
    with pytest.raises(ArtefactError, match="tokenizer.json is damaged"):
        SubwordTokenizer.load(path)
    with pytest.raises(ArtefactError, match="is missing"):
        SubwordTokenizer.load(tmp_path / "other.json")
