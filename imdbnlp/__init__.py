"""imdbnlp: from a CSV of labelled texts to a classifier one can compare, trust and use.

    from imdbnlp import TextClassifier

    classifier = TextClassifier("nbsvm").fit(texts, labels)     # an estimator with scikit-learn's interface
    classifier.predict_proba(["A fine film."])                  # (1, classes)

Every command is a function as well: `from imdbnlp.commands.train import Options, train`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imdbnlp.errors import ImdbnlpError
    from imdbnlp.estimators.classifier import TextClassifier
    from imdbnlp.estimators.translator import Translator
    from imdbnlp.estimators.word_vectors import WordVectors
    from imdbnlp.workspace.workspace import Workspace

__version__ = "0.1.0"
__all__ = ["ImdbnlpError", "TextClassifier", "Translator", "WordVectors", "Workspace", "__version__"]

_HOMES = {
    "ImdbnlpError": "imdbnlp.errors",
    "TextClassifier": "imdbnlp.estimators.classifier",
    "Translator": "imdbnlp.estimators.translator",
    "WordVectors": "imdbnlp.estimators.word_vectors",
    "Workspace": "imdbnlp.workspace.workspace",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for, so that `import imdbnlp` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'imdbnlp' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
