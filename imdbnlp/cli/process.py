"""Settings of the process itself, which a library must not touch but a command line may."""

import ctypes
import gc
import os
import sys

_MANY_OBJECTS = 200_000
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # of glibc's mallopt(3)
_NEVER, _STEP_BYTES = 2**31 - 1, 64 << 20


def prepare_for_large_arrays() -> None:
    """Keep memory that was freed for the next array, and look for cycles of objects less often.

    By default glibc gives every large array back to the system, which then clears it again, page by page, for the
    next one: a third of the time of counting n-grams.  Arrow is told to use the same memory.
    """
    gc.set_threshold(_MANY_OBJECTS)
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, _NEVER)
        mallopt(_TOP_PAD, _STEP_BYTES)
