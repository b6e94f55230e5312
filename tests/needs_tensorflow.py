"""TensorFlow and Keras for the tests of layers: a module that imports them from here is skipped if they are missing."""

from importlib.util import find_spec

import pytest

if find_spec("tensorflow") is None:
    pytest.skip("needs TensorFlow, which is not installed", allow_module_level=True)

from imdbnlp.models._tensorflow import keras, tf

__all__ = ["keras", "tf"]
