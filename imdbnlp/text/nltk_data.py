"""NLTK's language data, found where NLTK finds it, without importing it (2 s) or any download.

    location = find_corpus("stopwords")                  # .../nltk_data/corpora/stopwords.zip
    read_corpus_file(location, "english")                # one word a line

A corpus is a folder, or the zip file that NLTK's downloader fetched.
"""

import os
import sys
import zipfile
import zlib
from pathlib import Path

from imdbnlp.errors import ResourceError

DOWNLOAD_COMMAND = "python -m nltk.downloader stopwords wordnet"


def nltk_folders() -> list[Path]:
    """The folders that NLTK searches, in its order.  Source: nltk.data.path."""
    named = [Path(name).expanduser() for name in os.environ.get("NLTK_DATA", "").split(os.pathsep) if name]
    home = Path("~/nltk_data").expanduser()
    prefix = Path(sys.prefix)
    inside = [prefix / "nltk_data", prefix / "share" / "nltk_data", prefix / "lib" / "nltk_data"]
    if os.name == "nt":
        roots = [os.environ.get("APPDATA", "C:\\"), "C:\\", "D:\\", "E:\\"]
    else:
        roots = ["/usr/share", "/usr/local/share", "/usr/lib", "/usr/local/lib"]
    return [*named, home, *inside, *(Path(root) / "nltk_data" for root in roots)]


def find_corpus(name: str) -> Path:
    """The folder or the zip file of a corpus.  Raises ResourceError with the command that fetches it."""
    for folder in nltk_folders():
        for location in (folder / "corpora" / name, folder / "corpora" / f"{name}.zip"):
            if location.exists():
                return location
    raise ResourceError(f"NLTK's {name} data is in none of NLTK's folders", hint=f"run: {DOWNLOAD_COMMAND}")


def read_corpus_file(location: Path, name: str) -> bytes:
    """The content of one file of a corpus that find_corpus found.

    Raises ResourceError if the file is missing or cannot be read.
    """
    try:
        if location.suffix != ".zip":
            return (location / name).read_bytes()
        with zipfile.ZipFile(location) as archive:
            return archive.read(f"{location.stem}/{name}")
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        hint = f"delete {location}, then run: {DOWNLOAD_COMMAND}"
        raise ResourceError(f"cannot read {name} in {location}: {error}", hint=hint) from None
