"""Training leaves a run that says what it is, what it cost and how good it is."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.commands import preprocess
from imdbnlp.commands.compare import Options as CompareOptions
from imdbnlp.commands.compare import compare
from imdbnlp.commands.train import options_for, train
from imdbnlp.commands.train_gbm import options_for as gbm_options_for
from imdbnlp.commands.train_gbm import train_gbm
from imdbnlp.errors import DataError, SettingsError, UsageError
from imdbnlp.models.base import DecisionSettings
from imdbnlp.report.result import Result
from imdbnlp.workspace.training import TrainingPlan, plan_task
from imdbnlp.workspace.workspace import Workspace


def trained_on(workspace: Workspace, model: str, **options: Any) -> Result:
    return train(options_for({"model": model})(model=model, **options), workspace)


@pytest.fixture
def workspace(reviews_csv: Path, tmp_path: Path) -> Workspace:
    workspace = Workspace(tmp_path / "work")
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    return workspace


def test_a_file_becomes_the_dataset_that_preprocess_makes_of_it(reviews_csv: Path, workspace: Workspace) -> None:
    made = workspace.datasets.names()
    name = trained_on(workspace, "majority", file=str(reviews_csv)).data["run"]
    assert workspace.datasets.names() == made
    assert workspace.run(name).record["dataset"]["name"] == made[0]


def test_a_file_is_preprocessed_where_there_is_no_dataset(reviews_csv: Path, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "empty")
    result = trained_on(workspace, "majority", file=str(reviews_csv))
    (dataset,) = workspace.datasets.names()
    assert workspace.run(result.data["run"]).record["dataset"]["name"] == dataset


def test_a_file_and_a_dataset_exclude_each_other(reviews_csv: Path) -> None:
    with pytest.raises(UsageError, match="--dataset is not used with FILE"):
        options_for({"model": "nbsvm"})(model="nbsvm", file=str(reviews_csv), dataset="d")


def test_a_file_of_labelled_texts_does_not_train_a_translator(reviews_csv: Path, workspace: Workspace) -> None:
    with pytest.raises(UsageError, match="pairs of sentences"):
        trained_on(workspace, "seq2seq-lstm", file=str(reviews_csv))


def test_the_default_model_is_auto(workspace: Workspace) -> None:
    result = train(options_for({})(), workspace)
    assert workspace.run(result.data["run"]).record["model"] == "auto"


def test_a_run_has_figures_of_each_part(trained: Workspace) -> None:
    run = trained.run("nb")
    assert {part: figures["n_documents"] for part, figures in run.metrics.items()} == {
        "test": 40, "valid": 20, "folds": 160,
    }  # fmt: skip
    assert run.metrics["test"]["accuracy"] == 1.0
    assert trained.run("floor").metrics["test"]["accuracy"] == 0.5


def test_a_run_says_how_it_was_made_and_what_it_cost(trained: Workspace) -> None:
    record = trained.run("nb").record
    assert record["config"]["ngrams"] == "1-3" and record["classes"] == ["negative", "positive"]
    assert record["dataset"]["key"] == trained.dataset().key and record["seed"] == 42
    assert {"imdbnlp", "python", "numpy"} <= set(record["made_by"]["versions"])
    costs = ("train_seconds", "peak_megabytes", "model_megabytes", "milliseconds_per_text")
    assert all(record[cost] > 0 for cost in costs)


def test_predictions_of_a_run_give_its_figures(trained: Workspace) -> None:
    run = trained.run("nb")
    answers = run.predictions("folds")
    assert (answers.probabilities.argmax(axis=1) == answers.labels).mean() == run.metrics["folds"]["accuracy"]
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1, atol=1e-6)


def test_a_run_answers_as_it_did_in_training_after_the_dataset_is_gone(workspace: Workspace) -> None:
    name = trained_on(workspace, "nbsvm").data["run"]
    dataset, answers = workspace.dataset(), workspace.run(name).predictions("test")
    texts = [dataset.texts[row] for row in answers.rows]
    workspace.datasets.remove(dataset.name)
    np.testing.assert_allclose(workspace.run(name).classifier.probabilities(texts), answers.probabilities, atol=1e-6)


def test_a_run_can_be_moved(trained: Workspace, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(trained.runs.path("nb"), tmp_path / "elsewhere")
    moved = Workspace(tmp_path / "empty").run(str(tmp_path / "elsewhere"))
    texts = ["a dull film"]
    assert (moved.classifier.probabilities(texts) == trained.run("nb").classifier.probabilities(texts)).all()


def test_the_same_command_again_answers_from_the_cache(workspace: Workspace) -> None:
    first = trained_on(workspace, "nbsvm")
    created = workspace.runs.manifest(first.data["run"])["created"]
    assert trained_on(workspace, "nbsvm").data == first.data
    assert workspace.runs.manifest(first.data["run"])["created"] == created
    trained_on(workspace, "nbsvm", force=True)
    assert workspace.runs.manifest(first.data["run"])["created"] > created


def test_the_same_seed_gives_the_same_predictions_and_weights(workspace: Workspace) -> None:
    for model in ("nbsvm", "linear", "gbm"):
        names = [trained_on(workspace, model, name=f"{model}-{n}", threads=n).data["run"] for n in (1, 2)]
        weights = [
            {file: info["sha256"] for file, info in workspace.runs.manifest(name)["files"].items() if "/" in file}
            for name in names
        ]
        one, two = (workspace.run(name).predictions("test").probabilities for name in names)
        assert (one == two).all()
        assert model == "gbm" or weights[0] == weights[1]  # LightGBM writes the number of threads into its file


def test_a_taken_name_with_other_settings_is_refused(workspace: Workspace) -> None:
    trained_on(workspace, "majority", name="mine")
    with pytest.raises(UsageError, match="'mine' exists with other settings"):
        trained_on(workspace, "majority", name="mine", seed=1)


def test_folds_are_added_to_a_run_that_exists_without_training_it_again(workspace: Workspace) -> None:
    at_once = trained_on(workspace, "nbsvm", name="at-once", folds=4).data["metrics"]
    before = trained_on(workspace, "nbsvm", name="later").data
    digest, metrics = workspace.run("later").digest, before["metrics"]
    after = trained_on(workspace, "nbsvm", name="later", folds=4).data
    assert "folds" not in metrics and after["metrics"] == at_once
    assert after["train_seconds"] == before["train_seconds"] and workspace.run("later").digest == digest
    assert after["settings"]["folds"]["value"] == 4
    run = workspace.run("later")
    assert len(run.predictions("folds").rows) == 160 and len(run.predictions("test").rows) == 40
    assert trained_on(workspace, "nbsvm", name="later").data["metrics"] == at_once


def test_other_folds_take_the_place_of_those_before(workspace: Workspace) -> None:
    for folds in (4, 3, 3):
        metrics = trained_on(workspace, "nbsvm", name="nb", folds=folds).data["metrics"]["folds"]
        assert (metrics["n_folds"], metrics["n_documents"]) == (folds, 160)
    assert len(workspace.run("nb").predictions("folds").rows) == 160


def test_more_folds_than_texts_of_a_class_are_refused(workspace: Workspace) -> None:
    with pytest.raises(DataError, match="class 'negative' has 80 different training texts .*, too few for 81 folds"):
        trained_on(workspace, "majority", folds=81)


def test_train_gbm_is_train_with_the_model_chosen(workspace: Workspace) -> None:
    result = train_gbm(
        gbm_options_for({})(method="count", max_features=20, num_iterations=5, min_data_in_leaf=2), workspace
    )
    assert result.data["model"] == "gbm" and result.data["config"]["method"] == "count"
    booster = (workspace.runs.path(result.data["run"]) / "model" / "model.txt").read_text()
    assert "feature_names=f0 f1 f2 " in booster


def test_character_ngrams_alone_and_beside_words(workspace: Workspace) -> None:
    for ngrams in ("none", "1-2"):
        for model in ("linear", "nbsvm"):
            result = trained_on(workspace, model, ngrams=ngrams, char_ngrams="2-4")
            assert result.data["metrics"]["test"]["accuracy"] == 1.0


def test_a_dataset_or_run_that_is_asked_for_again_becomes_the_latest(workspace: Workspace, reviews_csv: Path) -> None:
    first = workspace.dataset().name
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), name="other"), workspace)
    assert workspace.dataset().name.startswith("other-")
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv)), workspace)
    assert workspace.dataset().name == first
    for seed in (1, 2, 1):
        name = trained_on(workspace, "majority", seed=seed).data["run"]
        assert workspace.run().name == name


def test_a_run_that_was_not_tested_says_so(workspace: Workspace, reviews_csv: Path, listener: Any) -> None:
    options = preprocess.Options(file=str(reviews_csv), test_size=0.0, valid_size=0.0)
    preprocess.preprocess(options, workspace)
    train(options_for({"model": "majority"})(model="majority"), workspace, listener)
    assert listener.warnings[0].startswith("nothing was tested")
    with pytest.raises(DataError) as caught:
        compare(CompareOptions(), workspace)
    assert caught.value.hint == "imdbnlp train --model nbsvm --folds 5, then compare --part folds"


@pytest.mark.parametrize(("model", "varies"), [("nbsvm", False), ("gbm", False), ("cnn", True), ("transformer", True)])
def test_threads_are_in_the_key_of_models_that_vary_with_them(trained: Workspace, model: str, varies: bool) -> None:
    keys = {plan_task(trained, TrainingPlan(model, threads=threads)).key for threads in (1, 2)}
    assert len(keys) == (2 if varies else 1)


@pytest.fixture
def imbalanced(tmp_path: Path) -> Workspace:
    """400 texts, an eighth of them of a class that its words only hint at."""
    rng = np.random.default_rng(5)
    rows = []
    for row in range(400):
        rare = row % 8 == 0
        words = rng.choice(["sun", "rain", "wind", "snow"], 6).tolist()
        words += rng.choice(["alarm", "meeting"], 1, p=[0.6, 0.4] if rare else [0.15, 0.85]).tolist()
        rows.append(f"{' '.join(words)} {row},{'rare' if rare else 'usual'}")
    (tmp_path / "rare.csv").write_text("text,label\n" + "\n".join(rows) + "\n")
    workspace = Workspace(tmp_path / "rare-work")
    preprocess.preprocess(preprocess.Options(file=str(tmp_path / "rare.csv")), workspace)
    return workspace


def test_thresholds_are_chosen_for_the_metric_and_kept_with_the_run(imbalanced: Workspace) -> None:
    plain = trained_on(imbalanced, "nbsvm", name="plain").data["metrics"]["test"]
    result = trained_on(imbalanced, "nbsvm", name="chosen", optimise="balanced_accuracy", folds=3)
    figures, run = result.data["metrics"]["test"], imbalanced.run("chosen")
    assert figures["per_class"]["rare"]["recall"] > plain["per_class"]["rare"]["recall"]
    assert figures["roc_auc"] == pytest.approx(plain["roc_auc"])
    assert [table.title for table in result.tables if "threshold" in table.title] == [
        "decision thresholds, chosen for balanced accuracy"
    ]
    predictions = run.predictions("test")
    assert (predictions.predicted != predictions.probabilities.argmax(axis=1)).any()
    assert (run.classifier.decide(predictions.probabilities) == predictions.predicted).all()
    assert predictions.is_right.mean() == pytest.approx(figures["accuracy"])


def test_costlier_errors_are_fewer(imbalanced: Workspace) -> None:
    recalls = [
        trained_on(imbalanced, "linear", optimise="cost", error_costs=f"rare={cost}").data["metrics"]["test"][
            "per_class"
        ]["rare"]["recall"]
        for cost in (1, 100)
    ]
    assert recalls[0] < recalls[1]


def test_labels_with_commas_and_equal_signs_have_costs() -> None:
    settings = DecisionSettings(optimise="cost", error_costs="sales, big=5,a=b=2.5")
    assert settings.costs_of(["a=b", "other", "sales, big"]).tolist() == [2.5, 1, 5]


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        (None, "--optimise cost needs --error-costs"),
        ("raer=3", "'raer' is not a class"),
        ("rare=-3", "'-3' is not a positive number"),
        ("rare=inf", "'inf' is not a positive number"),
        ("rare", "'rare' is not a class"),
    ],
)
def test_costs_that_cannot_be_used_are_refused(imbalanced: Workspace, costs: str | None, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        trained_on(imbalanced, "nbsvm", optimise="cost", error_costs=costs)
