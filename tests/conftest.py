"""What tests share: where the real data are, and a workspace of their own."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real corpora: $IMDBNLP_TEST_DATA or ../shared/data."""
    folder = Path(os.environ.get("IMDBNLP_TEST_DATA", REPOSITORY.parent / "shared" / "data"))
    folder = folder / "data" if (folder / "data").is_dir() else folder
    if not (folder / "imdb_train.csv.gz").is_file():
        pytest.skip(f"real corpora not found in {folder}; set IMDBNLP_TEST_DATA")
    return folder


@pytest.fixture
def nltk_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with NLTK's stopwords and wordnet, put where NLTK looks."""
    folder = Path(os.environ.get("NLTK_DATA", REPOSITORY.parent / "shared" / "nltk_data"))
    if not (folder / "corpora" / "wordnet.zip").is_file():
        pytest.skip(f"NLTK's wordnet not found in {folder}; set NLTK_DATA")
    monkeypatch.setenv("NLTK_DATA", str(folder))
    return folder
