"""Formats are found by their files and by the entry points of other packages; names, help and checks follow."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from imdbnlp.errors import SettingsError, UsageError
from imdbnlp.sources.format_names import format_names
from imdbnlp.sources.registry import all_formats, check_table_options, format_of, known_endings, load_format
from imdbnlp.sources.settings import SourceSettings

NUMBERED = '''
"""Lines with a number, a label and a text: 1 pos A good film."""

from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.table_format import Confidence, TableFormat


class Format(TableFormat):
    title = "numbered lines"
    endings = (".numbered",)

    def rows(self, stream, settings, name):
        yield ["id", "label", "text"]
        with text_lines(stream, settings, name) as lines:
            for line in lines:
                yield line.rstrip("\\n").split(" ", 2)

    def recognise(self, sample):
        return Confidence.MARK if sample.text.startswith("1 ") else Confidence.NO
'''


@pytest.fixture
def numbered(tmp_path: Path) -> dict[str, str]:
    """The environment of a process that finds a package with a format of its own."""
    (tmp_path / "package" / "numbered-1.0.dist-info").mkdir(parents=True)
    (tmp_path / "package" / "numbered.py").write_text(NUMBERED)
    (tmp_path / "package" / "numbered-1.0.dist-info" / "METADATA").write_text("Name: numbered\nVersion: 1.0\n")
    entry = "[imdbnlp.formats]\nnumbered = numbered\n"
    (tmp_path / "package" / "numbered-1.0.dist-info" / "entry_points.txt").write_text(entry)
    texts = "".join(f"{row} {'pos' if row % 2 else 'neg'} film number {row}\n" for row in range(1, 61))
    for name in ("films.numbered", "films.unknown"):
        (tmp_path / name).write_text(texts)
    return os.environ | {"PYTHONPATH": str(tmp_path / "package"), "IMDBNLP_WORKSPACE": str(tmp_path / "work")}


def imdbnlp(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "imdbnlp", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_a_format_of_another_package_is_read_by_its_ending(numbered: dict[str, str], tmp_path: Path) -> None:
    done = imdbnlp("preprocess", str(tmp_path / "films.numbered"), environment=numbered)
    assert done.returncode == 0, done.stderr
    assert imdbnlp("datasets", environment=numbered).stdout.split("\n")[1].startswith("films-")


def test_a_format_of_another_package_is_recognised_by_its_content(numbered: dict[str, str], tmp_path: Path) -> None:
    done = imdbnlp("preprocess", str(tmp_path / "films.unknown"), environment=numbered)
    assert done.returncode == 0, done.stderr
    assert "read as numbered lines" in done.stderr


def test_help_and_errors_name_a_format_of_another_package(numbered: dict[str, str], tmp_path: Path) -> None:
    assert "lines, numbered, parquet" in " ".join(imdbnlp("preprocess", "--help", environment=numbered).stdout.split())
    done = imdbnlp("preprocess", str(tmp_path / "films.numbered"), "--delimiter", ";", environment=numbered)
    assert (done.returncode, "which is read as numbered" in done.stderr) == (2, True)


def test_every_file_of_the_folder_is_a_format() -> None:
    assert format_names() == ["csv", "fasttext", "folder", "jsonl", "lines", "parquet", "tsv"]
    assert [known.name for known in all_formats()] == format_names()


def test_known_endings_are_those_of_the_formats() -> None:
    assert known_endings() == [".csv", ".json", ".jsonl", ".ndjson", ".parquet", ".tab", ".tsv"]


@pytest.mark.parametrize("name", format_names())
def test_a_format_describes_itself(name: str) -> None:
    known = load_format(name)
    assert known.title and not known.title.endswith(".")
    assert all(ending == ending.lower() and ending.startswith(".") for ending in known.endings)
    assert set(known.options) <= set(SourceSettings.model_fields)


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.csv", "csv"), ("A.CSV.GZ", "csv"), ("a.tab.zst", "tsv"), ("a.json", "jsonl"), ("a.parquet", "parquet")],
)
def test_a_name_tells_the_format_whatever_the_file_is_packed_in(path: str, name: str) -> None:
    found = format_of(path, SourceSettings())
    assert found is not None and found.name == name


def test_a_given_format_outweighs_the_name() -> None:
    found = format_of("a.csv", SourceSettings(format="fasttext"))
    assert found is not None and found.name == "fasttext"


def test_an_unknown_format_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError) as caught:
        SourceSettings(format="parket")
    assert (caught.value.message, caught.value.hint) == ("--format 'parket' is not known", "did you mean parquet?")


def test_an_option_that_the_format_ignores_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        check_table_options(SourceSettings(encoding="cp1252"), ["a.parquet"])
    assert caught.value.message == "--encoding does not apply to a.parquet, which is read as parquet"
    assert caught.value.hint == "leave --encoding out, or use --format csv"


def test_an_option_is_accepted_if_one_of_the_sources_uses_it() -> None:
    check_table_options(SourceSettings(delimiter=";"), ["a.parquet", "b.csv"])
    check_table_options(SourceSettings(delimiter=";"), ["a.unknown"])
