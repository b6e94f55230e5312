"""What a dataset looks like: classes, words and lengths, as figures, tables and pictures.

summary, pictures = corpus_summary(dataset)
corpus_tables(summary, dataset.name)
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.dataset import Dataset
from imdbnlp.data.statistics import QUANTILES, WordCounts, count_words, cut_by, round_step
from imdbnlp.evaluation.class_words import class_words
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.corpus_plots import picture_classes, picture_lengths, picture_treemap, picture_word_counts
from imdbnlp.report.pictures import Picture
from imdbnlp.report.result import Table, bars
from imdbnlp.sources.split_names import UNLABELLED
from imdbnlp.text.fingerprints import is_repeated
from imdbnlp.text.views import VIEWS

_STEPS = 10
_TREEMAP_WORDS = 30
_SIDE_BY_SIDE = 3  # classes whose words are shown side by side


def corpus_summary(
    dataset: Dataset, view: str = "all", top: int = 10, reporter: Reporter = SILENT
) -> tuple[dict[str, Any], dict[str, Picture]]:
    """All figures as JSON values, and the pictures by their names."""
    rows = dataset.rows(*dataset.part_names)
    views = VIEWS if view == "all" else (view,)
    with reporter.stage("words", len(views), "views") as advance:
        counts = count_words(dataset, rows, views)
        advance(len(views))
    main = counts[0]
    tokens = dataset.documents(dataset.preprocessing(main.view))[0].take(rows)
    sizes = _sizes(dataset)
    summary = {
        "dataset": dataset.name,
        "documents": len(rows),
        "unlabelled": int((dataset.parts == UNLABELLED).sum()),
        "dropped": dataset.manifest["counts"]["dropped"],
        "repeated": int(is_repeated(dataset.fingerprints[rows]).sum()),
        "empty": int((tokens.lengths == 0).sum()),
        "classes": {name: {part: of[code] for part, of in sizes.items()} for code, name in enumerate(dataset.classes)},
        "views": [_of_view(one, top) for one in counts],
        "class_words": _class_words(dataset, main, top),
        "lengths": _lengths(tokens.lengths),
        "drawn": [word for one in counts for word, _ in one.most_frequent(_TREEMAP_WORDS)],
    }
    return summary, _pictures(dataset, counts, sizes, tokens.lengths)


def _sizes(dataset: Dataset) -> dict[str, list[int]]:
    """For each labelled part, how many texts of each class it has."""
    counts = dataset.manifest["class_counts"]
    return {part: [counts[name].get(part, 0) for name in dataset.classes] for part in dataset.part_names}


def _of_view(counts: WordCounts, top: int) -> dict[str, Any]:
    return {
        "view": counts.view,
        "tokens": int(counts.totals.sum()),
        "vocabulary": counts.n_words,
        "share_seen_once": round(counts.share_seen_once, 4),
        "most_frequent": counts.most_frequent(top),
    }


def _class_words(dataset: Dataset, counts: WordCounts, top: int) -> dict[str, list[tuple[str, float]]]:
    found = class_words(counts.by_class, counts.words, top)
    return {
        name: [(word, round(z, 2)) for word, z in words] for name, words in zip(dataset.classes, found, strict=True)
    }


def _lengths(lengths: NDArray[np.int64]) -> dict[str, Any]:
    """Mean, quantiles, and at round lengths: the texts up to it, and what a limit there would cut."""
    step = round_step(float(np.quantile(lengths, 0.98)), _STEPS)
    limits = list(range(step, step * _STEPS + 1, step))
    limits = limits[: 1 + next((n for n, limit in enumerate(limits) if limit >= lengths.max()), len(limits))]
    up_to = np.searchsorted(np.sort(lengths), limits, side="right")
    return {
        "mean": round(float(lengths.mean()), 1),
        "quantiles": {f"{q:g}": int(np.quantile(lengths, q)) for q in QUANTILES},
        "steps": [
            {"max_length": limit, "texts": int(n), "texts_cut": round(cut[0], 4), "words_cut": round(cut[1], 4)}
            for limit, n, cut in zip(
                limits, np.diff(up_to, prepend=0), [cut_by(lengths, limit) for limit in limits], strict=True
            )
        ],
        "longer": int(len(lengths) - up_to[-1]),
    }


def _pictures(
    dataset: Dataset, counts: list[WordCounts], sizes: dict[str, list[int]], lengths: NDArray[np.int64]
) -> dict[str, Picture]:
    main = counts[0]
    pictures = {
        "word-counts": picture_word_counts(main.totals[main.totals > 0]),
        "lengths": picture_lengths(lengths),
        "classes": picture_classes(dataset.classes, sizes),
    }
    for one in counts:
        title = f"{one.view}: the {min(_TREEMAP_WORDS, one.n_words)} most frequent words"
        pictures[f"treemap-{one.view}"] = picture_treemap(title, one.most_frequent(_TREEMAP_WORDS))
    return pictures


def corpus_tables(summary: dict[str, Any], name: str) -> list[Table]:
    """The figures as tables."""
    return [
        _facts_table(summary, name), _class_table(summary), _view_table(summary), _frequent_table(summary),
        _class_word_table(summary), _length_table(summary),
    ]  # fmt: skip


def _facts_table(summary: dict[str, Any], name: str) -> Table:
    info = [("labelled texts", summary["documents"]), ("texts without a label, not counted", summary["unlabelled"])]
    info += [(f"dropped in preprocessing: {why}", number) for why, number in summary["dropped"].items() if number]
    info += [("equal to an earlier text", summary["repeated"]), ("without a word", summary["empty"])]
    return Table(f"dataset {name}", ["statistic", "value"], info)


def _class_table(summary: dict[str, Any]) -> Table:
    parts = list(next(iter(summary["classes"].values())))
    drawn = bars([sum(sizes.values()) for sizes in summary["classes"].values()])
    rows = [(name, *sizes.values(), bar) for (name, sizes), bar in zip(summary["classes"].items(), drawn, strict=True)]
    return Table("texts of each class", ["class", *parts, "all"], rows)


def _view_table(summary: dict[str, Any]) -> Table:
    rows = [(one["view"], one["tokens"], one["vocabulary"], one["share_seen_once"]) for one in summary["views"]]
    return Table("views", ["view", "words", "different", "share seen once"], rows)


def _frequent_table(summary: dict[str, Any]) -> Table:
    columns = [part for one in summary["views"] for part in (one["view"], "count")]
    return Table("most frequent words", columns, _beside([one["most_frequent"] for one in summary["views"]]))


def _class_word_table(summary: dict[str, Any]) -> Table:
    words, view = summary["class_words"], summary["views"][0]["view"]
    title, note = f"words that distinguish the classes ({view})", "z: log-odds ratio in standard errors."
    if len(words) <= _SIDE_BY_SIDE:
        return Table(title, [part for name in words for part in (name, "z")], _beside(list(words.values())), note)
    rows = [(name, ", ".join(word for word, _ in found)) for name, found in words.items()]
    return Table(title, ["class", "words, the strongest first"], rows)


def _beside(lists: list[list[tuple[str, Any]]]) -> list[tuple[Any, ...]]:
    """Lists of words and numbers as columns side by side, shorter ones filled up."""
    longest = max(map(len, lists))
    filled = [[*one, *[("", None)] * (longest - len(one))] for one in lists]
    return [tuple(value for pair in row for value in pair) for row in zip(*filled, strict=True)]


def _length_table(summary: dict[str, Any]) -> Table:
    lengths = summary["lengths"]
    steps = lengths["steps"]
    drawn = bars([*(step["texts"] for step in steps), lengths["longer"]])
    rows: list[tuple[Any, ...]] = [
        (f"up to {step['max_length']:,}", bar, step["texts_cut"], step["words_cut"])
        for step, bar in zip(steps, drawn[:-1], strict=True)
    ]
    if lengths["longer"]:
        rows.append(("longer", drawn[-1], None, None))
    shown = {"0": "least", "0.5": "median", "1": "most"}
    quantiles = ", ".join(
        f"{shown.get(q, f'{float(q):.0%}'.replace('%', ' %'))} {value:,}" for q, value in lengths["quantiles"].items()
    )
    note = f"Mean {lengths['mean']:,}; {quantiles}.  Share cut: of a --max-length there."
    return Table("words in a text", ["words", "texts", "texts cut", "words cut"], rows, note)
