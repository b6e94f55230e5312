"""Loops over the entries of sparse rows, compiled by numba.

Importing this module imports numba (0.2 s), so only training does.  The machine code is kept in `__pycache__`, or in
the user's cache folder if the package's own cannot be written to; the first training on a machine compiles for a few
seconds.

A row is a run of entries: columns[start:stop] and values[start:stop].  Its start and stop are given for each row, so a
part of each row (the word n-grams, say) is read without copying anything.  Inner loops run over slices from zero on:
the compiler then knows that no index is negative, and the loop takes half the time.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])
_REORDERED = {"reassoc", "contract"}  # sums may be vectorised; NaN and infinity keep their meaning


def _compiled(function: Function) -> Function:
    """The function as machine code that releases the interpreter's lock."""
    options: dict[str, Any] = {"nogil": True, "fastmath": _REORDERED}
    try:
        compiled: Function = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # there is no folder to keep the machine code in
        compiled = numba.njit(**options)(function)
    return compiled


@_compiled
def count_columns(starts: Any, stops: Any, columns: Any, rows: Any, counts: Any) -> None:
    """Count the entries of some rows by column.  rows: (n,) int64.  counts: (columns,) int64, added to."""
    for row in rows:
        for column in columns[starts[row] : stops[row]]:
            counts[column] += 1


@_compiled
def weigh_columns(
    starts: Any, stops: Any, columns: Any, values: Any, weights: Any, normalise: Any, weighed: Any
) -> None:
    """weighed = value · weight of its column; each row scaled to unit length if `normalise`."""
    for row in range(len(starts)):
        start, stop = starts[row], stops[row]
        own_columns, own_values, own_weighed = columns[start:stop], values[start:stop], weighed[start:stop]
        square = 0.0
        for entry in range(len(own_columns)):
            value = own_values[entry] * weights[own_columns[entry]]
            own_weighed[entry] = value
            square += value * value
        if normalise and square > 0:
            factor = np.float32(1 / np.sqrt(square))
            for entry in range(len(own_weighed)):
                own_weighed[entry] *= factor


@_compiled
def squared_lengths(starts: Any, stops: Any, values: Any, rows: Any, squares: Any) -> None:
    """squares[n] = squared length of row rows[n].  squares: (n,) float32."""
    for place in range(len(rows)):
        total = np.float32(0)
        for value in values[starts[rows[place]] : stops[rows[place]]]:
            total += value * value
        squares[place] = total


@_compiled
def outputs_of(starts: Any, stops: Any, columns: Any, values: Any, rows: Any, weights: Any, outputs: Any) -> None:
    """outputs[n] = row rows[n] · weights.  weights: (columns or more,) float32.  outputs: (n,) float32."""
    for place in range(len(rows)):
        start, stop = starts[rows[place]], stops[rows[place]]
        own_columns, own_values = columns[start:stop], values[start:stop]
        total = np.float32(0)
        for entry in range(len(own_columns)):
            total += own_values[entry] * weights[own_columns[entry]]
        outputs[place] = total


@_compiled
def descend(
    starts: Any, stops: Any, columns: Any, values: Any, rows: Any, signs: Any, costs: Any, squares: Any, bias: Any,
    weights: Any, duals: Any, order: Any, n_active: Any, bound: Any, seed: Any,
) -> tuple[float, float, int]:  # fmt: skip
    """One pass of dual coordinate descent for the squared hinge loss; changes `weights`, `duals` and `order`.

    Each step minimises the dual problem in one variable and moves the weights along that row.  The rows are taken in
    random order.  A row whose dual is zero, and whose gradient says by more than `bound` that it stays so, is put
    behind the active ones and is not looked at again.

    rows: (n,) int64, those to learn from.  signs, costs, squares: (n,) float32: ±1, the factor of the loss, and the
    squared length of the row with its bias.  weights: (columns + 1,) float32, the last one that of the bias.  duals:
    (n,) float64, zero or more.  order: (n,) int64 places in `rows`, the first n_active of which are active.
    Returns the sum of the projected gradients' sizes, the largest of them, and how many places are still active.
    Source: Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM", algorithm 3.
    """
    last = len(weights) - 1
    state = np.uint64(seed) * np.uint64(2654435761) + np.uint64(88172645463325252)
    for place in range(n_active - 1, 0, -1):  # Fisher & Yates' shuffle, by Marsaglia's xorshift
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)
        other = np.int64(state % np.uint64(place + 1))
        order[place], order[other] = order[other], order[place]
    total, largest, turn = 0.0, 0.0, 0
    while turn < n_active:
        place = order[turn]
        start, stop = starts[rows[place]], stops[rows[place]]
        own_columns, own_values = columns[start:stop], values[start:stop]
        output = np.float32(0)
        for entry in range(len(own_columns)):
            output += own_values[entry] * weights[own_columns[entry]]
        output += weights[last] * bias
        slack = 0.5 / costs[place]
        gradient = signs[place] * output - 1.0 + duals[place] * slack
        if duals[place] == 0.0 and gradient >= 0.0:
            if gradient > bound:
                n_active -= 1
                order[turn], order[n_active] = order[n_active], place
            else:
                turn += 1
            continue
        turn += 1
        total += abs(gradient)
        largest = max(largest, abs(gradient))
        if abs(gradient) < 1e-5:
            continue
        after = max(duals[place] - gradient / (squares[place] + slack), 0.0)
        step = np.float32((after - duals[place]) * signs[place])
        duals[place] = after
        for entry in range(len(own_columns)):
            weights[own_columns[entry]] += step * own_values[entry]
        weights[last] += step * bias
    return total, largest, n_active
