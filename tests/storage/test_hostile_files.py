"""Files with the right checksum and the wrong content: refused before memory is taken or time is lost."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from imdbnlp.errors import ArtefactError
from imdbnlp.features.table import KeyTable
from imdbnlp.storage import files, tables
from imdbnlp.storage.checks import checked
from imdbnlp.storage.manifest import read_entry, read_manifest, seal, verify

READERS: list[Any] = [files.read_json, files.read_lines, files.read_array, files.read_arrays, tables.read_table]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.posix
def test_a_pipe_a_device_and_a_folder_are_refused_at_once(reader: Any, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "device", "folder"):
        with pytest.raises(ArtefactError, match=f"{name} (is damaged: it is not a regular file|cannot be read)"):
            reader(tmp_path / name)


@pytest.mark.parametrize("mmap", [False, True])
def test_an_array_that_claims_more_items_than_its_file_holds_is_refused(mmap: bool, tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "<i4", "fortran_order": False, "shape": (10**12,)})
        file.write(bytes(4))
    with pytest.raises(ArtefactError, match="a.npy is damaged: 4 bytes of data"):
        files.read_array(tmp_path / "a.npy", mmap=mmap)


@pytest.mark.parametrize("brace", [b"(", b"[", b"'", b"\n  {"])
def test_an_array_whose_header_is_no_python_is_refused(brace: bytes, tmp_path: Path) -> None:
    files.write_array(tmp_path / "a.npy", np.zeros(4))
    content = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(content.replace(b"}".ljust(len(brace)), brace, 1))
    with pytest.raises(ArtefactError, match="a.npy is damaged"):
        files.read_array(tmp_path / "a.npy")


def test_compressed_arrays_are_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=np.zeros(10**6))
    with pytest.raises(ArtefactError, match="its members are larger than the file"):
        files.read_arrays(tmp_path / "a.npz")


def test_a_table_of_few_bytes_and_very_long_texts_is_refused(tmp_path: Path) -> None:
    cells = pa.DictionaryArray.from_arrays(np.zeros(10_000, dtype=np.int32), pa.array(["x" * 10**6], pa.large_string()))
    pq.write_table(pa.table({"text": cells}), tmp_path / "t.parquet", compression="zstd", write_page_checksum=True)
    with pytest.raises(ArtefactError, match="t.parquet is damaged"):
        tables.read_table(tmp_path / "t.parquet")


@pytest.mark.parametrize("text", ["[" * 10_000, "NaN", '{"a": Infinity}', "9" * 5000])
def test_json_that_no_writer_of_ours_makes_is_one_error(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(ArtefactError, match="a.json is damaged"):
        files.read_json(tmp_path / "a.json")


def test_numbers_out_of_range_are_refused(tmp_path: Path) -> None:
    for values in ([np.nan], [np.inf], [-np.inf], [1e31]):
        with pytest.raises(ArtefactError):
            checked(tmp_path / "a.npy", np.array(values), np.float64, (None,))


@pytest.mark.parametrize("slots", [[0, 0], [0, 1], [5, -1, -1, -1], [0, -1, -1], [-2, 0, -1, -1], [-1, -1, -1, -1]])
def test_a_key_table_that_leads_astray_or_never_ends_is_refused(slots: list[int], tmp_path: Path) -> None:
    KeyTable.build(np.array([70], dtype=np.int64)).save(tmp_path)
    assert KeyTable.open(tmp_path).find(np.array([70, 1])).tolist() == [0, -1]
    files.write_array(tmp_path / "table.slots.npy", np.array(slots, dtype=np.int32))
    with pytest.raises(ArtefactError, match="table.slots.npy is damaged"):
        KeyTable.open(tmp_path)


@pytest.mark.parametrize("name", ["../up.txt", "/etc/passwd", "a\x00b", "a//b", "."])
def test_a_manifest_that_names_files_outside_its_entry_is_refused(name: str, tmp_path: Path) -> None:
    from imdbnlp.settings import canonical_digest

    seal(tmp_path, {"kind": "run"})
    manifest = read_manifest(tmp_path) | {"files": {name: {"bytes": 0, "sha256": ""}}}
    files.write_json(tmp_path / "manifest.json", dict(manifest) | {"sha256": canonical_digest(manifest)})
    with pytest.raises(ArtefactError, match="not the name of a file inside the entry"):
        read_manifest(tmp_path)


@pytest.mark.posix
def test_a_link_out_of_the_entry_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "entry"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("x")
    (folder / "a.txt").symlink_to(tmp_path / "secret.txt")
    seal(folder, {})
    with pytest.raises(ArtefactError, match="it is a link that leads out of"):
        verify(folder)


def test_an_entry_that_is_replaced_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")
    seal(tmp_path, {})
    read: list[str] = []

    def reader(manifest: dict[str, Any]) -> str:
        read.append((tmp_path / "a.txt").read_text())
        if len(read) == 1:
            (tmp_path / "a.txt").write_text("new")
            (tmp_path / "manifest.json").unlink()
            seal(tmp_path, {})
        return read[-1]

    assert read_entry(tmp_path, reader) == "new" and read == ["old", "new"]
