"""NLTK's language data, found where NLTK looks and read without importing it.

    read_corpus_file("stopwords", "english")
"""

import os
import sys
import zipfile
from pathlib import Path

from imdbnlp.errors import ResourceError


def read_corpus_file(corpus: str, name: str) -> str:
    """The text of a corpus' file, from its folder or its zip.  Raises ResourceError with the command that fetches it."""
    for folder in _folders():
        plain = folder / "corpora" / corpus / name
        if plain.is_file():
            return plain.read_text(encoding="utf-8")
        packed = folder / "corpora" / f"{corpus}.zip"
        if packed.is_file():
            return _from_zip(packed, f"{corpus}/{name}")
    raise ResourceError(
        f"NLTK's {corpus} data are in none of the folders where NLTK looks ($NLTK_DATA, ~/nltk_data, ...)",
        hint="fetch them with: python -m nltk.downloader stopwords wordnet",
    )


def _from_zip(packed: Path, member: str) -> str:
    try:
        with zipfile.ZipFile(packed) as archive:
            return archive.read(member).decode("utf-8")
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        raise ResourceError(
            f"{packed} is damaged: {error}", hint="fetch it again with: python -m nltk.downloader stopwords wordnet"
        ) from None


def _folders() -> list[Path]:
    """The folders of nltk.data.path, in its order."""
    given = [Path(folder) for folder in os.environ.get("NLTK_DATA", "").split(os.pathsep) if folder]
    prefix = Path(sys.prefix)
    own = [Path.home() / "nltk_data", *(prefix / part / "nltk_data" for part in ("", "share", "lib"))]
    system = ("/usr/share", "/usr/local/share", "/usr/lib", "/usr/local/lib")
    return [*given, *own, *(Path(folder) / "nltk_data" for folder in system)]
