"""Which features and which cost: tried out of fold on the training set.

    data = FeatureData(counts, n_word_features, settings)
    trials = search(data, training, folds, kinds=["words", "both"], costs=[0.3, 1.0, 3.0])
    best = best_trial(trials)

Whatever is learned from texts (document frequencies, minimum frequencies, NB-SVM's ratios, weights) is learned from the
rows of a fold that are learned from.  The same scores serve to calibrate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.split import stratified_folds
from imdbnlp.features.counts import FeatureSettings
from imdbnlp.features.sparse import SparseRows
from imdbnlp.models._svm import Design, Floats, Problem, Rows, Scale, both_classes, frequent_first, run_all
from imdbnlp.models.base import HeldOut, Training
from imdbnlp.progress import Advance

Kind = Literal["words", "characters", "both"]
_COSTS, _FEW_COSTS = (0.1, 0.3, 1.0, 3.0, 10.0), (0.3, 1.0, 3.0)
_N_FOLDS = 3
_MOST_WORK = 2e7  # entries of the rows, times outputs, up to which every cost is tried with three folds
_SHARE_HELD_OUT = 5  # one in this many rows is held out where there is more work


@dataclass(frozen=True)
class FeatureData:
    """counts: (rows, features), word n-grams first.  n_words: how many features are word n-grams."""

    counts: SparseRows
    n_words: int
    settings: FeatureSettings

    @cached_property
    def _middles(self) -> Rows:
        """(rows,) the first entry of each row that is a character n-gram."""
        offsets = self.counts.columns.offsets
        if self.n_words in (0, self.counts.n_columns):
            return offsets[1:] if self.n_words else offsets[:-1]
        before = np.concatenate([[0], np.cumsum(self.counts.columns.values < self.n_words)])
        return offsets[:-1] + np.diff(before[offsets])

    def design(self, kind: Kind, rows: Rows) -> Design:
        """All rows, weighed by what `rows` alone know."""
        return self.part(kind, self.weighed(rows))

    def part(self, kind: Kind, values: Floats) -> Design:
        """The features of one kind."""
        offsets = self.counts.columns.offsets
        starts = self._middles if kind == "characters" else offsets[:-1]
        stops = self._middles if kind == "words" else offsets[1:]
        return Design(starts, stops, self._columns, values, self._places)

    def weighed(self, rows: Rows) -> Floats:
        """(entries,) the value of each count; word and character n-grams of TF-IDF have unit length each."""
        from imdbnlp.models import _kernels

        columns, offsets = self._columns, self.counts.columns.offsets
        frequencies = np.zeros(self.counts.n_columns, dtype=np.int64)
        _kernels.count_columns(offsets[:-1], offsets[1:], columns, rows, frequencies)
        weights = (frequencies >= self.settings.min_df).astype(np.float32)
        is_tfidf = self.settings.method == "tfidf"
        if is_tfidf:
            weights *= np.log((1 + len(rows)) / (1 + frequencies)) + 1
        values = np.empty_like(self._raw)
        for starts, stops in ((offsets[:-1], self._middles), (self._middles, offsets[1:])):
            _kernels.weigh_columns(starts, stops, columns, self._raw, weights, is_tfidf, values)
        return values

    @cached_property
    def _places(self) -> NDArray[np.int32]:
        return frequent_first(self.counts)

    @cached_property
    def _columns(self) -> NDArray[np.int32]:
        """(entries,) the place of each entry's feature."""
        return self._places[self.counts.columns.values]

    @cached_property
    def _raw(self) -> Floats:
        """(entries,) values before they are weighed."""
        counts = self.counts.data.astype(np.float32, copy=False)
        if self.settings.method == "binary":
            return np.ones_like(counts)
        return 1 + np.log(counts) if self.settings.sublinear_tf else counts


@dataclass(frozen=True)
class Trial:
    """accuracy: out of fold, weighted.  scores: (rows held out, classes)."""

    kind: Kind
    cost: float
    accuracy: float
    scores: Floats


