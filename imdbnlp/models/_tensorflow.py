"""TensorFlow and Keras, imported only by what needs them, and networks that are built without a trace.

    from imdbnlp.models._tensorflow import keras, tf      # inside the function that needs it: it takes seconds

    network = build(lambda: keras.Model(…), seed=42)

A library must not change the program that calls it: no seed, session, setting or stream of the process is touched.
Raises ResourceError if TensorFlow is not installed.
"""

import os
import random
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from imdbnlp.errors import ResourceError

__all__ = ["build", "keras", "tf"]

_LOG_LEVEL, _BACKEND = "TF_CPP_MIN_LOG_LEVEL", "KERAS_BACKEND"
Built = TypeVar("Built")


def _import() -> tuple[Any, Any]:
    is_quiet = os.environ.get(_LOG_LEVEL) == "3"
    try:
        with _program_kept(), _silence() if is_quiet else nullcontext():
            import keras
            import tensorflow
    except ImportError as error:
        sys.modules.pop("keras", None)
        raise ResourceError(
            f"networks need TensorFlow, which cannot be imported: {' '.join(str(error).split())}",
            hint="pip install tensorflow, or the smaller tensorflow-cpu; nbsvm, linear and gbm do without",
        ) from None
    if keras.backend.backend() != "tensorflow":
        raise ResourceError(
            f"networks need Keras with TensorFlow, and this process has imported it with {keras.backend.backend()}",
            hint="set KERAS_BACKEND=tensorflow before Keras is imported",
        )
    if is_quiet:
        tensorflow.get_logger().setLevel("ERROR")
    return keras, tensorflow


@contextmanager
def _program_kept() -> Iterator[None]:
    """Keras reads its backend from the environment when it is imported; TensorFlow draws random numbers."""
    before, generator = os.environ.get(_BACKEND), random.getstate()
    os.environ[_BACKEND] = "tensorflow"
    try:
        yield
    finally:
        random.setstate(generator)
        if before is None:
            del os.environ[_BACKEND]
        else:
            os.environ[_BACKEND] = before


@contextmanager
def _silence() -> Iterator[None]:
    """Keep off stderr what TensorFlow writes before it heeds TF_CPP_MIN_LOG_LEVEL, if that asks for silence."""
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


keras, tf = _import()


def build(make: Callable[[], Built], seed: int, check: Callable[[Built], None] | None = None) -> Built:
    """Build a network: the same seed gives the same initial weights, layer names and random numbers in training.

    check: is called before memory for the weights is taken, and may raise.
    """

    # Keras numbers the names of layers in each thread from the start, and TensorFlow orders sums by these names.  What
    # is random in a network takes its seed from Python's generator while the network is built.
    def in_thread() -> Built:
        before = random.getstate()
        random.seed(seed)
        try:
            return _checked(make, check)
        finally:
            random.setstate(before)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(in_thread).result()


def _checked(make: Callable[[], Built], check: Callable[[Built], None] | None) -> Built:
    """The network.  Within the scope its variables have shapes, and values only when the scope ends."""
    with keras.StatelessScope() as scope:
        try:
            network = make()
            if check:
                check(network)
        except BaseException:
            scope.initialize_variables = False
            raise
    return network
