"""Teacher forcing: the decoder is given the true target, and predicts at each position the token that comes next.

    for (source, decoder_input), targets, weights in PairBatches(source, target, batch_size=64, seed=42):
        ...

The decoder's input is START and the target; what it has to predict is the target and END.
"""

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import BucketedBatches
from imdbnlp.storage.ragged import Ragged, offsets_of
from imdbnlp.text.subwords import END, START

Batch = tuple[tuple[NDArray[np.int32], NDArray[np.int32]], NDArray[np.int32], NDArray[np.float32]]
_LONGER = 1000  # more than a sentence has tokens: sorts by target, then by source


class PairBatches(BucketedBatches):
    """source, target: (pairs,) ragged token ids, without START and END."""

    unit = "tokens"
    signature = ((("int32", 2), ("int32", 2)), ("int32", 2), ("float32", 2))

    def __init__(self, source: Ragged, target: Ragged, batch_size: int, seed: int) -> None:
        super().__init__(target.lengths * _LONGER + source.lengths, target.lengths + 1, batch_size, seed)
        self.source, self.target = source, with_start_and_end(target)

    def batch(self, rows: NDArray[np.int64]) -> Batch:
        return teacher_forcing_batch(self.source, self.target, rows)


def with_start_and_end(rows: Ragged) -> Ragged:
    """The rows with START before and END after each."""
    lengths = rows.lengths + 2
    offsets = offsets_of(lengths)
    values = np.empty(int(offsets[-1]), dtype=np.int32)
    is_token = np.ones(len(values), dtype=bool)
    is_token[offsets[:-1]] = is_token[offsets[1:] - 1] = False
    values[offsets[:-1]], values[offsets[1:] - 1] = START, END
    values[is_token] = rows.values
    return Ragged(values, offsets)


def teacher_forcing_batch(source: Ragged, target: Ragged, rows: NDArray[np.int64]) -> Batch:
    """A batch of these pairs.  target: with START and END.

    Returns ((pairs, longest source), (pairs, longest target + 1)) int32 token ids; (pairs, longest target + 1) int32
    targets, which are the decoder's input one position on; and float32 weights of that shape, 1 for a token and 0 for
    padding.
    """
    whole = pad(target, rows, "post")
    targets = np.ascontiguousarray(whole[:, 1:])
    return (pad(source, rows, "post"), whole[:, :-1]), targets, (targets > 0).astype(np.float32)
