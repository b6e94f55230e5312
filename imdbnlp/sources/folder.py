"""A folder with one subfolder of texts for each class, as the Large Movie Review Dataset and 20 Newsgroups come.

aclImdb/train/pos/0_9.txt, aclImdb/test/neg/1_2.txt, …    # split train and test, label pos and neg
reviews/good/a.txt, reviews/bad/b.txt                     # label good and bad
aclImdb/train/unsup/0_0.txt, …                            # texts without labels: a source for --unlabelled
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.compression import Digest, is_system_file
from imdbnlp.sources.decode import undecodable_hint
from imdbnlp.sources.split_names import PART_NAMES

TEXT_COLUMN, LABEL_COLUMN, SPLIT_COLUMN = "text", "label", "split"
UNLABELLED_FOLDER = "unsup"
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}")
_MAX_DEPTH = 5
_PART_ORDER = list(dict.fromkeys(PART_NAMES.values()))


@dataclass(frozen=True)
class _TextFile:
    path: Path
    label: str
    part: str


def folder_rows(
    folder: Path, encoding: str = "utf-8", labelled: bool = True, digest: Digest | None = None
) -> Iterator[list[str]]:
    """The header, then a row for each file, ordered by part, class and file name.

    labelled=False: the .txt files of the folder itself.  digest: is given each file's name and sha256.
    Raises UsageError if the folder has not that layout, DataError for a file that is not in that encoding.
    """
    files = _files(folder, labelled)
    has_labels, has_parts = any(file.label for file in files), any(file.part for file in files)
    yield [TEXT_COLUMN, "id", *[LABEL_COLUMN] * has_labels, *[SPLIT_COLUMN] * has_parts]
    for file in files:
        name, data = file.path.relative_to(folder).as_posix(), _bytes(file.path)
        if digest is not None:
            digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode(errors="surrogateescape"))
        yield [_decoded(data, encoding, file.path), name, *[file.label] * has_labels, *[file.part] * has_parts]


def folder_digest(folder: Path, labelled: bool = True) -> str:
    """The sha256 of the names and contents of all files that folder_rows reads."""
    digest = hashlib.sha256()
    for _ in folder_rows(folder, "latin-1", labelled, digest):  # any byte is a letter in Latin-1
        pass
    return digest.hexdigest()


def passed_over(folder: Path, labelled: bool = True) -> str:
    """How many files of the classes are not read, and why; empty if all are."""
    chosen = {file.path for file in _files(folder, labelled)}
    others = [path for parent in sorted({path.parent for path in chosen}) for path in parent.iterdir()]
    reasons = Counter(_reason(path) for path in others if path not in chosen)
    listed = ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items()))
    return f"{folder}: {sum(reasons.values())} file(s) passed over: {listed}" if reasons else ""


def _reason(path: Path) -> str:
    if path.is_dir():
        return "folder(s) inside of a class"
    if is_system_file(path.name) or _is_backup(path):
        return "hidden or backup"
    if not path.is_file():
        return "that cannot be read"
    return f"with the ending {_ending(path)}" if _ending(path) else "without an ending"


def _files(folder: Path, labelled: bool) -> list[_TextFile]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint="name a folder, or leave out --format")
    if not labelled and _texts(folder):
        return [_TextFile(path, "", "") for path in _texts(folder)]
    root = _root(folder)
    roots = [(part, inner) for inner in _folders(root) if (part := _part(inner)) and _classes(inner)]
    files = [
        _TextFile(path, of_class.name, part)
        for part, inner in sorted(roots, key=lambda pair: _PART_ORDER.index(pair[0])) or [("", root)]
        for of_class in _classes(inner)
        for path in _texts(of_class)
    ]
    if any(_ending(file.path) == ".txt" for file in files):  # what has no ending beside them is a README
        files = [file for file in files if _ending(file.path) == ".txt"]
    if len({file.label for file in files}) < 2:
        raise UsageError(
            f"{folder} has no subfolders with .txt files for at least two classes",
            hint="name a file, or a folder with one subfolder of texts for each class",
        )
    return files


def _root(folder: Path) -> Path:
    """The folder, or the only one in it, and so on, as archives unpack."""
    for _ in range(_MAX_DEPTH):
        inner = _folders(folder)
        if len(inner) != 1 or _texts(inner[0]) or _part(inner[0]):
            return folder
        folder = inner[0]
    return folder


def _part(folder: Path) -> str:
    """The part that a folder's name tells: `train`, or `20news-bydate-train`; empty if none."""
    name = folder.name.lower()
    return PART_NAMES.get(name) or PART_NAMES.get(re.split(r"[-_. ]", name)[-1], "")


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not is_system_file(path.name))


def _classes(root: Path) -> list[Path]:
    return [path for path in _folders(root) if path.name != UNLABELLED_FOLDER and _texts(path)]


def _texts(folder: Path) -> list[Path]:
    """The .txt files; if there are none, those without an ending, as 20 Newsgroups has them."""
    files = sorted(
        path for path in folder.iterdir() if not is_system_file(path.name) and not _is_backup(path) and path.is_file()
    )
    return [file for file in files if _ending(file) == ".txt"] or [file for file in files if not _ending(file)]


def _ending(path: Path) -> str:
    """The suffix in lower case; a number or a hash behind a point is none."""
    return path.suffix.lower() if _ENDING.fullmatch(path.suffix) else ""


def _is_backup(path: Path) -> bool:
    return path.name.endswith("~") or path.suffix.lower() in (".bak", ".orig", ".swp", ".tmp")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except PermissionError:
        raise UsageError(f"cannot read {file}: permission denied", hint="check the rights of the file") from None


def _decoded(data: bytes, encoding: str, file: Path) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not {encoding} at byte {error.start:,}: {error.reason}", hint=undecodable_hint(b"", data)
        ) from None
    except UnicodeError as error:
        raise DataError(f"{file} is not {encoding}: {error}", hint="tell the --encoding of all files") from None
