"""Linear support vector machines on sparse rows: one for two classes, one for each class against the rest for more.

    problem = Problem(design, labels, n_classes=2, weights=np.ones(len(labels), dtype=np.float32))
    solution = problem.fit(np.arange(len(labels)), cost=1.0)
    solution.class_scores(rows)

Each minimises  ½ |weights|² + C · Σ weight of the row · max(0, 1 - sign · output)²,  like scikit-learn's LinearSVC,
with C = cost / mean squared length of a row: equal costs regularise equally, however large the features are.  The
intercept is the weight of one more feature, whose value is the root of that mean, so that it is hardly penalised.
Solved in the dual, one row at a time (see `_kernels.descend`): a fit reads the rows about ten times, and a fit for a
higher cost starts from the one before.

A scale multiplies the features of an output before its weights are learned, as NB-SVM needs it.  It is computed from
the rows that are learned from.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sparse import SparseRows
from imdbnlp.progress import Advance, unheard

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Scale = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.floating]]
"""(features,) how many rows of the class, and of the others, have each feature -> (features,) its factor."""

TOLERANCE = 0.05  # mean size of a row's projected gradient in the dual, for two classes of equal size
_MOST_PASSES = 300
_ALL_ACTIVE = float("inf")
Float = TypeVar("Float", np.float32, np.float64)
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Solution:
    """coefficients: (features, outputs) float32, scale included.  intercepts: (outputs,) float32."""

    coefficients: Floats
    intercepts: Floats

    def class_scores(self, rows: SparseRows) -> NDArray[np.float64]:
        """(rows, classes) output of each class against the rest; of two classes, the first one's scores are 0."""
        return both_classes(rows.dot(self.coefficients) + self.intercepts)


def both_classes(outputs: NDArray[Float]) -> NDArray[Float]:
    """(rows, outputs) -> (rows, classes)."""
    return outputs if outputs.shape[1] > 1 else np.concatenate([np.zeros_like(outputs), outputs], axis=1)


@dataclass(frozen=True)
class Design:
    """Rows of features, as the kernels read them.  starts, stops: (rows,) int64.  columns: (entries,) int32 places of
    features.  values: (entries,) float32.  places: (features,) int32."""

    starts: Rows
    stops: Rows
    columns: NDArray[np.int32]
    values: Floats
    places: NDArray[np.int32]

    @property
    def n_columns(self) -> int:
        return len(self.places)

    @classmethod
    def of(cls, rows: SparseRows) -> "Design":
        """Share the arrays of sparse rows."""
        offsets, places = rows.columns.offsets, frequent_first(rows)
        values = rows.data.astype(np.float32, copy=False)
        return cls(offsets[:-1], offsets[1:], places[rows.columns.values], values, places)


def frequent_first(rows: SparseRows) -> NDArray[np.int32]:
    """(features,) a place for each: the frequent ones, whose weights are always read, lie together in memory."""
    magnitudes = np.frexp(np.bincount(rows.columns.values, minlength=rows.n_columns))[1].astype(np.int8)
    places = np.empty(rows.n_columns, dtype=np.int32)
    places[np.argsort(-magnitudes, kind="stable")] = np.arange(rows.n_columns, dtype=np.int32)
    return places


@dataclass(frozen=True)
class Problem:
    """labels: (rows,) class codes.  weights: (rows,) factor of each row's loss.  scale: see Scale; None for 1.

    threads: how many outputs are solved at once; they change no result.
    """

    design: Design
    labels: NDArray[np.int64]
    n_classes: int
    weights: Floats
    scale: Scale | None = None
    threads: int = 1
    seed: int = 0
    tolerance: float = TOLERANCE
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def codes(self) -> list[int]:
        """(outputs,) the class that each output is for."""
        return list(range(self.n_classes)) if self.n_classes > 2 else [1]

    def fit(self, rows: Rows, cost: float, advance: Advance = unheard) -> Solution:
        """Learn from some of the rows.  advance: is called for each output that is done."""
        coefficients = np.empty((len(self.codes), self.design.n_columns), dtype=np.float32)
        intercepts = np.empty(len(self.codes), dtype=np.float32)

        def solve(place: int) -> None:
            output = Output(self, rows, self.codes[place])
            output.solve(cost)
            coefficients[place], intercepts[place] = output.coefficients(), output.intercept

        for done, _ in enumerate(run_all(solve, range(len(self.codes)), self.threads, [self.stop]), start=1):
            advance(1, f"class {done} of {self.n_classes}" if self.n_classes > 2 else "")
        return Solution(np.ascontiguousarray(coefficients.T), intercepts)

    def path(self, inside: Rows, outside: Rows, costs: Sequence[float], code: int) -> Floats:
        """(costs, outside) outputs for rows that are not learned from.  costs: ascending."""
        output = Output(self, inside, code)
        outputs = np.empty((len(costs), len(outside)), dtype=np.float32)
        for place, cost in enumerate(costs):
            output.solve(cost)
            outputs[place] = output.outputs(outside)
        return outputs


