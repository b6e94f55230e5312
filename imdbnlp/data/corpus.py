"""Texts -> the coded corpus of a dataset: token ids, vocabulary, and the maps of the four views.

corpus = code_corpus(["The cats sat.", "Good film"], Preprocessing())
corpus.vocabulary          # ['the', 'cats', 'sat', 'good', 'film']
corpus.views["lemma"].words
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.data.dataset import STORED_VIEWS, TOKENS, VIEWS_FOLDER, VOCABULARY
from imdbnlp.errors import check_not_a_string
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.storage.files import write_lines
from imdbnlp.storage.ragged import Ragged, concatenate
from imdbnlp.text.documents import Documents
from imdbnlp.text.tokenize import code_texts
from imdbnlp.text.views import VIEWS, Preprocessing, view_drops_stop_words
from imdbnlp.text.vocabulary import Vocabulary
from imdbnlp.text.word_map import WordMap


@dataclass(frozen=True)
class Corpus:
    """tokens: (documents,) ragged ids into vocabulary.  views: the map of each view that changes words."""

    tokens: Ragged
    vocabulary: list[str]
    views: dict[str, WordMap]

    def save(self, folder: Path) -> None:
        """Write tokens, vocabulary and views into a dataset's folder."""
        write_lines(folder / VOCABULARY, self.vocabulary)
        self.tokens.save(folder, TOKENS)
        (folder / VIEWS_FOLDER).mkdir()
        for name, mapping in self.views.items():
            if name in STORED_VIEWS:
                mapping.save(folder / VIEWS_FOLDER, name)

    @property
    def n_tokens(self) -> int:
        """Words of all documents."""
        split = self.views.get("words")
        return len((split.apply(self.tokens) if split else self.tokens).values)

    @property
    def view_sizes(self) -> dict[str, int]:
        """Distinct words of each view."""
        sizes = {name: len(mapping.words) for name, mapping in self.views.items()}
        return {"words": len(self.vocabulary)} | sizes


def code_corpus(
    texts: Sequence[str], preprocessing: Preprocessing, threads: int = 1, reporter: Reporter = SILENT
) -> Corpus:
    """Clean, tokenise and encode the texts, and map their vocabulary to each view."""
    return with_views(code_documents(texts, preprocessing, threads, reporter), preprocessing, reporter)


def with_views(documents: Documents, preprocessing: Preprocessing, reporter: Reporter = SILENT) -> Corpus:
    """Map the vocabulary of documents to each view."""
    words = list(documents.words)
    changed = [view for view in VIEWS if view != "words" or preprocessing.steps.splits_words]
    views: dict[str, WordMap] = {}
    with reporter.stage("lemmas, stems", len(changed), "views") as advance:
        for view in changed:
            dropped = preprocessing.stop_words if view_drops_stop_words(view, preprocessing.profile) else frozenset()
            of_view = Preprocessing(preprocessing.profile, preprocessing.language, view, dropped)
            views[view] = WordMap.build(of_view.replacements(words))
            advance(1)
    return Corpus(documents.tokens, words, views)


def code_documents(
    texts: Sequence[str], preprocessing: Preprocessing, threads: int = 1, reporter: Reporter = SILENT
) -> Documents:
    """Clean, tokenise and encode the texts; no view has changed their words yet."""
    check_not_a_string(texts, "texts")
    vocabulary, parts = Vocabulary(), []
    with reporter.stage("words", len(texts), "texts") as advance:
        for block in code_texts(texts, preprocessing.cleaner(), threads):
            parts.append(vocabulary.add_block(block))
            advance(len(block.ids))
    return Documents(concatenate(parts), vocabulary.words)
