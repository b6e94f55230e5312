"""Weighing names against content: which column most likely contains the texts, and which the labels.

best_text(["document", "content"], [0, 1], contents, "files.csv", SILENT)
# 1, if `document` contains names of files
"""

from collections.abc import Sequence

from imdbnlp.errors import DataError
from imdbnlp.progress import Reporter
from imdbnlp.sources.column_content import Content
from imdbnlp.sources.column_names import folded_name, is_index_name, is_text_name, label_score, text_score

_UNNAMED = 0.2
"""The weight of the content of a column if its name gives no hint."""

_UNLIKELY = 0.05
_NEARLY = 0.75
_MIN_ROWS, _MIN_LIKENESS = 3, 0.5
_LEAST = 0.02


def best_text(
    columns: Sequence[str], places: Sequence[int], contents: Sequence[Content] | None, path: str, reporter: Reporter
) -> int | None:
    """The position of the column of texts; None if neither a name nor the content is conclusive.

    contents: of each column, None if no rows were sampled.  Raises DataError if two columns without a known name fit
    equally well.
    """
    known: Sequence[Content | None] = contents or [None] * len(columns)
    scores = {place: _text_weight(columns[place], known[place]) for place in places}
    named = {place: score for place, score in scores.items() if text_score(columns[place]) > 0}
    unnamed = {place: score for place, score in scores.items() if _is_free(columns[place], known[place])}
    by_name, by_content = _largest(named), _largest(unnamed)
    if by_name is not None:
        _check_name(columns, places, by_name, path)
    if by_name is not None and (by_content is None or scores[by_content] < 1.5 * scores[by_name]):
        others = [place for place in named if place != by_name and scores[place] >= _NEARLY * scores[by_name]]
        _warn_of_others("texts", "--text-column", columns, by_name, others, path, reporter)
        if contents and contents[by_name].odd > 0.9:
            reporter.warn(f"{path}: column '{columns[by_name]}' is used for the texts, but contains no words")
        return by_name
    if by_content is None:
        return None
    rivals = [place for place in unnamed if place != by_content and scores[place] >= _NEARLY * scores[by_content]]
    if rivals and by_name is None:
        raise _undecided("texts", "--text-column", columns, [by_content, *rivals], path)
    others = rivals if by_name is None else [by_name]
    _warn_of_others("texts", "--text-column", columns, by_content, others, path, reporter)
    return by_content


def best_label(
    columns: Sequence[str], places: Sequence[int], text: int, contents: Sequence[Content] | None, path: str,
    reporter: Reporter,
) -> int | None:  # fmt: skip
    """The position of the column of labels; None if neither a name nor the content is conclusive.

    Raises DataError if several columns contain only 0 and 1, or several fit equally well.
    """
    known: Sequence[Content | None] = contents or [None] * len(columns)
    scores = {place: _label_weight(columns[place], known[place]) for place in places}
    named = {place: score for place, score in scores.items() if label_score(columns[place]) > 0}
    best = _largest(named)
    if best is not None:
        _check_name(columns, places, best, path)
        others = [place for place in named if place != best and scores[place] >= _NEARLY * scores[best]]
        flags = [place for place in (best, *others) if contents and contents[place].is_binary]
        if len(flags) > 1 and label_score(columns[best]) < 0.9:
            raise _several_flags(columns, sorted(flags), path)
        _warn_of_others("labels", "--label-column", columns, best, others, path, reporter)
        return best
    if contents is None:
        return None
    free = [place for place in places if label_score(columns[place]) >= 0 and not is_index_name(columns[place])]
    flags = [place for place in free if contents[place].is_binary]
    if len(flags) > 1:
        raise _several_flags(columns, flags, path)
    fitting = [place for place in free if contents[place].could_be_labels and not is_text_name(columns[place])]
    if len(fitting) > 1:
        raise _undecided("labels", "--label-column", columns, fitting, path)
    if fitting and len(free) > 1:
        reporter.warn(
            f"{path}: labels are read from column '{columns[fitting[0]]}' because of its content; if that is wrong, "
            "use --label-column"
        )
    return fitting[0] if fitting else None


def listed(columns: Sequence[str]) -> str:
    """The names as one string; long names and long lists are shortened."""
    shown = ", ".join(column if len(column) <= 40 else column[:37] + "..." for column in columns[:20])
    return shown + (", ..." if len(columns) > 20 else "")


def _text_weight(name: str, content: Content | None) -> float:
    score = text_score(name)
    weight = _UNLIKELY if score < 0 else _UNNAMED + (1 - _UNNAMED) * score
    return weight * (max(_LEAST, content.text_likeness) if content else 1.0)


def _label_weight(name: str, content: Content | None) -> float:
    score = label_score(name)
    weight = _UNLIKELY if score < 0 else _UNNAMED + (1 - _UNNAMED) * score
    return weight * (max(_LEAST, content.label_likeness) if content else 1.0)


def _is_free(name: str, content: Content | None) -> bool:
    """Whether it can be the column of texts because of its content alone."""
    if content is None or text_score(name) != 0:
        return False
    return content.n_values >= _MIN_ROWS and content.text_likeness >= _MIN_LIKENESS


def _largest(scores: dict[int, float]) -> int | None:
    """The position with the largest score; the first of equal ones."""
    return max(scores, key=lambda place: scores[place]) if scores else None


def _check_name(columns: Sequence[str], places: Sequence[int], place: int, path: str) -> None:
    """Raise DataError if another column has the same name."""
    name = folded_name(columns[place])
    n_same = sum(folded_name(columns[other]) == name for other in places)
    if name and n_same > 1:
        raise DataError(f"{path} has {n_same} columns named '{columns[place]}'", hint="rename all but one")


def _warn_of_others(
    what: str, option: str, columns: Sequence[str], taken: int, others: Sequence[int], path: str, reporter: Reporter
) -> None:
    if others:
        also = listed([f"'{columns[place]}'" for place in others])
        reporter.warn(f"{path}: {what} are read from column '{columns[taken]}'; use {option} to read {also}")


def _undecided(what: str, option: str, columns: Sequence[str], places: Sequence[int], path: str) -> DataError:
    which = listed([f"'{columns[place]}'" for place in sorted(places)])
    return DataError(
        f"{path}: {which} may all contain the {what}; the columns are: {listed(columns)}",
        hint=f"choose one with {option}",
    )


def _several_flags(columns: Sequence[str], places: Sequence[int], path: str) -> DataError:
    which = listed([f"'{columns[place]}'" for place in places])
    return DataError(
        f"{path}: {len(places)} columns contain only 0 and 1 ({which}), so a text can have several labels",
        hint="choose one of them with --label-column; a model is trained on one column of labels",
    )
