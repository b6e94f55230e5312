"""A workspace with one small dataset and a trained run, shared by the tests that only read it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.cli.main import run
from imdbnlp.commands import preprocess, train
from imdbnlp.workspace.workspace import Workspace


@pytest.fixture(scope="session")
def trained(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Runs `nb` (nbsvm) and `floor` (majority) on 200 short reviews.  Tests must not change it."""
    workspace = Workspace(tmp_path_factory.mktemp("trained"))
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    for model, name in (("majority", "floor"), ("nbsvm", "nb")):
        options = train.options_for({"model": model})(model=model, name=name, folds=4)
        train.train(options, workspace)
    return workspace


@pytest.fixture
def ask(workspace: Workspace, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command line in the test's own `workspace`: exit code, stdout, stderr."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = run(["--workspace", str(workspace.root), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return call
