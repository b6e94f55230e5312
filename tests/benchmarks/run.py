"""Compare imdbnlp with its peers on the same texts in the same session: medians, and ratios round by round.

    pip install '.[bench]'
    python tests/benchmarks/run.py reviews.csv              # columns review and sentiment, or what --help names
    python tests/benchmarks/run.py reviews.csv --rounds 5 --only nbsvm,vowpal-wabbit

A fifth of the texts is held out.  Every figure is of whole processes, from the CSV files to the answers for the
held-out fifth: wall seconds, peak memory of the largest process, and accuracy.  Peers take turns, round by round,
so that a machine that slows down slows all of them.
"""

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).with_name("peers.py")
NLTK_REVIEWS = 1000


@dataclass(frozen=True)
class Finished:
    """A process that has ended."""

    seconds: float
    megabytes: float
    out: str


def measure(command: Sequence[str]) -> Finished:
    """Run a process to its end.  Raises SystemExit with what it said if it failed."""
    began = time.perf_counter()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        out.seek(0), err.seek(0)
        if status:
            raise SystemExit(f"{' '.join(command)}\n{err.read()}")
        return Finished(seconds, usage.ru_maxrss / 1024, out.read())


def imdbnlp(*arguments: str) -> Finished:
    return measure([sys.executable, "-m", "imdbnlp", "--quiet", *arguments])


@dataclass(frozen=True)
class Files:
    """The two parts of the table, and a folder for what is made of them."""

    train: Path
    test: Path
    work: Path


Row = dict[str, float]


def ours(model: str, files: Files, *options: str) -> Row:
    """Preprocess and train, each as a process; the test part is answered by the second."""
    shutil.rmtree(files.work, ignore_errors=True)
    place = ["--workspace", str(files.work)]
    prepared = imdbnlp(*place, "preprocess", str(files.train), "--test-file", str(files.test))
    trained = imdbnlp(*place, "--json", "train", "--model", model, *options)
    run = json.loads(trained.out)
    return {
        "seconds": prepared.seconds + trained.seconds,
        "preprocess s": prepared.seconds,
        "train s": trained.seconds,
        "MB": max(prepared.megabytes, trained.megabytes),
        "accuracy": run["metrics"]["test"]["accuracy"],
        "texts/s": 1000 / run["milliseconds_per_text"],
    }


def peer(name: str, files: Files) -> Row:
    done = measure([sys.executable, str(PEERS), name, str(files.train), str(files.test)])
    said = json.loads(done.out.splitlines()[-1])
    return {
        "seconds": done.seconds,
        "MB": done.megabytes,
        "accuracy": said["accuracy"],
        "texts/s": said["texts"] / said["predict_seconds"],
    }


def notebook(files: Files) -> Row:
    shutil.rmtree(files.work, ignore_errors=True)
    done = imdbnlp("--workspace", str(files.work), "preprocess", str(files.train), "--profile", "notebook")
    return {"seconds": done.seconds, "MB": done.megabytes, "ms a review": done.seconds * 1000 / count(files.train)}


def nltk_loop(files: Files) -> Row:
    """The study's loop over some reviews; what it takes to load NLTK and WordNet is counted once, not a review."""
    few, many = (
        measure([sys.executable, str(PEERS), "nltk-loop", str(files.train), str(n)]) for n in (1, NLTK_REVIEWS)
    )
    each = (many.seconds - few.seconds) / (NLTK_REVIEWS - 1)
    return {"seconds": few.seconds + each * count(files.train), "MB": many.megabytes, "ms a review": each * 1000}


def count(path: Path) -> int:
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.DictReader(file))


CONTESTS: dict[str, dict[str, Callable[[Files], Row]]] = {
    "from CSV to answers": {
        "imdbnlp nbsvm": lambda files: ours("nbsvm", files),
        "imdbnlp linear": lambda files: ours("linear", files, "--ngrams", "1-2", "--min-df", "2", "--cost", "10"),
        "vowpal-wabbit": lambda files: peer("vowpal-wabbit", files),
        "fasttext": lambda files: peer("fasttext", files),
        "sklearn-tfidf-svc": lambda files: peer("sklearn-tfidf-svc", files),
        "sklearn-nbsvm": lambda files: peer("sklearn-nbsvm", files),
    },
    "tokens, lemmas and stems as the study's": {"imdbnlp notebook": notebook, "nltk-loop": nltk_loop},
}


def split(table: Path, folder: Path, text: str, label: str) -> Files:
    """Hold a fifth of the texts out, by their checksums, as two CSV files with the columns review and sentiment.

    Row by row: a child's peak memory, as the system counts it, begins with what its parent holds.
    """
    files = Files(folder / "train.csv", folder / "test.csv", folder / "work")
    seen: set[int] = set()
    with table.open(encoding="utf-8", newline="") as source, ExitStack() as stack:
        parts = [
            stack.enter_context(path.open("w", encoding="utf-8", newline="")) for path in (files.train, files.test)
        ]
        writers = [csv.writer(part) for part in parts]
        for writer in writers:
            writer.writerow(["review", "sentiment"])
        for row in csv.DictReader(source):
            key = zlib.crc32(row[text].encode())
            if key not in seen:
                writers[key % 5 == 0].writerow([row[text], row[label]])
            seen.add(key)
    return files


def show(title: str, results: dict[str, list[Row]]) -> None:
    """Medians, and the median of each round's seconds over the first contestant's."""
    base = next(iter(results.values()))
    columns = list(dict.fromkeys(column for rows in results.values() for column in rows[0]))
    print(f"\n{title}, median of {len(base)}")
    print("\t".join(["", *columns, "times our seconds"]))
    for name, rows in results.items():
        medians = [f"{statistics.median(row[c] for row in rows):.4g}" if c in rows[0] else "" for c in columns]
        ratio = statistics.median(row["seconds"] / own["seconds"] for row, own in zip(rows, base, strict=True))
        print("\t".join([name, *medians, f"{ratio:.2f}"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("--text-column", default="review")
    parser.add_argument("--label-column", default="sentiment")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="contestants whose names hold one of these, with commas")
    options = parser.parse_args()
    wanted = options.only.split(",")
    with tempfile.TemporaryDirectory() as folder:
        files = split(options.table, Path(folder), options.text_column, options.label_column)
        for title, contestants in CONTESTS.items():
            chosen = {name: run for name, run in contestants.items() if any(part in name for part in wanted)}
            results: dict[str, list[Row]] = {name: [] for name in chosen}
            for _ in range(options.rounds):
                for name, run in chosen.items():
                    results[name].append(run(files))
            if results:
                show(title, results)


if __name__ == "__main__":
    main()
