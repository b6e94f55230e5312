"""Stop words of three sources, and where NLTK's data are looked for."""

import os
from pathlib import Path

import pytest

from imdbnlp.errors import UsageError
from imdbnlp.progress import SilentReporter
from imdbnlp.text.nltk_data import nltk_folders
from imdbnlp.text.stop_lists import nltk_stop_words, stop_words
from imdbnlp.text.stopwords import read_stop_words
from imdbnlp.text.views import Preprocessing


def test_english_has_318_stop_words_and_no_opinion() -> None:
    assert len(stop_words("en")) == 318
    assert stop_words() >= {"the", "of", "couldnt"}
    assert not stop_words() & {"good", "great", "best", "bad"}


def test_other_languages_have_stop_words_without_phrases() -> None:
    assert {"und", "der"} <= stop_words("german")
    assert not [word for word in stop_words("ko") | stop_words("vi") if " " in word]


def test_stop_words_are_tokens_of_their_language() -> None:
    assert {"的", "了"} <= stop_words("zh") and not {"因为", "为什么"} & stop_words("zh")
    assert "için" in stop_words("tr") and not [word for word in stop_words("tr") if "\u0307" in word]


def test_a_language_without_a_list_has_no_stop_words() -> None:
    assert stop_words("icelandic") == frozenset()


def test_nltk_stop_words_are_read_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "corpora" / "stopwords"
    folder.mkdir(parents=True)
    (folder / "english").write_text("i\nme\ndon't\n")
    monkeypatch.setenv("NLTK_DATA", str(tmp_path))
    assert nltk_stop_words() == {"i", "me", "don't"}


def test_folders_named_by_the_environment_come_before_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLTK_DATA", os.pathsep.join([str(tmp_path), "~/more"]))
    assert nltk_folders()[:3] == [tmp_path, Path.home() / "more", Path.home() / "nltk_data"]


def test_own_stop_words_are_read_without_comments_in_lower_case(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("\ufeff# mine\nThe\r\n\nfilm # of course\ndon’t\n", encoding="utf-8")
    assert read_stop_words(path) == {"the", "film", "don't"}


def test_an_empty_file_means_no_stop_words(tmp_path: Path) -> None:
    path = tmp_path / "none.txt"
    path.write_text("")
    assert read_stop_words(path) == frozenset()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"the\nof the\n", "line 2 contains more than one word"),
        (b"caf\xe9\n", "is not UTF-8: byte 3 is 0xe9"),
    ],
)
def test_stop_words_that_cannot_work_are_refused(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "own.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=complaint):
        read_stop_words(path)


def test_a_missing_file_of_stop_words_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot read stop words from .*absent.txt: No such file"):
        read_stop_words(tmp_path / "absent.txt")


def test_own_stop_words_are_tokens_of_the_profile_and_the_language(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("Don't\nIŞIK\nC#\n", encoding="utf-8")
    assert read_stop_words(path, Preprocessing(language="tr")) == {"don't", "ışık", "c#"}
    assert read_stop_words(path, Preprocessing("notebook")) == {"dont", "iik", "c"}


def test_own_stop_words_of_several_tokens_are_reported(tmp_path: Path) -> None:
    class Warnings(SilentReporter):
        def warn(self, text: str) -> None:
            warnings.append(text)

    warnings: list[str] = []
    path = tmp_path / "own.txt"
    path.write_text("的\n因为\nco-op\n", encoding="utf-8")
    assert read_stop_words(path, Preprocessing(language="zh"), Warnings()) == {"的"}
    assert warnings == [f"{path}: 2 stop word(s) are not a single token and have no effect (因为, co-op)"]
