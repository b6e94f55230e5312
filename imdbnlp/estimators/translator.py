"""Sequence-to-sequence models with scikit-learn's interface: sentences in, sentences out.

from imdbnlp import Translator

translator = Translator("seq2seq-transformer", epochs=10).fit(sources, targets)
translator.translate(["Ein Mann schläft."])       # ['a man is sleeping.']
"""

from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from imdbnlp.data.split import stratified_split
from imdbnlp.errors import DataError, UsageError
from imdbnlp.estimators._parameters import PythonWarnings, SettingsEstimator, saved_folder
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.models.registry import model_module, model_names
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import PairTraining
from imdbnlp.settings import Settings
from imdbnlp.sources.in_memory import check_lengths, read_texts
from imdbnlp.sources.split_names import VALID
from imdbnlp.storage.store import new_entry
from imdbnlp.tasks.translator import Translator as FittedTranslator
from imdbnlp.text.fingerprints import group_codes, text_fingerprints
from imdbnlp.text.subwords import SubwordSettings, SubwordTokenizer
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.run_files import write_fitted
from imdbnlp.workspace.workspace import Workspace


class Translator(SettingsEstimator):
    """Translate sentences with any of imdbnlp's sequence-to-sequence models.

    Parameters
    ----------
    model : str, default="seq2seq-transformer"
        Name of the model: "seq2seq-lstm", "seq2seq-attention" or "seq2seq-transformer".
    validation_fraction : float, default=0.1
        Share of the training pairs that early stopping is based on; equal sources stay together.
    random_state : int, RandomState instance or None, default=42
        Seed of the validation set and of the training.
    n_jobs : int or None, default=2
        Number of threads of the run's record; the training uses those that TensorFlow was given.
    **settings : dict
        Settings of the model, such as ``units`` or ``epochs``, of the tokens (``tokens``, ``vocabulary_size``,
        ``min_frequency``, ``keep_case``), and of the search (``beam``, ``length_penalty``).

    Attributes
    ----------
    translator_ : imdbnlp.tasks.translator.Translator
        The fitted model with the tokenizers of both languages.

    Examples
    --------
    >>> from imdbnlp import Translator
    >>> translator = Translator("seq2seq-attention", epochs=20, beam=5)  # doctest: +SKIP
    >>> translator.fit(german, english).translate(["Ein Hund."])  # doctest: +SKIP
    ['a dog.']
    """

    _own = ("model", "validation_fraction", "random_state", "n_jobs")

    def __init__(
        self, model: str = "seq2seq-transformer", *, validation_fraction: float = 0.1, random_state: Any = 42,
        n_jobs: int | None = 2, **settings: Any,
    ) -> None:  # fmt: skip
        self.model = model
        self.validation_fraction = validation_fraction
        self.random_state = random_state
        self.n_jobs = n_jobs
        self._set_settings(settings)

    def _settings_classes(self) -> tuple[type[Settings], ...]:
        if self.model not in model_names("translation"):
            return ()
        return (model_module(self.model).Config, SubwordSettings, SearchSettings)

    def fit(self, sources: Any, targets: Any) -> Self:
        """Learn the tokens of both languages, and fit the model.

        Parameters
        ----------
        sources, targets : array-like of str, shape (n_pairs,)
            Sentences, and their translations.

        Returns
        -------
        self : Translator

        Raises
        ------
        DataError
            If a sentence is missing, or all pairs are too long.
        UsageError
            If sources or targets are not one-dimensional, or a setting is unknown or out of bounds.
        """
        module = model_module(str(self.model))
        config, token_settings = self._validated(module.Config), self._validated(SubwordSettings)
        self._validated(SearchSettings)
        sides = [read_texts(sources, "sources"), read_texts(targets, "targets")]
        check_lengths(sources=sides[0], targets=sides[1])
        seed, prints = self._seed(), text_fingerprints(sides[0], Preprocessing())
        valid = self._validation_set(group_codes(prints), seed)
        learned = np.flatnonzero(~valid)
        tokenizers = [SubwordTokenizer.train([side[row] for row in learned], token_settings) for side in sides]
        source, target = (tokenizer.encode(side) for tokenizer, side in zip(tokenizers, sides, strict=True))
        training = PairTraining(
            source, target, valid, tokenizers[0].vocabulary_size, tokenizers[1].vocabulary_size, seed,
            self._threads(), PythonWarnings(),
        )  # fmt: skip
        model = module.Model.fit(config, training)
        self.translator_ = FittedTranslator(str(self.model), config, tokenizers[0], tokenizers[1], model)
        lowercase = not token_settings.keep_case
        self._record: dict[str, Any] = {"seed": seed, "threads": self._threads(), "lowercase": lowercase}
        self._trained_on = prints
        return self

    def _validation_set(self, groups: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
        if not 0 <= self.validation_fraction < 1:
            raise UsageError(
                f"validation_fraction {self.validation_fraction!r}: expected a share below 1", hint="0.1 is usual"
            )
        if not self.validation_fraction or len(set(groups.tolist())) < 2:
            return np.zeros(len(groups), dtype=bool)
        labels = np.zeros(len(groups), dtype=np.int64)
        parts = stratified_split(labels, groups, {VALID: self.validation_fraction}, seed)
        if (parts == VALID).all():
            raise DataError("no training pairs are left", hint="give more pairs, or validation_fraction=0")
        return np.asarray(parts == VALID)

    def translate(self, sources: Any) -> list[str]:
        """Translate sentences.

        Parameters
        ----------
        sources : array-like of str, shape (n_texts,)
            Sentences; one without tokens gives an empty translation.

        Returns
        -------
        list of str
            The translations.
        """
        check_is_fitted(self, "translator_")
        values = read_texts(sources, "sources")
        return list(self.translator_.translate(values, self._validated(SearchSettings)).texts)

    def predict(self, sources: Any) -> NDArray[np.object_]:
        """Translate sentences, into an array.

        Parameters
        ----------
        sources : array-like of str, shape (n_texts,)
            Sentences.

        Returns
        -------
        ndarray of str, shape (n_texts,)
            The translations.
        """
        return np.array([*self.translate(sources), None], dtype=object)[:-1]

    def score(self, sources: Any, targets: Any) -> float:
        """Return the BLEU score of the translations.

        Parameters
        ----------
        sources, targets : array-like of str, shape (n_pairs,)
            Sentences, and their reference translations.

        Returns
        -------
        float
            sacreBLEU's corpus BLEU, from 0 to 100.
        """
        translations, references = self.translate(sources), read_texts(targets, "targets")
        check_lengths(sources=translations, targets=references)
        return float(translation_metrics(translations, references, self._record["lowercase"])["bleu"])

    def save(self, folder: str | Path) -> Path:
        """Write the fitted translator into a new folder, which `imdbnlp translate FOLDER` opens as well.

        Parameters
        ----------
        folder : str or Path
            The folder to make; its files have checksums, and none can hold code.

        Returns
        -------
        Path
            The folder.
        """
        check_is_fitted(self, "translator_")
        record = self._record | {"params": self.get_params() | {"random_state": self._record["seed"]}}
        columns = {"text_column": "source", "label_column": "target"}
        with new_entry(Path(folder)) as draft:
            draft.manifest |= write_fitted(draft.folder, self.translator_, record, self._trained_on, columns)
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Open a folder that `save` or `imdbnlp train-seq2seq` has written, once its checksums have been verified.

        Parameters
        ----------
        folder : str or Path
            The folder of the run.

        Returns
        -------
        Translator
            A fitted translator.

        Raises
        ------
        ArtefactError
            If the folder is not a run, or is damaged.
        UsageError
            If there is no such folder, or it holds a classifier.
        """
        run = Workspace.find().run(str(saved_folder(folder)), ready=True, task="translation")
        own = {"model": run.record["model"], "random_state": run.record["seed"], "n_jobs": run.record["threads"]}
        made = cls(**(run.record.get("params") or own | run.record["config"]))
        made.translator_ = run.translator
        made._record = {name: run.record.get(name) for name in ("seed", "threads", "lowercase")}
        made._trained_on = run.trained_on
        return made
