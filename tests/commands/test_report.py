"""One page of a dataset and its runs: whole, escaped, without anything from elsewhere, and seen in a browser."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from imdbnlp.commands import preprocess, report, train
from imdbnlp.errors import DataError, UsageError
from imdbnlp.report.leaderboard import Ranked
from imdbnlp.report.run_report import verdict
from imdbnlp.workspace.workspace import Workspace

Ask = Callable[..., tuple[int, str, str]]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)> \"'&{{7*7}}]]>"


@pytest.fixture
def workspace(trained: Workspace) -> Workspace:
    return trained


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of texts, labels and words that try to be markup."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [
        f"{HOSTILE} {word} number{n},{label}"
        for n in range(30)
        for word, label in (("good", "<b>a</b>"), ("bad", "$x^2$ & c"))
    ]
    quoted = ['"' + row.rpartition(",")[0].replace('"', '""') + '",' + row.rpartition(",")[2] for row in rows]
    (folder / "a.csv").write_text("text,label\n" + "\n".join(quoted) + "\n")
    workspace = Workspace(folder / "work")
    preprocess.preprocess(preprocess.Options(file=str(folder / "a.csv")), workspace)
    for model in ("nbsvm", "majority"):
        train.train(train.options_for({"model": model})(model=model), workspace)
    report.report(report.Options(output=str(folder / "report.html")), workspace)
    return folder / "report.html"


@pytest.fixture(scope="module")
def chromium() -> str:
    """A Chromium; where $IMDBNLP_TEST_INSTALL allows it and root runs the tests, Debian's is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    allowed = os.environ.get("IMDBNLP_TEST_INSTALL") and os.geteuid() == 0 and shutil.which("apt-get")
    if allowed and not any(map(shutil.which, names)):
        install = "apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium"
        subprocess.run(["bash", "-c", install], capture_output=True, timeout=300, check=False)
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install Debian's `chromium` to see the report in a browser")
    return found


def test_nothing_from_the_data_becomes_markup(hostile: Path) -> None:
    page = hostile.read_text(encoding="utf-8")
    assert "<script" not in page and "<img" not in page and "<b>a</b>" not in page and "{{7*7}}" in page
    assert "&lt;script&gt;" in page and "&lt;b&gt;a&lt;/b&gt;" in page


def test_nothing_is_taken_from_elsewhere(hostile: Path) -> None:
    page = hostile.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page) and "@import" not in page and "url(http" not in page
    assert set(re.findall(r"https?://[^\s\"'<]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_the_page_holds_dataset_leaderboard_and_runs(ask: Ask, tmp_path: Path) -> None:
    code, out, _ = ask("report", "nb", "floor", "--output", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert code == 0 and out.startswith("file\truns\tMB\n")
    for part in (
        "Confusion matrix",
        "Most confident errors",
        "Words typical of each predicted class",
        "Settings",
        "ROC",
    ):
        assert part in page
    assert page.index(">nb</h2>") < page.index(">floor</h2>") and page.count("<svg") == 7 + 2


def test_the_first_thing_said_is_the_verdict_and_then_the_leaderboard(ask: Ask, tmp_path: Path) -> None:
    ask("report", "nb", "floor", "--output", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    sentence = "nb is best: 1.000 accuracy (0.912–1.000) on 40 test texts; floor is significantly worse."
    assert page.index(sentence) < page.index('id="leaderboard"') < page.index(">nb</h2>") < page.index('id="data"')


def test_ties_and_a_run_alone_are_said(trained: Workspace) -> None:
    nb, floor = trained.run("nb"), trained.run("floor")
    alone = verdict([Ranked(nb, None)], "test")
    assert alone.endswith("on 40 test texts; there is no other run to compare it with.")
    tied = verdict([Ranked(nb, None), Ranked(floor, 0.6), Ranked(floor, 0.7), Ranked(floor, 0.01)], "test")
    assert tied.endswith("; floor and floor are statistically tied with it; floor is significantly worse.")


def test_texts_and_settings_are_shown_clean(tmp_path: Path) -> None:
    rows = [f"good<br /><br />film &amp; cast number{n},{'a' if n % 2 else 'b'}" for n in range(60)]
    (tmp_path / "a.csv").write_text("text,label\n" + "\n".join(rows) + "\n")
    workspace = Workspace(tmp_path / "work")
    preprocess.preprocess(preprocess.Options(file=str(tmp_path / "a.csv")), workspace)
    train.train(train.options_for({"model": "nbsvm"})(model="nbsvm"), workspace)
    report.report(report.Options(output=str(tmp_path / "r.html")), workspace)
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "good film &amp; cast number" in page and "br /" not in page and "</b> None" not in page


def test_runs_of_different_datasets_and_none_are_refused(trained: Workspace, tmp_path: Path, reviews_csv: Path) -> None:
    copy = Workspace(shutil.copytree(trained.root, tmp_path / "copy"))
    preprocess.preprocess(preprocess.Options(file=str(reviews_csv), name="other", seed=1), copy)
    with pytest.raises(DataError, match="no run on other-.* was tested"):
        report.report(report.Options(dataset="other", output=str(tmp_path / "r.html")), copy)
    train.train(train.options_for({"model": "majority"})(model="majority", name="two"), copy)
    with pytest.raises(UsageError, match="nb and two were trained on different datasets"):
        report.report(report.Options(runs=("nb", "two"), output=str(tmp_path / "r.html")), copy)
    assert not (tmp_path / "r.html").exists()


def test_a_folder_that_is_not_there_is_said(ask: Ask) -> None:
    code, out, err = ask("report", "nb", "--output", "none/r.html")
    assert (code, out) == (2, "") and "cannot write none/r.html" in err


@pytest.mark.parametrize("width", [400, 1200])
def test_a_browser_shows_the_page_without_a_complaint(chromium: str, hostile: Path, tmp_path: Path, width: int) -> None:
    picture = tmp_path / "page.png"
    flags = [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync",
        "--disable-component-update", "--no-first-run", "--enable-logging=stderr", f"--user-data-dir={tmp_path}/user",
        f"--window-size={width},2000", f"--screenshot={picture}",
    ]  # fmt: skip
    done = subprocess.run(
        [chromium, *flags, hostile.as_uri()], capture_output=True, text=True, timeout=120, check=False
    )
    assert picture.stat().st_size > 20_000, done.stderr
    assert "CONSOLE" not in done.stderr
