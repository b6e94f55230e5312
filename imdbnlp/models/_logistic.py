"""Logistic regression on sparse rows, by Newton's method with conjugate gradients.

    solution = fit_logistic(rows, labels, n_classes=2, costs=np.ones(len(labels)))
    solution.class_scores(rows)

Minimises Σ cost · log loss + ½ |weights|², the intercept free; of more than two classes, each against the rest.
A step solves the Newton equation only as far as it helps (truncated Newton; Dembo & Steihaug 1983; TRON in LIBLINEAR,
Lin et al. 2008).  scikit-learn's liblinear reaches the same minimum in the same time, but importing it costs two
seconds, and it knows no scale for each feature and class.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sparse import SparseRows
from imdbnlp.progress import Advance, unheard

Array = NDArray[np.float32]
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]

TOLERANCE = 1e-2  # of the length that the gradient has at zero; the default of LIBLINEAR, too
_N_BLOCKS = 2  # fixed, so that the number of threads changes no rounding
_MAX_NEWTON_STEPS, _MAX_CONJUGATE_STEPS = 50, 100


@dataclass(frozen=True)
class Solution:
    """coefficients: (features, outputs) float32, scale included.  intercepts: (outputs,) float32."""

    coefficients: Array
    intercepts: Array

    def class_scores(self, rows: SparseRows) -> NDArray[np.float64]:
        """(rows, classes) log-odds of each class against the rest; of two classes, the first one's are 0."""
        outputs = rows.dot(self.coefficients) + self.intercepts
        return outputs if outputs.shape[1] > 1 else np.concatenate([np.zeros_like(outputs), outputs], axis=1)


def fit_logistic(
    rows: SparseRows,
    labels: NDArray[np.int64],
    n_classes: int,
    costs: NDArray[np.floating],
    scale: Array | None = None,
    threads: int = 2,
    tolerance: float = TOLERANCE,
    advance: Advance = unheard,
) -> Solution:
    """Go on until the gradient's length is `tolerance` of what it is at zero, less for rare classes.

    labels: (rows,) class codes.  costs: (rows,) cost of each row's log loss.  scale: (features, outputs) factor of
    each feature, one output for two classes; None for 1.  Threads share a problem of two classes, or many problems.
    advance: told of each output that is done.
    """
    blocks = _blocks(rows)
    codes = range(n_classes) if n_classes > 2 else [1]

    def solve(output: int, run_all: Map) -> Array:
        own = blocks if scale is None else [_scaled(block, scale[:, output]) for block in blocks]
        targets = (labels == codes[output]).astype(np.float32)
        point = _Newton(own, targets, costs.astype(np.float32), run_all).run(tolerance)
        if scale is not None:
            point[:-1] *= scale[:, output]
        return point

    with _mapping(threads) as run_all:
        if len(codes) == 1:
            points = [solve(0, run_all)]
            advance(1)
        else:
            points = []
            for point in run_all(lambda output: solve(output, map), range(len(codes))):
                points.append(point)
                advance(1, f"class {len(points)} of {n_classes}")
    stacked = np.stack(points, axis=1)
    return Solution(np.ascontiguousarray(stacked[:-1]), stacked[-1])


@contextmanager
def _mapping(threads: int) -> Iterator[Map]:
    if threads == 1:
        yield map
        return
    with ThreadPoolExecutor(threads) as pool:
        yield pool.map


def _blocks(rows: SparseRows) -> list[Any]:
    """The rows as scipy matrices, cut up for threads."""
    matrix = rows.to_scipy()
    bounds = np.linspace(0, len(rows), _N_BLOCKS + 1).astype(int)
    return [matrix[start:stop] for start, stop in zip(bounds[:-1], bounds[1:], strict=True)]


def _scaled(block: Any, scale: Array) -> Any:
    """The same places with each entry times its column's scale."""
    scaled = type(block)((block.data * scale[block.indices], block.indices, block.indptr), block.shape, copy=False)
    scaled.has_canonical_format = True
    return scaled


