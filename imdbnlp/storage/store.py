"""Folders that appear whole or not at all.

    store = Store(Path("work/features"))

    def make(folder: Path) -> dict[str, Any]:
        write_array(folder / "rows.npy", rows)
        return {"kind": "features"}                          # what the manifest says

    entry = store.obtain("tfidf-1a2b3c4d", key, make)        # from the store, made, or waited for
    read_array(entry.folder / "rows.npy")

An entry is built aside, every file is hashed and flushed to disk, the manifest is written last, and one rename makes
it visible.  A lock lets one process build while others wait; it goes with its owner, so none is ever stale.  Whatever a
killed process leaves lies aside: an entry that was to be replaced comes back, everything else is
deleted by the next build, once nobody holds its lock.
"""

import os
import re
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
from imdbnlp.storage.lock import TIMEOUT_SECONDS, LockedError, locked
from imdbnlp.storage.lock import is_available as lock_is_available

_ASIDE, _LOCKS, _OLD = ".tmp", ".locks", ".old"
_ASIDE_NAME = re.compile(r"(?P<entry>.+)-[0-9]+-[0-9a-f]{8}(\.old)?")
_DAY_SECONDS = 24 * 3600
_SWAP_SECONDS = 1.0  # longer than the two renames of a replacement take
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*\.bad[0-9]*|.*\.")


def valid_name(name: str) -> str:
    """The name, if it can name an entry on every system.  Raises UsageError otherwise."""
    if not _is_name(name):
        raise UsageError(
            f"{name[:80]!r} cannot be a name", hint="use up to 64 letters, digits, points, dashes and underscores"
        )
    return name


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _RESERVED.fullmatch(name)


@dataclass
class Draft:
    """An entry in the making.  folder: where to write.  manifest: what to say of it.  done: it is there already."""

    folder: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True)
class Entry:
    """A verified entry.  manifest: what it says of itself.  is_new: it was not in the store before."""

    name: str
    folder: Path
    manifest: dict[str, Any]
    is_new: bool


Make = Callable[[Path], Mapping[str, Any]]
"""Writes the files of an entry into an empty folder and returns what its manifest says of them."""


