"""The store: whole entries or none, damage told from age, and no rubbish left behind."""

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imdbnlp.errors import ArtefactError, DataError, ResourceError, UsageError
from imdbnlp.settings import canonical_digest
from imdbnlp.storage.lock import locked
from imdbnlp.storage.manifest import FormatError
from imdbnlp.storage.store import Entry, Store, valid_name

DAY = 24 * 3600


def make(store: Store, name: str, content: str = "new", replace: bool = False) -> Path:
    """An entry with two files."""
    with store.build(name, replace) as draft:
        if not draft.done:
            (draft.folder / "model").mkdir()
            (draft.folder / "run.json").write_text(content)
            (draft.folder / "model" / "weights.npy").write_text(content * 10)
            draft.manifest["kind"] = "run"
    return store.path(name)


def content_of(store: Store, name: str) -> str:
    """What the entry holds, once it is verified."""
    store.verify(name)
    return (store.path(name) / "run.json").read_text()


def aside(store: Store, name: str, age_seconds: float = 0) -> Path:
    """A folder as a killed process would have left it."""
    folder = store.root / ".tmp" / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("left")
    os.utime(folder, (time.time() - age_seconds,) * 2)
    return folder


def left_aside(store: Store) -> list[str]:
    """The names of the folders that are not entries."""
    return sorted(folder.name for folder in (store.root / ".tmp").iterdir())


def restate(folder: Path, **changes: object) -> None:
    """Write a manifest that says something else, with the right checksum."""
    manifest = json.loads((folder / "manifest.json").read_text()) | changes
    manifest = {key: value for key, value in manifest.items() if key != "sha256" and value is not None}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"sha256": canonical_digest(manifest)}))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "runs", lock_seconds=5)


def test_an_entry_is_seen_only_when_it_is_sealed(store: Store) -> None:
    with store.build("nb") as draft:
        (draft.folder / "run.json").write_text("{}")
        assert store.names() == [] and not store.has("nb")
    assert store.names() == ["nb"] and store.has("nb")
    assert store.verify("nb")["files"] == {"run.json": {"bytes": 2, "sha256": canonical_digest({})}}


def test_what_is_there_is_not_made_again(store: Store) -> None:
    make(store, "nb", "first")
    make(store, "nb", "second")
    assert content_of(store, "nb") == "first"


def test_a_replacement_takes_the_place_and_leaves_nothing_aside(store: Store) -> None:
    make(store, "nb", "first")
    make(store, "nb", "second", replace=True)
    assert content_of(store, "nb") == "second"
    assert store.names() == ["nb"] and left_aside(store) == []


def test_an_error_while_building_leaves_what_was_there(store: Store) -> None:
    make(store, "nb", "first")
    with pytest.raises(DataError), store.build("nb", replace=True) as draft:
        (draft.folder / "run.json").write_text("half")
        raise DataError("one class only")
    assert content_of(store, "nb") == "first" and left_aside(store) == []


def test_an_unreadable_source_is_not_called_unwritable(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), store.build("nb"):
        (tmp_path / "reviews.csv").read_text()


def test_a_folder_that_cannot_be_made_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(ResourceError, match=r"cannot write .*runs") as caught:
        make(Store(tmp_path / "runs"), "nb")
    assert caught.value.hint == "check the free space and the permissions of the folder"


def test_names_are_latest_first(store: Store) -> None:
    for name in ("b", "c", "a"):
        make(store, name)
    assert store.names() == ["a", "c", "b"]


def test_a_damaged_entry_keeps_its_place_among_the_names(store: Store) -> None:
    for name in ("b", "c"):
        make(store, name)
    (make(store, "a") / "manifest.json").write_text("{")
    assert store.names() == ["a", "c", "b"]


def test_an_entry_without_its_manifest_is_damaged_not_absent(store: Store) -> None:
    (make(store, "nb") / "manifest.json").unlink()
    assert store.has("nb") and store.names() == ["nb"]
    with pytest.raises(ArtefactError, match=r"nb/manifest.json is missing"):
        store.verify("nb")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "/x", "CON", "nul.txt", "x" * 65, "a\0b", "-x", "x.", "x.bad", "x.bad2", "é"]
)
def test_names_that_are_no_names_are_refused(name: str, store: Store) -> None:
    with pytest.raises(UsageError, match="cannot be a name"):
        valid_name(name)
    with pytest.raises(UsageError, match="cannot be a name"):
        store.path(name)


