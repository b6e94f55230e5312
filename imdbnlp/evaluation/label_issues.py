"""Labels that look wrong to a classifier that was trained without them: confident learning.

    joint = estimate_joint(labels, probabilities)                  # (classes, classes): label given, label meant
    suspects = find_suspects(labels, probabilities, "noise-rate")  # the least likely label first

A text counts as meant for a class if its probability for that class is at least the mean probability of the texts with
that label.  So a class that the classifier is never sure of is not suspected as a whole.
Source: Northcutt, Jiang & Chuang 2021, "Confident Learning"; results equal those of the authors' package, cleanlab.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import DataError

Method = Literal["noise-rate", "confident"]
_ROUNDING = 1e-6  # probabilities as near as this count as equal
_NEVER = 2.0  # a threshold that no probability reaches, for a class without texts


def find_suspects(labels: NDArray[np.int64], probabilities: NDArray[np.floating], method: Method) -> NDArray[np.int64]:
    """The texts whose label looks wrong, the one with the least likely label first.

    labels: (n,) known codes.  probabilities: (n, classes), of a model that did not learn from the text.
    method: `confident` takes the texts that count as meant for another class; `noise-rate` takes as many of each pair
    of classes as the joint distribution estimates, those with the largest margin.
    Raises DataError if the shapes do not fit.
    """
    _check(labels, probabilities)
    if method == "confident":
        meant = _meant(labels, probabilities)
        suspected = (meant >= 0) & (meant != labels)
    else:
        suspected = _by_noise_rate(labels, probabilities)
    own = probabilities[np.arange(len(labels)), labels]
    suspected &= probabilities.max(axis=1) > own + _ROUNDING
    found = np.flatnonzero(suspected)
    return found[np.argsort(own[found], kind="stable")]


def estimate_joint(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """(classes, classes) how many texts of each label (row) are estimated to be meant for each class (column).

    Rows sum to the number of texts with that label.
    """
    _check(labels, probabilities)
    n_classes = probabilities.shape[1]
    meant = _meant(labels, probabilities)
    sure = meant >= 0
    counts = np.zeros((n_classes, n_classes))
    np.add.at(counts, (labels[sure], meant[sure]), 1)
    np.fill_diagonal(counts, np.maximum(counts.diagonal(), 1))
    sizes = np.bincount(labels, minlength=n_classes)
    return np.asarray(counts / counts.sum(axis=1, keepdims=True) * sizes[:, None])


@dataclass(frozen=True)
class ClassIssues:
    """(classes,) each: texts with a label, those of them that are suspected, and how many are estimated to be wrong."""

    texts: NDArray[np.int64]
    suspected: NDArray[np.int64]
    estimated_wrong: NDArray[np.float64]


def issues_by_class(
    labels: NDArray[np.int64], probabilities: NDArray[np.floating], suspects: NDArray[np.int64]
) -> ClassIssues:
    """Count the label issues of each class.  suspects: as find_suspects returns them."""
    joint, n_classes = estimate_joint(labels, probabilities), probabilities.shape[1]
    texts, suspected = (np.bincount(codes, minlength=n_classes) for codes in (labels, labels[suspects]))
    return ClassIssues(texts, suspected, joint.sum(axis=1) - joint.diagonal())


def conflicting_labels(groups: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The texts of which an equal one has another label, copies side by side.

    groups: (n,) codes, the same for equal texts.
    """
    pairs = np.unique(np.stack([groups, labels]), axis=1)
    several = np.flatnonzero(np.bincount(pairs[0], minlength=1) > 1)
    found = np.flatnonzero(np.isin(groups, several))
    return found[np.argsort(groups[found], kind="stable")]


def _check(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> None:
    if probabilities.ndim != 2 or len(labels) != len(probabilities) or (len(labels) and labels.min() < 0):
        raise DataError(
            f"{len(labels)} labels and probabilities of the shape {probabilities.shape} do not fit",
            hint="give a known label and a row of probabilities for each text",
        )


def _meant(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.int64]:
    """(n,) the class that each text counts as meant for, -1 where the model is sure of none."""
    classes = range(probabilities.shape[1])
    thresholds = [probabilities[labels == code, code].mean() if (labels == code).any() else _NEVER for code in classes]
    sure = probabilities >= np.array(thresholds) - _ROUNDING
    likeliest = np.where(sure, probabilities, -1.0).argmax(axis=1)
    return np.where(sure.any(axis=1), likeliest, -1)


def _by_noise_rate(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> NDArray[np.bool_]:
    joint = np.stack([_rounded(row) for row in estimate_joint(labels, probabilities)])
    suspected = np.zeros(len(labels), dtype=bool)
    for given, row in enumerate(joint):
        texts = np.flatnonzero(labels == given)
        for meant, number in enumerate(row.tolist()):
            if meant != given and number:
                margin = probabilities[texts, meant] - probabilities[texts, given]
                suspected[texts[np.argsort(-margin, kind="stable")[:number]]] = True
    return suspected


def _rounded(row: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers with the same sum: those farthest from their rounding give way."""
    whole = np.round(row)
    missing = int(np.round(row.sum()) - whole.sum())
    order = np.argsort(row - whole)
    changed = order[::-1][:missing] if missing > 0 else order[: abs(missing)]
    whole[changed] += np.sign(missing)
    return whole.astype(np.int64)
