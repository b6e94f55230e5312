"""Writing the target token by token: the likeliest at each step (greedy), or several beginnings side by side (beam).

    rows = Search(model).translate(source, SearchSettings(beam=5))      # (sentences,) token numbers

Sentences of like length go together.  What a step needs of the steps before it is kept by the model's own state, so no
step works on anything twice.  Sources: beam search as in Sutskever et al. 2014; length penalty: Wu et al. 2016, 7.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sequences import pad
from imdbnlp.models._layers import LOW
from imdbnlp.models._tensorflow import tf
from imdbnlp.models.seq2seq._batches import LOGITS_AT_ONCE, by_length
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.subwords import END, PADDING, START, UNKNOWN

Numbers = NDArray[np.int32]
_NEVER = (PADDING, START, UNKNOWN)  # none of them can be read


class Search:
    """A model's encoder and decoder as graphs that are traced once, whatever the sizes."""

    def __init__(self, model: Any) -> None:
        self.most, self.n_tokens = int(model.config.max_target), int(model.n_target)
        never = tf.reduce_sum(tf.one_hot(_NEVER, model.n_target), axis=0) * LOW  # (n_target,)
        encode = tf.function(model.read, input_signature=[tf.TensorSpec((None, None), tf.int32)])
        made = encode.get_concrete_function().structured_outputs
        memory, state = tf.nest.map_structure(lambda one: tf.TensorSpec(one.shape, one.dtype), made)
        tokens = tf.TensorSpec((None,), tf.int32)

        def likeliest(tokens: Any, memory: Any, state: Any) -> tuple[Any, Any]:
            """(n,) the best next token of each sentence, and the state after the one given."""
            logits, state = model.write(tokens, memory, state)
            return tf.argmax(logits + never, axis=-1, output_type=tf.int32), state

        def best(tokens: Any, parents: Any, totals: Any, memory: Any, state: Any) -> tuple[Any, Any, Any]:
            """The best two beams of each sentence's continuations.

            tokens, parents: (sentences * beam,) the last token of each beginning, and which of the former it goes on.
            totals: (sentences, beam) log-probabilities.
            Returns (sentences, 2 * beam) totals and places among all continuations, and the state.
            """
            logits, state = model.write(tokens, memory, _taken(state, parents))
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
    ) -> list[Numbers]:
        """(sentences,) the numbers of each answer, without start and end; none for a source without tokens.

        advance: is told how many sentences are done.
        """
        answers: list[Numbers] = [np.zeros(0, dtype=np.int32)] * len(source)
        rows_at_once = LOGITS_AT_ONCE // (self.n_tokens * settings.beam)
        for chosen in by_length(source, settings.tokens_at_once // settings.beam, rows_at_once):
            filled = chosen[source.lengths[chosen] > 0]
            if len(filled):
                numbers = pad(source, filled, "post")
                found = self._greedy(numbers) if settings.beam == 1 else self._beam(numbers, settings)
                for row, answer in zip(filled.tolist(), found, strict=True):
                    answers[row] = answer
            advance(len(chosen))
        return answers

    def _greedy(self, source: Numbers) -> list[Numbers]:
        """Sentences that have ended leave the batch."""
        memory, state = self._encode(source)
        written = np.zeros((len(source), self.most + 1), dtype=np.int32)
        rows, tokens = np.arange(len(source)), np.full(len(source), START, dtype=np.int32)
        for place in range(self.most):
            found, state = self._likeliest(tokens, memory, state)
            tokens = found.numpy()
            written[rows, place] = tokens
            going = np.flatnonzero(tokens != END)
            if not len(going):
                break
            if len(going) <= len(rows) // 2:
                rows, tokens = rows[going], tokens[going]
                memory, state = _taken(memory, going), _taken(state, going)
        return [row[: _end(row)] for row in written]

    def _beam(self, source: Numbers, settings: SearchSettings) -> list[Numbers]:
        """Sentences of which as many answers have ended as there are beams leave the batch."""
        n, beam = len(source), settings.beam
        memory, state = (_taken(parts, np.repeat(np.arange(n), beam)) for parts in self._encode(source))
        totals = np.full((n, beam), LOW, dtype=np.float32)
        totals[:, 0] = 0
        tokens, parents = np.full(n * beam, START, dtype=np.int32), np.arange(n * beam, dtype=np.int32)
        written, rows, answers = np.zeros((n, beam, 0), dtype=np.int32), np.arange(n), _Answers(n, beam)
        for length in range(1, self.most + 1):
            values, places, state = self._best(tokens, parents, totals, memory, state)
            values, (beams, following) = values.numpy(), np.divmod(places.numpy(), self.n_tokens)
            ends = following == END
            answers.add(rows, values, ends, settings.penalty(length), written, beams)
            first = np.arange(len(rows))[:, None]
            kept = np.argsort(ends, axis=1, kind="stable")[:, :beam]  # those that go on, the best first
            totals, beams, following = values[first, kept], beams[first, kept], following[first, kept]
            written = np.concatenate([written[first, beams], following[:, :, None]], axis=2)
            tokens, parents = following.ravel(), (first * beam + beams).astype(np.int32).ravel()
            going = np.flatnonzero(answers.open(rows))
            if not len(going):
                break
            if len(going) <= len(rows) // 2:
                rows, totals, written = rows[going], totals[going], written[going]
                chosen = (going[:, None] * beam + np.arange(beam)).ravel()
                memory, state = _taken(memory, chosen), _taken(state, parents[chosen])
                tokens, parents = tokens[chosen], np.arange(len(chosen), dtype=np.int32)
        return answers.all(rows, written)


class _Answers:
    """The best ended answer of each sentence, by the mean of its log-probabilities as the penalty weighs it."""

    def __init__(self, n: int, beam: int) -> None:
        self.beam = beam
        self.scores, self.n_ended = np.full(n, -np.inf), np.zeros(n, dtype=np.int64)
        self.found: list[Numbers | None] = [None] * n

    def open(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """True for sentences that are still searched."""
        return np.asarray(self.n_ended[rows] < self.beam)

    def add(
        self, rows: NDArray[np.int64], values: NDArray[np.float32], ends: NDArray[np.bool_], penalty: float,
        written: Numbers, beams: NDArray[np.integer],
    ) -> None:  # fmt: skip
        """Take those of the best `beam` continuations that end."""
        values, beams = values[:, : self.beam], beams[:, : self.beam]
        ended = ends[:, : self.beam] & self.open(rows)[:, None] & (values > LOW / 2)
        scores = np.where(ended, values / penalty, -np.inf)
        best = scores.argmax(axis=1)
        for place in np.flatnonzero(scores.max(axis=1) > self.scores[rows]):
            row = rows[place]
            self.scores[row] = scores[place, best[place]]
            self.found[row] = written[place, beams[place, best[place]]]
        self.n_ended[rows] += ended.sum(axis=1)

    def all(self, rows: NDArray[np.int64], written: Numbers) -> list[Numbers]:
        """The answer of each sentence; where none has ended in time, the best beginning."""
        unended = {int(row): beginning[0] for row, beginning in zip(rows, written, strict=True)}
        return [unended[row] if found is None else found for row, found in enumerate(self.found)]


def _taken(parts: tuple[Any, ...], rows: Any) -> tuple[Any, ...]:
    """The given sentences, or beginnings, of each tensor."""
    return tuple(tf.gather(part, rows) for part in parts)


def _end(row: Numbers) -> int:
    """Where an answer ends: before its first END, else at its last token."""
    ends = np.flatnonzero(row == END)
    return int(ends[0]) if len(ends) else len(row) - 1
