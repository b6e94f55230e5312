"""Folders that appear whole or not at all.

    store = Store(Path("work/features"))

    def make(folder: Path) -> dict[str, Any]:
        write_array(folder / "rows.npy", rows)
        return {"kind": "features"}                          # what the manifest says

    entry = store.obtain("tfidf-1a2b3c4d", key, make)        # from the store, made, or waited for
    read_array(entry.folder / "rows.npy")

An entry is built in a folder aside, every file is hashed and flushed to disk, the manifest is written last, and one
rename makes the entry visible.  A lock lets one process build while others wait; it ends with its owner.  What a killed
process leaves is aside, too (see `aside`): an entry that was to be replaced comes back, and the next build deletes
everything else once its lock is free.
"""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imdbnlp.errors import ArtefactError, ResourceError, UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.storage import manifest as manifests
from imdbnlp.storage.aside import Aside, changed_at
from imdbnlp.storage.lock import TIMEOUT_SECONDS, LockedError, locked
from imdbnlp.storage.names import is_name, valid_name

_LOCKS = ".locks"
_SWAP_SECONDS = 1.0  # longer than the two renames of a replacement take


@dataclass
class Draft:
    """An entry that is being made.  folder: where to write.  manifest: its manifest.  done: it exists already."""

    folder: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True)
class Entry:
    """A verified entry.  manifest: its manifest.  is_new: whether it was made by this call."""

    name: str
    folder: Path
    manifest: dict[str, Any]
    is_new: bool


Make = Callable[[Path], Mapping[str, Any]]
"""Writes the files of an entry into an empty folder, and returns its manifest without the checksums."""


