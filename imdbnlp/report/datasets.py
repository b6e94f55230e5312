"""What datasets hold, as tables.

dataset_result("reviews-1a2b3c4d", manifest).tables
"""

from typing import Any

from imdbnlp.data.dataset import Dataset
from imdbnlp.data.pairs import PairDataset
from imdbnlp.report.result import Result, Table


def dataset_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset of any kind holds, by its manifest."""
    return _RESULTS[manifest["kind"]](name, manifest)


def _texts_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset of labelled texts holds."""
    counts, parts, columns = manifest["counts"], manifest["parts"], manifest["columns"]
    rows = [("rows read", counts["read"])]
    rows += [(f"dropped: {reason}", number) for reason, number in counts["dropped"].items()]
    rows += [(f"texts for {part}", number) for part, number in parts.items()]
    rows += [
        ("test texts also in training", counts["leaked_test_texts"]),
        *_other_copies(counts),
        ("tokens", counts["tokens"]),
        *((f"distinct: {view}", number) for view, number in counts["words"].items()),
        ("seconds", manifest["seconds"]),
    ]
    labelled = [part for part in parts if part != "unlabelled"]
    by_class = [(label, *(counts[part] for part in labelled)) for label, counts in manifest["class_counts"].items()]
    return Result(
        tables=[
            Table(f"dataset {name}", ["statistic", "value"], rows),
            Table("columns", ["role", "column"], [(f"{role}s", column) for role, column in columns.items()]),
            Table("texts of each class", ["class", *labelled], by_class),
            *_rare_table(manifest),
        ],
        data={"dataset": name}
        | {key: manifest[key] for key in ("columns", "rare_classes", "counts", "parts", "class_counts", "seconds")},
        next_steps=["imdbnlp train --model nbsvm", "imdbnlp vectorize --method tfidf --max-features 1000"],
    )


def _rare_table(manifest: dict[str, Any]) -> list[Table]:
    """Rare classes and what became of them, if there are any."""
    rare = manifest["rare_classes"]
    action = {"drop": "dropped", "merge": "merged into 'other'", "train-only": "only trained on"}.get(rare["action"])
    return [Table(f"rare classes: {action}", ["class", "rows"], list(rare["rows"].items()))] if rare["rows"] else []


def _other_copies(counts: dict[str, Any]) -> list[tuple[str, int]]:
    """What else a dataset holds twice, if it does."""
    rows = [
        ("test texts nearly equal to training", counts.get("near_leaked_test_texts", 0)),
        ("test texts repeated", counts["repeated_test_texts"]),
        ("validation texts also in training", counts["leaked_valid_texts"]),
        ("validation texts nearly equal to training", counts.get("near_leaked_valid_texts", 0)),
        ("validation texts repeated", counts["repeated_valid_texts"]),
        ("texts with different labels", counts["conflicting_texts"]),
    ]
    unlabelled = counts.get("unlabelled", {})
    rows += [(f"unlabelled, dropped: {reason}", number) for reason, number in unlabelled.get("dropped", {}).items()]
    rows.append(("unlabelled, nearly equal to test texts", unlabelled.get("near duplicates of test texts", 0)))
    return [(what, number) for what, number in rows if number]


def _pairs_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset of pairs holds."""
    counts, columns = manifest["counts"], manifest["columns"]
    rows = [("rows read", counts["read"])]
    rows += [(f"dropped: {reason}", number) for reason, number in counts["dropped"].items()]
    rows += [(f"pairs for {part}", number) for part, number in manifest["parts"].items()]
    rows += [("held out, but their source is in training", counts["leaked"]), ("seconds", manifest["seconds"])]
    sides = [(side, columns[side], *counts[side].values()) for side in ("source", "target")]
    of_sides = ["side", "column", *counts["source"]]
    return Result(
        tables=[
            Table(f"dataset {name}", ["statistic", "value"], rows),
            Table(f"tokens ({manifest['tokens']})", of_sides, sides, "unknown: tokens that training never learned."),
        ],
        data={"dataset": name} | {key: manifest[key] for key in ("counts", "parts", "tokens", "seconds")},
        next_steps=["imdbnlp train-seq2seq --model seq2seq-attention"],
    )


_RESULTS = {Dataset.kind: _texts_result, PairDataset.kind: _pairs_result}