class Output:
    """One class against the rest, learned from some rows of a problem, for one cost after another."""

    def __init__(self, problem: Problem, rows: Rows, code: int) -> None:
        from imdbnlp.models import _kernels

        self.kernels, self.problem = _kernels, problem
        self.rows = rows = rows[problem.weights[rows] > 0]
        self.is_class = problem.labels[rows] == code
        self.signs = np.where(self.is_class, 1, -1).astype(np.float32)
        self.scale, self.values = self._scaled()
        design, n_rows = problem.design, len(rows)
        self.squares = np.empty(n_rows, dtype=np.float32)
        _kernels.squared_lengths(design.starts, design.stops, self.values, rows, self.squares)
        self.bias = np.float32(np.sqrt(self.squares.mean(dtype=np.float64))) if self.squares.any() else np.float32(1)
        self.squares += self.bias**2
        self.weights = np.zeros(design.n_columns + 1, dtype=np.float32)
        self.duals = np.zeros(n_rows)

    def _scaled(self) -> tuple[Floats | None, Floats]:
        """(places,) factor of each feature, None for 1; and the values of all entries times it."""
        problem, design = self.problem, self.problem.design
        if problem.scale is None:
            return None, design.values
        inside, outside = (np.zeros(design.n_columns, dtype=np.int64) for _ in range(2))
        for rows, counts in ((self.rows[self.is_class], inside), (self.rows[~self.is_class], outside)):
            self.kernels.count_columns(design.starts, design.stops, design.columns, rows, counts)
        scale = np.empty(design.n_columns, dtype=np.float32)
        scale[design.places] = problem.scale(inside[design.places], outside[design.places])
        values = np.empty_like(design.values)
        arrays = design.starts, design.stops, design.columns, design.values
        self.kernels.weigh_columns(*arrays, scale, False, values)
        return scale, values

    def solve(self, cost: float) -> int:
        """Descend from the present duals until they are right for this cost.  Returns the number of passes."""
        design, problem = self.problem.design, self.problem
        costs = (cost / self.bias**2 * problem.weights[self.rows]).astype(np.float32)
        enough = problem.tolerance * self._balance() * len(self.rows)
        order = np.arange(len(self.rows))
        n_active, bound = len(order), _ALL_ACTIVE
        for passes in range(1, _MOST_PASSES + 1):
            if problem.stop.is_set():
                break
            all_active = n_active == len(order)
            total, bound, n_active = self.kernels.descend(
                design.starts, design.stops, design.columns, self.values, self.rows, self.signs, costs, self.squares,
                self.bias, self.weights, self.duals, order, n_active, bound, problem.seed + passes,
            )  # fmt: skip
            if total <= enough:
                if all_active:
                    break
                n_active, bound = len(order), _ALL_ACTIVE  # the last pass looks at every row
        return passes

    def _balance(self) -> float:
        """1 if both classes have as many rows, less if one is rare: most rows say little about a rare class."""
        share = float(self.is_class.mean()) if len(self.rows) else 0.5
        return max(2 * min(share, 1 - share), 1 / max(1, len(self.rows)))

    def coefficients(self) -> Floats:
        """(features,) weights of the features before they were scaled."""
        weights = self.weights[:-1] if self.scale is None else self.weights[:-1] * self.scale
        return weights[self.problem.design.places]

    @property
    def intercept(self) -> np.float32:
        """What is added to every output."""
        return np.float32(self.weights[-1] * self.bias)

    def outputs(self, rows: Rows) -> Floats:
        """(rows,) the output for any rows of the problem."""
        design, outputs = self.problem.design, np.empty(len(rows), dtype=np.float32)
        arrays = design.starts, design.stops, design.columns, self.values
        self.kernels.outputs_of(*arrays, rows, self.weights, outputs)
        return outputs + self.intercept


def run_all(
    function: Callable[[Item], Result], items: Iterable[Item], threads: int, stops: Sequence[threading.Event]
) -> Iterator[Result]:
    """The results in order, computed on threads.  An interrupt sets `stops`, which ends what is running."""
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        try:
            yield from pool.map(function, items)
        except BaseException:
            for stop in stops:
                stop.set()
            pool.shutdown(cancel_futures=True)
            raise
