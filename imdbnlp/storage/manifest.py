"""What an entry says of itself, and whether it is true.

    seal(folder, {"kind": "run"})     # writes manifest.json: size and sha256 of every file, and of itself
    verify(folder)["kind"]            # 'run', once every file is found to be as it was

A checksum reveals damage, not malice: against malice there are formats that cannot hold code, and readers that check
every size and range (see `files`).
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from imdbnlp import __version__
from imdbnlp.errors import ArtefactError
from imdbnlp.settings import canonical_digest
from imdbnlp.storage.files import open_stored, read_json, reading, sha256_file, sha256_of, write_json
from imdbnlp.storage.stated import stated as stated_in

FORMAT = 3
MANIFEST = "manifest.json"
Result = TypeVar("Result")
_ATTEMPTS, _PAUSE_SECONDS = 8, 0.05
_PLAIN_NAME = re.compile(r"(?!\.\.?$)[^/\\\x00-\x1f:]+")  # a name on every system, and no way up
_SEALED = ("files", "format", "imdbnlp", "created")  # what `seal` says
_OWN = "sha256"  # the manifest's own checksum: of its content without it


class FormatError(ArtefactError):
    """An entry is whole, but another version made it."""


def seal(folder: Path, about: Mapping[str, Any]) -> None:
    """Hash and flush every file of an entry, and write its manifest.  about: what else it shall say."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = dict(about) | {
        "files": {
            path.relative_to(folder).as_posix(): {"bytes": path.stat().st_size, "sha256": sha256_file(path)}
            for path in files
        },
        "format": FORMAT,
        "imdbnlp": __version__,
        "created": datetime.now(UTC).isoformat(),
    }
    write_json(folder / MANIFEST, manifest | {_OWN: canonical_digest(manifest)})
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in [*files, folder / MANIFEST, *folders]:
        flush(path)


def copy_entry(folder: Path, target: Path) -> dict[str, Any]:
    """Copy the files of an entry into an empty folder, all of one version.  Returns what its manifest says of them."""

    def copy(manifest: dict[str, Any]) -> dict[str, Any]:
        shutil.copytree(folder, target, dirs_exist_ok=True, ignore=lambda of, names: {MANIFEST} & set(names))
        return manifest

    about = read_entry(folder, copy)
    return {name: value for name, value in about.items() if name not in _SEALED}


