"""Text classifiers with scikit-learn's interface: raw texts in, labels out.

    from imdbnlp import TextClassifier

    classifier = TextClassifier("nbsvm", cost=0.5).fit(texts, labels)
    classifier.predict(["A fine film."])              # array(['pos'], dtype=object)

It works wherever scikit-learn takes an estimator: `clone`, `cross_val_score`, `GridSearchCV`, `Pipeline`.  Nothing is
written to disk unless `save` is called, and nothing is printed: warnings are Python warnings.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.metadata_routing import UNUSED
from sklearn.utils.validation import check_is_fitted

from imdbnlp.data.corpus import code_documents
from imdbnlp.errors import DataError, UsageError
from imdbnlp.estimators._parameters import PythonWarnings, saved_folder
from imdbnlp.estimators._texts import TextEstimator
from imdbnlp.features.embeddings import AUTO, NONE
from imdbnlp.models.base import Training
from imdbnlp.models.registry import model_class, model_module, model_names
from imdbnlp.settings import Settings
from imdbnlp.sources.in_memory import (
    check_lengths,
    encode_labels,
    read_labels,
    read_texts,
    read_weights,
    stored_labels,
)
from imdbnlp.storage.store import new_entry
from imdbnlp.tasks.classifier import fit_classifier
from imdbnlp.tasks.explanation import Explanation, explain_text
from imdbnlp.text.documents import in_view
from imdbnlp.text.fingerprints import fingerprints, group_codes
from imdbnlp.text.texts import Texts
from imdbnlp.text.views import Preprocessing
from imdbnlp.workspace.environment import peak_megabytes
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.run_files import write_fitted
from imdbnlp.workspace.vectors import find_vectors
from imdbnlp.workspace.workspace import Workspace

_BATCH = 2048  # texts that are classified at once
_RECORDED = ("seed", "threads", "train_seconds", "peak_megabytes")


class TextClassifier(ClassifierMixin, TextEstimator):  # type: ignore[misc]
    """Classify texts with any of imdbnlp's models.

    Texts may be a list, a tuple, a NumPy array, a pandas Series or an Arrow array of strings.  Labels may be of any
    type whose values can be sorted; predictions are of the same type.  Probabilities are calibrated on scores of
    training texts by models that had not seen them: out of fold, or on a held-out share (`valid_share`).

    Parameters
    ----------
    model : str, default="nbsvm"
        Name of the model, such as "nbsvm", "linear", "gbm" or "bilstm".
    profile : {"standard", "notebook"}, default="standard"
        How texts are cleaned and tokenised.
    language : str, default="en"
        Language of the stop words, lemmas and stems: an ISO code or an English name.
    stop_words : {"none", "english", "dataset"} or collection of str, default="none"
        Stop words to drop besides those that the view drops: scikit-learn's English list, the list of the language
        ("dataset"), or your own.
    random_state : int, RandomState instance or None, default=42
        Seed of the held-out share and of the training.
    n_jobs : int or None, default=2
        Number of threads; None means 1 and -1 all processors.  Networks use those that TensorFlow was given.
    **settings : dict
        Settings of the model, such as ``cost`` or ``ngrams``; ``imdbnlp train --model NAME --help`` lists them.  The
        same names are parameters of ``set_params`` and of a grid search.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels in sorted order.
    classifier_ : imdbnlp.tasks.classifier.Classifier
        The fitted model with its preprocessing and calibration.

    Notes
    -----
    ``sample_weight`` weighs the texts in the loss.  Features, NB-SVM's ratios, early stopping and calibration count
    every text alike.

    Examples
    --------
    >>> from imdbnlp import TextClassifier
    >>> texts = ["a fine film", "a fine cast", "a dull film", "a dull plot"]
    >>> classifier = TextClassifier("nbsvm", min_df=1).fit(texts, ["pos", "pos", "neg", "neg"])
    >>> classifier.predict(["dull"])
    array(['neg'], dtype=object)
    """

    _own = ("model", "profile", "language", "stop_words", "random_state", "n_jobs")
    # texts and labels are data, not metadata that a meta-estimator could route
    __metadata_request__fit: ClassVar[dict[str, str]] = {"texts": UNUSED, "labels": UNUSED}
    __metadata_request__score: ClassVar[dict[str, str]] = {"texts": UNUSED, "labels": UNUSED}
    __metadata_request__predict: ClassVar[dict[str, str]] = {"texts": UNUSED}
    __metadata_request__predict_proba: ClassVar[dict[str, str]] = {"texts": UNUSED}

    def __init__(
        self, model: str = "nbsvm", *, profile: str = "standard", language: str = "en", stop_words: Any = "none",
        random_state: Any = 42, n_jobs: int | None = 2, **settings: Any,
    ) -> None:  # fmt: skip
        self.model = model
        self.profile = profile
        self.language = language
        self.stop_words = stop_words
        self.random_state = random_state
        self.n_jobs = n_jobs
        self._set_settings(settings)

    def _settings_classes(self) -> tuple[type[Settings], ...]:
        """The model's settings; fit names a model that is not known, as scikit-learn's estimators do."""
        return (model_module(self.model).Config,) if self.model in model_names() else ()

    def fit(self, texts: Any, labels: Any, sample_weight: Any = None) -> Self:
        """Fit the model and calibrate its probabilities.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Training texts.
        labels : array-like of shape (n_texts,)
            Their labels, of any hashable scalar type.
        sample_weight : array-like of float, shape (n_texts,), default=None
            Weights of the texts.

        Returns
        -------
        self : TextClassifier

        Raises
        ------
        DataError
            If a text or label is missing or of the wrong type, or if there are fewer than two classes.
        UsageError
            If texts or labels are not one-dimensional, or a setting is unknown or out of bounds.
        """
        config: Settings = self._config(model_module(str(self.model)).Config)
        seed, threads = self._seed(), self._threads()
        values, given = read_texts(texts), read_labels(labels)
        check_lengths(texts=values, labels=given)
        weights = read_weights(sample_weight, len(values))
        classes, codes = encode_labels(given)
        preprocessing, reporter = self._preprocessing(config), PythonWarnings()
        began = time.perf_counter()
        plain = code_documents(values, Preprocessing(preprocessing.profile, preprocessing.language), threads)
        if not plain.words:
            raise DataError("texts: no words are left after preprocessing", hint="check that these are texts")
        prints, documents = fingerprints(plain), in_view(plain, preprocessing)
        training = Training(
            documents, codes, np.zeros(len(codes), dtype=bool), len(classes), seed, threads, reporter,
            self._vectors(config, set(documents.words)), group_codes(prints), weights,
            Texts.of(values) if model_class(self.model).reads == "texts" else None,
        )  # fmt: skip
        names = [str(label) for label in classes.tolist()]
        self.classifier_ = fit_classifier(self.model, config, preprocessing, names, training)
        self.classes_ = classes
        self._record: dict[str, Any] = {
            "seed": seed, "threads": threads, "train_seconds": round(time.perf_counter() - began, 3),
            "peak_megabytes": peak_megabytes(),
        }  # fmt: skip
        self._trained_on = prints
        return self

    def predict(self, texts: Any) -> NDArray[Any]:
        """Predict the label of each text.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Texts to classify; an empty one is predicted by the shares of the classes in training.

        Returns
        -------
        ndarray of shape (n_texts,)
            Labels, in the type of the training labels.

        Raises
        ------
        DataError
            If a text is missing or not a string.
        """
        probabilities = self.predict_proba(texts)
        return np.asarray(self.classes_[self.classifier_.decide(probabilities)])

    def predict_proba(self, texts: Any) -> NDArray[np.float64]:
        """Predict the calibrated probability of each class.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Texts to classify.

        Returns
        -------
        ndarray of shape (n_texts, n_classes)
            Probabilities, in the order of ``classes_``.
        """
        check_is_fitted(self, "classifier_")
        values = read_texts(texts)
        batches = [values[start : start + _BATCH] for start in range(0, len(values), _BATCH)]
        with ThreadPoolExecutor(self._threads()) as pool:
            probabilities = list(pool.map(self.classifier_.probabilities, batches))
        return np.concatenate([np.zeros((0, len(self.classes_))), *probabilities])

    def score(self, texts: Any, labels: Any, sample_weight: Any = None) -> float:
        """Return the accuracy of the predictions.

        Parameters
        ----------
        texts : array-like of str, shape (n_texts,)
            Texts to classify.
        labels : array-like of shape (n_texts,)
            Their true labels.
        sample_weight : array-like of float, shape (n_texts,), default=None
            Weights of the texts.

        Returns
        -------
        float
            Share of the texts that are classified correctly.
        """
        predictions, given = self.predict(texts), read_labels(labels)
        check_lengths(texts=predictions, labels=given)
        right = [mine == true for mine, true in zip(predictions.tolist(), given.tolist(), strict=True)]
        return float(np.average(right, weights=read_weights(sample_weight, len(right))))

    def explain(self, text: str, label: Any = None) -> Explanation:
        """Explain a prediction by the contribution of each word.

        Parameters
        ----------
        text : str
            One text.
        label : label, default=None
            The class whose probability to explain; None for the predicted one.

        Returns
        -------
        Explanation
            Words with their positions in the text and their log-odds; classes go by their names as str.

        Raises
        ------
        UsageError
            If the text is not a string, or there is no such class.

        Examples
        --------
        >>> classifier.explain("Not a bad film, but far too long.").by_word[:1]  # doctest: +SKIP
        [('bad', 0.72, 1)]
        """
        check_is_fitted(self, "classifier_")
        if not isinstance(text, str):
            raise UsageError(f"text: got a {type(text).__name__}, expected a string", hint="explain one text at a time")
        return explain_text(self.classifier_, str(text), None if label is None else str(label))

    def save(self, folder: str | Path) -> Path:
        """Write the fitted classifier into a new folder, which `imdbnlp predict FOLDER` opens as well.

        Parameters
        ----------
        folder : str or Path
            The folder to make; its files have checksums, and none can hold code.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        UsageError
            If the folder exists, or the labels are not str, bool, int or float.
        """
        check_is_fitted(self, "classifier_")
        record = self._record | {"labels": stored_labels(self.classes_), "params": self._stored_params()}
        with new_entry(Path(folder)) as draft:
            draft.manifest |= write_fitted(draft.folder, self.classifier_, record, self._trained_on, columns={})
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Open a folder that `save` or `imdbnlp train` has written, once its checksums have been verified.

        Parameters
        ----------
        folder : str or Path
            The folder of the run.

        Returns
        -------
        TextClassifier
            A fitted classifier.

        Raises
        ------
        ArtefactError
            If the folder is not a run, or is damaged.
        UsageError
            If there is no such folder, or it holds a translation model.
        """
        return cls.from_run(Workspace.find().run(str(saved_folder(folder)), ready=True))

    @classmethod
    def from_run(cls, run: Run) -> Self:
        """Make a fitted classifier of a run, such as ``Workspace.find().run("nbsvm")``.

        Parameters
        ----------
        run : Run
            The run of a classifier.

        Returns
        -------
        TextClassifier
            A fitted classifier with the run's settings.
        """
        classifier = run.classifier
        made = cls(**(run.record.get("params") or _params_of(run)))
        made.classifier_ = classifier
        made.classes_ = read_labels(run.record.get("labels") or classifier.classes)
        made._record = {name: run.record.get(name) for name in _RECORDED}
        made._trained_on = run.trained_on
        return made

    def __sklearn_tags__(self) -> Any:
        """Texts are the input: a one-dimensional array of strings."""
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = True, False
        tags.input_tags.string = True
        tags.no_validation = True
        return tags

    def _stored_params(self) -> dict[str, Any]:
        """The parameters as JSON values; the settings are those that the model was fitted with."""
        settings = {name: value for name, value in self.classifier_.config.stored().items() if name in self._settings}
        own = {"model": self.classifier_.model_name, "stop_words": self._stop_words()}
        return self.get_params() | own | {"random_state": self._record["seed"]} | settings

    def _vectors(self, config: Settings, words: set[str]) -> Any:
        """The word vectors that a network is to start from, if it is to start from any."""
        named = getattr(config, "embeddings", NONE)
        return None if named in (AUTO, NONE) else find_vectors(Workspace.find(), named).read(words)


def _params_of(run: Run) -> dict[str, Any]:
    """The parameters of a run that the command line trained."""
    config, preprocessing = dict(run.record["config"]), run.preprocessing
    named: Any = config.pop("stop_words", "none")
    if preprocessing.stop_words and named != "english":
        usual = preprocessing.steps.stop_words(preprocessing.language)
        named = named if preprocessing.stop_words == usual else sorted(preprocessing.stop_words)
    return {
        "model": run.record["model"], "profile": preprocessing.profile,
        "language": preprocessing.language, "stop_words": named,
        "random_state": run.record["seed"], "n_jobs": run.record["threads"], **config,
    }  # fmt: skip
