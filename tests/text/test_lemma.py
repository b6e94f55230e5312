"""Lemmas by simplemma and by WordNet."""

import zipfile
from pathlib import Path

import pytest

from imdbnlp.errors import ResourceError, UsageError
from imdbnlp.text.lemma import lemmatize_words
from imdbnlp.text.wordnet import wordnet_noun_lemmas


def test_english_words_become_their_dictionary_forms() -> None:
    assert lemmatize_words(["mice", "better", "houses", "went"]) == ["mouse", "good", "house", "go"]


def test_unknown_and_empty_words_stay() -> None:
    assert lemmatize_words(["xqzzt", "", "1980", "!"]) == ["xqzzt", "", "1980", "!"]


def test_lemmas_are_in_lower_case() -> None:
    assert lemmatize_words(["häuser", "ging"], "german") == ["haus", "gehen"]


def test_norwegian_is_lemmatized_as_bokmal() -> None:
    assert lemmatize_words(["filmene"], "no") == ["film"]


def test_a_language_without_a_dictionary_keeps_its_words() -> None:
    assert lemmatize_words(["영화는"], "ko") == ["영화는"]


def test_lemmatizing_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown language 'klingon'"):
        lemmatize_words(["qapla"], "klingon")


@pytest.fixture
def tiny_wordnet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """WordNet of five nouns, unpacked."""
    folder = tmp_path / "corpora" / "wordnet"
    folder.mkdir(parents=True)
    nouns = "".join(f"{noun} n 1 0 1 0 00001740\n" for noun in ["church", "lens", "man", "ox", "wife"])
    (folder / "index.noun").write_text("  1 this line is licence\n" + nouns)
    (folder / "noun.exc").write_text("oxen ox\nwives wife\n")
    monkeypatch.setenv("NLTK_DATA", str(tmp_path))
    return folder


def test_nouns_lose_their_ending_if_what_is_left_is_a_noun(tiny_wordnet: Path) -> None:
    words = ["churches", "wives", "oxen", "men", "lens", "reds", "1", "this", ""]
    assert wordnet_noun_lemmas(words) == ["church", "wife", "ox", "man", "lens", "reds", "1", "this", ""]


def test_wordnet_is_read_from_the_downloaded_zip(tiny_wordnet: Path) -> None:
    packed = tiny_wordnet.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w") as archive:
        for file in tiny_wordnet.iterdir():
            archive.write(file, f"wordnet/{file.name}")
            file.unlink()
    tiny_wordnet.rmdir()
    assert wordnet_noun_lemmas(["churches"]) == ["church"]


def test_missing_wordnet_names_the_command_that_fetches_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("imdbnlp.text.nltk_data.nltk_folders", lambda: [tmp_path])
    with pytest.raises(ResourceError, match="NLTK's wordnet data is in none of NLTK's folders") as caught:
        wordnet_noun_lemmas(["wives"])
    assert caught.value.hint == "run: python -m nltk.downloader stopwords wordnet"


def test_a_damaged_zip_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpora").mkdir()
    (tmp_path / "corpora" / "wordnet.zip").write_bytes(b"PK\x03\x04 cut off")
    monkeypatch.setenv("NLTK_DATA", str(tmp_path))
    with pytest.raises(ResourceError, match="cannot read index.noun in .*wordnet.zip"):
        wordnet_noun_lemmas(["wives"])
