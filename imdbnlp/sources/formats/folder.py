"""A folder with one subfolder of texts for each class, such as the Large Movie Review Dataset or 20 Newsgroups.

aclImdb/train/pos/0_9.txt, aclImdb/test/neg/1_2.txt, …    # split train and test, label pos and neg
reviews/good/a.txt, reviews/bad/b.txt                     # label good and bad
aclImdb/train/unsup/0_0.txt, …                            # texts without labels: a source for --unlabelled
"""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.errors import DataError, UsageError
from imdbnlp.sources.compression import Digest
from imdbnlp.sources.decode import undecodable_hint
from imdbnlp.sources.rows import RowTable, TextTable
from imdbnlp.sources.split_names import PART_NAMES
from imdbnlp.sources.table_format import InputFile, TableFormat
from imdbnlp.sources.zip_files import is_system_file

_TEXT_COLUMN, _ID_COLUMN, _LABEL_COLUMN, _SPLIT_COLUMN = "text", "id", "label", "split"
_UNLABELLED_FOLDER = "unsup"
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}")
_MAX_DEPTH = 5
_PART_ORDER = list(dict.fromkeys(PART_NAMES.values()))


@dataclass(frozen=True)
class _TextFile:
    path: Path
    label: str
    part: str


class Format(TableFormat):
    title = "a folder of classes"

    def accepts(self, path: str, ending: str) -> bool:
        return os.path.isdir(path)

    def open(self, file: InputFile) -> RowTable:
        folder = Path(file.path)
        files = _files(folder, file.labelled)
        _note_unlabelled(folder, file)
        if skipped := _skipped(folder, files):
            file.reporter.note(skipped)
        return TextTable(_rows(folder, files, file.settings.encoding, file.digest))

    def fixed_columns(self, columns: Collection[str], labelled: bool) -> dict[str, str]:
        """A folder's own columns, whatever those of the other sources are called."""
        roles = {"text_column": _TEXT_COLUMN}
        if labelled:
            roles["label_column"] = _LABEL_COLUMN
        if labelled and _SPLIT_COLUMN in columns:
            roles["split_column"] = _SPLIT_COLUMN
        return roles

    def digest(self, path: str, labelled: bool) -> str:
        """The sha256 of the names and contents of all files that are read."""
        digest, folder = hashlib.sha256(), Path(path)
        for _ in _rows(folder, _files(folder, labelled), "latin-1", digest):  # any byte is a letter in Latin-1
            pass
        return digest.hexdigest()


def _rows(folder: Path, files: list[_TextFile], encoding: str, digest: Digest | None) -> Iterator[list[str]]:
    """The header, then a row for each file, ordered by part, class and file name.

    digest: is given each file's name and sha256.  Raises DataError for a file that is not in that encoding.
    """
    has_labels, has_parts = any(file.label for file in files), any(file.part for file in files)
    yield [_TEXT_COLUMN, _ID_COLUMN, *[_LABEL_COLUMN] * has_labels, *[_SPLIT_COLUMN] * has_parts]
    for file in files:
        name, data = file.path.relative_to(folder).as_posix(), _bytes(file.path)
        if digest is not None:
            digest.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\n".encode(errors="surrogateescape"))
        yield [_decoded(data, encoding, file.path), name, *[file.label] * has_labels, *[file.part] * has_parts]


def _note_unlabelled(folder: Path, file: InputFile) -> None:
    unlabelled = folder / "train" / _UNLABELLED_FOLDER
    if file.labelled and unlabelled.is_dir():
        file.reporter.note(
            f"{unlabelled} contains texts without labels; use --unlabelled {unlabelled} to read them, too"
        )


def _skipped(folder: Path, files: list[_TextFile]) -> str:
    """How many files in the folders of the classes are not read, and why; empty if all are."""
    read = {file.path for file in files}
    skipped = [path for parent in sorted({path.parent for path in read}) for path in parent.iterdir()]
    reasons = Counter(_reason(path) for path in skipped if path not in read)
    listed = ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items()))
    return f"{folder}: skipped {sum(reasons.values())} file(s): {listed}" if reasons else ""


def _reason(path: Path) -> str:
    if path.is_dir():
        return "subfolder(s) of a class"
    if is_system_file(path.name) or _is_backup(path):
        return "hidden or backup"
    if not path.is_file():
        return "that cannot be read"
    return f"with the ending {_ending(path)}" if _ending(path) else "without an ending"


def _files(folder: Path, labelled: bool) -> list[_TextFile]:
    """The files that are read.  labelled=False: the .txt files of the folder itself, if it has any.

    Raises UsageError unless the folder has one of the layouts that this module's docstring shows.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", hint="give a folder, or leave out --format")
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
    if any(_ending(file.path) == ".txt" for file in files):  # a file without an ending is then a README
        files = [file for file in files if _ending(file.path) == ".txt"]
    if len({file.label for file in files}) < 2:
        raise UsageError(
            f"{folder} has no subfolders with .txt files for at least two classes",
            hint="give a file, or a folder with one subfolder of .txt files for each class",
        )
    return files


def _root(folder: Path) -> Path:
    """The folder, or its only subfolder, and so on: archives are often unpacked into nested folders."""
    for _ in range(_MAX_DEPTH):
        inner = _folders(folder)
        if len(inner) != 1 or _texts(inner[0]) or _part(inner[0]):
            return folder
        folder = inner[0]
    return folder


def _part(folder: Path) -> str:
    """The split that a folder is named after, such as `train` or `20news-bydate-train`; empty if there is none."""
    name = folder.name.lower()
    return PART_NAMES.get(name) or PART_NAMES.get(re.split(r"[-_. ]", name)[-1], "")


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not is_system_file(path.name))


def _classes(root: Path) -> list[Path]:
    return [path for path in _folders(root) if path.name != _UNLABELLED_FOLDER and _texts(path)]


def _texts(folder: Path) -> list[Path]:
    """The .txt files; if there are none, those without an ending, as 20 Newsgroups has them."""
    files = sorted(
        path for path in folder.iterdir() if not is_system_file(path.name) and not _is_backup(path) and path.is_file()
    )
    return [file for file in files if _ending(file) == ".txt"] or [file for file in files if not _ending(file)]


def _ending(path: Path) -> str:
    """The suffix in lower case; empty if it is a number or a hash, which are not endings."""
    return path.suffix.lower() if _ENDING.fullmatch(path.suffix) else ""


def _is_backup(path: Path) -> bool:
    return path.name.endswith("~") or path.suffix.lower() in (".bak", ".orig", ".swp", ".tmp")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except PermissionError:
        raise UsageError(f"cannot read {file}: permission denied", hint="check the permissions of the file") from None


def _decoded(data: bytes, encoding: str, file: Path) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise DataError(
            f"{file} is not {encoding} at byte {error.start:,}: {error.reason}", hint=undecodable_hint(b"", data)
        ) from None
    except UnicodeError as error:
        raise DataError(
            f"{file} is not {encoding}: {error}", hint="give the encoding of the files with --encoding"
        ) from None
