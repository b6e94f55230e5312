"""Folders that appear whole or not at all.

    store = Store(Path("work/runs"))
    with store.build("nbsvm-1a2b3c4d") as draft:
        write_json(draft.folder / "metrics.json", {"accuracy": 0.9})
    store.verify("nbsvm-1a2b3c4d")       # the manifest, once every file's sha256 has been checked

An entry is built aside, every file is hashed and flushed to disk, the manifest is written last, and one rename makes
it visible.  A lock lets one process build while others wait; it goes with its owner, so none is ever stale.
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imdbnlp.errors import ArtefactError, ResourceError, UsageError
from imdbnlp.storage.files import read_json, sha256_file, write_json
from imdbnlp.storage.lock import locked

FORMAT = 1
MANIFEST = "manifest.json"
_ASIDE, _LOCKS = ".tmp", ".locks"
_DAY_SECONDS = 24 * 3600
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?|.*\.bad[0-9]*|.*\.")


def valid_name(name: str) -> str:
    """The name, if it can name an entry on every system.  Raises UsageError otherwise."""
    if not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        raise UsageError(
            f"{name[:80]!r} cannot be a name", hint="use up to 64 letters, digits, points, dashes and underscores"
        )
    return name


@dataclass
class Draft:
    """An entry in the making.  folder: where to write.  manifest: what to say of it.  done: it is there already."""

    folder: Path
    manifest: dict[str, Any] = field(default_factory=dict)
    done: bool = False


@dataclass(frozen=True)
class Store:
    """root: the folder that holds the entries."""

    root: Path

    def path(self, name: str) -> Path:
        """The folder of an entry.  Raises ArtefactError if it leads out of the store."""
        folder = self.root / valid_name(name)
        if folder.is_symlink() and self.root.resolve() not in folder.resolve().parents:
            raise ArtefactError(f"{folder} is a link that leads out of {self.root}", hint="remove the link")
        return folder

    def has(self, name: str) -> bool:
        """Whether the entry is there and complete."""
        return (self.path(name) / MANIFEST).is_file()

    def names(self) -> list[str]:
        """All complete entries, the newest first."""
        if not self.root.is_dir():
            return []
        found = [folder.name for folder in self.root.iterdir() if (folder / MANIFEST).is_file()]
        names = [name for name in found if _NAME.fullmatch(name) and not _RESERVED.fullmatch(name)]
        return sorted(names, key=lambda name: (self._created(name), name), reverse=True)

    def _created(self, name: str) -> str:
        """When an entry was made; nothing for a damaged one, which is then listed last."""
        try:
            return str(self.manifest(name).get("created", ""))
        except ArtefactError:
            return ""

    def manifest(self, name: str) -> dict[str, Any]:
        """What an entry says of itself.  Raises ArtefactError if it is damaged or of another version."""
        path = self.path(name) / MANIFEST
        manifest = read_json(path)
        if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
            raise ArtefactError(f"{path} is no manifest", hint="build it again with --force")
        if manifest.get("format") != FORMAT:
            raise ArtefactError(
                f"{path.parent} has format {manifest.get('format')}, this version reads format {FORMAT}",
                hint="build it again with --force, or use the version that made it",
            )
        return manifest

    def verify(self, name: str) -> dict[str, Any]:
        """The manifest, once every file has the size and sha256 that it states.  Raises ArtefactError otherwise."""
        folder, manifest = self.path(name), self.manifest(name)
        with ThreadPoolExecutor(2) as pool:
            problems = list(pool.map(lambda item: _problem(folder / item[0], item[1]), manifest["files"].items()))
        for problem in filter(None, problems):
            raise ArtefactError(problem, hint=f"build {name} again with --force, or restore it from a copy")
        return manifest

    @contextmanager
    def build(self, name: str, replace: bool = False) -> Iterator[Draft]:
        """Make an entry.  Raises ResourceError when the disk, or another process, is in the way."""
        target = self.path(name)
        try:
            (self.root / _LOCKS).mkdir(parents=True, exist_ok=True)
            with locked(self.root / _LOCKS / f"{name}.lock"):
                if self.has(name) and not replace:
                    yield Draft(target, done=True)
                    return
                self._sweep()
                with self._aside(name) as folder:
                    draft = Draft(folder)
                    yield draft
                    _seal(draft)
                    self._publish(folder, target)
        except OSError as error:
            where = error.filename or target
            raise ResourceError(
                f"cannot write {where}: {error.strerror or error}",
                hint="check the free space and the rights of the folder",
            ) from error

    @contextmanager
    def _aside(self, name: str) -> Iterator[Path]:
        folder = self.root / _ASIDE / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _publish(self, folder: Path, target: Path) -> None:
        """Rename into place; an old entry steps aside first and comes back if that fails."""
        old = folder.with_name(folder.name + ".old")
        replaced = target.exists()
        if replaced:
            os.rename(target, old)
        try:
            os.rename(folder, target)
        except BaseException:
            if replaced:
                os.rename(old, target)
            raise
        _flush(self.root)
        if replaced:
            shutil.rmtree(old, ignore_errors=True)

    def quarantine(self, name: str) -> Path:
        """Put a damaged entry aside as `<name>.bad`."""
        number, target = 1, self.root / f"{name}.bad"
        while target.exists():
            number += 1
            target = self.root / f"{name}.bad{number}"
        os.rename(self.path(name), target)
        return target

    def remove(self, name: str) -> None:
        """Delete an entry: first out of sight, then off the disk."""
        aside = self.root / _ASIDE / f"{name}-{os.getpid()}-{secrets.token_hex(4)}"
        aside.parent.mkdir(parents=True, exist_ok=True)
        os.rename(self.path(name), aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _sweep(self) -> None:
        """Restore what a killed replacement left aside, and delete what nobody has touched for a day."""
        aside = self.root / _ASIDE
        for folder in aside.iterdir() if aside.is_dir() else ():
            target = self.root / _owner(folder.name)
            if folder.suffix == ".old" and not target.exists():
                os.rename(folder, target)
            elif time.time() - folder.stat().st_mtime > _DAY_SECONDS and not _alive(folder.name):
                shutil.rmtree(folder, ignore_errors=True)


def _owner(aside_name: str) -> str:
    """The entry that a folder aside belongs to."""
    return aside_name.removesuffix(".old").rsplit("-", 2)[0]


def _alive(aside_name: str) -> bool:
    """Whether the process that a folder aside is named after still runs."""
    pid = aside_name.removesuffix(".old").rsplit("-", 2)[-2]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError):
        return False
    except PermissionError:
        return True
    return True


def _seal(draft: Draft) -> None:
    """Hash and flush every file, then write the manifest."""
    files = sorted(path for path in draft.folder.rglob("*") if path.is_file())
    draft.manifest["files"] = {
        path.relative_to(draft.folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_file(path)}
        for path in files
    }
    draft.manifest |= {"format": FORMAT, "created": datetime.now(UTC).isoformat()}
    write_json(draft.folder / MANIFEST, draft.manifest)
    folders = [draft.folder, *(path for path in draft.folder.rglob("*") if path.is_dir())]
    for path in [*files, draft.folder / MANIFEST, *folders]:
        _flush(path)


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _problem(path: Path, expected: dict[str, Any]) -> str | None:
    """What is wrong with a file, None if nothing is."""
    if not path.is_file():
        return f"{path} is missing"
    size = path.stat().st_size
    if size != expected["bytes"]:
        return f"{path} is damaged: {size} bytes, expected {expected['bytes']}"
    if sha256_file(path) != expected["sha256"]:
        return f"{path} is damaged: its sha256 is not the one in the manifest"
    return None