class _Newton:
    """One minimisation.  A point is (features + 1,): the weights, then the intercept."""

    def __init__(self, blocks: list[Any], targets: Array, costs: Array, run_all: Map) -> None:
        self.blocks, self.targets, self.costs, self.run_all = blocks, targets, costs, run_all
        self.bounds = np.cumsum([block.shape[0] for block in blocks])[:-1]

    def run(self, tolerance: float) -> Array:
        point = np.zeros(self.blocks[0].shape[1] + 1, dtype=np.float32)
        outputs = np.zeros_like(self.targets)
        at_zero = _length(self._gradient(point, _sigmoid(outputs)))
        enough = at_zero * tolerance * self._balance()
        for _ in range(_MAX_NEWTON_STEPS):
            probabilities = _sigmoid(outputs)
            gradient = self._gradient(point, probabilities)
            if _length(gradient) <= enough:
                break
            step, step_outputs = self._newton_step(gradient, probabilities, at_zero)
            size = self._step_size(point, outputs, step, step_outputs, float(gradient @ step))
            if size == 0:
                break
            point += size * step
            outputs += size * step_outputs
        return point

    def _balance(self) -> float:
        """1 where both classes have as many rows, less where one is rare: much of the gradient is the intercept's."""
        share = float(self.targets.mean())
        return max(2 * min(share, 1 - share), 1 / len(self.targets))

    def _outputs(self, point: Array) -> Array:
        """(features + 1,) -> (rows,)."""
        weights = point[:-1]
        return np.concatenate(list(self.run_all(lambda block: block @ weights, self.blocks))) + point[-1]

    def _pulled_back(self, residuals: Array) -> Array:
        """(rows,) -> (features + 1,): the transpose of `_outputs`."""
        pairs = zip(self.blocks, np.split(residuals, self.bounds), strict=True)
        first, second = self.run_all(lambda pair: pair[0].T @ pair[1], pairs)
        result = np.empty(len(first) + 1, dtype=np.float32)
        np.add(first, second, out=result[:-1])
        result[-1] = residuals.sum()
        return result

    def _gradient(self, point: Array, probabilities: Array) -> Array:
        gradient = self._pulled_back(self.costs * (probabilities - self.targets))
        gradient[:-1] += point[:-1]
        return gradient

    def _loss(self, outputs: Array) -> float:
        outputs = outputs.astype(np.float64)
        return float(self.costs @ (np.logaddexp(0, outputs) - self.targets * outputs))

    def _newton_step(self, gradient: Array, probabilities: Array, at_zero: float) -> tuple[Array, Array]:
        """Conjugate gradients on Hessian · step = -gradient, until the rest is small beside the gradient."""
        curvature = self.costs * probabilities * (1 - probabilities)
        step, step_outputs = np.zeros_like(gradient), np.zeros_like(self.targets)
        rest = -gradient
        direction = rest.copy()
        square = float(rest @ rest)
        length = square**0.5
        goal = 0.3 * length * min(0.5, (length / at_zero) ** 0.5)
        for _ in range(_MAX_CONJUGATE_STEPS):
            outputs = self._outputs(direction)
            bent = self._pulled_back(curvature * outputs)
            bent[:-1] += direction[:-1]
            size = np.float32(square / float(direction @ bent))
            step += size * direction
            step_outputs += size * outputs
            bent *= size
            rest -= bent
            before, square = square, float(rest @ rest)
            if square**0.5 <= goal:
                break
            direction *= np.float32(square / before)
            direction += rest
        return step, step_outputs

    def _step_size(self, point: Array, outputs: Array, step: Array, step_outputs: Array, slope: float) -> np.float32:
        """Halve the step until the objective falls enough (Armijo); 0 where rounding leaves nothing to gain."""
        along, square = float(point[:-1] @ step[:-1]), float(step[:-1] @ step[:-1])
        before, size = self._loss(outputs), 1.0
        while size > 1e-4:
            change = self._loss(outputs + np.float32(size) * step_outputs) - before
            if change + size * along + 0.5 * size * size * square <= 1e-4 * size * slope:
                return np.float32(size)
            size /= 2
        return np.float32(0)


def _sigmoid(outputs: Array) -> Array:
    return 0.5 * (1 + np.tanh(0.5 * outputs))


def _length(array: Array) -> float:
    return float(array @ array) ** 0.5