@dataclass(frozen=True)
class Store:
    """root: the folder that holds the entries.  note: is told when another process is waited for.

    repairs: a damaged entry is made again when it is asked for; otherwise it is an error.
    """

    root: Path
    note: Callable[[str], None] = field(default=lambda text: None)
    repairs: bool = True
    lock_seconds: float = TIMEOUT_SECONDS

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
        """All entries, the one made or asked for last first, the damaged ones among them."""
        self._recover()
        found = [folder for folder in _inside(self.root) if _is_name(folder.name) and folder.is_dir()]
        return [
            folder.name for folder in sorted(found, key=lambda folder: (_changed(folder), folder.name), reverse=True)
        ]

    def touch(self, name: str) -> None:
        """Make an entry the one asked for last, where the folder may be written to."""
        now = time.time_ns()  # the system's own stamps are some milliseconds coarse: two in a row would be equal
        with suppress(OSError):
            os.utime(self.path(name), ns=(now, now))

    def manifest(self, name: str) -> dict[str, Any]:
        """What an entry says of itself.  Raises ArtefactError if it is damaged or of another version."""
        return manifests.read_manifest(self.path(name))

    def verify(self, name: str, skip: str = "") -> dict[str, Any]:
        """The manifest, once every file has the size and sha256 that it states.  Raises ArtefactError otherwise.

        skip: a subfolder to leave out, for who does not read from it.
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
        return self._checked(Entry(name, self.path(name), self.verify(name), is_new=not draft.done), key)

    def amend(self, name: str, make: Make) -> Entry:
        """Replace an entry by a changed copy.  make: changes the copied files and returns changes of the manifest."""
        with self.build(name, replace=True) as draft:
            draft.manifest |= manifests.copy_entry(self.path(name), draft.folder)
            draft.manifest |= make(draft.folder)
        return Entry(name, self.path(name), self.verify(name), is_new=True)

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
        """Make an entry.  Raises ResourceError when the disk, or another process, is in the way."""
        target = self.path(name)
        with self._writing(name), self._lock(name):
            self._settle(name)
            if target.exists() and not replace:
                yield Draft(target, done=True)
                return
            self._sweep()
            with self._aside(name) as folder:
                draft = Draft(folder)
                yield draft
                manifests.seal(folder, draft.manifest)
                self._publish(folder, target)

    def quarantine(self, name: str) -> Path | None:
        """Put an entry aside as `<name>.bad` if it is damaged; None if it is not, or another process was faster."""
        with self._writing(name), self._lock(name):
            self._settle(name)
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
        """Delete an entry: first out of sight, then off the disk."""
        with self._writing(name), self._lock(name):
            self._settle(name)
            aside = self._new_aside(name)
            aside.parent.mkdir(parents=True, exist_ok=True)
            os.rename(self.path(name), aside)
            shutil.rmtree(aside, ignore_errors=True)

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        """Turn what the system says of this store's disk into one error; of other files it speaks for itself."""
        try:
            yield
        except OSError as error:
            place = Path(str(error.filename or self.root / name))
            if not place.is_relative_to(self.root) and not self.root.is_relative_to(place):
                raise
            raise ResourceError(
                f"cannot write {place}: {error.strerror or error}",
                hint="check the free space and the rights of the folder",
            ) from error

    @contextmanager
    def _lock(self, name: str, seconds: float | None = None) -> Iterator[None]:
        (self.root / _LOCKS).mkdir(parents=True, exist_ok=True)
        patience = self.lock_seconds if seconds is None else seconds
        with locked(self.root / _LOCKS / f"{name}.lock", patience, self.note):
            yield

    def _new_aside(self, name: str) -> Path:
        return self.root / _ASIDE / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"

    @contextmanager
    def _aside(self, name: str) -> Iterator[Path]:
        folder = self._new_aside(name)
        try:
            folder.mkdir(parents=True)
            yield folder
        finally:
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:  # Ctrl-C ends the first attempt, not the second
                shutil.rmtree(folder, ignore_errors=True)

    def _publish(self, folder: Path, target: Path) -> None:
        """Rename into place.  An old entry steps aside first, goes with the folder aside, and comes back on failure."""
        old = folder.with_name(folder.name + _OLD)
        try:
            if target.exists():
                os.rename(target, old)
            os.rename(folder, target)
            manifests.flush(self.root)
            if old.exists():
                os.rename(old, folder)
        except BaseException:
            if old.exists():
                if target.exists():
                    os.rename(target, folder)
                os.rename(old, target)
            raise

    def _settle(self, name: str) -> None:
        """Clear what killed processes left aside of an entry.  Who calls holds its lock, so nobody works on it."""
        for folder in _inside(self.root / _ASIDE):
            if _entry_of(folder) != name:
                continue
            if folder.suffix == _OLD and not (self.root / name).exists():
                os.rename(folder, self.root / name)
            elif folder.suffix == _OLD:  # what is half deleted must not bear the name of what comes back
                shutil.rmtree(folder.rename(folder.with_suffix("")), ignore_errors=True)
            elif _is_left_over(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def _recover(self) -> None:
        """Bring back entries that stepped aside for a replacement which was killed before it took their place."""
        left = {_entry_of(folder) for folder in _inside(self.root / _ASIDE) if folder.suffix == _OLD}
        for name in left:
            if name and not (self.root / name).exists():
                with suppress(LockedError, OSError), self._lock(name, _SWAP_SECONDS):
                    self._settle(name)

    def _sweep(self) -> None:
        """Clear what is left aside of other entries, unless somebody works on them."""
        left = {_entry_of(folder) for folder in _inside(self.root / _ASIDE) if _is_left_over(folder)}
        for name in left:
            if name:
                with suppress(LockedError, OSError), self._lock(name, 0):
                    self._settle(name)


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
            hint="check the free space and the rights of the folder",
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _inside(folder: Path) -> list[Path]:
    """What lies in a folder, nothing where there is none."""
    return list(folder.iterdir()) if folder.is_dir() else []


def _entry_of(aside: Path) -> str | None:
    """The entry that a folder aside belongs to; None for what is not ours."""
    match = _ASIDE_NAME.fullmatch(aside.name)
    return match["entry"] if match and _is_name(match["entry"]) else None


def _changed(folder: Path) -> float:
    """When a folder was last changed or touched; long ago if another process has removed it."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0


def _is_left_over(folder: Path) -> bool:
    """Whether a folder aside is nobody's, its lock being free: where there are no locks, its age tells."""
    if lock_is_available():
        return True
    changed = _changed(folder)
    return changed > 0 and time.time() - changed > _DAY_SECONDS
