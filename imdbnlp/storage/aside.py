"""Folders that are not entries yet, or no longer: drafts, and entries that step aside for their replacement.

    aside = Aside(Path("work/features"))
    with aside.draft("tfidf-1a2b3c4d") as folder:
        ...                                       # write files
        aside.publish(folder, target)             # one rename makes them visible
    aside.settle("tfidf-1a2b3c4d")                # after a crash: bring back what was replaced, delete drafts

Everything is in one subfolder of a store, so an entry and its draft are on the same disk.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.storage.lock import is_available as lock_is_available
from imdbnlp.storage.manifest import flush
from imdbnlp.storage.names import is_name

_FOLDER, _OLD = ".tmp", ".old"
_NAME = re.compile(r"(?P<entry>.+)-[0-9]+-[0-9a-f]{8}(\.old)?")
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Aside:
    """root: the folder of the store."""

    root: Path

    def new(self, name: str) -> Path:
        """An unused path for an entry of this name."""
        return self.root / _FOLDER / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """An empty folder, which is deleted in the end unless it has been renamed."""
        folder = self.new(name)
        try:
            folder.mkdir(parents=True)
            yield folder
        finally:
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:  # Ctrl-C ends the first attempt, not the second
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, target: Path) -> None:
        """Rename a draft into place.  An old entry is renamed first, and restored on failure."""
        old = folder.with_name(folder.name + _OLD)
        try:
            if target.exists():
                os.rename(target, old)
            os.rename(folder, target)
            flush(self.root)
            if old.exists():
                os.rename(old, folder)
        except BaseException:
            if old.exists():
                if target.exists():
                    os.rename(target, folder)
                os.rename(old, target)
            raise

    def settle(self, name: str) -> None:
        """Clean up what killed processes left of an entry.  The caller holds its lock, so nobody works on it."""
        for folder in self._folders():
            if _entry_of(folder) != name:
                continue
            if folder.suffix == _OLD and not (self.root / name).exists():
                os.rename(folder, self.root / name)
            elif folder.suffix == _OLD:  # what is half deleted must not have the name of what comes back
                shutil.rmtree(folder.rename(folder.with_suffix("")), ignore_errors=True)
            elif _is_left_over(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def replaced(self) -> set[str]:
        """The entries that stepped aside for a replacement that never took their place."""
        names = {_entry_of(folder) for folder in self._folders() if folder.suffix == _OLD}
        return {name for name in names if name and not (self.root / name).exists()}

    def left_over(self) -> set[str]:
        """The entries of which something may have been left by a killed process."""
        names = {_entry_of(folder) for folder in self._folders() if _is_left_over(folder)}
        return {name for name in names if name}

    def _folders(self) -> list[Path]:
        folder = self.root / _FOLDER
        return list(folder.iterdir()) if folder.is_dir() else []


def _entry_of(aside: Path) -> str | None:
    """The entry that a folder belongs to; None if no store made it."""
    match = _NAME.fullmatch(aside.name)
    return match["entry"] if match and is_name(match["entry"]) else None


def _is_left_over(folder: Path) -> bool:
    """Whether nobody works on a folder: its lock is free, which the caller finds out; without locks its age decides."""
    if lock_is_available():
        return True
    changed = changed_at(folder)
    return changed > 0 and time.time() - changed > _DAY_SECONDS


def changed_at(folder: Path) -> float:
    """When a folder was last changed or touched, in seconds; 0 if another process has removed it."""
    try:
        return folder.stat().st_mtime
    except OSError:
        return 0.0
