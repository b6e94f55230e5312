"""From a source file to the folder of a cached dataset.

    settings = DatasetSettings(sample=10_000, profile="notebook")
    manifest = build_dataset("reviews.csv", settings, folder)

The steps, in order: read, drop (missing, duplicates), sample, divide, code, write.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.chosen import ChosenRows, choose_rows, sample
from imdbnlp.data.corpus import code_corpus
from imdbnlp.data.dataset import TABLE
from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.data.parts import count_leaks, divide
from imdbnlp.data.sources import SourceSettings, read_source
from imdbnlp.data.split import TEST, TRAIN, UNLABELLED, VALID
from imdbnlp.errors import DataError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.storage.tables import write_table
from imdbnlp.text.languages import language_code
from imdbnlp.text.stopwords import nltk_stop_words, read_stop_words, stop_words
from imdbnlp.text.views import Recipe

__all__ = ["DatasetSettings", "build_dataset", "recipe_of"]

PARTS = (TRAIN, VALID, TEST, UNLABELLED)


def build_dataset(
    path: str, settings: DatasetSettings, folder: Path, threads: int = 1, reporter: Reporter = SILENT
) -> dict[str, Any]:
    """Write a dataset's files into an empty folder.  Returns what its manifest says of the content.

    Raises DataError for what is wrong with the data, SettingsError for options that do not go together.
    """
    settings.check_shares()
    recipe = recipe_of(settings)
    main, *others = _read_all(path, settings, reporter)
    classes = _classes([main, *(rows for rows in others if rows.source.labels is not None)])
    sources = [divide(main, settings, classes), *others]
    texts = [text for rows in sources for text in rows.texts]
    parts = np.concatenate([rows.parts for rows in sources])
    corpus = code_corpus(texts, recipe, threads, reporter)
    n_leaked = count_leaks(texts, parts, {TEST})
    if n_leaked:
        reporter.warn(f"{n_leaked} test text(s) also stand among the training texts")
    if not corpus.vocabulary:
        raise DataError(f"{path}: nothing is left after cleaning: empty vocabulary", hint="are these texts?")
    with reporter.stage("write", 1) as advance:
        corpus.save(folder)
        _write_table(folder / TABLE, sources, texts, parts)
        advance(1)
    return {
        "source": main.source.path.encode(errors="replace").decode(),
        "source_sha256": [rows.source.sha256 for rows in sources],
        "columns": {"text": main.source.text_column, "label": main.source.label_column},
        "profile": settings.profile,
        "language": recipe.language,
        "stop_words": sorted(recipe.stop_words),
        "classes": classes,
        "counts": {
            "read": main.source.n_records,
            "dropped": main.dropped,
            "tokens": len(corpus.tokens.values),
            "words": corpus.view_sizes,
            "leaked_test_texts": n_leaked,
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


def _read_all(path: str, settings: DatasetSettings, reporter: Reporter) -> list[ChosenRows]:
    """The main source, then the test file and the unlabelled texts where they are given."""

    def read(path: str, labelled: bool = True) -> ChosenRows:
        source = read_source(path, settings.subset(SourceSettings), labelled=labelled, reporter=reporter)
        return choose_rows(source, settings, reporter)

    sources = [sample(read(path), settings)]
    for part, file in ((VALID, settings.valid_file), (TEST, settings.test_file)):
        if file:
            sources.append(read(file).all_for(part))
    if settings.unlabelled:
        sources.append(read(settings.unlabelled, labelled=False).all_for(UNLABELLED))
    return sources


def _classes(labelled: list[ChosenRows]) -> list[str]:
    """All labels in sorted order.  Raises DataError for fewer than two, or one that only the test file has."""
    classes = sorted(set(labelled[0].labels))
    if len(classes) < 2:
        raise DataError(
            f"{labelled[0].source.path} has one class only: {classes[0][:40]!r}",
            hint="is --label-column the right one?",
        )
    for rows in labelled[1:]:
        unknown = sorted(set(rows.labels) - set(classes))
        if unknown:
            raise DataError(
                f"{rows.source.path} has the class {unknown[0][:40]!r}, which no training text has",
                hint="the classes must be spelled alike in both files",
            )
    return classes


def _class_counts(sources: list[ChosenRows], parts: NDArray[np.str_], classes: list[str]) -> dict[str, dict[str, int]]:
    labels = np.array([label for rows in sources for label in rows.labels], dtype=object)
    return {name: {part: int(((labels == name) & (parts == part)).sum()) for part in PARTS[:3]} for name in classes}


def _write_table(path: Path, sources: list[ChosenRows], texts: list[str], parts: NDArray[np.str_]) -> None:
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
