"""A file of another kind or encoding is called by its name, and the hint names what reads it."""

import pickle
from pathlib import Path

import pytest

from imdbnlp.errors import DataError
from imdbnlp.sources.encodings import likely_encodings
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.settings import SourceSettings

TEXTS = {
    "gb18030": "这部电影非常好看，演员的表演很出色，我很喜欢。",
    "big5": "這部電影非常好看，演員的表演很出色，我很喜歡。",
    "cp932": "この映画はとても面白かったです。俳優の演技も素晴らしい。", "euc_jp": "この映画はとても面白かったです。",
    "iso2022_jp": "この映画はとても面白かったです。", "cp949": "이 영화는 정말 재미있었고 배우들의 연기도 좋았다",
    "koi8-r": "Этот фильм очень хороший", "cp1251": "Этот фильм очень хороший", "cp866": "Этот фильм очень хороший",
    "cp1252": "Un film très réussi, déjà vu à l’écran – café",
    "iso8859-2": "Ten film był świetny, bardzo mi się podobał",
    "cp1254": "Bu film çok güzel, ışık ve ağaç için şarkı", "cp1253": "Αυτή η ταινία είναι πολύ καλή και μου άρεσε",
    "cp1255": "הסרט הזה היה טוב מאוד ואהבתי אותו", "cp1256": "هذا الفيلم جيد جدا وأعجبني كثيرا",
    "cp874": "ภาพยนตร์เรื่องนี้ดีมากและฉันชอบมัน", "utf-16-le": "이 영화,좋다\n정말,나쁘다\n",
}  # fmt: skip


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_of_a_text_is_recognised(encoding: str) -> None:
    assert likely_encodings(f"text,label\n{TEXTS[encoding]},1\n".encode(encoding))[0] == encoding


def test_bytes_that_are_no_text_suggest_no_encoding() -> None:
    assert likely_encodings(bytes(range(128, 256)) * 4) == []


def refused(path: Path, data: bytes, **settings: str) -> tuple[str, str]:
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_source(str(path), SourceSettings(**settings))
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize("encoding", ["gb18030", "cp932", "cp949", "koi8-r"])
def test_a_file_in_another_encoding_gets_the_hint_that_reads_it(encoding: str, tmp_path: Path) -> None:
    data = f"text,label\n{TEXTS[encoding]},a\nbad,b\n".encode(encoding)
    _, hint = refused(tmp_path / "a.csv", data)
    assert hint.startswith(f"try --encoding {encoding};")
    assert read_source(str(tmp_path / "a.csv"), SourceSettings(encoding=encoding)).texts[0] == TEXTS[encoding]


def test_utf8_that_is_damaged_is_not_taken_for_another_encoding(tmp_path: Path) -> None:
    data = "text,label\nà é ï,a\n".encode() + b"caf\xe9,b\n"
    assert "damaged there" in refused(tmp_path / "a.csv", data)[1]


def test_utf8_under_the_name_of_another_encoding_is_refused(tmp_path: Path) -> None:
    message, hint = refused(tmp_path / "a.csv", "text,label\nà é ï,a\nb,b\n".encode(), encoding="cp1252")
    assert message.endswith("is UTF-8, expected cp1252") and hint == "leave out --encoding"


KINDS = [
    (b"\x89PNG\r\n\x1a\n\0\0", "a PNG picture"), (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG picture"),
    (b"GIF89a\1\0", "a GIF picture"), (b"%PDF-1.7\n", "a PDF"), (b"SQLite format 3\0\1", "an SQLite database"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"), (b"\x93NUMPY\1\0v\0", "a NumPy array"),
    (pickle.dumps({"text": ["a"]}), "a pickle"), (b"\0" * 257 + b"ustar\0", "a tar archive"),
    (b"__label__pos A fine film.\n__label__neg Dull.\n", "fastText lines"),
    (b"1 | a fine film\n-1 | dull\n", "Vowpal Wabbit's format"), (b"1 3:0.5 7:1\n-1 2:1\n", "libsvm's format"),
    (b"@relation films\n@attribute text string\n@data\n", "an ARFF file"),
    (b"EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n", "CoNLL's format"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), KINDS, ids=[kind for _, kind in KINDS])
def test_a_file_of_another_kind_is_called_by_its_name(data: bytes, kind: str, tmp_path: Path) -> None:
    message, hint = refused(tmp_path / "a.csv", data)
    assert kind in message and hint


def test_lines_of_fasttext_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("__label__pos A fine film.\n\n__label__neg Dull, 'really'.\n")
    source = read_source(str(path), SourceSettings(format="fasttext"))
    assert (source.texts, source.labels) == (["A fine film.", "Dull, 'really'."], ["pos", "neg"])


def test_several_labels_of_fasttext_are_a_combination(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("__label__a __label__b x\n__label__a y\n__label__b z\n")
    with pytest.raises(DataError, match="combine several labels"):
        read_source(str(tmp_path / "a.txt"), SourceSettings(format="fasttext"))
