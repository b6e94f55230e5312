"""Decoding token by token: the likeliest token at each step (greedy search), or several hypotheses (beam search).

    rows = Search(model).translate(source, SearchSettings(beam=5))      # (sentences,) token ids

Sentences of similar length are decoded together.  The model's state keeps what later steps need, so nothing is computed
twice.  Sources: beam search as in Sutskever et al. 2014; length penalty: Wu et al. 2016, 7.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._attention import LOW
from imdbnlp.models._batches import LOGITS_AT_ONCE, length_groups
from imdbnlp.models._tensorflow import tf
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.subwords import END, PADDING, START, UNKNOWN

TokenIds = NDArray[np.int32]
_NEVER = (PADDING, START, UNKNOWN)  # what a translation never contains


class Search:
    """A model's encoder and decoder as graphs that are traced once for batches of any size."""

    def __init__(self, model: Any) -> None:
        self.max_length, self.n_tokens = int(model.config.max_target_length), int(model.n_target)
        never = tf.reduce_sum(tf.one_hot(_NEVER, model.n_target), axis=0) * LOW  # (n_target,)
        encode = tf.function(model.encode, input_signature=[tf.TensorSpec((None, None), tf.int32)])
        outputs = encode.get_concrete_function().structured_outputs
        memory, state = tf.nest.map_structure(lambda output: tf.TensorSpec(output.shape, output.dtype), outputs)
        tokens = tf.TensorSpec((None,), tf.int32)

        def likeliest(tokens: Any, memory: Any, state: Any) -> tuple[Any, Any]:
            """(n,) the likeliest next token of each sentence, and the next state."""
            logits, state = model.decode_step(tokens, memory, state)
            return tf.argmax(logits + never, axis=-1, output_type=tf.int32), state

        def best(tokens: Any, parents: Any, totals: Any, memory: Any, state: Any) -> tuple[Any, Any, Any]:
            """The best 2 * beam continuations of each sentence's hypotheses.

            tokens, parents: (sentences * beam,) the last token of each hypothesis, and the row of the state that it
            continues.  totals: (sentences, beam) log-probabilities.
            Returns (sentences, 2 * beam) totals and positions among all continuations, and the next state.
            """
            logits, state = model.decode_step(tokens, memory, _rows_of(state, parents))
            beam, n_tokens = tf.shape(totals)[1], tf.shape(logits)[1]
            scores = tf.reshape(tf.nn.log_softmax(logits + never), (-1, beam, n_tokens)) + totals[:, :, None]
            values, places = tf.math.top_k(tf.reshape(scores, (-1, beam * n_tokens)), 2 * beam)
            return values, places, state

        self._encode: Callable[..., Any] = encode
        self._likeliest = tf.function(likeliest, input_signature=[tokens, memory, state])
        self._best = tf.function(
            best, input_signature=[tokens, tokens, tf.TensorSpec((None, None), tf.float32), memory, state]
        )

    def translate(
        self, source: Ragged, settings: SearchSettings, advance: Callable[[int], None] = lambda n: None
    ) -> list[TokenIds]:
        """(sentences,) token ids of each translation, without START and END; none for a source without tokens.

        advance: is called with the number of sentences that are done.
        """
        translations: list[TokenIds] = [np.zeros(0, dtype=np.int32)] * len(source)
        advance(int((source.lengths == 0).sum()))
        most_rows = LOGITS_AT_ONCE // (self.n_tokens * settings.beam)
        for group in length_groups(source.lengths, settings.tokens_at_once // settings.beam, most_rows):
            token_ids = pad(source, group, "post")
            decoded = self._greedy(token_ids) if settings.beam == 1 else self._beam(token_ids, settings)
            for row, translation in zip(group.tolist(), decoded, strict=True):
                translations[row] = translation
            advance(len(group))
        return translations

    def _greedy(self, source: TokenIds) -> list[TokenIds]:
        """Greedy search.  Sentences that have ended leave the batch."""
        memory, state = self._encode(source)
        decoded = np.zeros((len(source), self.max_length + 1), dtype=np.int32)
        rows, tokens = np.arange(len(source)), np.full(len(source), START, dtype=np.int32)
        for position in range(self.max_length):
            likeliest, state = self._likeliest(tokens, memory, state)
            tokens = likeliest.numpy()
            decoded[rows, position] = tokens
            unended = np.flatnonzero(tokens != END)
            if not len(unended):
                break
            if len(unended) <= len(rows) // 2:
                rows, tokens = rows[unended], tokens[unended]
                memory, state = _rows_of(memory, unended), _rows_of(state, unended)
        return [row[: _end(row)] for row in decoded]

    def _beam(self, source: TokenIds, settings: SearchSettings) -> list[TokenIds]:
        """Beam search.  Sentences with as many ended hypotheses as the beam is wide leave the batch."""
        n, beam = len(source), settings.beam
        memory, state = (_rows_of(parts, np.repeat(np.arange(n), beam)) for parts in self._encode(source))
        totals = np.full((n, beam), LOW, dtype=np.float32)
        totals[:, 0] = 0
        tokens, parents = np.full(n * beam, START, dtype=np.int32), np.arange(n * beam, dtype=np.int32)
        decoded, rows, ended = np.zeros((n, beam, 0), dtype=np.int32), np.arange(n), _Ended(n, beam)
        for length in range(1, self.max_length + 1):
            values, positions, state = self._best(tokens, parents, totals, memory, state)
            values, (beams, following) = values.numpy(), np.divmod(positions.numpy(), self.n_tokens)
            ends = following == END
            ended.add(rows, values, ends, settings.penalty(length), decoded, beams)
            first = np.arange(len(rows))[:, None]
            kept = np.argsort(ends, axis=1, kind="stable")[:, :beam]  # those that have not ended, the best first
            totals, beams, following = values[first, kept], beams[first, kept], following[first, kept]
            decoded = np.concatenate([decoded[first, beams], following[:, :, None]], axis=2)
            tokens, parents = following.ravel(), (first * beam + beams).astype(np.int32).ravel()
            unended = np.flatnonzero(ended.is_open(rows))
            if not len(unended):
                break
            if len(unended) <= len(rows) // 2:
                rows, totals, decoded = rows[unended], totals[unended], decoded[unended]
                hypotheses = (unended[:, None] * beam + np.arange(beam)).ravel()
                memory, state = _rows_of(memory, hypotheses), _rows_of(state, parents[hypotheses])
                tokens, parents = tokens[hypotheses], np.arange(len(hypotheses), dtype=np.int32)
        return ended.best(rows, decoded)


class _Ended:
    """The best ended hypothesis of each sentence, by its log-probability divided by the length penalty."""

    def __init__(self, n: int, beam: int) -> None:
        self.beam = beam
        self.scores, self.n_ended = np.full(n, -np.inf), np.zeros(n, dtype=np.int64)
        self._best: list[TokenIds | None] = [None] * n

    def is_open(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """True for sentences with fewer ended hypotheses than the beam is wide."""
        return np.asarray(self.n_ended[rows] < self.beam)

    def add(
        self, rows: NDArray[np.int64], values: NDArray[np.float32], ends: NDArray[np.bool_], penalty: float,
        decoded: TokenIds, beams: NDArray[np.integer],
    ) -> None:  # fmt: skip
        """Add those of the best `beam` continuations that end."""
        values, beams = values[:, : self.beam], beams[:, : self.beam]
        ended = ends[:, : self.beam] & self.is_open(rows)[:, None] & (values > LOW / 2)
        scores = np.where(ended, values / penalty, -np.inf)
        best = scores.argmax(axis=1)
        for n in np.flatnonzero(scores.max(axis=1) > self.scores[rows]):
            row = rows[n]
            self.scores[row] = scores[n, best[n]]
            self._best[row] = decoded[n, beams[n, best[n]]]
        self.n_ended[rows] += ended.sum(axis=1)

    def best(self, rows: NDArray[np.int64], decoded: TokenIds) -> list[TokenIds]:
        """The translation of each sentence; if no hypothesis has ended, the best of those that have not."""
        unended = {int(row): hypotheses[0] for row, hypotheses in zip(rows, decoded, strict=True)}
        return [unended[row] if ended is None else ended for row, ended in enumerate(self._best)]


def _rows_of(parts: tuple[Any, ...], rows: Any) -> tuple[Any, ...]:
    """These rows of each tensor."""
    return tuple(tf.gather(part, rows) for part in parts)


def _end(row: TokenIds) -> int:
    """The length of a translation: up to its first END, else to its last token."""
    ends = np.flatnonzero(row == END)
    return int(ends[0]) if len(ends) else len(row) - 1
