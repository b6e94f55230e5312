"""Harm to one entry of a workspace, with or without checksums that fit it afterwards."""

import json
import os
import random
import re
from collections.abc import Callable
from pathlib import Path

from imdbnlp.settings import canonical_digest
from imdbnlp.storage.files import sha256_file

Harm = Callable[[Path, random.Random], None]
VALUES = [None, -1, 0, 2**31, 2**63, 10**30, 1e308, True, "", "x", [], {}, ["x", "x"], "../../etc/passwd", "\x00"]


def flip(path: Path, chance: random.Random) -> None:
    """Change up to eight bits."""
    content = bytearray(path.read_bytes())
    for _ in range(chance.randint(1, 8)):
        if content:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def cut(path: Path, chance: random.Random) -> None:
    """Leave the first part."""
    os.truncate(path, chance.randrange(path.stat().st_size or 1))


def drop(path: Path, chance: random.Random) -> None:
    """Remove the file."""
    path.unlink()


def swap(path: Path, chance: random.Random) -> None:
    """Put another file of the entry in its place."""
    files = [other for other in path.parent.iterdir() if other.is_file()]
    path.write_bytes(chance.choice(files).read_bytes())


def pipe(path: Path, chance: random.Random) -> None:
    """Put a pipe that nobody writes to in its place."""
    path.unlink()
    os.mkfifo(path)


def link(path: Path, chance: random.Random) -> None:
    """Put a link in its place that leads to what never ends, or out of the entry."""
    path.unlink()
    path.symlink_to(chance.choice(["/dev/zero", "/etc/passwd", path.name, "/dev/tty"]))


def number(path: Path, chance: random.Random) -> None:
    """Put a very large, small or random number in place of 4 bytes, or of a number in a text."""
    content = path.read_bytes()
    found = list(re.finditer(rb"-?\d+", content))
    if path.suffix in (".txt", ".json") and found:
        place = chance.choice(found)
        new = str(chance.choice([-1, 0, 1, 7, 2**31, 2**63, -(2**31), 10**30, chance.randrange(100)])).encode()
        path.write_bytes(content[: place.start()] + new + content[place.end() :])
    elif len(content) > 132:
        start = chance.randrange(128, len(content) - 4)
        new = chance.choice([b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\x00\x00\xc0\x7f", chance.randbytes(4)])
        path.write_bytes(content[:start] + new + content[start + 4 :])


def value(path: Path, chance: random.Random) -> None:
    """Put another value, perhaps of another type, into a JSON file."""
    if path.suffix != ".json":
        return number(path, chance)
    content = json.loads(path.read_text())
    inner = content
    while isinstance(inner, dict | list) and inner:
        key = chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        if chance.random() < 0.4 or not isinstance(inner[key], dict | list) or not inner[key]:
            inner[key] = chance.choice(VALUES)
            break
        inner = inner[key]
    path.write_text(json.dumps(content))
    return None


def size(path: Path, chance: random.Random) -> None:
    """Let an array's header claim 10^12 items."""
    content = path.read_bytes()
    found = re.search(rb"'shape': \((\d+)(.*?)\), \}( *)", content)
    if path.suffix != ".npy" or not found:
        return flip(path, chance)
    new = b"'shape': (" + b"1" + b"0" * 12 + found[2] + b"), }"
    path.write_bytes(content[: found.start()] + new.ljust(len(found[0])) + content[found.end() :])
    return None


HARMS: list[Harm] = [flip, cut, drop, swap, pipe, link, number, number, value, value, size]


def seal_again(folder: Path) -> None:
    """Let the manifest state what lies there now, as an attacker would."""
    path = folder / "manifest.json"
    try:
        manifest = json.loads(path.read_text()) if path.is_file() and not path.is_symlink() else None
    except ValueError:
        return
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        return
    for name in manifest["files"]:
        file = folder / name
        if file.is_file() and not file.is_symlink():
            manifest["files"][name] = {"bytes": file.stat().st_size, "sha256": sha256_file(file)}
    manifest.pop("sha256", None)
    path.write_text(json.dumps(manifest | {"sha256": canonical_digest(manifest)}))