@dataclass(frozen=True)
class Store:
    """root: the folder that holds the entries.  note: is called when another process is waited for.

    repairs: a damaged entry is made again when it is asked for; otherwise it is an error.
    """

    root: Path
    note: Callable[[str], None] = field(default=lambda text: None)
    repairs: bool = True
    lock_seconds: float = TIMEOUT_SECONDS

    @property
    def _aside(self) -> Aside:
        return Aside(self.root)

    def path(self, name: str) -> Path:
        """The folder of an entry.  Raises ArtefactError if it leads out of the store."""
        folder = self.root / valid_name(name)
        if folder.is_symlink() and self.root.resolve() not in folder.resolve().parents:
            raise ArtefactError(f"{folder} is a link that leads out of {self.root}", hint="remove the link")
        return folder

    def has(self, name: str) -> bool:
        """Whether the entry is there.  It may be damaged: see `verify`."""
        self._recover()
        return self.path(name).exists()

    def names(self) -> list[str]:
        """All entries, damaged ones included, the most recently used first."""
        self._recover()
        folders = self.root.iterdir() if self.root.is_dir() else ()
        entries = [(changed_at(folder), folder.name) for folder in folders if is_name(folder.name) and folder.is_dir()]
        return [name for _, name in sorted(entries, reverse=True)]

    def touch(self, name: str) -> None:
        """Mark an entry as the most recently used, if the folder can be written to."""
        now = time.time_ns()  # the system's own stamps are some milliseconds coarse: two in a row would be equal
        with suppress(OSError):
            os.utime(self.path(name), ns=(now, now))

    def manifest(self, name: str) -> dict[str, Any]:
        """The manifest of an entry.  Raises ArtefactError if it is damaged or of another version."""
        return manifests.read_manifest(self.path(name))

    def verify(self, name: str, skip: str = "") -> dict[str, Any]:
        """The manifest, once every file has the size and sha256 that it states.  Raises ArtefactError otherwise.

        skip: a subfolder to leave out, if the caller does not read it.
        """
        return manifests.verify(self.path(name), skip)

    def obtain(self, name: str, key: str, make: Make, force: bool = False, reporter: Reporter = SILENT) -> Entry:
        """Return an entry from the store; make it first if it is not there, or wait for another process to make it.

        key: sha256 of all that the content depends on; it is stored in the manifest.  force: make it again.
        An entry whose manifest says `partial` is made again, and so is a damaged one, which is renamed first.
        Raises UsageError if an entry of this name has another key, ArtefactError if another version made it.
        """
        manifest = None if force else self._cached(name, reporter)
        if manifest:
            entry = self._checked(Entry(name, self.path(name), manifest, is_new=False), key)
            if not manifest.get("partial"):
                return entry
            reporter.note(f"{name} was interrupted; it is made again")
            force = True
        with self.build(name, replace=force) as draft:
            if not draft.done:
                draft.manifest |= {**make(draft.folder), "key": key}
        manifest = self.verify(name) if draft.done else self.manifest(name)  # what was just hashed needs no second look
        return self._checked(Entry(name, self.path(name), manifest, is_new=not draft.done), key)

    def amend(self, name: str, make: Make) -> Entry:
        """Replace an entry by a changed copy.  make: changes the copied files and returns changes of the manifest."""
        with self.build(name, replace=True) as draft:
            draft.manifest |= manifests.copy_entry(self.path(name), draft.folder)
            draft.manifest |= make(draft.folder)
        return Entry(name, self.path(name), self.manifest(name), is_new=True)

    def _checked(self, entry: Entry, key: str) -> Entry:
        if entry.manifest.get("key") != key:
            raise UsageError(
                f"'{entry.name}' exists with other settings", hint="choose another --name, or use --force to replace it"
            )
        return entry

    def _cached(self, name: str, reporter: Reporter) -> dict[str, Any] | None:
        """The manifest of an entry that can be used as it is; None if it has to be made.

        Raises ArtefactError for one that another version made, and for a damaged one that must not be repaired.
        """
        if not self.has(name):
            return None
        try:
            manifest = self.verify(name)
        except manifests.FormatError:
            raise
        except ArtefactError as error:
            if not self.repairs:
                raise
            damage = error.message
        else:
            self.touch(name)
            return manifest
        put_aside = self.quarantine(name)
        if put_aside:
            reporter.warn(f"{damage}; it is kept as {put_aside.name}, and {name} is made again")
            return None
        return self.verify(name) if self.has(name) else None

    @contextmanager
    def build(self, name: str, replace: bool = False) -> Iterator[Draft]:
        """Make an entry.  Raises ResourceError if the disk is full or another process does not finish."""
        target = self.path(name)
        with self._writing(name), self._lock(name):
            self._aside.settle(name)
            if target.exists() and not replace:
                yield Draft(target, done=True)
                return
            self._sweep()
            with self._aside.draft(name) as folder:
                draft = Draft(folder)
                yield draft
                manifests.seal(folder, draft.manifest)
                self._aside.publish(folder, target)

    def quarantine(self, name: str) -> Path | None:
        """Put an entry aside as `<name>.bad` if it is damaged; None if it is not, or another process was faster."""
        with self._writing(name), self._lock(name):
            self._aside.settle(name)
            if not self.path(name).exists() or not self._damaged(name):
                return None
            number, target = 1, self.root / f"{name}.bad"
            while target.exists():
                number += 1
                target = self.root / f"{name}.bad{number}"
            os.rename(self.path(name), target)
            return target

    def _damaged(self, name: str) -> bool:
        try:
            self.verify(name)
        except manifests.FormatError:
            return False
        except ArtefactError:
            return True
        return False

    def remove(self, name: str) -> None:
        """Delete an entry: rename it first, so that it disappears as a whole."""
        with self._writing(name), self._lock(name):
            self._aside.settle(name)
            aside = self._aside.new(name)
            aside.parent.mkdir(parents=True, exist_ok=True)
            os.rename(self.path(name), aside)
            shutil.rmtree(aside, ignore_errors=True)

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """Turn an OSError about a file of this store into a ResourceError; other errors pass."""
        try:
            yield
        except OSError as error:
            place = Path(str(error.filename or self.root / name))
            if not place.is_relative_to(self.root) and not self.root.is_relative_to(place):
                raise
            raise ResourceError(
                f"cannot write {place}: {error.strerror or error}",
                hint="check the free space and the permissions of the folder",
            ) from error

    @contextmanager
    def _lock(self, name: str, seconds: float | None = None) -> Iterator[None]:
        (self.root / _LOCKS).mkdir(parents=True, exist_ok=True)
        patience = self.lock_seconds if seconds is None else seconds
        with locked(self.root / _LOCKS / f"{name}.lock", patience, self.note):
            yield

    def _recover(self) -> None:
        """Bring back entries whose replacement was killed before it took their place."""
        self._settle_each(self._aside.replaced(), _SWAP_SECONDS)

    def _sweep(self) -> None:
        """Clean up what is left of other entries, unless somebody works on them."""
        self._settle_each(self._aside.left_over(), 0)

    def _settle_each(self, names: set[str], seconds: float) -> None:
        for name in names:
            with suppress(LockedError, OSError), self._lock(name, seconds):
                self._aside.settle(name)


@contextmanager
def new_entry(folder: Path) -> Iterator[Draft]:
    """Make an entry outside any store, in a folder of the user's choice; it appears whole or not at all.

    Raises UsageError if the folder exists, ResourceError if it cannot be written.
    """
    folder = folder.absolute()
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} exists already", hint="choose another folder, or remove it")
    aside = folder.with_name(f".{folder.name[:100]}-{secrets.token_hex(4)}")
    try:
        aside.mkdir(parents=True)
        draft = Draft(aside)
        yield draft
        manifests.seal(aside, draft.manifest)
        os.rename(aside, folder)
        manifests.flush(folder.parent)
    except OSError as error:
        raise ResourceError(
            f"cannot write {folder}: {error.strerror or error}",
            hint="check the free space and the permissions of the folder",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
