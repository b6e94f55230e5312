"""A workspace with one dataset and two runs, and a copy of it to change."""

import shutil
from pathlib import Path

import pytest

from imdbnlp.commands import preprocess, train
from imdbnlp.workspace.workspace import Workspace


@pytest.fixture(scope="session")
def made(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Runs `floor` (majority), then `nb` (nbsvm).  Tests must not change it."""
    workspace = Workspace(tmp_path_factory.mktemp("made"))
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    for model, name in (("majority", "floor"), ("nbsvm", "nb")):
        train.train(train.options_for({"model": model})(model=model, name=name), workspace)
    return workspace


@pytest.fixture
def copy(made: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be changed."""
    shutil.copytree(made.root, tmp_path / "work")
    return Workspace(tmp_path / "work")
