"""From a source file to the folder of a cached dataset.

    settings = DatasetSettings(sample=10_000, profile="notebook")
    manifest = build_dataset("reviews.csv", settings, folder)

The steps, in order: read, drop empty texts, tokenise, drop duplicates, sample, group copies, divide, map to
views, write.
"""

import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.corpus import code_documents, with_views
from imdbnlp.data.dataset import FINGERPRINTS, GROUPS, TABLE
from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.parts import Copies, divide, named_parts, treat_rare_classes
from imdbnlp.data.rare import with_merged_classes, without_classes
from imdbnlp.data.selection import Selection, count_conflicts, sample, without_empty, without_repeated
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.sources.labelled import Source, read_source
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.split_names import TEST, TRAIN, UNLABELLED, VALID
from imdbnlp.storage.files import write_array
from imdbnlp.storage.tables import write_table
from imdbnlp.text.documents import Documents
from imdbnlp.text.fingerprints import fingerprints, group_codes, in_order_of_occurrence, is_among
from imdbnlp.text.languages import language_code
from imdbnlp.text.near_duplicates import near_groups
from imdbnlp.text.profiles import PROFILES
from imdbnlp.text.stopwords import read_stop_words
from imdbnlp.text.views import Preprocessing

__all__ = ["DatasetSettings", "build_dataset", "preprocessing_of"]

PARTS = (TRAIN, VALID, TEST, UNLABELLED)


def build_dataset(
    path: str, settings: DatasetSettings, folder: Path, threads: int = 1, reporter: Reporter = SILENT
) -> dict[str, Any]:
    """Write a dataset's files into an empty folder.  Returns the content part of its manifest.

    Raises DataError if the data are at fault, SettingsError for options that contradict each other.
    """
    settings.check_shares()
    preprocessing = preprocessing_of(settings, reporter)
    sources = [without_empty(rows, settings) for rows in _read_all(path, settings, reporter)]
    if settings.duplicates == "keep":
        sources[0] = sample(sources[0], settings)
    documents, sources = _coded(sources, preprocessing, threads, reporter)
    if not documents.words:
        raise DataError(
            f"{path}: no words are left after preprocessing", hint="check that --text-column contains texts"
        )
    sources = [without_repeated(rows, settings) for rows in sources]
    if settings.duplicates == "drop":
        sources[0] = sample(sources[0], settings)
    sources = _grouped(documents, sources, settings, reporter)
    _classes(sources[:1])
    sources[0], rare = treat_rare_classes(sources[0], settings)
    sources = [sources[0], *(_without_rare(rows, rare, settings) for rows in sources[1:])]
    classes = _classes([rows for rows in sources if rows.source.labels is not None])
    train_only = set(rare) if settings.rare_classes == "train-only" else set()
    sources[0] = divide(sources[0], settings, classes, train_only)
    sources, unlabelled = _apart_from_test(sources, settings, reporter)
    prints, parts, groups = (
        np.concatenate([getattr(rows, name) for rows in sources]) for name in ("prints", "parts", "groups")
    )
    copies = Copies.among(prints, parts, groups if settings.near_duplicates else None)
    copies.warn(reporter)
    n_conflicts = count_conflicts([rows for rows in sources if rows.source.labels is not None])
    if n_conflicts:
        reporter.warn(f"{sources[0].source.path}: {n_conflicts:,} text(s) occur with different labels")
    kept = documents.take(np.concatenate([rows.coded for rows in sources])).compact()
    corpus = with_views(kept, preprocessing, reporter)
    main = sources[0]
    with reporter.stage("write", 1) as advance:
        corpus.save(folder)
        write_array(folder / FINGERPRINTS, prints)
        write_array(folder / GROUPS, in_order_of_occurrence(groups))
        _write_table(folder / TABLE, sources, parts)
        advance(1)
    return {
        "source": main.source.path.encode(errors="replace").decode(),
        "source_sha256": [rows.source.sha256 for rows in sources],
        "columns": {"text": main.source.text_column, "label": main.source.label_column},
        "profile": settings.profile,
        "language": preprocessing.language,
        "stop_words": sorted(preprocessing.stop_words),
        "classes": classes,
        "rare_classes": {"action": settings.rare_classes, "rows": {name: found.n_rows for name, found in rare.items()}},
        "counts": {
            "read": main.source.n_records,
            "dropped": main.dropped,
            "tokens": corpus.n_tokens,
            "words": corpus.view_sizes,
            "conflicting_texts": n_conflicts,
            **copies.counts(),
            **unlabelled,
        },
        "parts": {part: int((parts == part).sum()) for part in PARTS if (parts == part).any()},
        "class_counts": _class_counts(sources, parts, classes),
    }


def preprocessing_of(settings: DatasetSettings, reporter: Reporter = SILENT) -> Preprocessing:
    """The preprocessing of the words view, with the stop words that the other views and models may drop."""
    language = language_code(settings.language)
    if settings.stop_words is not None:
        listed = read_stop_words(Path(settings.stop_words), Preprocessing(settings.profile, language), reporter)
    else:
        listed = PROFILES[settings.profile].stop_words(language)
    return Preprocessing(settings.profile, language, "words", listed)


