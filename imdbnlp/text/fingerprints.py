"""Texts as numbers that tell whether two are equal, without keeping them.

    fingerprints(["A fine film.", "Dull."])      # array of two uint64

A run keeps those of the texts it learned from, so that nobody tests it on them unawares.
"""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import check_not_a_string


def fingerprints(texts: Sequence[str]) -> NDArray[np.uint64]:
    """(texts,) 64 bits of each text's BLAKE2b; that two of a million texts share them has a chance of 3e-8."""
    check_not_a_string(texts, "texts")
    digests = (hashlib.blake2b(text.encode(errors="replace"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), dtype="<u8")
