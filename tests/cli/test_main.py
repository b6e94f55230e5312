"""The command line: help, exit codes, precedence of options, and what goes to which stream."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp import __version__
from imdbnlp.cli.main import run
from imdbnlp.commands._discover import GROUPS, command_help, command_names, load_command
from imdbnlp.models.registry import model_names
from imdbnlp.workspace.workspace import Workspace

Cli = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", command_names())
def test_every_command_has_help_with_an_example_that_parses(name: str) -> None:
    text = command_help(name)
    examples = re.findall(rf"^    imdbnlp {name}\b.*$", text, re.MULTILINE)
    assert text.splitlines()[0].endswith(".") and examples
    flags = {flag.replace("-", "_") for line in examples for flag in re.findall(r"--([a-z-]+)", line)}
    command = load_command(name)
    models = set(re.findall(r"--model (\S+)", text)) & {*model_names("classification"), *model_names("translation")}
    known = {field for model in [*models, ""] for field in command.options_for({"model": model}).model_fields}
    assert flags - known - {"config", "preset", "json", "help"} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        *([name] for name in command_names()),
        *(["train", "--model", model] for model in model_names("classification")),
    ],
)
def test_help_fits_80_columns(cli: Cli, arguments: list[str]) -> None:
    code, out, _ = cli(*arguments, "--help")
    assert code == 0
    assert [line for line in out.splitlines() if len(line) > 80] == []


def test_every_command_takes_one_line_of_the_overview(cli: Cli) -> None:
    out = cli("--help")[1]
    lines = [line for line in out.partition("Data:\n")[2].splitlines() if line.startswith("  ")]
    assert sorted(line.split()[0] for line in lines) == command_names()
    assert [line for line in lines if not line.endswith(".")] == []


def test_every_command_is_in_a_group_of_the_overview() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == command_names()


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_the_version_is_shown(cli: Cli, flag: str) -> None:
    assert cli(flag) == (0, f"imdbnlp {__version__}\n", "")


def test_help_is_a_command_too(cli: Cli) -> None:
    assert cli("help") == cli("--help")
    assert cli("help", "train")[1] == cli("train", "--help")[1] == cli("train", "-h")[1]
    assert cli("help", "trian")[2].splitlines() == ["error: there is no command 'trian'", "  did you mean train?"]


def test_shared_options_may_come_before_the_command(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").write_text("seed: 7")
    code, out, err = cli(
        "--verbose", "--json", "--config", str(tmp_path / "settings.yaml"), "preprocess", str(reviews_csv)
    )
    settings = json.loads(cli("--json", "datasets", "show", json.loads(out)["dataset"])[1])["settings"]
    assert code == 0 and " s\n" in err and settings["seed"]["value"] == 7


def test_options_have_short_forms(cli: Cli, reviews_csv: Path, tmp_path: Path) -> None:
    cli("preprocess", str(reviews_csv), "-q")
    assert cli("train", "-m", "majority", "--name", "f", "-q")[2] == ""
    assert cli("predict", "f", str(reviews_csv), "-o", str(tmp_path / "out.csv"))[0] == 0
    assert (tmp_path / "out.csv").is_file()
    assert " s\n" in cli("explore", "-v")[2]


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2 and "Train:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["trian"], "error: there is no command 'trian'", "  did you mean train?"),
        (["train", "--model", "nbsv"], "error: there is no model 'nbsv'", "  did you mean nbsvm?"),
        (["train", "--modle", "nbsvm"], "error: there is no option '--modle'", "  did you mean --model?"),
        (
            ["preprocess", "a.csv", "--txt-column", "b"],
            "error: there is no option '--txt-column'",
            "  did you mean --text-",
        ),
        (["train-keras"], "error: --model is missing", "  --model: Network to train: attention, "),
        (["train", "--model", "nbsvm", "--min-df", "0"], "error: --min-df '0': ", "  --min-df: "),
        (["train", "--model", "nbsvm", "--cost", "much"], "error: --cost 'much': ", "  --cost: "),
        (["train", "--model", "nbsvm", "--ngrams", "3-1"], "error: --ngrams '3-1': expected a range", "  --ngrams: "),
        (["preprocess"], "error: FILE is missing", "  FILE: File or folder with the texts"),
        (
            ["preprocess", "x.csv", "--profile", "notbook"],
            "error: --profile 'notbook' is not known",
            "  did you mean notebook?",
        ),
        (
            ["preprocess", "missing.csv"],
            "error: cannot read missing.csv: No such file or directory",
            "  check the path",
        ),
        (["runs", "shwo"], "error: ACTION 'shwo' is not known", "  did you mean show?"),
        (["compare"], "error: there is no dataset in ", "  make one: imdbnlp preprocess FILE"),
        (["predict", "x", "--text", "a"], "error: there is no run in ", "  make one: imdbnlp train --model nbsvm"),
        (["pipeline", "missing.yaml"], "error: cannot read missing.yaml", "  give the path of a YAML file"),
    ],
)
def test_a_wrong_command_line_gets_one_line_a_hint_and_2(
    cli: Cli, arguments: list[str], message: str, hint: str
) -> None:
    code, out, err = cli(*arguments)
    lines = err.splitlines()
    assert (code, out, len(lines)) == (2, "", 2)
    assert lines[0].startswith(message) and lines[1].startswith(hint)


def test_flags_win_over_variables_over_the_file_over_defaults(
    cli: Cli, reviews_csv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "settings.yaml"
    config.write_text("test-size: 0.3\nvalid_size: 0.3\nseed: 1\n")
    monkeypatch.setenv("IMDBNLP_VALID_SIZE", "0.2")
    monkeypatch.setenv("IMDBNLP_SEED", "2")
    code, out, _ = cli("--json", "preprocess", str(reviews_csv), "--config", str(config), "--seed", "3")
    name = json.loads(out)["dataset"]
    manifest = json.loads(next(tmp_path.rglob(f"{name}/manifest.json")).read_text())
    found = {key: manifest["settings"][key] for key in ("test_size", "valid_size", "seed", "profile")}
    assert code == 0 and found == {"test_size": 0.3, "valid_size": 0.2, "seed": 3, "profile": "standard"}


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("max_feature: 3", "unknown setting 'max_feature' in ", "did you mean 'max_features'?"),
        (
            "max-features: 0",
            "settings.yaml: --max-features 0: input should be greater than or equal to 1",
            "--max-features: Keep",
        ),
        ("- a list", "holds list, expected `setting: value` lines", ""),
        ("a: [", "is not YAML", "for an example: imdbnlp presets nbsvm-imdb"),
    ],
)
def test_a_wrong_config_file_names_the_setting(cli: Cli, tmp_path: Path, line: str, message: str, hint: str) -> None:
    (tmp_path / "settings.yaml").write_text(line)
    code, out, err = cli("vectorize", "--config", str(tmp_path / "settings.yaml"))
    assert (code, out) == (2, "")
    assert message in err.splitlines()[0] and hint in err


def test_only_the_answer_goes_to_stdout(cli: Cli, reviews_csv: Path) -> None:
    cli("preprocess", str(reviews_csv))
    code, out, err = cli("train", "--model", "majority")
    assert code == 0 and out.startswith("figure\ttest\n") and err.startswith("dataset: reviews-")


def test_quiet_says_nothing_but_the_answer(cli: Cli, reviews_csv: Path) -> None:
    assert cli("--quiet", "preprocess", str(reviews_csv))[2] == ""
    assert cli("train", "--model", "majority", "--quiet")[2] == ""


def test_verbose_tells_the_seconds_of_each_stage(cli: Cli, reviews_csv: Path) -> None:
    assert re.search(r"^words: \d+\.\d\d s$", cli("preprocess", str(reviews_csv), "--verbose")[2], re.MULTILINE)


def test_json_is_one_value(cli: Cli, reviews_csv: Path) -> None:
    for arguments in (["preprocess", str(reviews_csv)], ["train", "--model", "majority"], ["runs"], ["datasets"]):
        assert json.loads(cli("--json", *arguments)[1])


def test_tables_in_a_pipe_are_tab_separated(cli: Cli, reviews_csv: Path) -> None:
    cli("preprocess", str(reviews_csv))
    head, row = (line.split("\t") for line in cli("datasets")[1].splitlines())
    assert head == ["dataset", "source", "texts", "classes", "profile", "created"]
    assert row[1:5] == [reviews_csv.name, "200", "2", "standard"]


def test_an_unexpected_error_is_one_line_without_debug(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("nothing\nleft")

    monkeypatch.setattr("imdbnlp.commands.datasets.datasets", broken)
    assert cli("datasets")[0::2] == (
        1,
        "error: unexpected: ZeroDivisionError: nothing left\n  run it again with --debug and report what it prints\n",
    )
    with pytest.raises(ZeroDivisionError):
        run(["datasets", "--debug"])


def test_control_characters_are_escaped_on_a_terminal(cli: Cli) -> None:
    assert "\x1b" not in cli("datasets", "show", "\x1b[31mred")[2]


def in_a_shell(command: str, workspace: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"IMDBNLP_WORKSPACE": str(workspace), "PYTHON": sys.executable} | variables
    return subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, env=environment)


@pytest.mark.posix
def test_a_closed_pipe_ends_quietly(reviews_csv: Path, tmp_path: Path) -> None:
    train = '$PYTHON -m imdbnlp --quiet preprocess "$FILE" && $PYTHON -m imdbnlp --quiet train --model majority'
    predict = '$PYTHON -m imdbnlp --quiet predict majority "$FILE" --batch-size 1 | head -1; echo "${PIPESTATUS[0]}"'
    assert in_a_shell(train, tmp_path, FILE=str(reviews_csv)).returncode == 0
    done = in_a_shell(predict, tmp_path, FILE=str(reviews_csv))
    assert (done.stdout, done.stderr) == ("review,sentiment,prediction,probability,no_known_words\n0\n", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("imdbnlp trai", {"train", "train-gbm", "train-keras", "train-seq2seq", "train-w2v"}),
        ("imdbnlp train --mod", {"--model"}),
        ("imdbnlp train --model nb", {"nbsvm"}),
        ("imdbnlp preprocess --pro", {"--profile"}),
    ],
)
@pytest.mark.posix
def test_the_shell_completes_commands_options_and_models(tmp_path: Path, words: str, expected: set[str]) -> None:
    assert completed(words, tmp_path) == (expected, "")


def completed(words: str, workspace: Path) -> tuple[set[str], str]:
    """What the shell is told, and what it would see of an error."""
    count = str(len(words.split(" ")) - 1)
    done = in_a_shell(
        "$PYTHON -m imdbnlp", workspace, _IMDBNLP_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count
    )
    return {line.partition(",")[2] for line in done.stdout.splitlines()}, done.stderr


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("imdbnlp predict ", {"floor", "nb"}),
        ("imdbnlp predict f", {"floor"}),
        ("imdbnlp runs show n", {"nb"}),
        ("imdbnlp report floor n", {"nb"}),
        ("imdbnlp neighbors --by fl", {"floor"}),
        ("imdbnlp train --config nothing.yaml --da", set()),
    ],
)
@pytest.mark.posix
def test_the_shell_completes_names_and_hears_of_no_error(trained: Workspace, words: str, expected: set[str]) -> None:
    assert completed(words, trained.root) == (expected, "")


def test_the_shell_completes_datasets(trained: Workspace) -> None:
    assert completed("imdbnlp train -m nbsvm --dataset ", trained.root)[0] == set(trained.datasets.names())
