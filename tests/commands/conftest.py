"""A workspace with one small dataset and a trained run, shared by the tests that only read it."""

from pathlib import Path

import pytest

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
