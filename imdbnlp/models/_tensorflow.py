"""TensorFlow and Keras, imported once, quietly, and only by what needs them.

    from imdbnlp.models._tensorflow import keras, tf      # inside the function that needs it: it takes seconds

Raises ResourceError where TensorFlow is not installed.
"""

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from imdbnlp.errors import ResourceError

__all__ = ["keras", "repeatable", "tf"]


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


@contextmanager
def repeatable(seed: int, threads: int) -> Iterator[None]:
    """What happens within is repeatable; the program's own random states, session and settings come back after it.

    threads: how many may run at once, if TensorFlow has not started yet.
    """
    with suppress(RuntimeError):  # they cannot be changed any more
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
    with _program_kept():
        keras.utils.clear_session()  # layers' names count on, and TensorFlow orders sums by them
        keras.utils.set_random_seed(seed)
        tf.config.experimental.enable_op_determinism()
        yield


@contextmanager
def _program_kept() -> Iterator[None]:
    """Put back what seeds and a cleared session change in the program that calls the library."""
    from keras.src.backend.common import global_state
    from tensorflow.python.eager.context import context
    from tensorflow.python.framework.config import disable_op_determinism, is_op_determinism_enabled

    eager, is_deterministic = context(), is_op_determinism_enabled()
    seed, chance = eager._seed, getattr(eager, "_rng", None)  # without a seed, TensorFlow may have no generator
    python, numpy = random.getstate(), np.random.get_state()
    sessions = {name: getattr(global_state, name) for name in ("GLOBAL_STATE_TRACKER", "GLOBAL_SETTINGS_TRACKER")}
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        for name, state in sessions.items():
            setattr(global_state, name, state)
        eager._seed, eager._rng = seed, chance
        if not is_deterministic:
            disable_op_determinism()
