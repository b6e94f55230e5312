"""The scikit-learn interface: it fits where an estimator fits, and gives what the command line gives."""

import datetime
import json
import pickle
import random
import subprocess
import sys
import warnings
from collections.abc import Callable
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import estimator_checks, get_tags

from imdbnlp import TextClassifier
from imdbnlp.commands import preprocess, train
from imdbnlp.errors import ArtefactError, DataError, ImdbnlpError, SettingsError, UsageError
from imdbnlp.workspace.workspace import Workspace

Cli = Callable[..., tuple[int, str, str]]
KINDS = {"pos": ["a wonderful film", "moving and funny"], "neg": ["a dull film", "boring and long"]}
ROWS = [
    (f"{text} number{number} seen in town{number % 7}", label)
    for number in range(20)
    for label, texts in KINDS.items()
    for text in texts
]
TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]
CLASSICAL = ["gbm", "linear", "majority", "nbsvm"]


def fitted(**params: Any) -> TextClassifier:
    return TextClassifier(**params).fit(TEXTS, LABELS)


@pytest.mark.parametrize("model", CLASSICAL)
def test_a_model_learns_from_texts_and_labels_in_memory(model: str) -> None:
    classifier = fitted(model=model)
    probabilities = classifier.predict_proba(["a wonderful film", "a dull film", ""])
    assert classifier.classes_.tolist() == ["neg", "pos"]
    assert probabilities.shape == (3, 2)
    assert np.allclose(probabilities.sum(axis=1), 1)
    assert classifier.score(TEXTS, LABELS) == (0.5 if model == "majority" else 1.0)


@pytest.mark.parametrize("model", CLASSICAL)
def test_the_predictions_are_those_of_the_command_line(model: str, tmp_path: Path, cli: Cli) -> None:
    table = tmp_path / "reviews.csv"
    pd.DataFrame({"text": TEXTS, "label": LABELS}).to_csv(table, index=False)
    workspace = Workspace(tmp_path / "work")
    no_parts = {"test_size": 0, "valid_size": 0}
    preprocess.preprocess(preprocess.Options(file=str(table), **no_parts), workspace)
    reading = {} if model == "majority" else {"view": "stem", "stop_words": "dataset"}
    options = train.options_for({"model": model})(model=model, seed=7, **reading)
    run = workspace.run(train.train(options, workspace).data["run"])
    classifier = fitted(model=model, random_state=7, **reading)
    new = [*TEXTS, "long and wonderful", "", "unheard-of"]
    assert np.array_equal(classifier.predict_proba(new), run.classifier.probabilities(new))
    assert np.array_equal(TextClassifier.from_run(run).predict_proba(new), classifier.predict_proba(new))


def test_a_run_becomes_an_estimator_of_the_same_settings(trained: Workspace) -> None:
    classifier = TextClassifier.from_run(trained.run("nb"))
    assert classifier.predict(["a wonderful film"]).tolist() == ["positive"]
    assert classifier.get_params()["min_df"] == 2
    again = clone(classifier).fit(TEXTS, LABELS)
    assert again.classifier_.config == classifier.classifier_.config


LABEL_TYPES: dict[str, tuple[Any, Any]] = {
    "str": ("bad", "good"),
    "int": (2, 10),
    "bool": (False, True),
    "float": (1.0, 2.0),
    "numpy int8": (np.int8(-1), np.int8(1)),
    "numpy str": (np.str_("bad"), np.str_("good")),
    "date": (datetime.date(2025, 1, 1), datetime.date(2025, 1, 2)),
    "large int": (2**70, 2**71),
    "ends in NUL": ("a", "a\0"),
}


@pytest.mark.parametrize("name", LABEL_TYPES)
def test_labels_come_back_in_their_own_type_and_order(name: str) -> None:
    low, high = LABEL_TYPES[name]
    labels = [high if label == "pos" else low for label in LABELS]
    classifier = TextClassifier().fit(TEXTS, labels)
    assert classifier.classes_.tolist() == [low, high]
    predicted = classifier.predict(["a dull film", "a wonderful film"])
    assert predicted.tolist() == [low, high]
    assert type(predicted.tolist()[0]) is type(low.item() if isinstance(low, np.generic) else low)
    assert classifier.score(TEXTS, labels) == 1.0


