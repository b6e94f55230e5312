"""Logistic regression on sparse rows, by Newton's method with conjugate gradients.

    solution = Logistic.of(rows, labels, n_classes=2, costs=np.ones(len(labels))).minimise()
    solution.class_scores(rows)

Minimises Σ cost · log loss + ½ |weights|², intercepts free; softmax over the classes, one column for two classes.
A step solves the Newton equation only as far as it helps (truncated Newton; Dembo & Steihaug 1983; TRON in LIBLINEAR,
Lin et al. 2008).  scikit-learn's liblinear reaches the same minimum in the same time, but importing it costs two
seconds, and it knows no joint softmax and no scale for each feature and class.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.features.sparse import SparseRows

Array = NDArray[np.float32]

_ROW_BLOCKS = 2  # fixed, so that the number of threads changes no rounding
_MAX_NEWTON_STEPS, _MAX_CONJUGATE_STEPS = 50, 100
TOLERANCE = 1e-2  # of the length that the gradient has at zero; the default of LIBLINEAR, too


@dataclass(frozen=True)
class Solution:
    """coefficients: (features, outputs) float32, scale included.  intercepts: (outputs,) float32."""

    coefficients: Array
    intercepts: Array

    def class_scores(self, rows: SparseRows) -> NDArray[np.float64]:
        """(rows, classes): with one output the first class scores 0."""
        return as_class_scores(rows.dot(self.coefficients) + self.intercepts)


def as_class_scores(outputs: NDArray[np.floating]) -> NDArray[np.float64]:
    """(rows, outputs) -> (rows, classes)."""
    if outputs.shape[1] > 1:
        return outputs.astype(np.float64)
    return np.concatenate([np.zeros_like(outputs), outputs], axis=1).astype(np.float64)


@dataclass(frozen=True)
class Logistic:
    """blocks: the rows, cut up for threads.  targets: (rows, outputs) 0 or 1.  costs: (rows, 1) weight of each row.
    scale: (features, outputs) factor of each feature, or None for 1 or where the blocks hold it already."""

    blocks: list[Any]
    targets: Array
    costs: Array
    scale: Array | None
    threads: int

    @classmethod
    def of(
        cls,
        rows: SparseRows,
        labels: NDArray[np.int64],
        n_classes: int,
        costs: NDArray[np.floating],
        scale: Array | None = None,
        threads: int = 2,
    ) -> Self:
        """labels: (rows,) class codes.  costs: (rows,) cost of each row's log loss."""
        matrix = rows.to_scipy()
        bounds = np.linspace(0, len(rows), _ROW_BLOCKS + 1).astype(int)
        blocks = [matrix[start:stop] for start, stop in zip(bounds[:-1], bounds[1:], strict=True)]
        codes = np.arange(n_classes) if n_classes > 2 else np.array([1])
        targets = (labels[:, None] == codes).astype(np.float32)
        return cls(blocks, targets, costs.astype(np.float32)[:, None], scale, threads)

    def minimise(self, tolerance: float = TOLERANCE) -> Solution:
        """Go on until the gradient's length is this share of what it is at zero."""
        with ThreadPoolExecutor(self.threads) as pool:
            return _Newton(self, pool.map).run(tolerance)


