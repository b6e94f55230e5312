"""The contract of every format: the same two texts are read from each, and what cannot be read is refused."""

import hashlib
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from imdbnlp.errors import ImdbnlpError
from imdbnlp.sources.format_names import format_names
from imdbnlp.sources.integrity import source_digest
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.registry import load_format
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.tables import iter_rows

TEXTS, LABELS = ["A good film.", "A bad film."], ["pos", "neg"]


def parquet() -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": TEXTS, "label": LABELS}), buffer)
    return buffer.getvalue()


EXAMPLES = {
    "csv": b"text,label\nA good film.,pos\nA bad film.,neg\n",
    "fasttext": b"__label__pos A good film.\n__label__neg A bad film.\n",
    "jsonl": b'{"text": "A good film.", "label": "pos"}\n{"text": "A bad film.", "label": "neg"}\n',
    "lines": b"A good film.\nA bad film.\n",
    "parquet": parquet(),
    "tsv": b"text\tlabel\nA good film.\tpos\nA bad film.\tneg\n",
}
"""A file of each format, except `folder`, which is not a file."""

WITH_LABELS = [name for name in EXAMPLES if load_format(name).is_table]


def example(name: str, folder: Path) -> str:
    path = folder / f"a{next(iter(load_format(name).endings), '.txt')}"
    path.write_bytes(EXAMPLES[name])
    return str(path)


def test_every_format_has_an_example() -> None:
    assert {*EXAMPLES, "folder"} == set(format_names())


@pytest.mark.parametrize("name", WITH_LABELS)
def test_texts_and_labels_are_read(name: str, tmp_path: Path) -> None:
    source = read_source(example(name, tmp_path), SourceSettings(format=name))
    assert (source.texts, source.labels) == (TEXTS, LABELS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_rows_are_read_in_batches_that_keep_their_order(name: str, tmp_path: Path) -> None:
    stream = iter_rows(example(name, tmp_path), SourceSettings(format=name), 1)
    assert [batch.texts(stream.text_index) for batch in stream] == [[text] for text in TEXTS]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_digest_is_that_of_the_file(name: str, tmp_path: Path) -> None:
    path, digest = example(name, tmp_path), hashlib.sha256()
    for _ in iter_rows(path, SourceSettings(format=name), 10, digest=digest):
        pass
    assert digest.hexdigest() == source_digest(path) == hashlib.sha256(EXAMPLES[name]).hexdigest()


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0"], ids=["empty", "picture"])
def test_an_empty_file_and_a_picture_are_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(ImdbnlpError):
        read_source(str(tmp_path / "a.txt"), SourceSettings(format=name), labelled=False)
