"""No option is ignored: each one, given a value, changes the result or is refused.

Every command is walked, and every option of it: `CASES` says with which command line an option is tried.  Options
that change nothing but the work are named in `ONLY_WORK`.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imdbnlp.cli.main import run
from imdbnlp.commands._discover import command_names, load_command
from imdbnlp.errors import UsageError
from imdbnlp.models.registry import model_names
from imdbnlp.settings import Settings, choices_of, core_type, is_work

ONLY_WORK = {"threads", "batch_size", "force", "tokens_at_once"}
NOT_RUN = {
    "translate": "needs a trained translator: tests/commands/test_translate.py",
    "train-keras": "a row of `train`",
    "train-seq2seq": "trains a network: its settings are walked below",
    "summary": "needs a trained network: tests/commands/test_train_keras.py",
}
VOLATILE = {
    "seconds", "train_seconds", "peak_megabytes", "milliseconds_per_text", "words_per_second", "created", "made_by",
    "model_megabytes", "megabytes",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A command line, and an option that is added to it; a value that begins with the command replaces the line."""

    base: str
    option: str
    value: str


def cases(base: str, **values: str) -> list[Case]:
    return [Case(base, option, value) for option, value in values.items()]


NGRAMS = {
    "view": "stem", "stop_words": "dataset", "ngrams": "1-2", "char_ngrams": "2-3", "min_df": "7", "max_df": "0.4",
    "max_features": "3",
}  # fmt: skip
TABLE = {
    "text_column": "more", "format": "tsv", "delimiter": ";", "encoding": "utf-16", "escapechar": "l", "no_quotes": "",
    "no_header": "",
}  # fmt: skip
MODEL = {"seed": "7", "class_weight": "balanced"}
CASES = [
    *cases("demo --reviews 100", seed="1", csv="out.csv"),
    *cases("demo --csv demo.csv", reviews="200"),
    *cases(
        "preprocess r.csv", **TABLE, name="other", file="preprocess many.csv", label_column="kind", id_column="more",
        split_column="part", profile="notebook", language="de", stop_words="stop.txt", missing="drop",
        duplicates="keep", sample="50", seed="7", test_size="0.4", valid_size="0.3", valid_file="many.csv",
        test_file="many.csv", unlabelled="new.csv", source_column="more", target_column="text",
        near_duplicates="",
    ),
    *cases("preprocess caps.csv", fold_labels=""),
    *cases("preprocess several.csv", combined_labels=""),
    *cases("preprocess rare.csv", rare_classes="drop"),
    *cases("preprocess gaps.csv", drop_unlabelled=""),
    *cases("preprocess r.csv --label-column more", many_classes=""),
    *cases("preprocess r.csv --source-column text --target-column more", tokens="word", vocabulary_size="50",
           min_frequency="1", keep_case=""),
    *cases("explore --dataset D", view="stem", top="3", dataset="explore --dataset E"),
    *cases("vectorize --dataset D", **NGRAMS, method="count", sublinear_tf="", fit_on="all", documents="2",
           strongest="2", dataset="vectorize --dataset E"),
    *cases("train --model nbsvm --dataset D", **NGRAMS, **MODEL, model="train --model linear --dataset D",
           dataset="train --model nbsvm --dataset E", name="other", folds="3", method="count", cost="3",
           smoothing="2", features="words", sublinear_tf="", file="train r.csv --model nbsvm",
           optimise="balanced_accuracy",
           error_costs="train --model nbsvm --dataset D --optimise cost --error-costs neg=30"),
    *cases("train-gbm --dataset D", **NGRAMS, **MODEL, valid_share="0.3", model="nbsvm", name="other",
           dataset="train-gbm --dataset E", folds="3", method="count", sublinear_tf="",
           num_iterations="3", learning_rate="0.3", num_leaves="3", min_data_in_leaf="3",
           feature_fraction="0.5", max_bin="15", lambda_l2="1", patience="3",
           optimise="balanced_accuracy", error_costs="neg=30"),
    *cases("train-w2v --dataset D --threads 1", seed="7", threads="train-w2v --dataset D --threads 2", name="other",
           export="v.txt", view="stem", stop_words="dataset", algorithm="cbow", window="2", negatives="2",
           min_count="3", dimensions="5", epochs="1", frequent="0.1", dataset="train-w2v --dataset E --threads 1"),
    *cases("pipeline stages.yaml", file="pipeline others.yaml", data="pipeline stages.yaml r.csv",
           preset="notebook", set="explore.top=3"),
    *cases("predict m new.csv", **TABLE, output="out.csv", output_format="tsv", text="a", top_k="2",
           probabilities="", run="predict f new.csv", file="predict m r.csv"),
    *cases("predict m new.csv", abstain_below="0.99"),
    *cases("predict m quoted.csv --output-format csv", escape_formulas=""),
    *cases("explain m --text film", run="explain f --text film", text="explain m --text dull",
           review_id="explain m --review-id 1", for_class="pos", similar="1", html="out.html"),
    *cases("explain m --review-id 2", top="1"),
    *cases("neighbors --review-id 1 --dataset D", **NGRAMS, review_id="neighbors --review-id 2 --dataset D",
           text="neighbors --text film --dataset D", position="neighbors --position 3 --dataset D",
           by="count", metric="euclidean", k="2", sublinear_tf="",
           dataset="neighbors --review-id 1 --dataset E", vectors="v"),
    *cases("neighbors --review-id 1 --dataset U", unlabelled=""),
    *cases("similar film", words="similar dull", n="2", vectors="v", picture="out.svg", frequent="3"),
    *cases("compare --dataset D", part="folds", metric="roc_auc", dataset="compare --dataset E"),
    *cases("evaluate m r.csv", **TABLE, run="evaluate f r.csv", file="evaluate m many.csv", label_column="kind",
           beam="3", length_penalty="1"),
    *cases("evaluate m caps.csv", fold_labels=""),
    *cases("evaluate m several.csv", combined_labels=""),
    *cases("evaluate m gaps.csv", drop_unlabelled=""),
    *cases("evaluate m r.csv --label-column more", many_classes=""),
    *cases("errors m", run="errors f", part="folds", top="errors f --top 1"),
    *cases("suspects --dataset D", run="suspects f --dataset D", model="linear", folds="3", seed="7",
           dataset="suspects --dataset E", method="confident"),
    *cases("suspects m", top="1"),
    *cases("curve --model majority --dataset D --sizes 2", model="curve --model linear --dataset D --sizes 2",
           dataset="curve --model majority --dataset E --sizes 2", **MODEL, view="stem", stop_words="dataset"),
    *cases("curve --model majority --dataset D", sizes="3"),
    *cases("report --dataset D", runs="report m", dataset="report --dataset E", output="other.html"),
    *cases("datasets", action="datasets verify", names="datasets show D"),
    *cases("runs", action="runs verify", names="runs show m"),
    *cases("vectors", action="vectors verify", names="vectors show v"),
    *cases("cache", action="cache verify", names="cache list features"),
    *cases("presets", name="presets nbsvm-imdb"),
]  # fmt: skip


