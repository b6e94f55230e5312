"""Train A and B in turns under one name, until killed.  A script: python replaced.py WORKSPACE"""

import sys
from itertools import cycle
from pathlib import Path

from imdbnlp.commands import train
from imdbnlp.workspace.workspace import Workspace

SETTINGS = {"A": {"cost": 0.1, "ngrams": "1-1"}, "B": {"cost": 10.0, "ngrams": "1-2"}}


def fit(workspace: Workspace, which: str, name: str) -> None:
    """Train one of the two."""
    options = train.options_for({"model": "nbsvm"})(model="nbsvm", name=name, force=True, threads=1, **SETTINGS[which])
    train.train(options, workspace)


if __name__ == "__main__":
    for letter in cycle(SETTINGS):
        fit(Workspace(Path(sys.argv[1])), letter, "shared")
