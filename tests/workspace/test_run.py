"""A run: everything that was found in training is found again on disk."""

from pathlib import Path

import numpy as np
import pytest

from imdbnlp.errors import ArtefactError
from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace


def test_a_run_records_what_it_was_made_of(made: Workspace) -> None:
    run, dataset = made.run("nb"), made.dataset()
    record = run.record
    assert (record["model"], record["seed"], record["classes"]) == ("nbsvm", 42, ["negative", "positive"])
    assert record["dataset"] == {"name": dataset.name, "key": dataset.key} and run.dataset_key == dataset.key
    assert (record["config"]["ngrams"], record["config"]["method"]) == ("1-3", "binary")
    assert {"imdbnlp", "python", "numpy", "pyarrow", "scipy"} <= set(record["made_by"]["versions"])
    assert record["model_megabytes"] > 0 and record["peak_megabytes"] > 10 and record["train_seconds"] >= 0


def test_the_manifest_names_every_file_of_a_run(made: Workspace) -> None:
    manifest, folder = made.runs.verify("nb"), made.runs.path("nb")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == files - {"manifest.json"}
    assert (manifest["kind"], manifest["model"], manifest["format"]) == ("run", "nbsvm", 2)


def test_predictions_are_those_of_the_classifier(made: Workspace) -> None:
    run, dataset = made.run("nb"), made.dataset()
    answers = run.predictions("test")
    assert (answers.rows == dataset.rows("test")).all() and (answers.labels == dataset.labels[answers.rows]).all()
    expected = run.classifier.probabilities([dataset.texts[row] for row in answers.rows])
    np.testing.assert_allclose(answers.probabilities, expected, atol=1e-6)


def test_figures_are_those_of_the_predictions(made: Workspace) -> None:
    for name in ("nb", "floor"):
        run = made.run(name)
        answers = run.predictions("test")
        right = answers.probabilities.argmax(axis=1) == answers.labels
        assert run.metrics["test"]["accuracy"] == right.mean() and run.metrics["test"]["n_documents"] == 40


def test_a_part_that_was_not_answered_is_empty(made: Workspace) -> None:
    answers = made.run("nb").predictions("folds")
    assert len(answers.rows) == len(answers.labels) == 0 and answers.probabilities.shape == (0, 2)


def test_a_run_answers_alike_each_time_it_is_opened(made: Workspace) -> None:
    texts = ["a wonderful film", "boring", "", "unseen words"]
    first = made.run("nb").classifier.probabilities(texts)
    assert (made.run("nb").classifier.probabilities(texts) == first).all()


def test_a_folder_without_a_record_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="is not a run: it has no run.json") as caught:
        Run.open(tmp_path)
    assert caught.value.hint == "see `imdbnlp runs`"


def test_a_run_names_the_package_that_takes_long_to_import(trained: Workspace) -> None:
    assert trained.run("nb").library == ""
    assert Run(trained.root, {"model": "lstm"}).library == "TensorFlow"
