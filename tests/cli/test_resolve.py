"""Where values come from: variables and files are taken, checked, and named when they are wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.workspace.run import Run
from imdbnlp.workspace.workspace import Workspace

Cli = Callable[..., tuple[int, str, str]]


def write(path: Path, text: str) -> str:
    (path / "settings.yaml").write_text(text)
    return str(path / "settings.yaml")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("IMDBNLP_JSON", "1", "[]"),
        ("IMDBNLP_JSON", "no", "run\tmodel\tdataset\tpart\taccuracy\ttrain s\tMB"),
        ("IMDBNLP_QUIET", "yes", "run\tmodel\tdataset\tpart\taccuracy\ttrain s\tMB"),
    ],
)
def test_a_shared_option_may_be_a_variable(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = cli("runs")
    assert (code, out.strip(), err) == (0, expected, "")


def test_verbose_and_quiet_count_as_variables(
    cli: Cli, reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMDBNLP_VERBOSE", "1")
    assert " s\n" in cli("preprocess", str(reviews_csv))[2]
    monkeypatch.setenv("IMDBNLP_QUIET", "1")
    assert cli("preprocess", str(reviews_csv), "--force")[2] == ""


def test_debug_as_a_variable_shows_the_traceback(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDBNLP_DEBUG", "1")
    with pytest.raises(Exception, match="there is no run"):
        cli("errors", "nothing")


def test_a_switch_that_is_neither_yes_nor_no_names_the_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDBNLP_QUIET", "perhaps")
    code, _, err = cli("runs")
    assert (code, err.splitlines()[0]) == (2, "error: IMDBNLP_QUIET=perhaps: expected 1 or 0")


def test_a_misspelt_variable_is_warned_of_with_the_nearest(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDBNLP_MIN_FD", "50")
    monkeypatch.setenv("IMDBNLP_TEST_DATA", "/data")
    assert cli("runs")[::2] == (0, "warning: unknown variable IMDBNLP_MIN_FD: did you mean IMDBNLP_MIN_DF?\n")


def test_a_variable_of_another_command_is_not_warned_of(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDBNLP_NUM_ITERATIONS", "50")
    assert cli("runs")[2] == ""


def test_a_value_out_of_bounds_names_its_variable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMDBNLP_COST", "0")
    code, _, err = cli("train", "-m", "nbsvm")
    assert code == 2
    assert err.splitlines()[0] == "error: IMDBNLP_COST: --cost '0': input should be greater than 0"


def test_a_variable_that_has_no_meaning_here_is_passed_over_and_told(
    cli: Cli, reviews_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("preprocess", str(reviews_csv))
    cli("train", "-m", "nbsvm", "--name", "m", "--folds", "2")
    monkeypatch.setenv("IMDBNLP_FOLDS", "4")
    code, _, err = cli("suspects", "m")
    assert (code, err) == (0, "IMDBNLP_FOLDS is not used: --folds has no meaning here\n")


def test_a_config_file_of_all_commands_may_hold_settings_of_others(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "min-df: 2\ntop: 5\n")
    monkeypatch.setenv("IMDBNLP_CONFIG", path)
    assert cli("runs")[0] == 0
    write(tmp_path, "min-fd: 2\n")
    assert cli("runs")[2].startswith(f"error: unknown setting 'min_fd' in {path}")
    monkeypatch.delenv("IMDBNLP_CONFIG")
    write(tmp_path, "min-df: 2\n")
    assert cli("runs", "--config", path)[0] == 2


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("modle: nbsvm", "unknown setting 'modle' in FILE", "did you mean 'model'?"),
        (
            "model: nbsvm\nnum_leaves: 3",
            "setting 'num_leaves' in FILE does not belong to model nbsvm: it is a setting of gbm",
            "rem",
        ),
        ("model: nbsvm\nmin-df: 0", "FILE: --min-df 0: input should be greater than or equal to 1", "--min-df: Keep"),
        ("model: nbsvm\ncost: 1\ncost: 2", "FILE, line 3: 'cost' is already set in line 2", "remove one"),
        ("model: gbm\nmin-df: 1\nmin_df: 2", "FILE, line 3: 'min_df' is already set in line 2", "remove one"),
        (
            "model: gbm\nmethod: count\nsublinear-tf: true",
            "FILE: --sublinear-tf is only used with --method",
            "leave",
        ),
    ],
)
def test_what_is_wrong_in_a_config_file_is_named(cli: Cli, tmp_path: Path, text: str, message: str, hint: str) -> None:
    path = write(tmp_path, text)
    code, _, err = cli("train", "--config", path)
    first, second = err.splitlines()
    assert code == 2 and first.startswith(f"error: {message.replace('FILE', path)}") and second.strip().startswith(hint)


def test_an_option_of_another_model_says_whose_it_is(cli: Cli) -> None:
    assert (
        "option '--num-iterations' belongs to another model: gbm"
        in cli("train", "-m", "nbsvm", "--num-iterations", "3")[2]
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["predict", "m", "--text", "a", "--text", "b"], "--text is given twice"),
        (["train", "-m", "nbsvm", "--model", "gbm"], "--model is given twice"),
        (["runs", "--workspace", "a", "--workspace", "b"], "--workspace is given twice"),
        (["predict", "m", "--text", "a", "--output", "b.csv"], "--output is not used with --text"),
        (["suspects", "m", "--folds", "5"], "--folds is not used with RUN"),
        (
            ["neighbors", "--text", "a", "--by", "w2v", "--min-df", "1"],
            "--min-df is only used with --by tfidf, count or binary, not with w2v",
        ),
        (["similar", "a", "--frequent", "3"], "--frequent is only used with --picture"),
        (["vectorize", "--method", "count", "--sublinear-tf"], "--sublinear-tf is only used with --method tfidf"),
        (["predict", "m", "a.csv", "--json", "--output-format", "csv"], "--output-format does not apply with --json"),
        (["runs", "--workspace", "elsewhere"], "--workspace is given twice"),
    ],
)
def test_an_option_that_would_be_ignored_is_refused(cli: Cli, arguments: list[str], message: str) -> None:
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "") and err.startswith(f"error: {message}")


def test_a_run_tells_its_settings_and_where_each_came_from(
    cli: Cli, reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "min-df: 3\n")
    monkeypatch.setenv("IMDBNLP_SMOOTHING", "2")
    cli("preprocess", str(reviews_csv))
    cli("train", "-m", "nbsvm", "--name", "m", "--cost", "3", "--config", path)
    code, out, _ = cli("runs", "show", "m")
    rows = dict(line.split("\t", 1) for line in out.partition("setting\tvalue\tfrom\n")[2].splitlines())
    expected = {"cost": "3.0\t--cost", "min-df": f"3\t{path}", "smoothing": "2.0\tIMDBNLP_SMOOTHING"}
    assert code == 0 and expected.items() <= rows.items() and rows["seed"] == "42\tdefault"
    settings = json.loads(cli("--json", "datasets", "show", "reviews")[1])["settings"]
    assert settings["file"] == {"value": str(reviews_csv), "from": "argument"}


def test_a_run_made_from_python_tells_what_the_caller_gave(trained: Workspace) -> None:
    run = next(run for _, run in trained.each_run() if isinstance(run, Run) and run.name == "nb")
    assert run.record["settings"]["folds"] == {"value": 4, "from": "call"}
    assert run.record["settings"]["smoothing"] == {"value": 1.0, "from": "default"}