def flush(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    if os.name == "nt":  # Windows flushes neither folders nor files that are open for reading
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an entry.  Raises ArtefactError if it is damaged, FormatError if another version made it."""
    path = folder / MANIFEST
    with reading(path, _hint(folder)):
        manifest = read_json(path)
        if not isinstance(manifest, dict):
            raise ValueError(f"{type(manifest).__name__}, expected an object")
        stated = manifest.pop(_OWN, None)
        if stated is not None and stated != _digest(manifest):
            raise ValueError("its sha256 is not the one that it states")
        if manifest.get("format") != FORMAT:
            raise _format_error(folder, manifest)
        if stated is None or not isinstance(manifest.get("files"), dict):
            raise ValueError("it has no checksums")
        for name, about in manifest["files"].items():
            _check_file(name, about)
        return stated_in(manifest, path)


def _format_error(folder: Path, manifest: dict[str, Any]) -> FormatError:
    maker = f" (imdbnlp {str(manifest['imdbnlp'])[:20]})" if "imdbnlp" in manifest else ""
    return FormatError(
        f"{folder} has format {str(manifest.get('format'))[:20]}{maker}, this version reads format {FORMAT}",
        hint="make it again with --force, or use the version that made it",
    )


def _check_file(name: str, about: Any) -> None:
    """Raises ValueError unless the name stays inside the entry, and its size and checksum are of the right types."""
    if not all(_PLAIN_NAME.fullmatch(part) for part in name.split("/")):
        raise ValueError(f"it lists {name[:80]!r}, which is not the name of a file inside the entry")
    if type(about["bytes"]) is not int or about["bytes"] < 0 or not isinstance(about["sha256"], str):
        raise ValueError(f"it states no size and sha256 of {name[:80]!r}")


def verify(folder: Path, skip: str = "") -> dict[str, Any]:
    """The manifest, once every file has the size and sha256 that it states.

    skip: a subfolder to leave out, if the caller does not read it.  Raises ArtefactError naming a damaged file.
    """
    manifest = read_manifest(folder)
    files = {name: stated for name, stated in manifest["files"].items() if not (skip and name.startswith(f"{skip}/"))}
    with ThreadPoolExecutor(2) as pool:
        problems = list(pool.map(lambda name: _problem(folder, name, files[name]), files))
    for problem in filter(None, problems):
        raise ArtefactError(problem, hint=_hint(folder))
    return manifest


def is_unchanged(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the entry in the folder is still the one that this manifest describes.

    True as well if it was made again with the same content: then whatever was read of either is right; and for a draft,
    whose manifest lists no files yet.
    """
    if "files" not in manifest:
        return True
    try:
        return bool(read_manifest(folder)["files"] == manifest["files"])
    except ArtefactError:
        return False


def replaced(folder: Path) -> ArtefactError:
    """The error for a reader that holds one part of an entry and finds the others replaced."""
    return ArtefactError(f"{folder} was replaced by another process while it was read", hint="run the command again")


@contextmanager
def lasting(folder: Path, manifest: Mapping[str, Any]) -> Iterator[None]:
    """Whatever is read from the folder within is of the entry that this manifest describes.

    Raises ArtefactError if another entry has replaced it since.
    """
    try:
        with reading(folder):
            yield
    except ArtefactError:
        if is_unchanged(folder, manifest):
            raise
        raise replaced(folder) from None
    if not is_unchanged(folder, manifest):
        raise replaced(folder)


def read_entry(folder: Path, read: Callable[[dict[str, Any]], Result], skip: str = "") -> Result:
    """Verify an entry and read it, all from one version of it, although other processes may replace it meanwhile.

    read: takes the manifest and returns what it read; it is called again if the entry was replaced.
    skip: a subfolder that is not read.
    Raises ArtefactError if the entry is damaged, or is replaced faster than it can be read.
    """
    for attempt in range(_ATTEMPTS):
        before = _state(folder)
        try:
            manifest = verify(folder, skip)
            result = read(manifest)
        except FormatError:
            raise
        except ArtefactError:
            if before and _state(folder) == before:
                raise
            if attempt == _ATTEMPTS - 1 or (not before and attempt):  # a replacement leaves a gap, but a short one
                raise
        else:
            if is_unchanged(folder, manifest):
                return result
        time.sleep(_PAUSE_SECONDS * (attempt + 1))
    raise replaced(folder)


def _state(folder: Path) -> tuple[int, ...]:
    """What changes when the manifest is replaced; empty if there is none."""
    try:
        status = (folder / MANIFEST).stat()
    except OSError:
        return ()
    return (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)


def _digest(manifest: dict[str, Any]) -> str:
    """The checksum of what was read; empty if no version can have written it."""
    try:
        return canonical_digest(manifest)
    except ValueError:  # infinity, half a character
        return ""


def _hint(folder: Path) -> str:
    return f"make {folder.name} again with --force, or restore it from a copy"


def _problem(folder: Path, name: str, stated: Mapping[str, Any]) -> str | None:
    """What is wrong with a file, None if nothing is."""
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return f"{path} is damaged: it is a link that leads out of {folder}"
        with open_stored(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size != stated["bytes"]:
                return f"{path} is damaged: {size} bytes, expected {stated['bytes']}"
            if sha256_of(file) != stated["sha256"]:
                return f"{path} is damaged: its sha256 is not the one in the manifest"
    except ArtefactError as error:
        return error.message
    except (RuntimeError, OSError) as error:  # a link to itself, a name too long
        return f"{path} is damaged: {error}"
    return None
