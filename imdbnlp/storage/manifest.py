"""What an entry says of itself, and whether it is true.

    seal(folder, {"kind": "run"})     # writes manifest.json: size and sha256 of every file, and of itself
    verify(folder)["kind"]            # 'run', once every file is found to be as it was

A checksum tells damage, not malice: against malice there are formats that cannot hold code.
"""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imdbnlp import __version__
from imdbnlp.errors import ArtefactError
from imdbnlp.settings import canonical_digest
from imdbnlp.storage.files import read_json, sha256_file, write_json

FORMAT = 2
MANIFEST = "manifest.json"
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
    """What an entry says of itself.  Raises ArtefactError if that is damaged, FormatError if it is not for us."""
    path = folder / MANIFEST
    manifest = read_json(path)
    if not isinstance(manifest, dict):
        raise ArtefactError(f"{path} is no manifest", hint=_hint(folder))
    stated = manifest.pop(_OWN, None)
    if stated is not None and stated != _digest(manifest):
        raise ArtefactError(f"{path} is damaged: its sha256 is not the one that it states", hint=_hint(folder))
    if manifest.get("format") != FORMAT:
        maker = f" (imdbnlp {manifest['imdbnlp']})" if "imdbnlp" in manifest else ""
        raise FormatError(
            f"{folder} has format {manifest.get('format')}{maker}, this version reads format {FORMAT}",
            hint="make it again with --force, or use the version that made it",
        )
    if stated is None or not isinstance(manifest.get("files"), dict):
        raise ArtefactError(f"{path} is damaged: it lacks checksums", hint=_hint(folder))
    return manifest


def verify(folder: Path, skip: str = "") -> dict[str, Any]:
    """The manifest, once every file has the size and sha256 that it states.

    skip: a subfolder to leave out, for who does not read from it.  Raises ArtefactError naming a damaged file.
    """
    manifest = read_manifest(folder)
    files = {name: stated for name, stated in manifest["files"].items() if not (skip and name.startswith(f"{skip}/"))}
    with ThreadPoolExecutor(2) as pool:
        problems = list(pool.map(lambda name: _problem(folder / name, files[name]), files))
    for problem in filter(None, problems):
        raise ArtefactError(problem, hint=_hint(folder))
    return manifest


def _digest(manifest: dict[str, Any]) -> str:
    """The checksum of what was read, empty if nobody can have written it."""
    try:
        return canonical_digest(manifest)
    except ValueError:  # infinity, half a character
        return ""


def _hint(folder: Path) -> str:
    return f"make {folder.name} again with --force, or restore it from a copy"


def _problem(path: Path, stated: Mapping[str, Any]) -> str | None:
    """What is wrong with a file, None if nothing is."""
    try:
        size = path.stat().st_size
        if size != stated["bytes"]:
            return f"{path} is damaged: {size} bytes, expected {stated['bytes']}"
        if sha256_file(path) != stated["sha256"]:
            return f"{path} is damaged: its sha256 is not the one in the manifest"
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):  # also where another process puts it aside
        return f"{path} is missing"
    return None
