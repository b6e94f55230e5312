"""A folder with one subfolder of .txt files for each class, as the Large Movie Review Dataset comes.

aclImdb/train/pos/0_9.txt, aclImdb/test/neg/1_2.txt, …    # split train and test, label pos and neg
reviews/good/a.txt, reviews/bad/b.txt                     # label good and bad
aclImdb/train/unsup/0_0.txt, …                            # texts without labels: a source for --unlabelled
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.data.compression import Digest
from imdbnlp.data.split import PART_NAMES
from imdbnlp.errors import DataError, UsageError

TEXT_COLUMN, LABEL_COLUMN, SPLIT_COLUMN = "text", "label", "split"
UNLABELLED_FOLDER = "unsup"


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


def _files(folder: Path, labelled: bool) -> list[_TextFile]:
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="name a folder, or leave out --format")
    if not labelled and any(_texts(folder)):
        return [_TextFile(path, "", "") for path in _texts(folder)]
    roots = [(part, root) for part in PART_NAMES if (root := folder / part).is_dir() and _classes(root)]
    files = [
        _TextFile(path, of_class.name, part)
        for part, root in roots or [("", folder)]
        for of_class in _classes(root)
        for path in _texts(of_class)
    ]
    if len({file.label for file in files}) < 2:
        raise UsageError(
            f"{folder} has no subfolders with .txt files for at least two classes", hint="name a file, or such a folder"
        )
    return files


def _classes(root: Path) -> list[Path]:
    return sorted(
        path for path in root.iterdir() if path.is_dir() and path.name != UNLABELLED_FOLDER and any(_texts(path))
    )


def _texts(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.txt") if path.is_file())


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
            f"{file} is not {encoding} at byte {error.start:,}: {error.reason}", hint="tell the --encoding of all files"
        ) from None
    except UnicodeError as error:
        raise DataError(f"{file} is not {encoding}: {error}", hint="tell the --encoding of all files") from None