def write_inputs(folder: Path) -> None:
    """Tables of texts, a list of stop words, and two pipelines."""
    chance = np.random.default_rng(3)
    for name, n_rows, odd in (("r", 60, "pos"), ("many", 40, "pos"), ("caps", 60, "POS"), ("gaps", 60, "")):
        lines = ["text,label,more,kind,part"]
        for row in range(n_rows):
            label = "neg" if row % 2 and row % 20 != 7 else odd if row % 10 == 0 else "pos"
            word = chance.choice(["dull", "boring", "fine"] if row % 2 else ["wonderful", "moving", "fine"])
            more = chance.choice(["the", "of", "it"])
            part = ("train", "train", "train", "valid", "test")[row % 5]
            lines.append(f'"A {word} film, films number{row % 9} {more} {word}",{label},b{row},k{row % 3},{part}')
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    combined = "".join(f"a film {row},{label}\n" for label in ("pos", "neg", "pos|neg") for row in range(20))
    (folder / "rare.csv").write_text((folder / "r.csv").read_text() + "A rare film,rare,,,\n")
    (folder / "several.csv").write_text("text,label\n" + combined)
    (folder / "new.csv").write_text('text,id\n"a wonderful, fine film",1\na dull film,2\nunread,3\n')
    (folder / "quoted.csv").write_text("text\n=wonderful film\n")
    (folder / "stop.txt").write_text("film\n")
    (folder / "stages.yaml").write_text("stages: [explore: {dataset: D}]\n")
    (folder / "others.yaml").write_text("stages: [explore: {dataset: E}]\n")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tables, datasets D and E, runs m (nbsvm with folds) and f (majority), and word vectors v."""
    folder = tmp_path_factory.mktemp("options")
    write_inputs(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in (
            "preprocess r.csv --name U --unlabelled many.csv", "preprocess r.csv --name E --seed 3",
            "preprocess r.csv --name D",
            "train-w2v --dataset D --name v --min-count 1 --dimensions 3 --threads 1",
            "train-w2v --dataset E --name w --min-count 1 --dimensions 3 --threads 1",
            "train --model nbsvm --dataset E --name other-dataset", "train --model majority --dataset D --name f",
            "train --model nbsvm --dataset D --name m --folds 3", "vectorize --dataset D", "explore --dataset D",
        ):  # fmt: skip
            assert run(["--quiet", *line.split()]) == 0, line
    return folder


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What each base gave, so that it is run once."""
    return {}


