"""Explain a prediction by the words of its text.

The contribution of a word is in log-odds: exact for nbsvm and linear
(coefficient times value) and for gbm (SHAP values); approximate for networks,
whose scores are compared with and without the word (occlusion).  The most
similar training texts by TF-IDF are shown, too.

Example:

    imdbnlp explain nbsvm --text "Not a bad film, but far too long."
    imdbnlp explain nbsvm --review-id 1 --html why.html
"""

from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from imdbnlp.data.dataset import Dataset
from imdbnlp.errors import ArtefactError, UsageError
from imdbnlp.features.counts import FeatureSettings
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.pages import PAGE_ENDINGS, mark_of, page_table, render
from imdbnlp.report.result import Passage, Result, Table
from imdbnlp.report.texts import described, rounded, text_table
from imdbnlp.settings import Field, Settings, argument
from imdbnlp.sources.split_names import TRAIN, VALID
from imdbnlp.storage.output import check_output, is_standard_output, replacing
from imdbnlp.tasks.classifier import NO_KNOWN_WORDS
from imdbnlp.tasks.explanation import Explanation, explain_text
from imdbnlp.workspace.nearest import WordSpace, is_nowhere, open_index
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which prediction to explain, and how much to show."""

    run: str | None = argument(None, description="Name or folder of the run; by default the latest.", entries="runs")
    text: str | None = Field(None, description="Explain the prediction for this text.")
    review_id: str | None = Field(None, description="Explain the prediction for the text with this id or row.")
    for_class: str | None = Field(None, description="Class to explain; by default the predicted one.")
    top: int = Field(10, ge=1, description="List this many words for and against, and this many n-grams.")
    similar: int = Field(3, ge=0, description="Show this many of the most similar training texts.")
    html: str | None = Field(None, description="HTML page to write, with the words marked; - for standard output.")


def explain(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """The marked text, its strongest words, and the texts of the training that are most like it."""
    if (options.text is None) == (options.review_id is None):
        raise UsageError("give either --text or --review-id", hint='imdbnlp explain RUN --text "A fine film."')
    if options.html is not None:
        check_output("--html", options.html, PAGE_ENDINGS)
    run = workspace.run(options.run, ready=True)
    dataset = _dataset_of(workspace, run, options, reporter)
    row, text = None, options.text or ""
    if options.review_id is not None and dataset:
        row = dataset.find(options.review_id)
        text = dataset.texts_of([row])[0]
    if run.n_trained_on([text]):
        reporter.warn("the run was trained on this text: the probability may be higher than for new texts")
    explanation = explain_text(run.classifier, text, options.for_class)
    if explanation.has_no_known_words:
        reporter.warn(NO_KNOWN_WORDS)
    alike = _similar(workspace, dataset, text, row, options.similar, reporter) if dataset else []
    shown = _Shown(run, explanation, alike, dataset.label_of(row) if dataset and row is not None else None)
    if options.html is not None:
        page = _page(shown, options.top)
        if is_standard_output(options.html):
            return Result(lines=[page])
        with replacing(Path(options.html)) as file:
            file.write(page)
        reporter.note(f"page: {options.html}")
    return Result(tables=_tables(shown, options.top), data=_data(shown, options.top))


@dataclass(frozen=True)
class _Shown:
    """alike: the most similar training texts.  label: of the explained text, if the dataset knows it."""

    run: Run
    explanation: Explanation
    alike: list[dict[str, Any]]
    label: str | None

    @property
    def title(self) -> str:
        said = f"{self.explanation.prediction} {self.explanation.probability:.3f}"
        return f"{self.run.name}: {said}" + (f"; labelled {self.label}" if self.label is not None else "")

    @property
    def note(self) -> str:
        found = self.explanation
        how = "Exact." if found.exact else "Approximate: what the prediction loses when a word is left out."
        together = f"  {found.together} words in a row were left out together." if found.together > 1 else ""
        return f"Log-odds: contributions of the words.  {how}{together}"


def _dataset_of(workspace: Workspace, run: Run, options: Options, reporter: Reporter) -> Dataset | None:
    """The run's dataset; a text given by --text is explained without it, too."""
    try:
        return workspace.dataset_of(run)
    except (UsageError, ArtefactError) as error:
        if options.review_id is not None:
            raise
        if options.similar:
            tell = reporter.warn if isinstance(error, ArtefactError) else reporter.note
            tell(f"no similar texts: {error.message}")
        return None