@pytest.mark.posix
def test_a_link_out_of_the_store_is_refused(store: Store, tmp_path: Path) -> None:
    make(store, "nb")
    (tmp_path / "elsewhere").mkdir()
    (store.root / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArtefactError, match="is a link that leads out of"):
        store.verify("link")
    assert sorted(store.names()) == ["link", "nb"]


def test_a_skipped_subfolder_is_not_read(store: Store) -> None:
    (make(store, "nb") / "model" / "weights.npy").write_text("damaged")
    assert store.verify("nb", skip="model")["kind"] == "run"
    with pytest.raises(ArtefactError, match=r"model/weights.npy is damaged: 7 bytes, expected 30") as caught:
        store.verify("nb")
    assert caught.value.hint == "make nb again with --force, or restore it from a copy"


def test_another_format_is_told_from_damage(store: Store) -> None:
    restate(make(store, "nb"), format=99, imdbnlp="9.1.0")
    with pytest.raises(FormatError, match=r"nb has format 99 \(imdbnlp 9.1.0\), this version reads format 3") as caught:
        store.verify("nb")
    assert caught.value.hint == "make it again with --force, or use the version that made it"


def test_the_first_format_had_no_checksum_of_itself(store: Store) -> None:
    folder = make(store, "nb")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({"files": manifest["files"], "format": 1}))
    with pytest.raises(FormatError, match="nb has format 1, this version reads format 3"):
        store.verify("nb")


@pytest.mark.parametrize("content", ["[]", "{}", '{"format": 3, "files": {}}', '{"sha256": Infinity}', '"\\ud800"'])
def test_what_is_no_manifest_is_an_error(content: str, store: Store) -> None:
    folder = make(store, "nb")
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ArtefactError, match="nb"):
        store.verify("nb")


def test_a_damaged_entry_is_put_aside_and_kept(store: Store) -> None:
    for damage in ("one", "two"):
        (make(store, "nb") / "run.json").write_text(damage)
        store.quarantine("nb")
    assert store.names() == []
    assert (store.root / "nb.bad" / "run.json").read_text() == "one"
    assert (store.root / "nb.bad2" / "run.json").read_text() == "two"


def test_a_whole_entry_is_never_put_aside(store: Store) -> None:
    make(store, "nb")
    assert store.quarantine("nb") is None and store.quarantine("other") is None
    assert content_of(store, "nb") == "new"


def test_an_entry_of_another_version_is_never_put_aside(store: Store) -> None:
    restate(make(store, "nb"), format=99)
    assert store.quarantine("nb") is None
    with pytest.raises(FormatError):
        obtain(store)
    assert store.names() == ["nb"]


def obtain(store: Store, text: str = "new", key: str = "k", **options: Any) -> Entry:
    """The entry `nb`, whose file holds the text if it is made now."""

    def write(folder: Path) -> dict[str, Any]:
        (folder / "run.json").write_text(text)
        return {"kind": "run", "partial": text == "half"}

    return store.obtain("nb", key, write, **options)


def test_an_entry_is_made_once_and_then_comes_from_the_store(store: Store) -> None:
    entry = obtain(store, "one")
    assert entry.is_new and (entry.folder / "run.json").read_text() == "one" and entry.manifest["key"] == "k"
    assert not obtain(store, "two").is_new and content_of(store, "nb") == "one"
    assert obtain(store, "two", force=True).is_new and content_of(store, "nb") == "two"


def test_an_entry_of_another_key_is_refused(store: Store) -> None:
    obtain(store)
    with pytest.raises(UsageError, match="'nb' exists with other settings"):
        obtain(store, key="other")
    assert obtain(store, key="other", force=True).manifest["key"] == "other"


def test_a_partial_entry_is_made_again(store: Store, listener: Any) -> None:
    obtain(store, "half")
    assert obtain(store, "whole", reporter=listener).is_new and content_of(store, "nb") == "whole"
    assert listener.notes == ["nb was interrupted; it is made again"]


