"""Train a sequence-to-sequence model on pairs.

`imdbnlp train-seq2seq --model NAME --help` shows the model's own options.

Example:

    imdbnlp train-seq2seq --model seq2seq-attention
    imdbnlp train-seq2seq --model seq2seq-lstm --units 256 --epochs 10
    imdbnlp train-seq2seq --config configs/seq2seq-transformer.yaml
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from imdbnlp.commands._pairs import translation_figures
from imdbnlp.commands._training import draw_history, own_settings, trained_run, was_interrupted, with_options
from imdbnlp.data.pairs import PairDataset
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.models._keras_model import limit_threads
from imdbnlp.models.base import announce_import
from imdbnlp.models.seq2seq._search_settings import SearchSettings
from imdbnlp.models.seq2seq.base import PairTraining, Seq2SeqConfig, seq2seq_module, seq2seq_names
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.result import Result
from imdbnlp.settings import Field, Settings, canonical_digest, work_setting
from imdbnlp.sources.split_names import TEST, TRAIN, VALID
from imdbnlp.storage.store import Draft, valid_name
from imdbnlp.storage.tables import Column
from imdbnlp.tasks.translator import Translator
from imdbnlp.workspace.run import Run, peak_megabytes, write_translation_run
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2


class Options(Settings):
    """Which model, on which pairs; the model's own options come on top."""

    model: str = Field(
        description=f"Model to train: {', '.join(seq2seq_names())}.",
        json_schema_extra={"choices": list(seq2seq_names())},
    )
    dataset: str | None = work_setting(
        None, description="Dataset of pairs to train on; by default the latest.", entries="datasets"
    )
    name: str | None = work_setting(None, description="Name of the run; by default the model's name and a key.")
    beam: int = Field(5, ge=1, le=100, description="Beam size of the evaluation, beside greedy search.")
    seed: int = Field(42, ge=0, le=2**31 - 1, description="Random seed of the training.")
    threads: int = work_setting(2, ge=1, description="Use up to this many threads.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def options_for(given: Mapping[str, Any]) -> type[Options]:
    """Options with the chosen model's own among them.  Raises UsageError for a model that is none of these."""
    name = given.get("model")
    return with_options(Options, seq2seq_module(str(name)).Config, str(name)) if name else Options


def train_seq2seq(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Train, or answer from the cache.  The run's name is in the result's data."""
    pairs = workspace.pairs(options.dataset)
    config = own_settings(options, seq2seq_module(options.model).Config)
    key = canonical_digest(
        {"format": FORMAT, "dataset": pairs.key, "options": options.content() | {"threads": options.threads}}
    )
    name = valid_name(options.name or f"{options.model}-{key[:8]}")

    def build(draft: Draft) -> None:
        outcome = _train(options, config, pairs, reporter)
        outcome.write(draft.folder, {"name": name, "key": key})
        draft.manifest |= {"kind": "run", "model": options.model, "dataset": pairs.key}
        if not outcome.metrics:
            reporter.warn("nothing was tested: the dataset has neither validation nor test pairs")

    run = trained_run(workspace, name, key, options.force, reporter, build)
    return replace(translation_result(run), interrupted=was_interrupted(run.record["info"]))


class _Outcome:
    """What a training gives: a translator, what it answered, and what that is worth."""

    def __init__(self, translator: Translator, pairs: PairDataset, options: Options, seconds: float) -> None:
        self.translator, self.pairs, self.options, self.seconds = translator, pairs, options, seconds
        self.texts = {"source": pairs.texts("source"), "target": pairs.texts("target")}
        self.metrics: dict[str, Any] = {}
        self.answers: dict[str, list[Any]] = {name: [] for name in ("row", "split", "source", "target", "answer")}
        self.greedy_seconds, self.n_greedy = 0.0, 0

    def evaluate(self, part: str, reporter: Reporter) -> None:
        """Answer all pairs of a part, greedily and with the beam."""
        rows = self.pairs.rows(part)
        if not len(rows):
            return
        sources, references = ([texts[row] for row in rows] for texts in self.texts.values())
        self.translator.translate(sources[:1], SearchSettings())  # graphs are traced once
        with reporter.stage("translate", 2 * len(rows), "sentences") as advance:
            began = time.perf_counter()
            greedy = self.translator.translate(sources, SearchSettings(), advance).texts
            self.greedy_seconds += time.perf_counter() - began
            answers = self.translator.translate(sources, SearchSettings(beam=self.options.beam), advance).texts
        self.n_greedy += len(rows)
        lowercase = not self.pairs.keep_case
        metrics = {"bleu_greedy": translation_metrics(greedy, references, lowercase)["bleu"]}
        metrics |= translation_metrics(answers, references, lowercase) | {"beam": self.options.beam}
        metrics |= self.translator.model.metrics(self.pairs.source.take(rows), self.pairs.target.take(rows))
        if part == VALID:
            metrics["note"] = "also used to stop"
        self.metrics[part] = metrics
        columns = (self.pairs.source_rows[rows].tolist(), [part] * len(rows), sources, references, answers)
        for values, more in zip(self.answers.values(), columns, strict=True):
            values += more

    def write(self, folder: Path, known: dict[str, Any]) -> None:
        """All files of the run but its manifest."""
        options, pairs = self.options, self.pairs
        record = known | {
            "dataset": {"name": pairs.name, "key": pairs.key},
            "columns": {"text_column": pairs.columns["source"], "label_column": pairs.columns["target"]},
            "lowercase": not pairs.keep_case,
            "settings": options.described(),
            "seed": options.seed,
            "threads": options.threads,
            "info": self.translator.model.info,
            "train_seconds": round(self.seconds, 3),
            "sentences_per_second": round(self.n_greedy / self.greedy_seconds, 1) if self.n_greedy else None,
            "peak_megabytes": peak_megabytes(),
        }
        trained_on = [self.texts["source"][row] for row in pairs.rows(TRAIN, VALID)]
        answers: dict[str, Column] = {**self.answers, "row": np.array(self.answers["row"], dtype=np.int64)}
        write_translation_run(folder, self.translator, record, self.metrics, answers, trained_on)
        draw_history(folder, self.translator.model.history)


def _train(options: Options, config: Seq2SeqConfig, pairs: PairDataset, reporter: Reporter) -> _Outcome:
    rows = pairs.rows(TRAIN, VALID)
    source, target = pairs.source_tokenizer, pairs.target_tokenizer
    training = PairTraining(
        pairs.source.take(rows), pairs.target.take(rows), pairs.parts[rows] == VALID, source.vocabulary_size,
        target.vocabulary_size, options.seed, options.threads, reporter,
    )  # fmt: skip
    kind = seq2seq_module(options.model).Model
    announce_import(kind.library, reporter)
    limit_threads(kind.library, options.threads)
    began = time.perf_counter()
    model = kind.fit(config, training)
    translator = Translator(options.model, config, source, target, model)
    outcome = _Outcome(translator, pairs, options, time.perf_counter() - began)
    for part in (VALID, TEST):
        outcome.evaluate(part, reporter)
    return outcome


def translation_result(run: Run) -> Result:
    """A run's figures as tables."""
    record = run.record
    names = {"train_seconds": "train seconds", "sentences_per_second": "sentences a second, greedy",
             "peak_megabytes": "peak MB", "model_megabytes": "model MB"}  # fmt: skip
    costs = [(shown, record[name]) for name, shown in names.items()]
    columns = run.columns
    return Result(
        tables=[translation_figures(f"run {run.name}", run.metrics, costs)],
        data={"run": run.name, "metrics": run.metrics} | record,
        next_steps=[
            f'imdbnlp translate {run.name} "…" --beam 5',
            f"imdbnlp evaluate {run.name} FILE  # with columns {columns['text_column']} and {columns['label_column']}",
        ],
    )
