"""Whether a source is still the same: digests, and files that change while they are read.

with unchanged("reviews.csv"):
    digest = source_digest("reviews.csv")
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import check_local_file, open_bytes
from imdbnlp.sources.registry import format_of
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.standard_input import shown_path
from imdbnlp.storage.files import sha256_file


@contextmanager
def unchanged(path: str) -> Iterator[None]:
    """Raises DataError if the file was written to, or replaced, in the meantime."""
    before = _state(path)
    yield
    if _state(path) != before:
        raise DataError(
            f"{shown_path(path)} changed while it was being read", hint="try again when no program is writing to it"
        )


def _state(path: str) -> tuple[int, int, int] | None:
    """Identity, size and time of a file, to see whether it was written to or replaced."""
    if not os.path.isfile(path):
        return None
    status = os.stat(path)
    return status.st_ino, status.st_size, status.st_mtime_ns


def source_digest(path: str, labelled: bool = True, settings: SourceSettings | None = None) -> str:
    """The sha256 of a source's bytes on the disk.  Raises UsageError if it cannot be read.

    settings: its format, unless the path determines it.  Standard input must have been made readable again; see
    standard_input.py.
    """
    if path != "-":
        kind = format_of(path, settings or SourceSettings())
        return kind.digest(path, labelled) if kind else sha256_file(check_local_file(path))
    digest = hashlib.sha256()
    with open_bytes(path, digest) as stream:
        while stream.read1():
            pass
    return digest.hexdigest()
