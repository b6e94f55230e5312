"""The cached dataset: an integer-coded corpus with labels and splits, opened from its folder.

dataset = Dataset(folder, manifest)
dataset.tokens[0]                          # array of ids into dataset.vocabulary
dataset.labels[dataset.rows("train")]      # class codes of the training documents
tokens, words = dataset.documents(dataset.preprocessing("lemma"))
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.base import BaseDataset, BaseShape
from imdbnlp.errors import UsageError
from imdbnlp.settings import nearest
from imdbnlp.sources.split_names import UNLABELLED
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, read_lines
from imdbnlp.storage.ragged import Ragged
from imdbnlp.storage.tables import read_strings
from imdbnlp.text.clean import Profile
from imdbnlp.text.fingerprints import Fingerprints
from imdbnlp.text.stopwords import StopList, view_preprocessing
from imdbnlp.text.views import VIEWS, Preprocessing, View
from imdbnlp.text.word_map import WordMap

TABLE, VOCABULARY, TOKENS, VIEWS_FOLDER = "texts.parquet", "vocabulary.txt", "tokens", "views"
FINGERPRINTS, GROUPS = "fingerprints.npy", "groups.npy"


class DatasetShape(BaseShape):
    """What the manifest of labelled texts states besides."""

    classes: list[str]
    profile: Profile
    language: str
    stop_words: list[str]


class Dataset(BaseDataset):
    """Documents in code over one vocabulary, with labels, splits and views."""

    kind = "texts"
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
    def fingerprints(self) -> Fingerprints:
        """(documents, 2) uint64, equal for documents of the same words."""
        return self._of_documents(FINGERPRINTS, np.uint64, (len(self.tokens), 2))

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """(documents,) documents with one code are copies of each other, and are never split up."""
        return self._of_documents(GROUPS, np.int64, (len(self.tokens),))

    def _of_documents(self, name: str, kind: type[np.generic], shape: tuple[int, ...]) -> NDArray[Any]:
        """An array with one row for each document.  Raises ArtefactError if the file holds something else."""
        with self.lasting():
            return checked(self.folder / name, read_array(self.folder / name), kind, shape, 0, 2.0**64)

    @cached_property
    def vocabulary(self) -> list[str]:
        """Every distinct word of all documents, whatever their split, before a view changes it."""
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

    def preprocessing(self, view: str = "words", stop_words: StopList = "none") -> Preprocessing:
        """How this dataset's words become a view's.

        stop_words: dropped besides those that the view drops by itself.  `dataset`: the dataset's own list, before
        lemmas or stems are made; `english`: scikit-learn's, from the words of the view.
        """
        if view not in VIEWS:
            raise UsageError(f"there is no view '{view}'", hint=nearest(view, VIEWS))
        chosen: View = view
        profile: Profile = self.manifest["profile"]
        return view_preprocessing(profile, self.manifest["language"], chosen, stop_words, lambda: self.stop_words)

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """The stop words of the dataset's profile, language and --stop-words file."""
        return frozenset(self.manifest["stop_words"])

    def documents(self, preprocessing: Preprocessing) -> tuple[Ragged, list[str]]:
        """All documents in a view: (documents,) ragged int32 ids and the words that they stand for."""
        mapping = self.word_map(preprocessing)
        return (mapping.apply(self.tokens), mapping.words) if mapping else (self.tokens, self.vocabulary)

    def word_map(self, preprocessing: Preprocessing) -> WordMap | None:
        """What a view makes of each word of the vocabulary; None where it leaves all as they are."""
        if preprocessing != self.preprocessing(preprocessing.view):
            return WordMap.build(preprocessing.replacements(self.vocabulary))
        if preprocessing.view == "words" and preprocessing.profile == "standard":
            return None
        with self.lasting():
            return WordMap.open(self.folder / VIEWS_FOLDER, preprocessing.view, len(self.vocabulary))
