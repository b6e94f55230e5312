"""Token ids -> one vector a text, by a pretrained encoder whose weights do not change.

    encoder = Encoder(checkpoint)
    encoder.vectors(rows)                    # (texts, width) float32

Texts of similar length share a batch, which is padded only to its longest.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._batches import length_groups
from imdbnlp.models.encoders._checkpoint import Checkpoint
from imdbnlp.progress import Advance, unheard
from imdbnlp.storage.ragged import Ragged

_TOKENS_AT_ONCE = 2048  # in a batch: larger arrays do not stay in the cache
_SCORES_AT_ONCE = 2**24  # attention scores of one layer, in a batch


class Encoder:
    """A checkpoint that is ready to compute."""

    def __init__(self, checkpoint: Checkpoint, precision: str = "float32") -> None:
        self.checkpoint, self.precision = checkpoint, precision

    def vectors(self, rows: Ragged, advance: Advance = unheard) -> NDArray[np.float32]:
        """(texts, width) pooled vectors; zeros for a text without tokens.  advance: called with numbers of tokens."""
        vectors = np.zeros((len(rows), self.checkpoint.architecture.width), dtype=np.float32)
        shifted = shift(rows)
        for chosen in batches_by_length(rows.lengths, self.checkpoint.architecture.heads):
            vectors[chosen] = self._forward(pad(shifted, chosen, "post")).numpy()
            advance(int(rows.lengths[chosen].sum()))
        return vectors

    @cached_property
    def _forward(self) -> Callable[[NDArray[np.int32]], Any]:
        from imdbnlp.models._tensorflow import tf
        from imdbnlp.models.encoders._network import build_encoder

        network = build_encoder(self.checkpoint.architecture, self.checkpoint.arrays, self.precision)
        signature = [tf.TensorSpec((None, None), tf.int32)]
        return tf.function(lambda token_ids: network(token_ids, training=False), input_signature=signature)


def shift(rows: Ragged) -> Ragged:
    """Token ids + 1, which is what the network reads: 0 is padding."""
    return Ragged(rows.values + np.int32(1), rows.offsets)


def batches_by_length(lengths: NDArray[np.int64], heads: int) -> Iterator[NDArray[np.int64]]:
    """The rows that are not empty, the longest first, in batches that suit the number of heads."""
    return length_groups(lengths, _TOKENS_AT_ONCE, most_scores=_SCORES_AT_ONCE // heads)
