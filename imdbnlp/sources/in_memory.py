"""Texts, labels and weights in memory: lists, NumPy arrays, pandas Series and extension arrays, Arrow arrays.

texts = read_texts(frame["review"])               # a list of str
labels = read_labels(frame["stars"])              # an array: of int64, say
classes, codes = encode_labels(labels)            # the sorted distinct labels, and the code of each row's
"""

import math
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError, UsageError, check_not_a_string

_PLAIN = (str, bool, int, float)
_INT64 = np.iinfo(np.int64)


def read_texts(texts: Any, name: str = "texts") -> list[str]:
    """The texts as a list of str.

    Raises UsageError if they are not a one-dimensional collection, DataError naming the first row that is not a string.
    """
    values = _values(texts, name)
    if set(map(type, values)) <= {str}:
        return values
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise _unfit(
                texts, name, row, value, "a string", "convert the texts to str, and drop or fill in missing ones"
            )
    return [str(value) for value in values]


def read_labels(labels: Any, name: str = "labels") -> NDArray[Any]:
    """(rows,) the labels in their own type: bool, int64, float64, or objects such as str.

    Raises UsageError if they are not a one-dimensional collection, DataError for missing labels, for labels of several
    types and for numbers that are not whole.
    """
    values = _values(labels, name)
    for row, value in enumerate(values):
        if _is_missing(value):
            raise _unfit(labels, name, row, value, "a label", "label the row or drop it")
        if isinstance(value, list | tuple | dict | set | np.ndarray):
            raise _unfit(labels, name, row, value, "one label", "give one label for each text")
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    kinds = sorted({type(value) for value in plain}, key=lambda kind: kind.__name__)
    if len(kinds) > 1 and set(kinds) != {int, float}:
        raise DataError(
            f"{name} have several types: {', '.join(kind.__name__ for kind in kinds)}",
            hint="convert them to one type, such as str",
        )
    if float in kinds and not all(float(value).is_integer() for value in plain):
        raise DataError(
            f"{name} contain numbers that are not whole", hint="convert the numbers to classes, for example with str"
        )
    return _array(labels, values, plain, kinds)


def encode_labels(labels: NDArray[Any], name: str = "labels") -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The distinct labels, sorted if their type can be, else in order of first occurrence, and (rows,) their positions.

    Raises DataError if there are fewer than two, if they are not hashable, or if two are the same as text.
    """
    values = labels.tolist()
    try:
        ordered = list(dict.fromkeys(values))
    except TypeError as error:
        raise DataError(f"{name} cannot be compared: {error}", hint="convert them to str") from None
    with suppress(TypeError):  # members of an Enum, say
        ordered = sorted(ordered)
    if len(ordered) < 2:
        raise DataError(f"{name} contain only one class: {ordered[0]!r}", hint="give texts of at least two classes")
    if len(set(map(str, ordered))) < len(ordered):
        raise DataError(f"two different {name} look the same as text", hint="convert them to str")
    classes = np.empty(len(ordered), dtype=labels.dtype)
    classes[:] = ordered
    codes = {label: code for code, label in enumerate(ordered)}
    return classes, np.fromiter((codes[value] for value in values), np.int64, len(values))


def stored_labels(classes: NDArray[Any]) -> list[str | bool | int | float]:
    """The classes as JSON values.  Raises UsageError for types that JSON does not have."""
    labels = classes.tolist()
    unfit = next((label for label in labels if type(label) not in _PLAIN), None)
    if unfit is not None:
        raise UsageError(f"labels of type {_name(unfit)} cannot be saved", hint="train with labels of type str or int")
    return labels


def read_weights(weights: Any, n_texts: int, name: str = "sample_weight") -> NDArray[np.float32] | None:
    """(texts,) the weights; None if there are none.

    Raises DataError unless there is one finite, non-negative number for each text, and at least one is positive.
    """
    if weights is None:
        return None
    try:
        array = np.asarray(weights, dtype=np.float32)
    except (TypeError, ValueError):
        raise DataError(f"{name} contains values that are not numbers", hint="give one number for each text") from None
    if array.shape != (n_texts,):
        raise DataError(f"{name} has shape {array.shape}, expected ({n_texts},)", hint="give one weight for each text")
    unfit = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if len(unfit):
        raise DataError(
            f"{name}: row {unfit[0]} is {array[unfit[0]]}", hint="give finite numbers that are not negative"
        )
    if not array.any():
        raise DataError(f"{name} is zero for every text", hint="give at least one text a weight above 0")
    return array


def check_lengths(**columns: Any) -> None:
    """Raise DataError unless all columns have the same number of rows, and at least one."""
    (name, rows), *others = columns.items()
    for other, values in others:
        if len(values) != len(rows):
            raise DataError(f"{len(rows):,} {name} but {len(values):,} {other}", hint="give one of each per row")
    if not len(rows):
        raise DataError(f"there are no {name}", hint="give at least two, of different classes")


def _values(given: Any, name: str) -> list[Any]:
    """The values of a one-dimensional collection, as a list."""
    check_not_a_string(given, name)
    kind = type(given).__name__
    n_dimensions = getattr(given, "ndim", 1)
    if n_dimensions != 1:
        raise UsageError(
            f"{name}: got a {kind} of {n_dimensions} dimensions, expected one", hint="select one column: table['text']"
        )
    if isinstance(given, Mapping | Set) or not isinstance(given, Iterable) or hasattr(given, "column_names"):
        raise UsageError(f"{name}: got a {kind}, expected a sequence", hint="give a list, an array or a Series")
    if hasattr(given, "to_pylist"):  # a pyarrow array
        return list(given.to_pylist())
    return list(given.tolist() if hasattr(given, "tolist") else given)


def _is_missing(value: Any) -> bool:
    """Whether a value is None, NaN or what pandas calls missing; pandas is asked about values of unusual types only."""
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return math.isnan(value)
    if isinstance(value, (*_PLAIN, np.generic)):
        return False
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _name(value: Any) -> str:
    return type(value).__name__


def _unfit(given: Any, name: str, row: int, value: Any, expected: str, hint: str) -> DataError:
    """The error of one row, with its index label if there is one."""
    index = getattr(given, "index", None)
    where = f"row {row}"
    if index is not None and not callable(index):
        label = index[row]
        where += f" (index {label.item() if isinstance(label, np.generic) else label!r})"
    found = f"missing ({value})" if _is_missing(value) else f"of type {_name(value)}"
    return DataError(f"{name}: {where} is {found}, expected {expected}", hint=hint)


def _array(given: Any, values: list[Any], plain: list[Any], kinds: list[type]) -> NDArray[Any]:
    """The labels in the NumPy type that they were given in, else in that of their Python type."""
    dtype = getattr(given, "dtype", None)
    if isinstance(dtype, np.dtype) and dtype.kind in "biufU":
        return np.asarray(given)
    if kinds == [int] and any(not _INT64.min <= value <= _INT64.max for value in plain):
        kinds = []
    if kinds and set(kinds) <= {bool, int, float}:
        return np.array([np.asarray(value) for value in values]) if values else np.empty(0)
    array = np.empty(len(plain), dtype=object)
    array[:] = plain
    return array
