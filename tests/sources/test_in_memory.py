"""Texts and labels from pandas, NumPy and Arrow: any column is read, and a missing value is named by its row."""

import datetime
import decimal
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from imdbnlp.errors import DataError
from imdbnlp.sources.in_memory import encode_labels, read_labels, read_texts

TEXTS = ["a good film", "a bad film"]
TABLE = pd.DataFrame({"text": TEXTS, "stars": [9, 2]}, index=[10, 20])

TEXT_COLUMNS: dict[str, Any] = {
    "a column of a table": TABLE["text"],
    "the default dtype": pd.Series(TEXTS),
    "objects": pd.Series(TEXTS, dtype=object),
    "string": pd.Series(TEXTS, dtype="string"),
    "string in Arrow": pd.Series(TEXTS, dtype="string[pyarrow]"),
    "Arrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "categories": pd.Series(TEXTS, dtype="category"),
    "an extension array": pd.array(TEXTS, dtype="string"),
    "a categorical": pd.Categorical(TEXTS),
    "an index": pd.Index(TEXTS),
    "strings of NumPy": np.array(TEXTS),
    "strings of any length of NumPy": np.array(TEXTS, dtype=np.dtypes.StringDType()),
}


@pytest.mark.parametrize("name", TEXT_COLUMNS)
def test_texts_of_any_column_are_read(name: str) -> None:
    texts = read_texts(TEXT_COLUMNS[name])
    assert texts == TEXTS and set(map(type, texts)) == {str}


@pytest.mark.parametrize("dtype", [object, "str", "string", "string[pyarrow]", pd.ArrowDtype(pa.string()), "category"])
def test_a_missing_text_is_named_by_its_row_and_index(dtype: Any) -> None:
    column = pd.Series(["a film", None], index=["x", "y"], dtype=dtype)
    with pytest.raises(DataError, match=r"^texts: row 1 \(index 'y'\) is missing \(.*\), expected a string$"):
        read_texts(column)


LABEL_COLUMNS: dict[str, tuple[Any, list[Any], str]] = {
    "a column of a table": (TABLE["stars"], [9, 2], "int64"),
    "nullable integers": (pd.array([9, 2], dtype="Int64"), [9, 2], "int64"),
    "nullable booleans": (pd.Series([True, False], dtype="boolean"), [True, False], "bool"),
    "integers of Arrow": (pd.Series([9, 2], dtype=pd.ArrowDtype(pa.int8())), [9, 2], "int64"),
    "strings": (pd.Series(["pos", "neg"]), ["pos", "neg"], "object"),
    "categories": (pd.Series(["pos", "neg"], dtype="category"), ["pos", "neg"], "object"),
    "categories of integers": (pd.Categorical([9, 2]), [9, 2], "int64"),
    "dates": (pd.Series([datetime.date(2024, 1, 2)] * 2), [datetime.date(2024, 1, 2)] * 2, "object"),
}


@pytest.mark.parametrize("name", LABEL_COLUMNS)
def test_labels_of_any_column_keep_their_values(name: str) -> None:
    column, values, dtype = LABEL_COLUMNS[name]
    labels = read_labels(column)
    assert (labels.tolist(), str(labels.dtype)) == (values, dtype)


MISSING: dict[str, Callable[[], Any]] = {
    "None": lambda: ["pos", None],
    "NaN": lambda: ["pos", math.nan],
    "NaN of NumPy": lambda: ["pos", np.float32("nan")],
    "NA": lambda: ["pos", pd.NA],
    "NaT": lambda: ["pos", pd.NaT],
    "a decimal NaN": lambda: ["pos", decimal.Decimal("NaN")],
    "nullable integers": lambda: pd.array([1, None], dtype="Int64"),
    "nullable booleans": lambda: pd.array([True, None], dtype="boolean"),
    "strings": lambda: pd.Series(["pos", None], dtype="str"),
    "integers of Arrow": lambda: pd.Series([1, None], dtype=pd.ArrowDtype(pa.int64())),
    "categories": lambda: pd.Categorical(["pos", None]),
    "dates": lambda: pd.to_datetime(pd.Series(["2024-01-02", None])),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_label_is_named_by_its_row(name: str) -> None:
    with pytest.raises(DataError, match=r"^labels: row 1 .*is missing \(.*\), expected a label$"):
        read_labels(MISSING[name]())


def test_unused_categories_are_not_classes() -> None:
    labels = read_labels(pd.Categorical(["pos", "neg"], categories=["neg", "neutral", "pos"]))
    classes, codes = encode_labels(labels)
    assert (classes.tolist(), codes.tolist()) == (["neg", "pos"], [1, 0])