def _read_all(path: str, settings: DatasetSettings, reporter: Reporter) -> list[Selection]:
    """The main source, then the validation and test files and the unlabelled texts, where they are given."""

    default_columns: dict[str, str] = {}

    def read(path: str, labelled: bool = True) -> Source:
        return read_source(
            path, settings.subset(SourceSettings), labelled=labelled, reporter=reporter, default_columns=default_columns
        )

    main = Selection.of(read(path))
    sources = [replace(main, parts=named_parts(main.splits, len(main.chosen), main.source.path, settings))]
    if not os.path.isdir(path):  # the columns of a folder have no names of their own
        default_columns |= {"text_column": main.source.text_column, "label_column": main.source.label_column or ""}
    for part, file in ((VALID, settings.valid_file), (TEST, settings.test_file)):
        if file:
            sources.append(Selection.of(read(file), part))
    if settings.unlabelled:
        sources.append(Selection.of(read(settings.unlabelled, labelled=False), UNLABELLED))
    return sources


def _without_rare(rows: Selection, rare: Collection[str], settings: DatasetSettings) -> Selection:
    """A validation or test file, with its rows of rare classes dropped or merged as those of the main source."""
    if not rare or rows.source.labels is None or settings.rare_classes not in ("drop", "merge"):
        return rows
    return without_classes(rows, rare) if settings.rare_classes == "drop" else with_merged_classes(rows, rare)


def _coded(
    sources: list[Selection], preprocessing: Preprocessing, threads: int, reporter: Reporter
) -> tuple[Documents, list[Selection]]:
    """All texts tokenised, and the rows with their places among them and their fingerprints."""
    documents = code_documents([text for rows in sources for text in rows.texts], preprocessing, threads, reporter)
    prints = fingerprints(documents)
    ends = np.cumsum([len(rows.chosen) for rows in sources])
    places = np.split(np.arange(len(documents)), ends[:-1])
    return documents, [rows.with_prints(own, prints[own]) for rows, own in zip(sources, places, strict=True)]


def _grouped(
    documents: Documents, sources: list[Selection], settings: DatasetSettings, reporter: Reporter
) -> list[Selection]:
    """The rows with the codes of their groups: of exact copies, or if the settings ask for it, of near ones too."""
    if settings.near_duplicates:
        kept = documents.take(np.concatenate([rows.coded for rows in sources]))
        with reporter.stage("near duplicates", len(kept), "texts") as advance:
            groups = near_groups(kept, advance=advance)
    else:
        groups = group_codes(np.concatenate([rows.prints for rows in sources]))
    ends = np.cumsum([len(rows.chosen) for rows in sources])
    return [replace(rows, groups=own) for rows, own in zip(sources, np.split(groups, ends[:-1]), strict=True)]


def _apart_from_test(
    sources: list[Selection], settings: DatasetSettings, reporter: Reporter
) -> tuple[list[Selection], dict[str, Any]]:
    """Drop unlabelled texts that are test texts, too: nothing may be learned from them.

    Returns the sources, and what is to be counted of the unlabelled texts.
    """
    *labelled, last = sources
    if last.source.labels is not None or not (last.parts == UNLABELLED).all():
        return sources, {}
    prints, parts, groups = (
        np.concatenate([getattr(rows, name) for rows in labelled]) for name in ("prints", "parts", "groups")
    )
    in_test = is_among(last.prints, prints[parts == TEST])
    if in_test.any():
        reporter.warn(f"{in_test.sum():,} unlabelled text(s) are also in the test set and were dropped")
    last = last.take(np.flatnonzero(~in_test), "equal to test texts")
    n_trained = int(is_among(last.prints, prints[parts != TEST]).sum())
    counts = {"dropped": last.dropped, "also training or validation texts": n_trained}
    if settings.near_duplicates:
        n_near = int(np.isin(last.groups, groups[parts == TEST]).sum())
        counts["near duplicates of test texts"] = n_near
        if n_near:
            reporter.warn(f"{n_near:,} unlabelled text(s) are near duplicates of test texts and were kept")
    return [*labelled, last], {"unlabelled": counts}


def _classes(labelled: list[Selection]) -> list[str]:
    """All labels in sorted order.  Raises DataError for fewer than two, or one that only the test file has."""
    classes = sorted(set(labelled[0].labels))
    if "of rare classes" in labelled[0].dropped and len(classes) < 2:
        raise DataError(
            f"{labelled[0].source.path}: fewer than two classes are left after dropping rare ones",
            hint="use --rare-classes merge or train-only, or --test-size 0 --valid-size 0",
        )
    if len(classes) < 2:
        raise DataError(
            f"{labelled[0].source.path} has only one class: {classes[0][:40]!r}",
            hint="check --label-column",
        )
    for rows in labelled[1:]:
        unknown = sorted(set(rows.labels) - set(classes))
        if unknown:
            which = f"class{'es' * (len(unknown) > 1)} {_quoted(unknown)}"
            raise DataError(
                f"{rows.source.path} has the {which}, which no training text has",
                hint="spell the classes the same way in both files",
            )
    return classes


def _quoted(names: list[str]) -> str:
    return ", ".join(repr(name[:40]) for name in names[:10]) + (", ..." if len(names) > 10 else "")


def _class_counts(sources: list[Selection], parts: NDArray[np.str_], classes: list[str]) -> dict[str, dict[str, int]]:
    labels = np.array([label for rows in sources for label in rows.labels], dtype=object)
    return {name: {part: int(((labels == name) & (parts == part)).sum()) for part in PARTS[:3]} for name in classes}


def _write_table(path: Path, sources: list[Selection], parts: NDArray[np.str_]) -> None:
    write_table(
        path,
        {
            "row": np.concatenate([rows.source.rows[rows.chosen] for rows in sources]),
            "text": [text for rows in sources for text in rows.texts],
            "label": [label for rows in sources for label in rows.labels],
            "split": parts.tolist(),
            "id": [name for rows in sources for name in rows.ids],
        },
    )