def whole_line(case: Case) -> list[str]:
    """The command line with the option: added to the base, or, where it replaces a part of it, as it is given."""
    command = case.base.split()[0]
    if case.value.split()[:1] == [command]:
        return case.value.split()
    dashes = "-" if len(case.option) == 1 else "--"
    added = [dashes + case.option.replace("_", "-"), case.value]
    return [*case.base.split(), *filter(None, added)]


def answer(line: list[str], capfd: pytest.CaptureFixture[str], place: Path) -> tuple[int, Any, list[str]]:
    """What a command line gives: the exit code, the result without times, and the files beside it."""
    before = set(place.iterdir())
    capfd.readouterr()
    code = run(["--quiet", *([] if line[0] == "predict" else ["--json"]), *line])
    out, err = capfd.readouterr()
    new = sorted(file.name for file in set(place.iterdir()) - before)
    try:
        return code, steady(json.loads(out)), new
    except ValueError:
        return code, out or err, new


def steady(value: Any) -> Any:
    """A result without what differs from one time to the next."""
    if isinstance(value, dict):
        return {name: steady(one) for name, one in value.items() if name not in VOLATILE}
    return [steady(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.base.split()[0]}-{case.option}")
@pytest.mark.slow
def test_an_option_changes_the_result_or_is_refused(
    case: Case, place: Path, answers: dict[str, Any], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    without = answers.get(case.base) or answer(case.base.split(), capfd, place)
    answers[case.base] = without
    assert without[0] != 2
    assert answer(whole_line(case), capfd, place) != without


def settings_of(command: str, model: str) -> type[Settings]:
    kind: type[Settings] = load_command(command).options_for({"model": model})
    return kind


@pytest.mark.parametrize("command", sorted(set(command_names()) - NOT_RUN.keys()))
def test_every_option_of_a_command_is_tried(command: str) -> None:
    models = {"train": ["nbsvm", "linear"], "curve": ["majority"], "train-gbm": ["gbm"]}.get(command, [""])
    options = {name for model in models for name in settings_of(command, model).model_fields}
    assert options - ONLY_WORK - {case.option for case in CASES if case.base.split()[0] == command} == set()


def another_value(settings: type[Settings], name: str) -> Any:
    """A valid value that is not the default."""
    field = settings.model_fields[name]
    kind, choices, default = core_type(field.annotation), choices_of(field), field.default
    if kind is bool:
        return not default
    if choices:
        return next(choice for choice in choices if choice != default)
    if kind in (int, float):
        return (default or 2) + 1 if kind is int else 0.25 if default != 0.25 else 0.5
    return "2-4" if default != (2, 4) else "1-2"


@pytest.mark.parametrize(
    ("command", "model"),
    [
        *(("train", name) for name in model_names("classification")),
        *(("train-seq2seq", name) for name in model_names("translation")),
    ],
)
def test_every_setting_of_a_model_is_content(command: str, model: str) -> None:
    kind = settings_of(command, model)
    own = [
        name for name, field in kind.model_fields.items() if name not in ("model", "embeddings") and not is_work(field)
    ]
    usual = kind(model=model)
    unchanged = []
    for name in own:
        try:
            changed = kind(model=model, **{name: another_value(kind, name)})
        except UsageError:
            continue
        unchanged += [name] if changed.content() == usual.content() else []
    assert unchanged == []


@pytest.mark.parametrize("command", command_names())
def test_only_settings_of_the_work_are_left_out_of_the_content(command: str) -> None:
    kind = settings_of(command, "")
    names = {name for name, field in kind.model_fields.items() if is_work(field)}
    of_the_evaluation = {"folds", "beam"}  # which adds figures to a run, and does not change its model
    assert names - ONLY_WORK - {"dataset", "name", "vectors", "export"} - of_the_evaluation == set()
