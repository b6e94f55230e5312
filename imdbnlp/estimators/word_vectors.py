"""Word vectors with scikit-learn's interface: texts in, a vector for each word and each text out.

from imdbnlp import WordVectors

vectors = WordVectors(dimensions=100).fit(texts)
vectors.most_similar("good")[:1]                  # [('great', 0.81)]
vectors.transform(["a fine film"])                # (1, 100)
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import TransformerMixin
from sklearn.utils.validation import check_is_fitted

from imdbnlp.errors import UsageError
from imdbnlp.estimators._parameters import PythonWarnings, saved_folder
from imdbnlp.estimators._texts import TextEstimator
from imdbnlp.features.embeddings import mean_vectors
from imdbnlp.features.word2vec import Word2VecSettings, train_word2vec
from imdbnlp.settings import Settings
from imdbnlp.sources.in_memory import read_texts
from imdbnlp.storage.manifest import read_entry
from imdbnlp.storage.store import new_entry
from imdbnlp.text.documents import read_documents
from imdbnlp.workspace.vectors import TrainedVectors


class WordVectors(TransformerMixin, TextEstimator):  # type: ignore[misc]
    """Learn word vectors by Word2Vec, and represent texts by the mean of their words' vectors.

    Parameters
    ----------
    dimensions : int, default=100
        Dimension of the vectors.
    profile, language, stop_words
        As of TextClassifier.
    random_state : int, RandomState instance or None, default=42
        Seed of the training.
    n_jobs : int or None, default=1
        Number of threads; only 1 gives the same vectors each time.
    **settings : dict
        Other settings of ``imdbnlp train-w2v``, such as ``window``, ``min_count``, ``epochs`` or ``view``.

    Attributes
    ----------
    words_ : list of str
        The words that have a vector, the most frequent first.
    vectors_ : ndarray of float32, shape (n_words, dimensions)
        Their vectors.

    References
    ----------
    Mikolov et al. 2013, Efficient Estimation of Word Representations in Vector Space.
    """

    _own = ("dimensions", "profile", "language", "stop_words", "random_state", "n_jobs")

    def __init__(
        self, dimensions: int = 100, *, profile: str = "standard", language: str = "en", stop_words: Any = "none",
        random_state: Any = 42, n_jobs: int | None = 1, **settings: Any,
    ) -> None:  # fmt: skip
        self.dimensions = dimensions
        self.profile = profile
        self.language = language
        self.stop_words = stop_words
        self.random_state = random_state
        self.n_jobs = n_jobs
        self._set_settings(settings)

    def _settings_classes(self) -> tuple[type[Settings], ...]:
        return (Word2VecSettings,)

    def fit(self, texts: Any, labels: Any = None) -> Self:
        """Learn the vectors.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Training texts.
        labels : None
            Ignored; pipelines pass it.

        Returns
        -------
        self : WordVectors

        Raises
        ------
        DataError
            If a text is missing, or fewer than two words are frequent enough.
        """
        settings = self._config(Word2VecSettings, dimensions=self.dimensions)
        preprocessing = self._preprocessing(settings)
        documents = read_documents(read_texts(texts), preprocessing)
        vectors = train_word2vec(documents, settings, self._seed(), self._threads(), PythonWarnings())
        self._take(TrainedVectors(vectors, preprocessing))
        return self

    def _take(self, trained: TrainedVectors) -> None:
        self._trained = trained
        self.words_, self.vectors_ = trained.vectors.words, trained.vectors.vectors

    def most_similar(
        self, positive: str | Sequence[str], negative: Sequence[str] = (), top_k: int = 10
    ) -> list[tuple[str, float]]:
        """Return the words whose vectors are most similar to a word's, or to a sum: king + woman - man.

        Parameters
        ----------
        positive : str or sequence of str
            Word, or words to add.
        negative : sequence of str, default=()
            Words to subtract.
        top_k : int, default=10
            Number of words to return.

        Returns
        -------
        list of (str, float)
            Words and their cosine similarity, the most similar first.

        Raises
        ------
        UsageError
            If a word has no vector.
        """
        check_is_fitted(self, "vectors_")
        vectors = self._trained.vectors
        added = [positive] if isinstance(positive, str) else list(positive)
        for word in (*added, *negative):
            if word not in vectors.ids:
                similar = vectors.spelled_like(word)
                hint = f"did you mean {similar[0]}?" if similar else "words_ lists those that have"
                raise UsageError(f"the word '{word}' has no vector", hint=hint)
        return vectors.nearest(added, negative, top_k)

    def transform(self, texts: Any) -> NDArray[np.float32]:
        """Return the mean vector of each text's words.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Texts.

        Returns
        -------
        ndarray of shape (n_texts, dimensions)
            Mean vectors; zeros for a text without a known word.
        """
        check_is_fitted(self, "vectors_")
        return mean_vectors(read_documents(read_texts(texts), self._trained.preprocessing), self._trained.vectors)

    def save(self, folder: str | Path) -> Path:
        """Write the vectors and the preprocessing into a new folder.

        Parameters
        ----------
        folder : str or Path
            The folder to make; its files have checksums, and none can hold code.

        Returns
        -------
        Path
            The folder.
        """
        check_is_fitted(self, "vectors_")
        with new_entry(Path(folder)) as draft:
            self._trained.save(draft.folder)
            params = self.get_params() | {"stop_words": self._stop_words(), "random_state": self._seed()}
            draft.manifest |= {"kind": "vectors", "params": params}
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Open a folder that `save` has written, once its checksums have been verified.

        Parameters
        ----------
        folder : str or Path
            The folder.

        Returns
        -------
        WordVectors
            Fitted word vectors.

        Raises
        ------
        ArtefactError
            If the folder does not hold word vectors, or is damaged.
        """
        path = saved_folder(folder)
        manifest, trained = read_entry(path, lambda manifest: (manifest, TrainedVectors.open(path)))
        made = cls(**manifest.get("params", {"dimensions": trained.vectors.dimensions}))
        made._take(trained)
        return made
