"""Damage: whatever happens to a file of an entry is noticed, named, and never reaches a parser."""

import pickle
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.errors import ArtefactError
from imdbnlp.storage.manifest import seal, verify
from imdbnlp.workspace.workspace import Workspace

ENTRIES = ["dataset", "features", "gbm", "linear", "majority", "nbsvm"]


def folder_of(workspace: Workspace, entry: str) -> Path:
    """The folder of an entry of the shared workspace."""
    stores = {"dataset": workspace.datasets, "features": workspace.features}
    store = stores.get(entry, workspace.runs)
    return store.path(store.names()[0] if entry in stores else entry)


def files_of(folder: Path) -> list[Path]:
    """All files of an entry."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def flipped(content: bytes, chance: random.Random) -> bytes:
    """The content with one bit changed."""
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]


def damages(content: bytes, chance: random.Random, number: int) -> Iterator[bytes]:
    """Nothing left, cut at so many places, and twice so many bits flipped."""
    yield b""
    for _ in range(number):
        yield content[: chance.randrange(max(1, len(content.rstrip(b"\n"))))]
        yield flipped(content, chance)
        yield flipped(content, chance)


def noticed(folder: Path, file: Path) -> bool:
    """Whether the damage is an error that names the file and what to do, in two lines."""
    with pytest.raises(ArtefactError) as caught:
        verify(folder)
    named = str(file) in caught.value.message or str(folder) in caught.value.message
    lines = [caught.value.message, caught.value.hint]
    return named and "--force" in lines[1] and all("\n" not in line for line in lines)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_cut_and_every_flipped_bit_is_noticed(entry: str, copy: Workspace) -> None:
    folder, chance = folder_of(copy, entry), random.Random(entry)
    for file in files_of(folder):
        content = file.read_bytes()
        for damaged in damages(content, chance, 5):
            file.write_bytes(damaged)
            assert noticed(folder, file), file
        file.write_bytes(content)
    assert verify(folder)


def test_a_flipped_bit_in_any_byte_of_a_manifest_is_noticed(copy: Workspace) -> None:
    file = folder_of(copy, "majority") / "manifest.json"
    content, chance = file.read_bytes(), random.Random(1)
    for place in range(len(content)):
        file.write_bytes(content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :])
        assert noticed(file.parent, file), place


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_missing_file_is_noticed(entry: str, copy: Workspace) -> None:
    folder = folder_of(copy, entry)
    for file in files_of(folder):
        content = file.read_bytes()
        file.unlink()
        assert noticed(folder, file)
        file.write_bytes(content)


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_pair_of_swapped_files_is_noticed(entry: str, copy: Workspace) -> None:
    folder = folder_of(copy, entry)
    files = files_of(folder)
    for one, other in zip(files, files[1:], strict=False):
        contents = one.read_bytes(), other.read_bytes()
        if contents[0] == contents[1]:
            continue
        one.write_bytes(contents[1])
        other.write_bytes(contents[0])
        assert noticed(folder, one)
        one.write_bytes(contents[0])
        other.write_bytes(contents[1])


@pytest.mark.parametrize("name", ["manifest.json", "run.json", "metrics.json", "predictions.parquet"])
def test_a_file_of_another_run_is_noticed(name: str, copy: Workspace) -> None:
    shutil.copy(copy.runs.path("linear") / name, copy.runs.path("nbsvm") / name)
    with pytest.raises(ArtefactError, match="nbsvm"):
        copy.run("nbsvm")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_cut_tree_model_never_reaches_its_parser(share: float, copy: Workspace) -> None:
    file = copy.runs.path("gbm") / "model" / "model.txt"
    file.write_bytes(file.read_bytes()[: int(share * file.stat().st_size)])
    with pytest.raises(ArtefactError, match=r"model/model.txt is damaged: \d+ bytes, expected \d+"):
        copy.run("gbm")


def test_the_command_line_says_what_is_damaged_and_what_to_do(copy: Workspace) -> None:
    file = copy.runs.path("gbm") / "model" / "model.txt"
    file.write_bytes(flipped(file.read_bytes(), random.Random(3)))
    command = [
        sys.executable,
        "-m",
        "imdbnlp",
        "--workspace",
        str(copy.root),
        "predict",
        "gbm",
        "--text",
        "a dull film",
    ]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == (
        f"error: {file} is damaged: its sha256 is not the one in the manifest\n"
        "  make gbm again with --force, or restore it from a copy\n"
    )


@pytest.mark.parametrize("damage", [Path.unlink, lambda file: file.write_text("["), lambda file: file.write_text("{}")])
def test_a_run_without_a_sound_manifest_is_an_error_not_absent(
    damage: Callable[[Path], object], copy: Workspace
) -> None:
    folder = copy.runs.path("nbsvm")
    damage(folder / "manifest.json")
    for name in ("nbsvm", str(folder)):
        with pytest.raises(ArtefactError, match="nbsvm"):
            copy.run(name)
    assert "nbsvm" in copy.runs.names()


class Hostile:
    """What runs when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def use(workspace: Workspace, entry: str) -> None:
    """Read every file of an entry that anything reads."""
    if entry == "dataset":
        dataset = workspace.dataset()
        assert dataset.texts and len(dataset.labels) and len(dataset.source_rows)
        assert len(dataset.fingerprints) == len(dataset.groups) == len(dataset.texts)
        for view in ("words", "no-stop", "lemma", "stem"):
            dataset.documents(dataset.preprocessing(view))
    else:
        run = workspace.run(entry)
        assert run.metrics and len(run.predictions("test").rows)
        run.classifier.probabilities(["a dull film"])
        assert run.n_trained_on(["a dull film"]) == 0


@pytest.mark.parametrize("entry", ["dataset", "linear", "majority", "nbsvm"])
def test_a_pickle_under_any_name_is_refused_even_where_the_checksums_fit(
    entry: str, copy: Workspace, tmp_path: Path
) -> None:
    folder, mark = folder_of(copy, entry), tmp_path / "executed"
    for file in files_of(folder):
        if file.name.startswith("no-stop."):  # made anew from the stop words whenever it is needed
            continue
        content, manifest = file.read_bytes(), verify(folder)
        file.write_bytes(pickle.dumps(Hostile(mark)))
        if file.name != "manifest.json":
            (folder / "manifest.json").unlink()
            seal(folder, manifest)
        with pytest.raises(ArtefactError, match=file.name):
            use(copy, entry)
        file.write_bytes(content)
        (folder / "manifest.json").unlink()
        seal(folder, manifest)
    use(copy, entry)
    assert not mark.exists()
