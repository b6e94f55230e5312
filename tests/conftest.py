"""What tests share: where the real data are, a small table of texts, and a command line of their own."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.cli.main import run
from imdbnlp.commands import preprocess, train
from imdbnlp.progress import SilentReporter
from imdbnlp.workspace.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parent.parent
SYSTEMS = {"posix": os.name == "posix", "linux": sys.platform == "linux"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test on systems that lack what it is about."""
    for system, is_here in SYSTEMS.items():
        if item.get_closest_marker(system) and not is_here:
            pytest.skip(f"needs a {system} system")


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


class Listener(SilentReporter):
    """A reporter that remembers notes and warnings."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.warnings: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def listener() -> Listener:
    """A new one."""
    return Listener()


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """No IMDBNLP_ variable of the environment changes a test."""
    for name in [name for name in os.environ if name.startswith("IMDBNLP_") and not name.startswith("IMDBNLP_TEST_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def cli(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in a workspace of the test's own: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(["--workspace", str(tmp_path / "work"), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return call


@pytest.fixture(scope="session")
def reviews_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 short reviews of two classes that a model can learn, all different."""
    path = tmp_path_factory.mktemp("data") / "reviews.csv"
    kinds = {"positive": ["a wonderful film", "moving and funny"], "negative": ["a dull film", "boring and long"]}
    rows = [
        f"{text} number{number} seen in town{number % 7},{label}"
        for number in range(50)
        for label, texts in kinds.items()
        for text in texts
    ]
    path.write_text("review,sentiment\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture(scope="session")
def trained(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Runs `nb` (nbsvm) and `floor` (majority) on 200 short reviews.  Tests must not change it."""
    workspace = Workspace(tmp_path_factory.mktemp("trained"))
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    for model, name in (("majority", "floor"), ("nbsvm", "nb")):
        options = train.options_for({"model": model})(model=model, name=name, folds=4)
        train.train(options, workspace)
    return workspace
