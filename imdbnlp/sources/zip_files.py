"""Zip archives of one file, and the names of files that operating systems add to archives and folders.

name_within("reviews.zip")          # 'reviews.csv'
"""

import lzma
import struct
import zipfile
import zlib
from typing import IO

from imdbnlp.errors import DataError

_UNREADABLE = (
    EOFError,
    OSError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    RuntimeError,
    ValueError,
    struct.error,
)
"""What Python raises for a damaged archive, and for one with a password or an unknown method."""


def only_member(raw: IO[bytes], path: str) -> IO[bytes]:
    """The unpacked bytes of the one file in a zip archive.  Raises DataError if there is not exactly one."""
    try:
        archive = zipfile.ZipFile(raw)
        members = _real_members(archive)
        if len(members) != 1:
            names = ", ".join(members[:10]) + (", ..." if len(members) > 10 else "")
            found = f"{len(members)} files, expected one" + (f": {names}" if members else "")
            raise DataError(f"{path} contains {found}", hint="unpack it and give one of its files")
        return archive.open(members[0])
    except _UNREADABLE as error:
        raise DataError(
            f"{path} cannot be unpacked: {_on_one_line(error)}", hint="download it again, or unpack it by hand"
        ) from None


def _real_members(archive: zipfile.ZipFile) -> list[str]:
    """The files in it, without folders and files that operating systems add."""
    return [name for name in archive.namelist() if not name.endswith("/") and not is_system_file(name)]


def is_system_file(name: str) -> bool:
    """Whether a path is hidden, or one that macOS and Windows add to folders and archives."""
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith(".") or parts[-1].lower() in ("thumbs.db", "desktop.ini")


def name_within(path: str) -> str:
    """The name that determines a file's format: that of the only file in a zip archive, else its own."""
    if not path.lower().endswith(".zip"):
        return path
    try:
        with zipfile.ZipFile(path) as archive:
            members = _real_members(archive)
    except _UNREADABLE:
        return path
    return members[0] if len(members) == 1 else path


def _on_one_line(error: Exception) -> str:
    """A library's message about damaged data, on one line that does not repeat the data."""
    found = " ".join(str(error).split()) or type(error).__name__
    return found if len(found) <= 100 else found[:97] + "..."
