"""The cached dataset: an integer-coded corpus with labels and splits, opened from its folder.

dataset = Dataset(folder, manifest)
dataset.tokens[0]                          # array of ids into dataset.vocabulary
dataset.labels[dataset.rows("train")]      # class codes of the training documents
tokens, words = dataset.documents(dataset.recipe("lemma"))
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.cached import Cached, CachedShape
from imdbnlp.data.split import UNLABELLED
from imdbnlp.errors import UsageError
from imdbnlp.settings import nearest
from imdbnlp.storage.files import read_lines
from imdbnlp.storage.ragged import Ragged
from imdbnlp.storage.tables import read_strings
from imdbnlp.text.clean import Profile
from imdbnlp.text.views import VIEWS, Recipe, View
from imdbnlp.text.wordmap import WordMap

TABLE, VOCABULARY, TOKENS, VIEWS_FOLDER = "texts.parquet", "vocabulary.txt", "tokens", "views"


class DatasetShape(CachedShape):
    """What the manifest of labelled texts states besides."""

    classes: list[str]
    profile: Profile
    language: str
    stop_words: list[str]


class Dataset(Cached):
    """Documents in code over one vocabulary, with labels, splits and views."""

    table = TABLE
    shape = DatasetShape

    @property
    def classes(self) -> list[str]:
        """The labels in sorted order; a label's position is its code."""
        return list(self.manifest["classes"])

    @cached_property
    def tokens(self) -> Ragged:
        """(documents,) ragged int32 ids into the vocabulary."""
        with self.lasting():
            return Ragged.open(self.folder, TOKENS, len(self.vocabulary), self.n_rows)

    @cached_property
    def vocabulary(self) -> list[str]:
        """Every distinct word of all documents, whatever their split."""
        with self.lasting():
            return read_lines(self.folder / VOCABULARY)

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """(documents,) class codes, -1 for an unlabelled document."""
        codes = {name: code for code, name in enumerate(self.classes)}
        labels = self.column("label")
        return np.fromiter((codes.get(label, -1) for label in labels), np.int64, len(labels))

    @cached_property
    def texts(self) -> list[str]:
        """(documents,) the texts as given."""
        return list(self.column("text"))

    def texts_of(self, rows: Sequence[int] | NDArray[np.integer]) -> list[str]:
        """The texts of a few documents, in the given order."""
        with self.lasting():
            return read_strings(self.folder / TABLE, "text", rows)

    @cached_property
    def ids(self) -> list[str]:
        """(documents,) what each document is called: by its id column where it has one, else by its source row."""
        rows = self.source_rows.tolist()
        return [name or str(row) for name, row in zip(self.column("id"), rows, strict=True)]

    def find(self, review_id: str) -> int:
        """The first document of this id.  Raises UsageError if there is none."""
        if review_id not in self.ids:
            some = ", ".join(self.ids[:3])
            raise UsageError(
                f"dataset {self.name} has no text with the id or row '{review_id}'",
                hint=f"it has {len(self.ids):,} texts ({some}, …); rows are counted from 0, some may have been dropped",
            )
        return self.ids.index(review_id)

    def label_of(self, row: int) -> str | None:
        """A document's label, None where it has none."""
        code = self.labels[row]
        return self.classes[code] if code >= 0 else None

    @property
    def part_names(self) -> list[str]:
        """The labelled parts that have documents."""
        return [part for part in self.manifest["parts"] if part != UNLABELLED]

    def recipe(self, view: str = "words", stop_words: frozenset[str] | None = None) -> Recipe:
        """How this dataset's words become a view's.  stop_words: what to drop, None for what the view drops."""
        if view not in VIEWS:
            raise UsageError(f"there is no view '{view}'", hint=nearest(view, VIEWS))
        chosen: View = view
        if stop_words is None:
            stop_words = self.stop_words if view == "no-stop" else frozenset()
        return Recipe(self.manifest["profile"], self.manifest["language"], chosen, stop_words)

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """The stop words of the dataset's profile, language and --stop-words file."""
        return frozenset(self.manifest["stop_words"])

    def documents(self, recipe: Recipe) -> tuple[Ragged, list[str]]:
        """All documents in a view: (documents,) ragged int32 ids and the words that they stand for."""
        mapping = self.word_map(recipe)
        return (mapping.apply(self.tokens), mapping.words) if mapping else (self.tokens, self.vocabulary)

    def word_map(self, recipe: Recipe) -> WordMap | None:
        """What a view makes of each word of the vocabulary; None where it leaves all as they are."""
        if recipe.view == "words" and not recipe.stop_words:
            return None
        if recipe.view in ("words", "no-stop"):
            return WordMap.without(self.vocabulary, recipe.stop_words)
        with self.lasting():
            mapping = WordMap.open(self.folder / VIEWS_FOLDER, recipe.view, len(self.vocabulary))
        if not recipe.stop_words:
            return mapping
        return _drop_sources(mapping, self.vocabulary, recipe.stop_words)


def _drop_sources(mapping: WordMap, words: Sequence[str], dropped: frozenset[str]) -> WordMap:
    """The same map, but nothing for the old words that are dropped."""
    new = [mapping.words[target] for target in mapping.targets.values]
    return WordMap.build([[] if word in dropped else [to] for word, to in zip(words, new, strict=True)])