def test_a_damaged_entry_is_renamed_and_made_again(store: Store, listener: Any) -> None:
    folder = obtain(store, "old").folder
    (folder / "run.json").write_text("damaged")
    assert obtain(store, reporter=listener).is_new
    assert listener.warnings == [
        f"{folder}/run.json is damaged: 7 bytes, expected 3; it is kept as nb.bad, and nb is made again"
    ]


def test_a_damaged_entry_that_must_not_be_repaired_is_an_error(store: Store) -> None:
    (obtain(store).folder / "run.json").write_text("damaged")
    with pytest.raises(ArtefactError, match="run.json is damaged"):
        obtain(replace(store, repairs=False))
    assert store.names() == ["nb"]


def test_an_amended_entry_keeps_its_files_and_its_key(store: Store) -> None:
    folder = obtain(store, "one").folder

    def add(folder: Path) -> dict[str, Any]:
        (folder / "more.json").write_text("{}")
        return {"folds": 5}

    manifest = store.amend("nb", add).manifest
    assert (manifest["key"], manifest["kind"], manifest["folds"]) == ("k", "run", 5)
    assert sorted(manifest["files"]) == ["more.json", "run.json"] and (folder / "run.json").read_text() == "one"
    assert store.verify("nb") == manifest


def test_what_is_removed_is_gone(store: Store) -> None:
    make(store, "nb")
    store.remove("nb")
    assert store.names() == [] and left_aside(store) == []


def test_what_is_removed_does_not_come_back(store: Store) -> None:
    make(store, "nb", "new")
    aside(store, "nb-123-0123abcd.old")  # its predecessor, where a replacement was killed at the very end
    store.remove("nb")
    assert store.names() == [] and left_aside(store) == []


@pytest.mark.parametrize("look", [Store.names, lambda store: store.has("nb"), lambda store: make(store, "nb", "newer")])
def test_an_entry_comes_back_whose_replacement_was_killed(look: object, store: Store) -> None:
    folder = make(store, "nb", "old")
    (store.root / ".tmp").mkdir(exist_ok=True)
    folder.rename(store.root / ".tmp" / "nb-123-0123abcd.old")
    look(store)  # type: ignore[operator]
    assert content_of(store, "nb") == "old" and left_aside(store) == []


def test_an_entry_that_is_being_replaced_is_left_to_who_does_it(store: Store) -> None:
    folder = make(store, "nb", "old")
    with locked(store.root / ".locks" / "nb.lock"):
        folder.rename(store.root / ".tmp" / "nb-123-0123abcd.old")
        make(store, "other")
        assert left_aside(store) == ["nb-123-0123abcd.old"]


def test_what_a_killed_build_left_goes_with_the_next_build_unless_its_lock_is_held(store: Store) -> None:
    make(store, "nb")
    for name in ("nb", "other", "busy"):
        aside(store, f"{name}-123-0123abcd", 1)
    with locked(store.root / ".locks" / "busy.lock"), store.build("another"):
        assert [name for name in left_aside(store) if not name.startswith("another")] == ["busy-123-0123abcd"]


def test_rubbish_of_who_is_still_at_work_is_not_deleted(store: Store) -> None:
    make(store, "first")
    aside(store, "nb-123-0123abcd", DAY + 60)
    with locked(store.root / ".locks" / "nb.lock"):
        make(store, "second")
    assert left_aside(store) == ["nb-123-0123abcd"]


def test_what_is_not_ours_is_left_alone(store: Store) -> None:
    aside(store, ".DS_Store", DAY + 60)
    aside(store, "notes", DAY + 60)
    (store.root / ".hidden").mkdir()
    make(store, "nb")
    assert left_aside(store) == [".DS_Store", "notes"] and store.names() == ["nb"]


def test_a_build_in_progress_is_waited_for(store: Store) -> None:
    notes: list[str] = []
    impatient = Store(store.root, notes.append, lock_seconds=0.1)
    with store.build("nb"), pytest.raises(ResourceError, match=f"is locked by process {os.getpid()} "):
        make(impatient, "nb")
    assert len(notes) == 1 and notes[0].startswith(f"waiting for process {os.getpid()} (")
