"""Files: what is written is read again, what is damaged is an error, and nothing is ever executed."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faults import files_up_to

from imdbnlp.errors import ArtefactError
from imdbnlp.storage import files, tables

ARRAYS = [
    np.arange(6, dtype=np.int32).reshape(2, 3),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    np.zeros((0, 4), dtype=np.float32),
    np.array(7),
    np.array(["ä", "bc"]),
]


@pytest.mark.parametrize("array", ARRAYS, ids=["C order", "Fortran order", "empty", "scalar", "strings"])
def test_an_array_is_read_as_it_was_written(array: Any, tmp_path: Path) -> None:
    files.write_array(tmp_path / "a.npy", array)
    again = files.read_array(tmp_path / "a.npy")
    assert again.dtype == array.dtype and again.shape == array.shape and (again == array).all()
    assert (np.load(tmp_path / "a.npy", allow_pickle=False) == array).all()


def test_arrays_are_read_as_they_were_written(tmp_path: Path) -> None:
    files.write_arrays(tmp_path / "a.npz", {"x": np.arange(3), "y": np.ones((2, 2))})
    again = files.read_arrays(tmp_path / "a.npz")
    assert list(again) == ["x", "y"] and again["x"].tolist() == [0, 1, 2] and again["y"].shape == (2, 2)


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    tables.write_table(
        tmp_path / "t.parquet", {"row": np.arange(2), "p": np.array([0.5, 1]), "text": ["gut", "naïve\n"]}
    )
    table = tables.read_table(tmp_path / "t.parquet")
    assert table["row"].tolist() == [0, 1] and table["p"].tolist() == [0.5, 1] and table["text"] == ["gut", "naïve\n"]


@pytest.mark.parametrize("lines", [[], [""], ["a", ""], ["a\rb", "c\u2028d", "\x0b"]])
def test_lines_are_read_as_they_were_written(lines: list[str], tmp_path: Path) -> None:
    files.write_lines(tmp_path / "w.txt", lines)
    assert files.read_lines(tmp_path / "w.txt") == lines


def test_a_line_feed_in_a_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a line feed inside a line"):
        files.write_lines(tmp_path / "w.txt", ["a\nb"])


def test_objects_are_never_written(tmp_path: Path) -> None:
    array = np.array([{}], dtype=object)
    with pytest.raises(ValueError, match="Python objects are not stored"):
        files.write_array(tmp_path / "a.npy", array)
    with pytest.raises(ValueError, match="Python objects are not stored"):
        files.write_arrays(tmp_path / "a.npz", {"x": array})


@pytest.mark.parametrize(("size", "room"), [(1, 130), (50, 200), (1_000, 5_000), (100_000, 300_000)])
def test_a_full_disk_is_noticed_however_few_bytes_are_lost(size: int, room: int, tmp_path: Path) -> None:
    with files_up_to(room), pytest.raises(OSError, match="File too large"):
        files.write_array(tmp_path / "a.npy", np.ones(size))


READERS: dict[str, Any] = {
    "a.json": files.read_json,
    "a.npy": files.read_array,
    "mapped.npy": lambda path: files.read_array(path, mmap=True),
    "a.npz": files.read_arrays,
    "a.parquet": tables.read_table,
}


def whole_file(path: Path) -> bytes:
    """A file as it should be."""
    if path.suffix == ".json":
        files.write_json(path, {"a": [1, 2]})
    elif path.suffix == ".npy":
        files.write_array(path, np.arange(50))
    elif path.suffix == ".npz":
        files.write_arrays(path, {"a": np.arange(50)})
    else:
        tables.write_table(path, {"a": np.arange(50)})
    return path.read_bytes()


@pytest.mark.parametrize("name", READERS)
def test_a_cut_file_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    content = whole_file(path)
    for length in [0, 1, len(content) // 2, len(content) - 3]:
        path.write_bytes(content[:length])
        with pytest.raises(ArtefactError, match=f"{name} is damaged: ") as caught:
            READERS[name](path)
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", READERS)
def test_a_missing_file_is_an_error_that_names_it(name: str, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=f"{name} is missing"):
        READERS[name](tmp_path / name)


class Hostile:
    """What runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def hostile_files(folder: Path, mark: Path) -> dict[str, bytes]:
    """Pickles, bare and within an array."""
    np.save(folder / "p.npy", np.array([Hostile(mark)], dtype=object), allow_pickle=True)
    return {"bare": pickle.dumps(Hostile(mark)), "array": (folder / "p.npy").read_bytes()}


@pytest.mark.parametrize("kind", ["bare", "array"])
@pytest.mark.parametrize("name", READERS)
def test_a_pickle_in_any_files_place_is_not_executed(name: str, kind: str, tmp_path: Path) -> None:
    path, mark = tmp_path / name, tmp_path / "executed"
    content = hostile_files(tmp_path, mark)[kind]
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match="is damaged"):
        READERS[name](path)
    assert not mark.exists()
    if kind == "bare":
        pickle.loads(content)  # noqa: S301  it would have
        assert mark.exists()
