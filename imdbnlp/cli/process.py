"""Settings of the process itself, which a library must not touch but a command line may."""

import ctypes
import gc
import os
import sys

_MANY_OBJECTS = 200_000
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # of glibc's mallopt(3)
_NEVER, _STEP_BYTES = 2**31 - 1, 64 << 20


def prepare() -> None:
    """Make the process fit for large arrays and for a machine that others use too.

    By default glibc gives every large array back to the system, which then clears it again, page by page, for the
    next one: a third of the time of counting n-grams.  So what was freed is kept, and Arrow uses the same memory.
    Threads of OpenMP (LightGBM) that wait for each other keep a core busy, which costs them up to 18 times the time
    where another process wants that core: they are made to sleep.  The garbage collector runs less often.
    """
    gc.set_threshold(_MANY_OBJECTS)
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, _NEVER)
        mallopt(_TOP_PAD, _STEP_BYTES)


def limit_threads(threads: int) -> None:
    """Let TensorFlow use this many threads; of no effect once it has been imported."""
    for pool in ("INTRAOP", "INTEROP"):
        os.environ[f"TF_NUM_{pool}_THREADS"] = str(threads)
