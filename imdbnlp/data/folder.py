"""A folder with one subfolder of .txt files for each class, as the Large Movie Review Dataset comes.

aclImdb/train/pos/0_9.txt, aclImdb/test/neg/1_2.txt, …    # split train and test, label pos and neg
reviews/good/a.txt, reviews/bad/b.txt                     # label good and bad
"""

from collections.abc import Iterator
from pathlib import Path

from imdbnlp.errors import DataError, UsageError

_PARTS = ("train", "valid", "test")
_UNLABELLED = "unsup"
COLUMNS = ["text", "label", "id", "split"]


def is_text_folder(path: Path) -> bool:
    """Whether the path is a folder."""
    return path.is_dir()


def folder_rows(folder: Path) -> Iterator[list[str]]:
    """The header, then a row for each file, ordered by part, class and file name.

    Raises UsageError if the folder has not that layout, DataError for a file that is no UTF-8.
    """
    parts = [part for part in _PARTS if (folder / part).is_dir()]
    found = [(part, folder / part) for part in parts] or [("", folder)]
    classes = [(part, path) for part, root in found for path in _class_folders(root)]
    if len({path.name for _, path in classes}) < 2:
        raise UsageError(
            f"{folder} has no subfolders with .txt files for at least two classes", hint="name a file, or such a folder"
        )
    yield COLUMNS if parts else COLUMNS[:3]
    for part, path in classes:
        for file in sorted(path.glob("*.txt")):
            row = [_read(file), path.name, file.relative_to(folder).as_posix(), part]
            yield row if parts else row[:3]


def _class_folders(root: Path) -> list[Path]:
    return sorted(
        path for path in root.iterdir() if path.is_dir() and path.name != _UNLABELLED and any(path.glob("*.txt"))
    )


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not utf-8 at byte {error.start}: {error.reason}", hint="convert it first") from None
