"""Texts -> the coded corpus of a dataset: token ids, vocabulary, and the maps of the four views.

corpus = code_corpus(["The cats sat.", "Good film"], Recipe())
corpus.vocabulary          # ['the', 'cats', 'sat', 'good', 'film']
corpus.views["lemma"].words
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from imdbnlp.data.dataset import TOKENS, VIEWS_FOLDER, VOCABULARY
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.storage.files import write_lines
from imdbnlp.storage.ragged import Ragged, concatenate
from imdbnlp.text.contractions import NLTK_CONTRACTIONS
from imdbnlp.text.tokenize import code_texts
from imdbnlp.text.views import VIEWS, Recipe, change_words
from imdbnlp.text.vocabulary import CodeBook
from imdbnlp.text.wordmap import WordMap


@dataclass(frozen=True)
class Corpus:
    """tokens: (documents,) ragged ids into vocabulary.  views: the map of each view but 'words', over it."""

    tokens: Ragged
    vocabulary: list[str]
    views: dict[str, WordMap]

    def save(self, folder: Path) -> None:
        """Write tokens, vocabulary and views into a dataset's folder."""
        write_lines(folder / VOCABULARY, self.vocabulary)
        self.tokens.save(folder, TOKENS)
        (folder / VIEWS_FOLDER).mkdir()
        for name, mapping in self.views.items():
            mapping.save(folder / VIEWS_FOLDER, name)

    @property
    def view_sizes(self) -> dict[str, int]:
        """Distinct words of each view."""
        return {"words": len(self.vocabulary)} | {name: len(view.words) for name, view in self.views.items()}


def code_corpus(texts: Sequence[str], recipe: Recipe, threads: int = 1, reporter: Reporter = SILENT) -> Corpus:
    """Clean, tokenise and code the texts, and map their vocabulary to each view."""
    tokens, words = _code(texts, recipe, threads, reporter)
    with reporter.stage("lemmas, stems", len(VIEWS) - 1, "views") as advance:
        views = {"no-stop": WordMap.without(words, recipe.stop_words)}
        advance(1)
        for view in VIEWS[2:]:
            views[view] = WordMap.one_to_one(change_words(words, view, recipe.profile, recipe.language))
            advance(1)
    return Corpus(tokens, words, dict(views))


def _code(texts: Sequence[str], recipe: Recipe, threads: int, reporter: Reporter) -> tuple[Ragged, list[str]]:
    book, parts = CodeBook(), []
    with reporter.stage("words", len(texts), "texts") as advance:
        for block in code_texts(texts, recipe.profile, threads, recipe.language):
            parts.append(book.add_block(block))
            advance(len(block.ids))
    tokens, words = concatenate(parts), book.words
    if recipe.profile == "notebook":
        split = WordMap.build([NLTK_CONTRACTIONS.get(word, (word,)) for word in words])
        return split.apply(tokens), split.words
    return tokens, words
