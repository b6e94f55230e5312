"""Texts of a dataset in tables: by id, with label and first characters.

described(dataset, rows, similarity=[0.6, 0.5])
# [{'similarity': 0.6, 'id': '17', 'label': 'positive', 'text': 'A film that…'}, …]
"""

import html
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.report.result import Table
from imdbnlp.workspace.run import Predictions

_CHARACTERS = 200
_LINE_BREAK = re.compile(r"</?(?:br|p|div) ?/?>", re.IGNORECASE)


def excerpt(text: str) -> str:
    """The first characters of a text on one line, HTML's line breaks as spaces, with three dots where it goes on."""
    beginning = text[: 4 * _CHARACTERS]  # tags and line breaks may take some of it
    shown = " ".join(html.unescape(_LINE_BREAK.sub(" ", beginning)).split())
    whole = len(text) <= len(beginning) and len(shown) <= _CHARACTERS
    return shown if whole else shown[:_CHARACTERS] + "…"


def described(dataset: Dataset, rows: NDArray[np.integer], **figures: Sequence[Any]) -> list[dict[str, Any]]:
    """For each document its figures, its id, label and beginning."""
    columns = {
        **figures,
        "id": [dataset.ids[row] for row in rows],
        "label": [dataset.label_of(row) for row in rows],
        "text": [excerpt(text) for text in dataset.texts_of(rows)],
    }
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def text_table(title: str, columns: Sequence[str], found: Sequence[dict[str, Any]], note: str = "") -> Table:
    """What `described` gave, as a table of these columns."""
    shown = [name.replace("_", " ") for name in columns]
    return Table(title, shown, [tuple(one[name] for name in columns) for one in found], note)


def rounded(values: NDArray[np.floating]) -> list[float]:
    """Figures with four digits, as JSON takes them."""
    return [round(float(value), 4) for value in values]


def confident_errors(predictions: Predictions, dataset: Dataset, top: int) -> list[dict[str, Any]]:
    """The wrong predictions with the largest probabilities."""
    wrong = predictions.take(predictions.confident_errors()[:top])
    names = [dataset.classes[code] for code in wrong.predicted]
    probabilities = rounded(wrong.confidence)
    return described(dataset, wrong.rows, prediction=names, probability=probabilities)


def error_table(title: str, errors: list[dict[str, Any]]) -> Table:
    """Errors with their texts."""
    return text_table(title, ["id", "label", "prediction", "probability", "text"], errors)