class _Newton:
    """One minimisation.  Parameters are (features + 1, outputs): the last row holds the intercepts."""

    def __init__(self, problem: Logistic, parallel: Callable[..., Any]) -> None:
        self.problem, self.parallel = problem, parallel
        self.n_features, self.n_outputs = problem.blocks[0].shape[1], problem.targets.shape[1]
        self.bounds = np.cumsum([block.shape[0] for block in problem.blocks])[:-1]
        self.blocks, self.scale = problem.blocks, problem.scale
        if self.scale is not None and self.n_outputs == 1:  # one output, one scale: multiply it in, once
            self.blocks = [_scaled(block, self.scale[:, 0]) for block in self.blocks]
            self.scale = None

    def run(self, tolerance: float) -> Solution:
        point = np.zeros((self.n_features + 1, self.n_outputs), dtype=np.float32)
        outputs = np.zeros_like(self.problem.targets)
        at_zero = _length(self._gradient(point, self._probabilities(outputs)))
        for _ in range(_MAX_NEWTON_STEPS):
            probabilities = self._probabilities(outputs)
            gradient = self._gradient(point, probabilities)
            if _length(gradient) <= tolerance * at_zero:
                break
            step, step_outputs = self._newton_step(gradient, probabilities, at_zero)
            size = self._step_size(point, outputs, step, step_outputs, float((gradient * step).sum()))
            if size == 0:
                break
            point += size * step
            outputs += size * step_outputs
        coefficients = point[:-1] if self.problem.scale is None else point[:-1] * self.problem.scale
        return Solution(coefficients, point[-1])

    def _outputs(self, point: Array) -> Array:
        """(features + 1, outputs) -> (rows, outputs)."""
        weights = point[:-1] if self.scale is None else point[:-1] * self.scale
        if self.n_outputs == 1:
            weights = weights[:, 0]
        parts = list(self.parallel(lambda block: block @ weights, self.blocks))
        return np.concatenate(parts).reshape(-1, self.n_outputs) + point[-1]

    def _pulled_back(self, residuals: Array) -> Array:
        """(rows, outputs) -> (features + 1, outputs): the transpose of `_outputs`."""
        flat = residuals[:, 0] if self.n_outputs == 1 else residuals
        pairs = zip(self.blocks, np.split(flat, self.bounds), strict=True)
        parts = list(self.parallel(lambda pair: pair[0].T @ pair[1], pairs))
        result = np.empty((self.n_features + 1, self.n_outputs), dtype=np.float32)
        np.add(parts[0].reshape(-1, self.n_outputs), parts[1].reshape(-1, self.n_outputs), out=result[:-1])
        if self.scale is not None:
            result[:-1] *= self.scale
        result[-1] = residuals.sum(axis=0)
        return result

    def _probabilities(self, outputs: Array) -> Array:
        if self.n_outputs == 1:
            return 0.5 * (1 + np.tanh(0.5 * outputs))
        shifted = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))

    def _loss(self, outputs: NDArray[np.floating]) -> float:
        outputs = outputs.astype(np.float64)
        if self.n_outputs == 1:
            losses = np.logaddexp(0, outputs) - self.problem.targets * outputs
        else:
            top = outputs.max(axis=1, keepdims=True)
            norm = top + np.log(np.exp(outputs - top).sum(axis=1, keepdims=True))
            losses = norm - (self.problem.targets * outputs).sum(axis=1, keepdims=True)
        return float((self.problem.costs * losses).sum())

    def _gradient(self, point: Array, probabilities: Array) -> Array:
        residuals = self.problem.costs * (probabilities - self.problem.targets)
        gradient = self._pulled_back(residuals)
        gradient[:-1] += point[:-1]
        return gradient

    def _curvature(self, outputs: Array, probabilities: Array) -> Array:
        """The Hessian of the loss in the outputs, times outputs."""
        spread = probabilities * outputs
        if self.n_outputs == 1:
            return self.problem.costs * spread * (1 - probabilities)
        return self.problem.costs * (spread - probabilities * spread.sum(axis=1, keepdims=True))

    def _newton_step(self, gradient: Array, probabilities: Array, at_zero: float) -> tuple[Array, Array]:
        """Conjugate gradients on Hessian · step = -gradient, until the rest is small beside the gradient."""
        step, step_outputs = np.zeros_like(gradient), np.zeros_like(self.problem.targets)
        rest = -gradient
        direction = rest.copy()
        square = _dot(rest, rest)
        length = square**0.5
        goal = 0.3 * length * min(0.5, (length / at_zero) ** 0.5)
        for _ in range(_MAX_CONJUGATE_STEPS):
            outputs = self._outputs(direction)
            bent = self._pulled_back(self._curvature(outputs, probabilities))
            bent[:-1] += direction[:-1]
            size = np.float32(square / _dot(direction, bent))
            step += size * direction
            step_outputs += size * outputs
            bent *= size
            rest -= bent
            before, square = square, _dot(rest, rest)
            if square**0.5 <= goal:
                break
            direction *= np.float32(square / before)
            direction += rest
        return step, step_outputs

    def _step_size(self, point: Array, outputs: Array, step: Array, step_outputs: Array, slope: float) -> np.float32:
        """Halve the step until the objective falls enough (Armijo); 0 where rounding leaves nothing to gain."""
        along, square = _dot(point[:-1], step[:-1]), _dot(step[:-1], step[:-1])
        before, size = self._loss(outputs), 1.0
        while size > 1e-4:
            change = self._loss(outputs + np.float32(size) * step_outputs) - before
            if change + size * along + 0.5 * size * size * square <= 1e-4 * size * slope:
                return np.float32(size)
            size /= 2
        return np.float32(0)


def _scaled(block: Any, scale: Array) -> Any:
    """The same places with each entry times its column's scale."""
    scaled = block.copy()
    scaled.data = block.data * scale[block.indices]
    return scaled


def _dot(left: Array, right: Array) -> float:
    return float(left.ravel() @ right.ravel())


def _length(array: Array) -> float:
    return _dot(array, array) ** 0.5