def _similar(
    workspace: Workspace, dataset: Dataset, text: str, row: int | None, k: int, reporter: Reporter
) -> list[dict[str, Any]]:
    if not k:
        return []
    space = WordSpace(dataset.preprocessing(), FeatureSettings(method="tfidf"))
    near = open_index(workspace, space, dataset, dataset.rows(TRAIN, VALID), reporter)
    point = near.place(text)
    if is_nowhere(point):
        return []
    found, similarity = near.nearest(point, k, "cosine", row if row in near.rows else None)
    return described(dataset, found, similarity=rounded(similarity))


def _tables(shown: _Shown, top: int) -> list[Table | Passage]:
    passage = Passage(shown.title, shown.explanation.pieces, "Orange: for the class; blue: against.")
    return [passage, *_word_tables(shown, top)]


def _word_tables(shown: _Shown, top: int) -> list[Table]:
    found = shown.explanation
    for_it, against = _strongest(found, top)
    rows = [(*one, *other) for one, other in zip_longest(for_it, against, fillvalue=("", "", ""))]
    columns = [f"for {found.explained}", "log-odds", "times", "against", "log-odds", "times"]
    tables = [Table("words", columns, rows, shown.note), _sum_table(found)]
    if any(" " in name for name in found.features):
        tables.append(Table("features", ["n-gram", "log-odds"], list(found.features.items())[:top]))
    if shown.alike:
        columns = ["similarity", "id", "label", "text"]
        tables.append(text_table("most similar training texts", columns, shown.alike))
    return tables


def _strongest(found: Explanation, top: int) -> tuple[list[Any], list[Any]]:
    """The words for the class and those against it, with their contributions and how often they occur."""
    for_it = [one for one in found.by_word if one[1] > 0][:top]
    return for_it, [one for one in found.by_word if one[1] < 0][:top]


def _sum_table(found: Explanation) -> Table:
    """How the contributions add up to the probability, where they do."""
    rows: list[tuple[str, float]] = [("all words", sum(word.contribution for word in found.words))]
    if found.exact:
        rows = [("without any word", found.base), *rows]
    if found.absent:
        rows.append(("words that are not there", found.absent))
    rows.append((f"probability of {found.explained}", found.explained_probability))
    return Table("", ["statistic", "value"], rows)


def _data(shown: _Shown, top: int) -> dict[str, Any]:
    found = shown.explanation
    for_it, against = _strongest(found, top)
    return {
        "run": shown.run.name,
        "prediction": found.prediction,
        "probability": found.probability,
        "no_known_words": found.has_no_known_words,
        "label": shown.label,
        "explained": found.explained,
        "explained_probability": found.explained_probability,
        "exact": found.exact,
        "base": found.base,
        "absent": found.absent,
        "words": [vars(word) for word in found.words],
        "strongest": {"for": for_it, "against": against},
        "features": dict(list(found.features.items())[:top]),
        "similar": shown.alike,
    }


def _page(shown: _Shown, top: int) -> str:
    found = shown.explanation
    return render(
        "explanation.html",
        run=shown.run.name,
        model=shown.run.record["model"],
        title=f"labelled {shown.label}" if shown.label is not None else "",
        prediction=found.prediction,
        probability=found.probability,
        explained=found.explained,
        explained_probability=found.explained_probability,
        pieces=[(text, mark_of(strength)) for text, strength in found.pieces],
        note=shown.note,
        tables=[page_table(table) for table in _word_tables(shown, top)],
    )
