"""Pretrained Transformer encoder (BERT and its kin), fine-tuned or frozen, from a Hugging Face checkpoint.

Fine-tuned, the encoder and a linear head learn together.  With --freeze, the vectors of the encoder are computed once,
and a logistic regression is fitted on them in seconds, with TF-IDF n-grams beside them if wanted.
Sources: Devlin et al. 2019 (BERT); Sanh et al. 2019 (DistilBERT); Liu et al. 2019 (RoBERTa); Lan et al. 2020 (ALBERT);
Radford et al. 2019 (GPT-2); mean pooling, Reimers & Gurevych 2019.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import UsageError
from imdbnlp.features.counts import FeatureSettings, Vectorizer
from imdbnlp.models._loop import History, LoopSettings, Schedule
from imdbnlp.models.base import DecisionSettings, HeldOut, HoldOutSettings, TextModel, Training, WeightSettings
from imdbnlp.models.encoders._checkpoint import Checkpoint, digest, read_checkpoint
from imdbnlp.models.encoders._encoder import Encoder
from imdbnlp.models.encoders._head import Head, choose_cost, fit_head
from imdbnlp.models.encoders._hub import PREFIX, Location, locate
from imdbnlp.models.encoders._tokens import Truncation
from imdbnlp.progress import SILENT, Advance, Reporter, unheard
from imdbnlp.settings import Field
from imdbnlp.storage.checks import checked
from imdbnlp.storage.files import read_array, read_json, reading, write_array, write_json
from imdbnlp.storage.ragged import Ragged
from imdbnlp.text.documents import Documents, read_documents
from imdbnlp.text.views import Preprocessing

_NGRAMS = FeatureSettings(ngrams=(1, 2), sublinear_tf=True)
_LOOP = [*LoopSettings.model_fields, "dropout", "weight_decay", "layer_decay"]


class Config(WeightSettings, DecisionSettings, HoldOutSettings, LoopSettings):
    """Which checkpoint, how a text is read, and what is learned."""

    conditions = {"with_": "freeze", "cost": "freeze"} | {name: "!freeze" for name in _LOOP}

    checkpoint: str | None = Field(
        None,
        description="Folder of a pretrained encoder (config.json, model.safetensors, tokenizer.json), or "
        "hf:OWNER/NAME[@REVISION] to download one from the Hugging Face Hub.",
    )
    freeze: bool = Field(False, description="Keep the encoder as it is, and fit a logistic regression on its vectors.")
    with_: Literal["none", "ngrams"] = Field(
        "none", description="Features beside the vectors of the encoder. ngrams: TF-IDF of words and pairs of words."
    )
    max_tokens: int = Field(
        256, ge=4, description="Maximum number of tokens of a text, within what the checkpoint was made for."
    )
    truncation: Truncation = Field("head", description="Part of a longer text that is kept.")
    pooling: Literal["auto", "mean", "cls", "last"] = Field(
        "auto", description="How token vectors become one vector; auto: as the checkpoint says, else the mean."
    )
    precision: Literal["float32", "bfloat16"] = Field(
        "float32", description="Precision of matrix products; bfloat16 is faster on processors that have it."
    )
    cost: float | None = Field(
        None, gt=0, le=1e6,
        description="Inverse of the regularization strength of the logistic regression; chosen by cross-validation "
        "on the training set if not given.",
    )  # fmt: skip
    batch_size: int = Field(32, ge=1, description="Number of texts in a training batch.")
    epochs: int = Field(3, ge=1, description="Maximum number of passes over the training set.")
    patience: int = Field(2, ge=1, description="Stop after this many epochs without improvement on the validation set.")
    learning_rate: float = Field(5e-5, gt=0, description="Learning rate of the AdamW optimizer, at its highest.")
    schedule: Schedule = Field("linear", description="Learning rate schedule after the warm-up.")
    warmup: float = Field(
        0.1, ge=0, lt=1, description="Share of all training steps in which the learning rate rises from 0."
    )
    dropout: float = Field(0.1, ge=0, lt=1, description="Dropout in the encoder and before the classes.")
    weight_decay: float = Field(0.01, ge=0, lt=1, description="Weight decay of the AdamW optimizer.")
    layer_decay: float = Field(
        1.0, gt=0, le=1, description="Factor of the learning rate from each layer to the one below it."
    )


class Model(TextModel):
    """checkpoint: the encoder, fine-tuned or as it was.  head: of its vectors, and of the n-grams if there are any."""

    reads = "texts"
    library = "TensorFlow"
    varies_with_threads = True

    def __init__(self, config: Config, checkpoint: Checkpoint, head: Head, ngrams: Vectorizer | None = None) -> None:
        self.config, self.checkpoint, self.head, self.ngrams = config, checkpoint, head, ngrams
        self.history: History | None = None
        self.info = {"weights": checkpoint.architecture.n_weights}

    @classmethod
    def sources(cls, config: Config) -> Any:
        """The digest of a checkpoint in a folder.  Raises UsageError without a checkpoint."""
        name = _checkpoint_of(config)
        return None if name.startswith(PREFIX) else digest(locate(name, SILENT).folder)

    @classmethod
    def fit(cls, config: Config, training: Training) -> Self:
        """Raises UsageError without a checkpoint, ArtefactError if it cannot be used."""
        location, checkpoint = _open(config, training.reporter)
        with training.reporter.stage("tokenize", len(training.labels), "texts") as advance:
            rows = _encode(checkpoint, config, _texts_of(training), advance)
        fit = cls._fit_frozen if config.freeze else cls._fine_tune
        model = fit(config, checkpoint, rows, training)
        cut = int((rows.lengths >= _limit(checkpoint, config)).sum())
        if cut:
            training.reporter.note(f"{cut:,} of {len(rows):,} texts are cut to {_limit(checkpoint, config)} tokens")
        model.info |= {"checkpoint": config.checkpoint, "revision": location.revision, "tokens": len(rows.values)}
        return model

    @classmethod
    def _fine_tune(cls, config: Config, checkpoint: Checkpoint, rows: Ragged, training: Training) -> Self:
        from imdbnlp.models.encoders._finetuning import Tuning, fine_tune

        tuning = Tuning(
            config.subset(LoopSettings), config.dropout, config.weight_decay, config.layer_decay, config.precision,
            config.class_weight, config.batch_size,
        )  # fmt: skip
        tuned = fine_tune(checkpoint, rows, training, tuning)
        model = cls(config, tuned.checkpoint, tuned.head)
        model.held_out, model.history = _held_out(tuned.valid_scores, training), tuned.history
        model.info |= tuned.history.info()
        return model

    @classmethod
    def _fit_frozen(cls, config: Config, checkpoint: Checkpoint, rows: Ragged, training: Training) -> Self:
        with training.reporter.stage("encode", int(rows.lengths.sum()), "tokens") as advance:
            vectors = Encoder(checkpoint, config.precision).vectors(rows, advance)
        ngrams = counts = None
        if config.with_ == "ngrams":
            ngrams, counts = Vectorizer.fit(_words(_texts_of(training)), _NGRAMS)
        with training.reporter.stage("head", 1) as advance:
            head, valid_scores, cost = _fit_heads(config, vectors, counts and counts.to_scipy(), training)
            advance(1)
        model = cls(config, checkpoint, head, ngrams)
        model.held_out = _held_out(valid_scores, training)
        model.info |= {"cost": cost} | ({"features": ngrams.n_features} if ngrams else {})
        return model

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(self.checkpoint, self.config.precision)

    def scores(self, documents: Any) -> NDArray[np.float64]:
        """documents: Texts."""
        vectors = self.represent(documents)
        if not self.ngrams:
            return self.head.scores(vectors)
        rows = self.ngrams.transform(_words(documents))
        return self.head.scores(_beside(vectors, rows.to_scipy()))

    def represent(self, documents: Any) -> NDArray[np.float32]:
        """(texts, width) the pooled vectors of the encoder."""
        return self._encoder.vectors(_encode(self.checkpoint, self.config, documents))

    def save(self, folder: Path) -> None:
        self.checkpoint.save(folder)
        write_array(folder / "coefficients.npy", self.head.coefficients)
        write_array(folder / "intercepts.npy", self.head.intercepts)
        write_json(folder / "info.json", self.info)
        if self.ngrams:
            self.ngrams.save(folder / "ngrams")
        if self.history:
            write_json(folder / "history.json", self.history.epochs)

    @classmethod
    def load(cls, config: Config, folder: Path, n_classes: int) -> Self:
        """Raises ArtefactError if the files do not belong together."""
        checkpoint = Checkpoint.load(folder)
        ngrams = Vectorizer.load(folder / "ngrams") if config.with_ == "ngrams" else None
        n_features = checkpoint.architecture.width + (ngrams.n_features if ngrams else 0)
        shapes = {"coefficients": (n_features, n_classes), "intercepts": (n_classes,)}
        arrays = {
            name: checked(path := folder / f"{name}.npy", read_array(path), np.float32, shape)
            for name, shape in shapes.items()
        }
        model = cls(config, checkpoint, Head(arrays["coefficients"], arrays["intercepts"]), ngrams)
        with reading(folder / "info.json"):
            model.info = dict(read_json(folder / "info.json"))
        return model


def _held_out(valid_scores: NDArray[np.float64] | None, training: Training) -> HeldOut | None:
    return None if valid_scores is None else HeldOut(training.valid_rows, valid_scores)


def _checkpoint_of(config: Config) -> str:
    if not config.checkpoint:
        raise UsageError(
            "--model pretrained needs a checkpoint", hint="give --checkpoint FOLDER, or --checkpoint hf:OWNER/NAME"
        )
    return config.checkpoint


def _open(config: Config, reporter: Reporter) -> tuple[Location, Checkpoint]:
    location = locate(_checkpoint_of(config), reporter)
    checkpoint = read_checkpoint(location.folder)
    if config.pooling == "auto":
        return location, checkpoint
    architecture = checkpoint.architecture.model_copy(update={"pooling": config.pooling})
    return location, replace(checkpoint, architecture=architecture)


def _texts_of(training: Training) -> Iterable[str]:
    assert training.texts is not None
    return training.texts


def _limit(checkpoint: Checkpoint, config: Config) -> int:
    return min(config.max_tokens, checkpoint.architecture.positions)


def _encode(checkpoint: Checkpoint, config: Config, texts: Iterable[str], advance: Advance = unheard) -> Ragged:
    return checkpoint.tokenizer.encode(texts, _limit(checkpoint, config), config.truncation, advance)


def _words(texts: Iterable[str]) -> Documents:
    """The texts as words, for n-grams: whatever the profile of the dataset, since the run reads raw texts."""
    return read_documents(list(texts), Preprocessing())


def _fit_heads(
    config: Config, vectors: NDArray[np.float32], counts: Any, training: Training
) -> tuple[Head, NDArray[np.float64] | None, float]:
    """The head fitted on all texts, the scores of the validation set without it, and the cost."""
    centre, scale = _standard(vectors)
    matrix = _beside((vectors - centre) / scale, counts)
    weights, labels = training.weights(config.class_weight), training.labels
    train, valid = training.train_rows, training.valid_rows
    groups = None if training.groups is None else training.groups[train]
    cost = config.cost or choose_cost(
        matrix[train], labels[train], training.n_classes, weights[train], groups, training.seed
    )

    def fit(rows: NDArray[np.int64]) -> Head:
        return fit_head(matrix[rows], labels[rows], training.n_classes, weights[rows], cost)

    valid_scores = fit(train).scores(matrix[valid]) if len(valid) else None
    head, width = fit(np.arange(len(labels))), vectors.shape[1]
    coefficients = head.coefficients.copy()
    coefficients[:width] /= scale
    return Head(coefficients, head.intercepts - centre @ coefficients[:width]), valid_scores, cost


def _standard(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], np.float32]:
    """The mean vector, and the root of the mean square length around it, so that one cost suits every encoder."""
    centre = vectors.mean(axis=0)
    scale = np.sqrt(((vectors - centre) ** 2).sum(axis=1).mean())
    return centre, np.float32(scale or 1)


def _beside(vectors: NDArray[np.float32], counts: Any) -> Any:
    """The vectors, and to their right the n-grams if there are any."""
    if counts is None:
        return vectors
    from scipy.sparse import csr_matrix, hstack

    return hstack([csr_matrix(vectors), counts], format="csr")
