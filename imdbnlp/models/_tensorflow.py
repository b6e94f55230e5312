"""TensorFlow and Keras, imported once, quietly, and only by what needs them.

    from imdbnlp.models._tensorflow import keras, tf      # inside the function that needs it: it takes seconds

Raises ResourceError where TensorFlow is not installed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imdbnlp.errors import ResourceError

__all__ = ["keras", "prepare", "tf"]


def _import() -> tuple[Any, Any]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    try:
        with _silence():
            import keras
            import tensorflow
    except ImportError as error:
        sys.modules.pop("keras", None)
        raise ResourceError(
            f"networks need TensorFlow, which cannot be imported: {' '.join(str(error).split())}",
            hint="pip install tensorflow, or the smaller tensorflow-cpu; nbsvm, linear and gbm do without",
        ) from None
    tensorflow.get_logger().setLevel("ERROR")
    return keras, tensorflow


@contextmanager
def _silence() -> Iterator[None]:
    """Keep off stderr what native code writes there before it can be told not to."""
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


keras, tf = _import()


def prepare(seed: int, threads: int) -> None:
    """Make what follows repeatable.  threads: how many may run at once, if no network was built before."""
    with suppress(RuntimeError):  # they cannot be changed any more
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    keras.utils.clear_session()  # layers' names count on, and TensorFlow orders sums by them
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
