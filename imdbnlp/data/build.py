"""From a source file to the folder of a cached dataset.

    settings = DatasetSettings(sample=10_000, profile="notebook")
    manifest = build_dataset("reviews.csv", settings, folder)

The steps, in order: read, drop (missing, duplicates), sample, divide, code, write.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.corpus import code_corpus
from imdbnlp.data.dataset import TABLE
from imdbnlp.data.sources import Source, SourceSettings, read_source
from imdbnlp.data.split import (
    TEST,
    TRAIN,
    UNLABELLED,
    VALID,
    check_class_sizes,
    plain_split,
    sample_rows,
    stratified_split,
    text_groups,
)
from imdbnlp.errors import DataError, SettingsError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.settings import Field
from imdbnlp.storage.files import write_table
from imdbnlp.text.clean import Profile
from imdbnlp.text.languages import language_code
from imdbnlp.text.stopwords import nltk_stop_words, read_stop_words, stop_words
from imdbnlp.text.views import Recipe

PARTS = (TRAIN, VALID, TEST, UNLABELLED)
_PART_NAMES = {
    "train": TRAIN, "training": TRAIN,
    "valid": VALID, "validation": VALID, "val": VALID, "dev": VALID,
    "test": TEST, "testing": TEST,
}  # fmt: skip
_NOTEBOOK_SPLIT_SEED = 42


class DatasetSettings(SourceSettings):
    """How texts are read, chosen, divided and cut into words."""

    profile: Profile = Field("standard", description="standard, or notebook: token for token as the IMDB study.")
    language: str = Field("en", description="Language of the stop words, lemmas and stems (standard profile).")
    stop_words: str | None = Field(None, description="File with stop words of your own, one a line.")
    missing: Literal["keep", "drop"] = Field("keep", description="What to do with empty texts.")
    duplicates: Literal["keep", "drop"] = Field("drop", description="… with rows whose text and label came before.")
    sample: int | None = Field(None, ge=2, description="Take so many rows, the ones pandas' sample takes.")
    seed: int = Field(42, ge=0, le=2**32 - 1, description="Seed of the sample and of the splits.")
    test_size: float | None = Field(
        None, ge=0, lt=1, description="Share kept for the test; 0.2 unless --test-file or --split-column is given."
    )
    valid_size: float | None = Field(
        None, ge=0, lt=1, description="Share that decides when to stop; 0.1, in the notebook profile 0."
    )
    test_file: str | None = Field(None, description="The test set, where it is a file of its own.")
    unlabelled: str | None = Field(None, description="Texts without labels, for pre-training.")


@dataclass(frozen=True)
class _Rows:
    """Chosen texts of one source.  labels: None for unlabelled ones."""

    source: Source
    chosen: NDArray[np.int64]
    parts: NDArray[np.str_]
    dropped: dict[str, int] = field(default_factory=dict)

    def _of(self, values: list[Any]) -> list[Any]:
        return [values[row] for row in self.chosen]

    @property
    def texts(self) -> list[str]:
        return self._of(self.source.texts)

    @property
    def labels(self) -> list[str]:
        return self._of(self.source.labels) if self.source.labels is not None else [""] * len(self.chosen)

    @property
    def ids(self) -> list[str]:
        return self._of(self.source.ids) if self.source.ids is not None else [""] * len(self.chosen)


def build_dataset(
    path: str, settings: DatasetSettings, folder: Path, threads: int = 1, reporter: Reporter = SILENT
) -> dict[str, Any]:
    """Write a dataset's files into an empty folder.  Returns what its manifest says of the content.

    Raises DataError for what is wrong with the data, SettingsError for options that do not go together.
    """
    recipe = recipe_of(settings)
    sources = _read_all(path, settings, reporter)
    classes = _classes(sources)
    sources = [_divide(rows, settings, classes) for rows in sources]
    texts = [text for rows in sources for text in rows.texts]
    parts = np.concatenate([rows.parts for rows in sources])
    corpus = code_corpus(texts, recipe, threads, reporter)
    if not corpus.vocabulary:
        raise DataError(f"{path}: nothing is left after cleaning: empty vocabulary", hint="are these texts?")
    with reporter.stage("write", 1) as advance:
        corpus.save(folder)
        _write_table(folder / TABLE, sources, texts, parts)
        advance(1)
    return {
        "source": path,
        "columns": {"text": sources[0].source.text_column, "label": sources[0].source.label_column},
        "profile": settings.profile,
        "language": recipe.language,
        "stop_words": sorted(recipe.stop_words),
        "classes": classes,
        "counts": {
            "read": len(sources[0].source.texts),
            "dropped": sources[0].dropped,
            "tokens": len(corpus.tokens.values),
            "words": corpus.view_sizes,
            "leaked_test_texts": _count_leaks(texts, parts, reporter),
        },
        "parts": {part: int((parts == part).sum()) for part in PARTS if (parts == part).any()},
        "class_counts": _class_counts(sources, parts, classes),
    }


def recipe_of(settings: DatasetSettings) -> Recipe:
    """The recipe of the words view, with the stop words that the other views and models may drop."""
    language = language_code(settings.language)
    if settings.stop_words is not None:
        listed = read_stop_words(Path(settings.stop_words))
    elif settings.profile == "notebook":
        listed = nltk_stop_words()
    else:
        listed = stop_words(language)
    return Recipe(settings.profile, language, "words", listed)


def _read_all(path: str, settings: DatasetSettings, reporter: Reporter) -> list[_Rows]:
    """The main source, then the test file and the unlabelled texts where they are given."""
    _check_split_settings(settings)
    source_settings = settings.subset(SourceSettings)
    main = _choose_rows(read_source(path, source_settings, reporter=reporter), settings, reporter)
    sources = [_sample(main, settings)]
    if settings.test_file:
        source = read_source(settings.test_file, source_settings, reporter=reporter)
        rows = _choose_rows(source, settings, reporter)
        sources.append(replace(rows, parts=np.full(len(rows.chosen), TEST, dtype="U10")))
    if settings.unlabelled:
        source = read_source(settings.unlabelled, source_settings, labelled=False, reporter=reporter)
        rows = _choose_rows(source, settings, reporter)
        sources.append(replace(rows, parts=np.full(len(rows.chosen), UNLABELLED, dtype="U10")))
    return sources


def _check_split_settings(settings: DatasetSettings) -> None:
    if settings.test_file and settings.test_size:
        raise SettingsError("--test-size and --test-file exclude each other", hint="leave one out", field="test_size")
    if settings.split_column and (settings.test_size or settings.valid_size or settings.test_file):
        raise SettingsError(
            "--split-column and --test-size, --valid-size or --test-file exclude each other", hint="leave one out"
        )
    if (settings.test_size or 0) + (settings.valid_size or 0) >= 1:
        raise SettingsError("--test-size and --valid-size leave nothing to train on", hint="make them smaller")


def _choose_rows(source: Source, settings: DatasetSettings, reporter: Reporter) -> _Rows:
    """Drop what is to be dropped, and say what is suspicious about the rest."""
    kept = np.arange(len(source.texts))
    dropped: dict[str, int] = {}
    if settings.missing == "drop":
        kept = np.array([row for row in kept if source.texts[row].strip()], dtype=np.int64)
        dropped["missing"] = len(source.texts) - len(kept)
    if settings.duplicates == "drop":
        first = _first_of_each(source, kept)
        dropped["duplicates"] = len(kept) - len(first)
        kept = first
    if not any(source.texts[row].strip() for row in kept):
        raise DataError(f"{source.path}: every text is empty", hint="is --text-column the right one?")
    conflicts = _count_conflicts(source, kept)
    if conflicts:
        reporter.warn(f"{source.path}: {conflicts} text(s) stand there with different labels")
    return _Rows(source, kept, np.array([], dtype="U10"), dropped)


def _first_of_each(source: Source, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    labels = source.labels or [""] * len(source.texts)
    seen: dict[tuple[str, str], int] = {}
    for row in rows.tolist():
        seen.setdefault((source.texts[row], labels[row]), row)
    return np.fromiter(seen.values(), np.int64, len(seen))


def _count_conflicts(source: Source, rows: NDArray[np.int64]) -> int:
    if source.labels is None:
        return 0
    labels: dict[str, str] = {}
    pairs = ((source.texts[row], source.labels[row]) for row in rows.tolist())
    return len({text for text, label in pairs if labels.setdefault(text, label) != label})


def _sample(rows: _Rows, settings: DatasetSettings) -> _Rows:
    if settings.sample is None:
        return rows
    chosen = rows.chosen[sample_rows(len(rows.chosen), settings.sample, settings.seed)]
    return replace(rows, chosen=chosen, dropped=rows.dropped | {"not sampled": len(rows.chosen) - len(chosen)})


def _classes(sources: list[_Rows]) -> list[str]:
    """All labels in sorted order.  Raises DataError for fewer than two, or one that only the test file has."""
    labelled = [rows for rows in sources if rows.source.labels is not None]
    classes = sorted(set(labelled[0].labels))
    if len(classes) < 2:
        raise DataError(
            f"{labelled[0].source.path} has one class only: {classes[0]!r}", hint="is --label-column the right one?"
        )
    for rows in labelled[1:]:
        unknown = sorted(set(rows.labels) - set(classes))
        if unknown:
            raise DataError(
                f"{rows.source.path} has the class {unknown[0]!r}, which no training text has",
                hint="the classes must be spelled alike in both files",
            )
    return classes


def _divide(rows: _Rows, settings: DatasetSettings, classes: list[str]) -> _Rows:
    """Give each row its part, where it has none yet."""
    if len(rows.parts):
        return rows
    if rows.source.splits is not None:
        return replace(rows, parts=_named_parts(rows))
    notebook = settings.profile == "notebook"
    test_size = settings.test_size if settings.test_size is not None else 0.0 if settings.test_file else 0.2
    valid_size = settings.valid_size if settings.valid_size is not None else 0.0 if notebook else 0.1
    if notebook:
        return replace(rows, parts=_notebook_parts(len(rows.chosen), test_size, valid_size))
    codes = {name: code for code, name in enumerate(classes)}
    labels = np.array([codes[label] for label in rows.labels])
    check_class_sizes(labels, classes, 1 + (test_size > 0) + (valid_size > 0))
    sizes = {TEST: test_size, VALID: valid_size}
    return replace(rows, parts=stratified_split(labels, text_groups(rows.texts), sizes, settings.seed))


def _named_parts(rows: _Rows) -> NDArray[np.str_]:
    names = [rows.source.splits[row].strip().lower() for row in rows.chosen] if rows.source.splits else []
    unknown = sorted(set(names) - set(_PART_NAMES))
    if unknown:
        raise DataError(
            f"{rows.source.path}: the split column says {unknown[0]!r}", hint=f"known are: {', '.join(_PART_NAMES)}"
        )
    return np.array([_PART_NAMES[name] for name in names], dtype="U10")


def _notebook_parts(n_rows: int, test_size: float, valid_size: float) -> NDArray[np.str_]:
    parts = plain_split(n_rows, test_size, _NOTEBOOK_SPLIT_SEED)
    if valid_size:
        train = np.flatnonzero(parts == TRAIN)
        inner = plain_split(len(train), valid_size / (1 - test_size), _NOTEBOOK_SPLIT_SEED)
        parts[train[inner == TEST]] = VALID
    return parts


def _count_leaks(texts: list[str], parts: NDArray[np.str_], reporter: Reporter) -> int:
    """Test texts that are also trained on.  They are reported, never moved."""
    trained = {text for text, part in zip(texts, parts.tolist(), strict=True) if part in (TRAIN, VALID)}
    leaks = sum(1 for text, part in zip(texts, parts.tolist(), strict=True) if part == TEST and text in trained)
    if leaks:
        reporter.warn(f"{leaks} test text(s) also stand among the training texts")
    return leaks


def _class_counts(sources: list[_Rows], parts: NDArray[np.str_], classes: list[str]) -> dict[str, dict[str, int]]:
    labels = np.array([label for rows in sources for label in rows.labels], dtype=object)
    return {name: {part: int(((labels == name) & (parts == part)).sum()) for part in PARTS[:3]} for name in classes}


def _write_table(path: Path, sources: list[_Rows], texts: list[str], parts: NDArray[np.str_]) -> None:
    write_table(
        path,
        {
            "row": np.concatenate([rows.source.rows[rows.chosen] for rows in sources]),
            "text": texts,
            "label": [label for rows in sources for label in rows.labels],
            "split": parts.tolist(),
            "id": [name for rows in sources for name in rows.ids],
        },
    )
