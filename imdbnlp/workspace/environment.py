"""What a run or dataset was made with: versions, machine, memory."""

import importlib.metadata
import os
import platform
import sys
from typing import Any

from imdbnlp import __version__

_LIBRARIES = ("numpy", "pyarrow", "scipy", "lightgbm", "scikit-learn", "nltk", "simplemma", "tensorflow", "keras",
              "tokenizers")  # fmt: skip


def environment() -> dict[str, Any]:
    """Versions and machine, as a run records them."""
    versions = {"imdbnlp": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"versions": versions, "system": platform.platform(), "cpus": os.cpu_count()}


def peak_megabytes() -> float:
    """The most memory that this process has held so far."""
    try:
        import resource
    except ImportError:  # Windows has no such figure in the standard library
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)