@dataclass(frozen=True)
class Fold:
    """inside: rows to learn from.  outside: rows that are held out."""

    inside: Rows
    outside: Rows


def folds_of(training: Training, n_entries: int) -> list[Fold]:
    """The marked validation set; else three folds, or one of five where that is much work; none of one text."""
    if training.valid.any():
        return [Fold(training.train_rows, training.valid_rows)]
    n_rows = len(training.labels)
    n_different = n_rows if training.groups is None else len(np.unique(training.groups))
    is_much = _is_much(training, n_entries)
    n_folds = min(_SHARE_HELD_OUT if is_much else _N_FOLDS, n_different)
    if n_folds < 2:
        return []
    fold_of_row = stratified_folds(training.labels, n_folds, training.seed, training.groups)
    parts = [Fold(np.flatnonzero(fold_of_row != fold), np.flatnonzero(fold_of_row == fold)) for fold in range(n_folds)]
    return parts[:1] if is_much else parts


def costs_of(training: Training, n_entries: int) -> tuple[float, ...]:
    """The costs to choose from, ascending: the middle ones alone where they are much work."""
    return _FEW_COSTS if _is_much(training, n_entries) else _COSTS


def _is_much(training: Training, n_entries: int) -> bool:
    return n_entries * training.n_outputs > _MOST_WORK


def search(
    data: FeatureData,
    training: Training,
    weights: Floats,
    scale: Scale | None,
    folds: Sequence[Fold],
    kinds: Sequence[Kind],
    costs: Sequence[float],
    advance: Advance,
) -> list[Trial]:
    """Every kind of features with every cost.  weights: (rows,) of the loss.  costs: ascending."""
    rows = np.concatenate([fold.outside for fold in folds])
    problems = {
        (kind, place): Problem(data.part(kind, values), training.labels, training.n_classes, weights, scale)
        for place, values in enumerate(data.weighed(fold.inside) for fold in folds)
        for kind in kinds
    }
    codes = problems[kinds[0], 0].codes
    outputs = {kind: np.empty((len(costs), len(rows), len(codes)), dtype=np.float32) for kind in kinds}
    begins = np.concatenate([[0], np.cumsum([len(fold.outside) for fold in folds])])

    def solve(task: tuple[Kind, int, int]) -> None:
        kind, place, output = task
        fold = folds[place]
        found = problems[kind, place].path(fold.inside, fold.outside, costs, codes[output])
        outputs[kind][:, begins[place] : begins[place + 1], output] = found

    tasks = product(kinds, range(len(folds)), range(len(codes)))
    for _ in run_all(solve, tasks, training.threads, [problem.stop for problem in problems.values()]):
        advance(1)
    trials = []
    for kind in kinds:
        for cost, found in zip(costs, outputs[kind], strict=True):
            scores = both_classes(found)
            right = scores.argmax(axis=1) == training.labels[rows]
            trials.append(Trial(kind, cost, float(np.average(right, weights=weights[rows])), scores))
    return trials


def best_trial(trials: Sequence[Trial]) -> Trial:
    """The highest accuracy, smoothed over neighbouring costs; of equal ones the first."""
    return max(trials, key=lambda trial: (_smoothed(trial, trials), -trials.index(trial)))


def _smoothed(trial: Trial, trials: Sequence[Trial]) -> float:
    """The mean accuracy of a trial, which counts twice, and its neighbours on the path."""
    path = [other for other in trials if other.kind == trial.kind]
    place = path.index(trial)
    near = [trial, *path[max(0, place - 1) : place + 2]]
    return float(np.mean([other.accuracy for other in near]))


def held_out(trial: Trial, folds: Sequence[Fold]) -> HeldOut:
    """The out-of-fold scores of one trial."""
    return HeldOut(np.concatenate([fold.outside for fold in folds]), trial.scores.astype(np.float64))