@pytest.mark.parametrize("dtype", ["int16", "bool", "<U3", "float32"])
def test_labels_in_a_numpy_array_keep_its_dtype(dtype: str) -> None:
    labels = np.array([label == "pos" for label in LABELS]).astype(dtype)
    assert TextClassifier().fit(TEXTS, labels).predict(TEXTS).dtype == np.dtype(dtype)


COLLECTIONS: dict[str, Callable[[list[str]], Any]] = {
    "tuple": tuple,
    "array of str": np.array,
    "array of objects": lambda values: np.array(values, dtype=object),
    "Series": lambda values: pd.Series(values, index=range(1000, 1000 + 3 * len(values), 3)),
    "Series with one index label": lambda values: pd.Series(values, index=["same"] * len(values)),
    "Series of strings": lambda values: pd.Series(values, dtype="string"),
    "Categorical": pd.Categorical,
    "Arrow array": pa.array,
    "Arrow chunks": lambda values: pa.chunked_array([values[:5], values[5:]]),
    "generator": lambda values: (value for value in values),
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_texts_and_labels_may_be_of_any_kind_of_sequence(name: str) -> None:
    as_given = COLLECTIONS[name]
    classifier = TextClassifier().fit(as_given(TEXTS), as_given(LABELS))
    assert np.array_equal(classifier.predict_proba(as_given(TEXTS)), fitted().predict_proba(TEXTS))
    assert classifier.score(as_given(TEXTS), as_given(LABELS)) == 1.0


BAD_TEXTS: dict[str, tuple[Any, str]] = {
    "a string": ("a film", "texts: got the string 'a film', expected a sequence of strings"),
    "None": (["a film", None], "texts: row 1 is missing (None), expected a string"),
    "NaN": (["a film", float("nan")], "texts: row 1 is missing (nan), expected a string"),
    "NA": (
        pd.Series(["a film", pd.NA], index=["x", "y"], dtype=object),
        "texts: row 1 (index 'y') is missing (<NA>), expected a string",
    ),
    "null": (pa.array(["a film", None]), "texts: row 1 is missing (None), expected a string"),
    "a number": (["a film", 3], "texts: row 1 is of type int, expected a string"),
    "bytes": (["a film", b"x"], "texts: row 1 is of type bytes, expected a string"),
    "a matrix": (np.array([["a film"]]), "texts: got a ndarray of 2 dimensions, expected one"),
    "a table": (pd.DataFrame({"text": ["a"]}), "texts: got a DataFrame of 2 dimensions, expected one"),
    "an Arrow table": (pa.table({"text": ["a"]}), "texts: got a Table, expected a sequence"),
    "a mapping": ({"a film": 1}, "texts: got a dict, expected a sequence"),
    "a number alone": (3, "texts: got a int, expected a sequence"),
}


@pytest.mark.parametrize("name", BAD_TEXTS)
def test_what_is_no_sequence_of_texts_is_refused_by_row(name: str) -> None:
    texts, message = BAD_TEXTS[name]
    for call in (lambda: TextClassifier().fit(texts, ["x", "y"]), lambda: CLASSIFIER.predict(texts)):
        with pytest.raises(ImdbnlpError) as error:
            call()
        assert (str(error.value), bool(error.value.hint)) == (message, True)


CLASSIFIER = fitted()
BAD_LABELS: dict[str, tuple[Any, str]] = {
    "too few": (["pos"], "80 texts but 1 labels"),
    "one class": (["pos"] * 80, "labels contain only one class: 'pos'"),
    "missing": ([None, *LABELS[1:]], "labels: row 0 is missing (None), expected a label"),
    "NaN": ([*LABELS[:-1], np.nan], "labels: row 79 is missing (nan), expected a label"),
    "mixed": ([1, *LABELS[1:]], "labels have several types: int, str"),
    "bool and int": ([True, 0] * 40, "labels have several types: bool, int"),
    "continuous": (np.linspace(0, 1, 80), "labels contain numbers that are not whole"),
    "several each": ([["pos"]] * 80, "labels: row 0 is of type list, expected one label"),
    "a string": ("pos", "labels: got the string 'pos', expected a sequence of strings"),
}


@pytest.mark.parametrize("name", BAD_LABELS)
def test_labels_that_cannot_be_classes_are_refused(name: str) -> None:
    labels, message = BAD_LABELS[name]
    with pytest.raises(ImdbnlpError) as error:
        TextClassifier().fit(TEXTS, labels)
    assert str(error.value) == message


def test_texts_without_a_word_and_no_texts_are_refused() -> None:
    with pytest.raises(DataError, match="no words are left after preprocessing"):
        TextClassifier().fit(["", "<br>", "  ", ""], ["x", "y", "x", "y"])
    with pytest.raises(DataError, match="there are no texts"):
        TextClassifier().fit([], [])
    assert CLASSIFIER.predict([]).tolist() == []


@pytest.mark.parametrize("call", ["predict", "predict_proba", "explain", "score", "save"])
def test_what_is_not_fitted_says_so_as_scikit_learn_does(call: str) -> None:
    arguments = {"score": (TEXTS, LABELS), "explain": ("a film",), "save": ("somewhere",)}.get(call, (TEXTS,))
    with pytest.raises(NotFittedError):
        getattr(TextClassifier(), call)(*arguments)


def test_parameters_are_listed_set_and_cloned() -> None:
    classifier = TextClassifier("linear", cost=0.3, stop_words=["film"], random_state=1)
    own = {"model": "linear", "profile": "standard", "language": "en", "stop_words": ["film"], "random_state": 1}
    assert classifier.get_params() == own | {"n_jobs": 2, "cost": 0.3}
    assert clone(classifier).get_params() == classifier.get_params()
    assert classifier.set_params(ngrams="1-2", n_jobs=1) is classifier
    assert (classifier.get_params()["ngrams"], classifier.get_params()["n_jobs"]) == ("1-2", 1)
    assert repr(TextClassifier(cost=0.3)) == "TextClassifier(cost=0.3)"


def test_a_clone_and_its_original_do_not_share_settings() -> None:
    first = TextClassifier(cost=1.0)
    second = clone(first).set_params(cost=2.0)
    assert (first.get_params()["cost"], second.get_params()["cost"]) == (1.0, 2.0)


def test_an_unknown_setting_is_refused_at_once_and_changes_nothing() -> None:
    with pytest.raises(SettingsError, match="nbsvm has no setting 'csot'") as error:
        TextClassifier(csot=1)
    assert error.value.hint == "did you mean cost?"
    classifier = TextClassifier(cost=0.5)
    with pytest.raises(SettingsError, match="nbsvm has no setting 'trees'"):
        classifier.set_params(cost=2, trees=7)
    assert classifier.get_params() == TextClassifier(cost=0.5).get_params()
    with pytest.raises(UsageError, match="there is no model 'nbsvn'"):
        fitted(model="nbsvn")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cost": -1}, "cost -1: input should be greater than 0"),
        ({"method": "tf"}, "method 'tf' is not known"),
        ({"stop_words": "frnch"}, "stop_words 'frnch' is not known"),
        ({"profile": "notebok"}, "profile 'notebok' is not known"),
        ({"n_jobs": 0}, "n_jobs 0: expected a number of threads"),
        ({"random_state": "x"}, "random_state: 'x' cannot be used to seed"),
    ],
)
def test_a_value_out_of_bounds_is_named_as_in_python(params: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as error:
        fitted(**params)
    assert str(error.value).startswith(message)


def test_own_stop_words_are_dropped() -> None:
    classifier = fitted(stop_words={"Film", "a"})
    assert "film" not in {word.text for word in classifier.explain("a dull film").words}
    with_own = fitted(stop_words=["film"]).predict_proba(["film"])
    assert np.array_equal(with_own, fitted(stop_words=["film"]).predict_proba([""]))


def test_it_is_searched_validated_and_put_into_a_pipeline() -> None:
    search = GridSearchCV(TextClassifier(), {"cost": [0.3, 1], "model": ["linear", "nbsvm"]}, cv=3, n_jobs=2)
    search.fit(pd.Series(TEXTS), LABELS)
    assert sorted(search.best_params_) == ["cost", "model"]
    assert search.best_score_ == 1.0
    assert cross_val_score(TextClassifier(), TEXTS, LABELS, cv=3).tolist() == [1.0, 1.0, 1.0]
    assert cross_val_predict(TextClassifier(), TEXTS, LABELS, cv=2, method="predict_proba").shape == (80, 2)
    pipeline = Pipeline([("upper", FunctionTransformer(_upper)), ("classify", TextClassifier())])
    pipeline.set_params(classify__cost=0.3).fit(TEXTS, LABELS)
    assert pipeline.named_steps["classify"].get_params()["cost"] == 0.3
    assert pipeline.score(TEXTS, LABELS) == 1.0
    calibrated = CalibratedClassifierCV(TextClassifier(), cv=2).fit(np.array(TEXTS), LABELS)
    assert calibrated.predict(np.array(["a dull film"])).tolist() == ["neg"]


def _upper(texts: list[str]) -> list[str]:
    return [text.upper() for text in texts]


CHECKS = [
    "check_estimator_cloneable", "check_estimator_repr", "check_estimator_tags_renamed", "check_get_params_invariance",
    "check_no_attributes_set_in_init", "check_parameters_default_constructible", "check_set_params",
    "check_valid_tag_types",
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_scikit_learns_checks_that_need_no_numbers_pass(check: str) -> None:
    getattr(estimator_checks, check)("TextClassifier", TextClassifier())


def test_its_tags_say_that_it_classifies_strings() -> None:
    tags = get_tags(TextClassifier())
    assert is_classifier(TextClassifier())
    assert (tags.input_tags.string, tags.input_tags.one_d_array, tags.input_tags.two_d_array) == (True, True, False)


@pytest.mark.parametrize("model", CLASSICAL)
def test_weights_count_as_repetitions_do_where_features_stay_the_same(model: str) -> None:
    weights = [3.0 if label == "pos" else 1.0 for label in LABELS]
    plain, weighted = fitted(model=model), TextClassifier(model).fit(TEXTS, LABELS, sample_weight=weights)
    unread = ["unheard-of"]
    assert weighted.predict_proba(unread)[0, 1] > plain.predict_proba(unread)[0, 1] + 0.1
    ones = TextClassifier(model).fit(TEXTS, LABELS, sample_weight=np.ones(80))
    assert np.array_equal(ones.predict_proba(TEXTS), plain.predict_proba(TEXTS))


@pytest.mark.parametrize("weights", [[1.0], [-1.0] * 80, [float("nan")] * 80, [0.0] * 80, ["x"] * 80, np.ones((80, 1))])
def test_weights_that_are_none_are_refused(weights: Any) -> None:
    with pytest.raises(DataError, match="sample_weight"):
        TextClassifier().fit(TEXTS, LABELS, sample_weight=weights)


def test_an_explanation_adds_up_for_labels_of_any_type() -> None:
    classifier = TextClassifier().fit(TEXTS, [label == "pos" for label in LABELS])
    explanation = classifier.explain("A dull film.", label=False)
    assert (explanation.prediction, explanation.explained) == ("False", "False")
    assert explanation.by_word[0][0] == "dull"
    odds = explanation.base + explanation.absent + sum(word.contribution for word in explanation.words)
    assert odds == pytest.approx(np.log(explanation.probability / (1 - explanation.probability)), rel=1e-4)
    with pytest.raises(UsageError, match="got a list"):
        classifier.explain(["A dull film."])


@pytest.mark.parametrize("model", CLASSICAL)
def test_what_was_saved_predicts_the_same_in_a_new_process(model: str, tmp_path: Path) -> None:
    labels = [int(label == "pos") for label in LABELS]
    view = {} if model == "majority" else {"view": "stem"}
    classifier = TextClassifier(model, stop_words=("a", "in"), **view).fit(TEXTS, labels)
    assert classifier.save(tmp_path / "saved") == tmp_path / "saved"
    code = (
        "import json, sys; from imdbnlp import TextClassifier\n"
        f"classifier = TextClassifier.load({str(tmp_path / 'saved')!r})\n"
        "texts = json.load(sys.stdin)\n"
        "print(json.dumps([classifier.predict(texts).tolist(), classifier.predict_proba(texts).tolist(),"
        " classifier.get_params()]))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(TEXTS), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    predicted, probabilities, params = json.loads(done.stdout)
    assert predicted == classifier.predict(TEXTS).tolist()
    assert np.array_equal(probabilities, classifier.predict_proba(TEXTS))
    assert params == classifier.get_params() | {"stop_words": ["a", "in"]}


@pytest.mark.parametrize("labels", [(False, True), (1.0, 2.0), ("no", "yes")])
def test_labels_keep_their_type_over_saving(labels: tuple[Any, Any], tmp_path: Path) -> None:
    given = [labels[label == "pos"] for label in LABELS]
    TextClassifier().fit(TEXTS, given).save(tmp_path / "saved")
    loaded = TextClassifier.load(tmp_path / "saved")
    assert loaded.predict(["a wonderful film"]).tolist() == [labels[1]]
    assert type(loaded.classes_.tolist()[0]) is type(labels[0])
    loaded.save(tmp_path / "again")
    assert TextClassifier.load(tmp_path / "again").score(TEXTS, given) == 1.0


class Mood(Enum):
    BAD = "bad"
    GOOD = "good"


def test_labels_that_have_no_order_are_classes_in_order_of_first_occurrence() -> None:
    labels = [Mood.GOOD if label == "pos" else Mood.BAD for label in LABELS]
    classifier = TextClassifier().fit(TEXTS, labels)
    assert classifier.classes_.tolist() == list(dict.fromkeys(labels))
    assert classifier.predict(["a dull film", "a wonderful film"]).tolist() == [Mood.BAD, Mood.GOOD]


def test_a_saved_classifier_that_is_copied_into_a_workspace_is_a_run_like_any_other(tmp_path: Path, cli: Cli) -> None:
    TextClassifier().fit(TEXTS, LABELS).save(tmp_path / "work" / "runs" / "saved")
    work = ["--workspace", str(tmp_path / "work")]
    code, out, err = cli(*work, "runs")
    assert (code, "saved" in out) == (0, True), err
    code, out, err = cli(*work, "explain", "--text", "a dull film")  # the latest classifier
    assert (code, "saved" in err) == (0, True), err


def test_the_command_line_opens_what_was_saved(tmp_path: Path, cli: Cli) -> None:
    TextClassifier().fit(TEXTS, LABELS).save(tmp_path / "saved")
    code, out, err = cli("predict", str(tmp_path / "saved"), "--text", "a dull film")
    assert (code, out.splitlines()[1].split("\t")[0]) == (0, "neg"), err
    table = tmp_path / "new.csv"
    pd.DataFrame({"text": TEXTS, "label": LABELS}).to_csv(table, index=False)
    for command in (
        ["evaluate", str(table), "--label-column", "label"],
        ["predict", str(table)],
        ["explain", "--text", "a dull film"],
    ):
        code, out, err = cli(command[0], str(tmp_path / "saved"), *command[1:])
        assert (code, bool(out)) == (0, True), err


def test_saving_replaces_nothing_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match="exists already"):
        CLASSIFIER.save(tmp_path / "there")
    dates = TextClassifier().fit(TEXTS, [datetime.date(2025, 1, 1 + (label == "pos")) for label in LABELS])
    with pytest.raises(UsageError, match="labels of type date cannot be saved"):
        dates.save(tmp_path / "dates")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_damaged_or_missing_folder_is_refused(tmp_path: Path) -> None:
    CLASSIFIER.save(tmp_path / "saved")
    path = next((tmp_path / "saved").rglob("coefficients.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ArtefactError, match="coefficients.npy is damaged"):
        TextClassifier.load(tmp_path / "saved")
    with pytest.raises(UsageError, match="does not exist"):
        TextClassifier.load(tmp_path / "elsewhere")
    with pytest.raises(ArtefactError):
        TextClassifier.load(tmp_path)


def test_a_fitted_classifier_can_be_sent_to_another_process() -> None:
    for model in CLASSICAL:
        classifier = fitted(model=model)
        sent = pickle.loads(pickle.dumps(classifier))  # noqa: S301  (joblib does the same)
        assert np.array_equal(sent.predict_proba(TEXTS), classifier.predict_proba(TEXTS))


def test_a_seed_gives_the_same_model_and_none_takes_a_new_one() -> None:
    states: list[Any] = [3, np.int64(3)]
    first, second = (fitted(random_state=state).predict_proba(TEXTS) for state in states)
    assert np.array_equal(first, second)
    fitted(random_state=None)
    fitted(random_state=np.random.RandomState(3))


def test_fitting_changes_nothing_of_the_program(capfd: pytest.CaptureFixture[str]) -> None:
    before = random.getstate(), np.random.get_state()[1].tolist()
    for model in CLASSICAL:
        fitted(model=model).predict(TEXTS)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before
    assert capfd.readouterr() == ("", "")


def test_what_is_amiss_is_a_python_warning() -> None:
    with pytest.warns(UserWarning, match="for every training text|learned nothing"):
        TextClassifier("linear", cost=1e-3).fit(TEXTS, ["rare", "rare", *["often"] * 78])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted()


@pytest.mark.slow
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="needs TensorFlow")
def test_a_network_learns_is_saved_and_leaves_the_program_as_it_was(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import keras
    import tensorflow as tf

    _, _, n_layers = keras.layers.Dense(1).name.partition("_")  # `dense`, or `dense_7` after other networks
    random.seed(5), np.random.seed(5), tf.random.set_seed(5)
    expected = random.random(), np.random.random(), tf.random.uniform([]).numpy().item()
    random.seed(5), np.random.seed(5), tf.random.set_seed(5)
    settings: dict[str, Any] = {"epochs": 20, "embedding_dim": 8, "learning_rate": 0.05, "valid_share": 0.2}
    capfd.readouterr()
    classifier = fitted(model="average", **settings)
    assert classifier.score(TEXTS, LABELS) > 0.9
    assert capfd.readouterr().out == ""
    assert (random.random(), np.random.random(), tf.random.uniform([]).numpy().item()) == expected
    assert keras.layers.Dense(1).name == f"dense_{int(n_layers or 0) + 1}"
    assert np.array_equal(fitted(model="average", **settings).predict_proba(TEXTS), classifier.predict_proba(TEXTS))
    classifier.save(tmp_path / "saved")
    assert np.allclose(TextClassifier.load(tmp_path / "saved").predict_proba(TEXTS), classifier.predict_proba(TEXTS))
    weights = [5.0 if label == "pos" else 0.1 for label in LABELS]
    TextClassifier("average", **settings).fit(TEXTS, LABELS, sample_weight=weights)


def test_thresholds_decide_in_python_too_and_are_saved(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    labels = ["rare" if row % 8 == 0 else "usual" for row in range(320)]
    hints = [rng.choice(["alarm", "meeting"], p=[0.6, 0.4] if label == "rare" else [0.15, 0.85]) for label in labels]
    texts = [f"{hint} {rng.choice(['sun', 'rain', 'wind'])}" for hint in hints]
    classifier = TextClassifier("nbsvm", optimise="balanced_accuracy").fit(texts, labels)
    most_probable = classifier.classes_[classifier.predict_proba(texts).argmax(axis=1)]
    predicted = classifier.predict(texts)
    assert (predicted == "rare").sum() > (most_probable == "rare").sum()
    classifier.save(tmp_path / "saved")
    assert (TextClassifier.load(tmp_path / "saved").predict(texts) == predicted).all()
