"""A workspace with an entry of every kind, and a copy of it to do harm to."""

import shutil
import sys
from pathlib import Path

import pytest

from imdbnlp.commands import preprocess, train, vectorize
from imdbnlp.workspace.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent))  # for faults.py, which killed.py shares

OPTIONS = {
    "gbm": {"min_data_in_leaf": 1, "num_iterations": 20},
    "linear": {"char_ngrams": "2-3", "max_features": 300},
    "majority": {},
    "nbsvm": {},
}


@pytest.fixture(scope="session")
def whole(reviews_csv: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A dataset, features, and a run of each classical model.  Tests must not change it."""
    workspace = Workspace(tmp_path_factory.mktemp("whole"))
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    vectorize.vectorize(vectorize.Options(ngrams="1-2", char_ngrams="2-3"), workspace)
    for model, options in OPTIONS.items():
        train.train(train.options_for({"model": model})(model=model, name=model, **options), workspace)
    return workspace


@pytest.fixture
def copy(whole: Workspace, tmp_path: Path) -> Workspace:
    """The same, to be damaged."""
    shutil.copytree(whole.root, tmp_path / "work")
    return Workspace(tmp_path / "work")
