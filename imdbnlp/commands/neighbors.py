"""Find the nearest neighbours of a text.

--review-id is the text's value in the id column if the dataset has one, else
its row in the source, counted from 0; --position 0 is the dataset's first
text.  --by compares texts by their words (tfidf, count or binary), by the
mean of their word vectors (w2v), or by the representation of a run.  The
search is exact: every labelled text is compared.

Example:

    imdbnlp neighbors --review-id 1
    imdbnlp neighbors --review-id 1 --by count --metric euclidean
    imdbnlp neighbors --text "A slow but moving film." --by w2v -k 3
"""

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import DataError, UsageError
from imdbnlp.features.counts import FeatureSettings, NgramSettings, ViewSettings
from imdbnlp.features.neighbors import Metric
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result, Table
from imdbnlp.report.texts import described, excerpt, rounded, text_table
from imdbnlp.settings import Field, work_setting
from imdbnlp.workspace.nearest import RunSpace, Space, VectorSpace, WordSpace, is_nowhere, open_index
from imdbnlp.workspace.vectors import LATEST, find_vectors
from imdbnlp.workspace.workspace import Workspace

_BY_WORDS, _BY_VECTORS = ("tfidf", "count", "binary"), "w2v"


class Options(NgramSettings):
    """Which text, near in which sense, and among which others."""

    conditions = {
        **dict.fromkeys(NgramSettings.model_fields, "by=tfidf|count|binary"),
        **dict.fromkeys(ViewSettings.model_fields, "by=tfidf|count|binary|w2v"),
        "sublinear_tf": "by=tfidf",
        "vectors": "by=w2v",
    }

    review_id: str | None = Field(None, description="Id or row of the text whose neighbours are searched.")
    position: int | None = Field(None, ge=0, description="Position of the text in the dataset, in place of its id.")
    text: str | None = Field(None, description="Find the neighbours of this text instead.")
    by: str = Field(
        "tfidf", description="Compare texts by tfidf, count, binary, w2v, or a run.",
        json_schema_extra={"entries": "runs"},
    )  # fmt: skip
    metric: Metric = Field("cosine", description="Measure of similarity or distance.")
    k: int = Field(5, ge=1, description="Number of neighbours.")
    dataset: str | None = work_setting(
        None, description="Dataset to search; by default the run's, or the latest.", entries="datasets"
    )
    vectors: str = work_setting(LATEST, description="Word vectors: a name of train-w2v, or a file.", entries="vectors")
    unlabelled: bool = Field(False, description="Also search the texts without a label.")
    sublinear_tf: bool = Field(False, description="Replace each count by 1 + log(count).")


def neighbors(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The reference text, and a row for each of its neighbours, the nearest first."""
    given = [value for value in (options.text, options.review_id, options.position) if value is not None]
    if len(given) != 1:
        raise UsageError("give either --review-id or --text, or --position", hint="imdbnlp neighbors --review-id 1")
    space, dataset = _space(options, workspace)
    row = _row(options, dataset)
    rows = np.arange(len(dataset.tokens)) if options.unlabelled else dataset.rows(*dataset.part_names)
    near = open_index(workspace, space, dataset, rows, reporter)
    inside = row is not None and row in rows
    text = options.text or "" if row is None else dataset.texts_of([row])[0]
    point = near.point_of(row) if row is not None and inside else near.place(text)
    if is_nowhere(point):
        raise DataError(
            f"the text contains nothing that is known to {options.by}",
            hint="give a longer text, or another --by",
        )
    found, nearness = near.nearest(point, options.k, options.metric, row if inside else None)
    return _result(options, dataset, (row, text), found, nearness)


def _row(options: Options, dataset: Dataset) -> int | None:
    """The document whose neighbours are wanted, None for a text that the dataset does not hold."""
    if options.review_id is not None:
        return dataset.find(options.review_id)
    n_texts = len(dataset.tokens)
    if options.position is not None and options.position >= n_texts:
        raise UsageError(
            f"dataset {dataset.name} has {n_texts:,} texts, none at position {options.position:,}",
            hint=f"give a --position from 0 to {n_texts - 1}",
        )
    return options.position


def _space(options: Options, workspace: Workspace) -> tuple[Space, Dataset]:
    """What near is meant by, and the dataset that is searched.  Raises UsageError for a run of another dataset."""
    if options.by in _BY_WORDS or options.by == _BY_VECTORS:
        dataset = workspace.dataset(options.dataset)
        preprocessing = dataset.preprocessing(options.view, options.stop_words)
        if options.by == _BY_VECTORS:
            source = find_vectors(workspace, options.vectors)
            if source.preprocessing:
                options.refuse(ViewSettings.model_fields, "is determined by the word vectors")
            return VectorSpace(source.preprocessing or preprocessing, source, dataset.vocabulary), dataset
        values = {name: getattr(options, name) for name in NgramSettings.model_fields}
        return WordSpace(
            preprocessing, FeatureSettings(**values, method=options.by, sublinear_tf=options.sublinear_tf)
        ), dataset
    if not workspace.runs.names():
        hint = "by words: tfidf, count or binary; by word vectors: w2v; and there is no run yet"
        raise UsageError(f"--by '{options.by}' is not known", hint=hint)
    run = workspace.run(options.by, ready=True)
    return RunSpace(run), workspace.dataset_of(run, options.dataset)


def _result(
    options: Options, dataset: Dataset, asked: tuple[int | None, str], found: NDArray[np.int64],
    nearness: NDArray[np.float64],
) -> Result:  # fmt: skip
    row, text = asked
    near = "similarity" if options.metric == "cosine" else "distance"
    ranks = range(1, len(found) + 1)
    found_texts = described(dataset, found, rank=ranks, **{near: rounded(nearness)})
    known = {} if row is None else {"id": dataset.ids[row], "label": dataset.label_of(row)}
    reference = {**known, "text": excerpt(text)}
    return Result(
        tables=[
            Table("reference", ["statistic", "value"], list(reference.items())),
            text_table(
                f"nearest of {dataset.name}, by {options.by}", ["rank", near, "id", "label", "text"], found_texts
            ),
        ],
        data={
            "dataset": dataset.name, "by": options.by, "metric": options.metric, "reference": reference,
            "neighbors": found_texts,
        },
    )  # fmt: skip
