"""Time at doubling lengths of adversarial texts and files, through the functions that commands call.

python tests/data/linear.py [--length 100000] [--path explain] [--few]

Each shape is repeated to a length, twice and four times that length.  Prints how many measurements were made, how many
were refused as faulty data, those that took more than 2.5 times as long for a doubling, and the slowest.
CPU time, the best of 3; what takes less than 0.1 s counts as 0.1 s.
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from imdbnlp.commands import explain, predict, preprocess, train
from imdbnlp.errors import ImdbnlpError
from imdbnlp.sources.labelled import read_source
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.workspace.workspace import Workspace

FLOOR, RATIO = 0.1, 2.5
FEW = ["<", "&#x0f73;", "\u0301\u0316", "a'", '"']
SHAPES = [
    "<", "<a", "</", "<b>", "<div>x", "x</div>", "<!--", "<![CDATA[", '<a href="', "&", "&amp", "&amp;", "&#",
    "&#x41;", "&#x0f73;", "&aaaaaaaaaaaaaaaaaaaaaaaa", "'", "a'", "a\u2019", "don't ", ",", "a,", "a ", '"', '""',
    "\\", "\\u", "\\ud800", "[", "]{", '{"a":', "-", ".", "!", "7", "x", "+", "a+", "c++", "#", "c#", ".net", "1e9",
    "\xe9", "\u4e2d", "\ud55c", "\u0e14\u0e35", "\u0e14\u0e35\u0e48", "\u1780\u17d2", "\u17d2",
    "\u1012\u1039\u1013", "\u0301", "\u0301\u0316", "a\u0301\u0316\u0301", "\u0f73", "\u0f75", "\u0f81", "\u0344",
    "\uff9e", "\uff9f", "\uff9e\u0301\u0f73\u0316", "\u1100", "\u1161", "\u11a8", "\u1100\u1161\u11a8",
    "\uffa1\uffc2", "\u200d", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd",
    "\U0001f1e9\U0001f1ea", "\u200f", "\ufe0f", "\u202e\u2066a", "\U000e0041", "\ufdfa", "\ufdd0", "\u03a3",
    "\u03a3'", "\u03a3\u0301", "\u0130", "i\u0307", "\u1e9e", "a\u0301\uff9e<\u4e2d&#x301;",
]  # fmt: skip
BLANKS = [" ", "\t", "\n", "\r", "\r\n", "\xa0", "\u2028", "\x00", '"\n', ',"', ",\n", "{}\n", '""\n']
ALL = SHAPES + BLANKS
SHORT = [(f"{('good', 'dull')[number % 2]} film {number}", ("pos", "neg")[number % 2]) for number in range(60)]
Measured = Callable[[Path, str], Callable[[], object]]


def csv_file(folder: Path, text: str) -> Path:
    """A table with the text as one field."""
    path = folder / "t.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *SHORT, (text, "neg")])
    return path


def json_file(folder: Path, text: str) -> Path:
    """JSON Lines with the text as one value."""
    path = folder / "t.jsonl"
    rows = [{"text": one, "label": label} for one, label in [*SHORT, (text, "neg")]]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def raw_file(folder: Path, name: str, head: str, text: str) -> Path:
    """A file that goes on with the text as it is."""
    (folder / name).write_text(head + text, encoding="utf-8", newline="")
    return folder / name


def reading(path: Path) -> Callable[[], object]:
    """Read a table of texts and labels."""
    return lambda: read_source(str(path), SourceSettings(text_column="text", label_column="label"))


def building(folder: Path, path: Path, profile: str) -> Callable[[], object]:
    """Make a dataset."""
    options = preprocess.Options(file=str(path), text_column="text", label_column="label", profile=profile, force=True)
    return lambda: preprocess.preprocess(options, Workspace(folder / "new"))


def answering(folder: Path, text: str) -> Callable[[], object]:
    return lambda: predict.predict(predict.Options(run="nb", text=text), Workspace(folder / "work"))


def explaining(folder: Path, text: str) -> Callable[[], object]:
    return lambda: explain.explain(explain.Options(run="nb", text=text), Workspace(folder / "work"))


PATHS: dict[str, Measured] = {
    "csv": lambda folder, text: reading(csv_file(folder, text)),
    "csv-raw": lambda folder, text: reading(raw_file(folder, "r.csv", "text,label\nfine,pos\n", text)),
    "json": lambda folder, text: reading(json_file(folder, text)),
    "json-raw": lambda folder, text: reading(raw_file(folder, "r.jsonl", '{"text": "fine", "label": "pos"}\n', text)),
    "preprocess": lambda folder, text: building(folder, csv_file(folder, text), "standard"),
    "notebook": lambda folder, text: building(folder, csv_file(folder, text), "notebook"),
    "predict": answering,
    "explain": explaining,
}


def make(folder: Path) -> None:
    """A workspace with a run."""
    path = csv_file(folder, "a fine film")
    preprocess.preprocess(preprocess.Options(file=str(path)), Workspace(folder / "work"))
    train.train(train.options_for({"model": "nbsvm"})(model="nbsvm", name="nb"), Workspace(folder / "work"))


def seconds(work: Callable[[], object]) -> tuple[float, str]:
    """The least CPU time of three, or the first if it is long; and what refused the data, if any."""
    best, refused = float("inf"), ""
    for _ in range(3):
        began = time.process_time()
        try:
            work()
        except ImdbnlpError as error:
            refused = str(error)
        best = min(best, time.process_time() - began)
        if best < FLOOR / 3 or best > 1:
            break
    return best, refused


def measure(paths: list[str], shapes: list[str], length: int, folder: Path) -> dict[str, object]:
    """How the times grew."""
    make(folder)
    refused, slow, slowest = 0, [], []
    for name in paths:
        for shape in shapes:
            texts = ["a" + shape * (times * length // len(shape)) for times in (1, 2, 4)]
            found = [seconds(PATHS[name](folder, text)) for text in texts]
            times = [one for one, _ in found]
            refused += any(why for _, why in found)
            what = f"{name} {shape!a}: {', '.join(f'{one:.2f}' for one in times)} s"
            slowest.append((times[-1], what))
            if any(longer > RATIO * max(one, FLOOR) for one, longer in zip(times, times[1:], strict=False)):
                slow.append(what)
    return {
        "measured": len(slowest), "refused": refused, "slow": slow,
        "slowest": [what for _, what in sorted(slowest, reverse=True)[:8]],
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--length", type=int, default=100_000)
    parser.add_argument("--path", choices=PATHS)
    parser.add_argument("--few", action="store_true", help="only a few shapes")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = [asked.path] if asked.path else list(PATHS)
        found = measure(paths, FEW if asked.few else ALL, asked.length, Path(folder))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
