"""Translation of a dataset's pairs: fit, and compare translations with their references.

task = Translation("seq2seq-attention", config, pairs, BeamSettings(beam=5))
translator = task.fit()
task.evaluate(translator, ["test"]).metrics["test"]["bleu"]
"""

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from imdbnlp.data.pairs import PairDataset
from imdbnlp.errors import DataError
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.models.registry import announce_import, model_class
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import PairTraining
from imdbnlp.settings import Settings, work_setting
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.tasks.base import Evaluation, Task
from imdbnlp.tasks.translator import Translator
from imdbnlp.text.fingerprints import Fingerprints, text_fingerprints
from imdbnlp.text.views import Preprocessing


class BeamSettings(Settings):
    """How a translator is evaluated."""

    beam: int = work_setting(
        5, ge=1, le=100, description="Beam size of the evaluation, which is done with greedy search as well."
    )


class Translation(Task):
    """Pairs of sentences and a sequence-to-sequence model."""

    name = "translation"
    dataset: PairDataset
    dataset_type = PairDataset
    trained_type = Translator
    evaluation: BeamSettings
    evaluation_type = BeamSettings
    untested = "nothing was tested: the dataset has neither validation nor test pairs"

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """(training and validation pairs,) their rows in the dataset."""
        return self.dataset.rows(TRAIN, VALID)

    @cached_property
    def texts(self) -> list[list[str]]:
        """All sources, and all targets."""
        return [self.dataset.texts("source"), self.dataset.texts("target")]

    @property
    def preprocessing(self) -> Preprocessing:
        return Preprocessing()

    def check(self) -> None:
        """Raise DataError if there are no training pairs."""
        if not len(self.rows):
            raise DataError(f"dataset {self.dataset.name} has no training pairs", hint="see `imdbnlp datasets show`")

    def fit(self) -> Translator:
        """Train the translator."""
        pairs, kind = self.dataset, model_class(self.model)
        source, target = pairs.source_tokenizer, pairs.target_tokenizer
        training = PairTraining(
            pairs.source.take(self.rows), pairs.target.take(self.rows), pairs.parts[self.rows] == VALID,
            source.vocabulary_size, target.vocabulary_size, self.seed, self.threads, self.reporter,
        )  # fmt: skip
        announce_import(kind.library, self.reporter)
        return Translator(self.model, self.config, source, target, kind.fit(self.config, training))

    def basic_figures(self, trained: Translator) -> Evaluation:
        """Nothing: every figure depends on the search."""
        return Evaluation()

    def missing_parts(self, metrics: Mapping[str, Mapping[str, Any]]) -> list[str]:
        parts = [part for part in (VALID, TEST) if len(self.dataset.rows(part))]
        return [part for part in parts if metrics.get(part, {}).get("beam") != self.evaluation.beam]

    def evaluate(self, trained: Translator, parts: list[str]) -> Evaluation:
        """BLEU and chrF of greedy and beam search, and how well the references are predicted token by token."""
        evaluation, seconds, n_sentences = Evaluation(), 0.0, 0
        for part in parts:
            seconds += self._add(evaluation, trained, part)
            n_sentences += len(self.dataset.rows(part))
        if n_sentences:
            evaluation.costs["sentences_per_second"] = round(n_sentences / seconds, 1)
        return evaluation

    def _add(self, evaluation: Evaluation, translator: Translator, part: str) -> float:
        """Evaluate a part.  Returns the seconds of greedy search."""
        pairs, rows, beam = self.dataset, self.dataset.rows(part), self.evaluation.beam
        sources, references = ([texts[row] for row in rows] for texts in self.texts)
        translator.translate(sources[:1], SearchSettings())  # graphs are traced once
        with self.reporter.stage("translate", 2 * len(rows), "sentences") as advance:
            began = time.perf_counter()
            greedy = translator.translate(sources, SearchSettings(), advance).texts
            seconds = time.perf_counter() - began
            translations = translator.translate(sources, SearchSettings(beam=beam), advance).texts
        lowercase = not pairs.keep_case
        metrics = {"bleu_greedy": translation_metrics(greedy, references, lowercase)["bleu"]}
        metrics |= translation_metrics(translations, references, lowercase) | {"beam": beam}
        metrics |= translator.model.figures(pairs.source.take(rows), pairs.target.take(rows))
        if part == VALID:
            metrics["note"] = "also used to stop"
        evaluation.metrics[part] = metrics
        evaluation.predictions[part] = {
            "row": pairs.source_rows[rows], "split": [part] * len(rows), "source": sources, "target": references,
            "prediction": translations,
        }  # fmt: skip
        return seconds

    def record(self) -> dict[str, Any]:
        """The columns of the dataset's source, and whether case counts."""
        columns = self.dataset.columns
        return {
            "columns": {"text_column": columns["source"], "label_column": columns["target"]},
            "lowercase": not self.dataset.keep_case,
        }

    def trained_on(self) -> Fingerprints:
        sources = self.texts[0]
        return text_fingerprints([sources[row] for row in self.rows], self.preprocessing)
