"""Sentences become numbers and come back as they were; nothing is learned from what was not shown."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imdbnlp.errors import ArtefactError, DataError
from imdbnlp.text.codec import FIRST, UNKNOWN, Codec, CodecSettings

SENTENCES = ["A man, a dog: both sleep.", "Two dogs sleep in the sun!", "The man's dog isn't here."]
KINDS = ["word", "bpe"]


def codec(kind: str = "bpe", **options: object) -> Codec:
    return Codec.train(SENTENCES, CodecSettings(tokens=kind, min_frequency=1, **options))


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_come_back_in_lower_case(kind: str) -> None:
    made = codec(kind)
    rows = made.encode(SENTENCES)
    assert made.decode([rows[row] for row in range(3)]) == [text.lower() for text in SENTENCES]


@pytest.mark.parametrize("kind", KINDS)
def test_case_is_kept_where_asked(kind: str) -> None:
    made = codec(kind, keep_case=True)
    assert made.decode([made.encode(["Two dogs sleep"])[0]]) == ["Two dogs sleep"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(" ".join(SENTENCES).lower().split()), max_size=8))
def test_subwords_lose_nothing_but_spaces(words: list[str]) -> None:
    made = codec("bpe")
    assert made.decode([made.encode(["  ".join(words)])[0]]) == [" ".join(words)]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=30))
def test_whatever_the_text_numbers_stay_within_bounds(text: str) -> None:
    for kind in KINDS:
        made = codec(kind)
        values = made.encode([text]).values
        assert ((values >= UNKNOWN) & (values < made.n_numbers)).all()
        assert len(made.decode([values])) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_learned_is_unknown_and_is_not_written(kind: str) -> None:
    made = codec(kind)
    numbers = made.encode(["a Ж dog"])[0]
    assert UNKNOWN in numbers
    assert "Ж".lower() not in made.decode([numbers])[0]


def test_no_text_is_taken_for_a_mark() -> None:
    made = codec("word")
    assert (made.encode(["<pad> <start> <end>"]).values >= UNKNOWN).all()


def test_rare_tokens_are_none() -> None:
    made = Codec.train(["a dog", "a cat"], CodecSettings(tokens="word", min_frequency=2))
    assert made.words == ["<pad>", "<start>", "<end>", "<unk>", "▁a"]
    assert made.encode(["a dog"])[0].tolist() == [FIRST, UNKNOWN]


def test_the_size_of_the_vocabulary_is_kept_to() -> None:
    assert codec("word", vocabulary_size=10).n_numbers == 13  # padding, start and end beside it
    assert codec("bpe", vocabulary_size=30).n_numbers <= 33


def test_nothing_to_learn_is_an_error() -> None:
    with pytest.raises(DataError, match="empty vocabulary"):
        Codec.train(["one", "two"], CodecSettings(tokens="word", min_frequency=2))


@pytest.mark.parametrize("kind", KINDS)
def test_another_process_learns_the_same(kind: str) -> None:
    code = (
        "from imdbnlp.text.codec import *\n"
        f"made = Codec.train({SENTENCES!r}, CodecSettings(tokens={kind!r}, min_frequency=1))\n"
        "print(ascii(made.words))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ascii(codec(kind).words)


def test_a_saved_codec_reads_alike(tmp_path: Path) -> None:
    made = codec()
    made.save(tmp_path / "codec.json")
    read = Codec.load(tmp_path / "codec.json")
    assert read.words == made.words
    assert read.encode(SENTENCES).values.tolist() == made.encode(SENTENCES).values.tolist()


@pytest.mark.parametrize("content", ["", "{", "{}", "[1]", '{"model": {"type": "BPE"}}'])
def test_a_damaged_codec_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "codec.json"
    path.write_text(content)
    with pytest.raises(ArtefactError, match="codec.json is damaged"):
        Codec.load(path)
    with pytest.raises(ArtefactError, match="is missing"):
        Codec.load(tmp_path / "other.json")
