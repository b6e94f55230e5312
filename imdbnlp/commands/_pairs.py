"""Datasets of pairs and what translates them, as tables, for every command that shows some."""

from collections.abc import Mapping, Sequence
from typing import Any

from imdbnlp.report.result import Result, Table

_FIGURES = {
    "n_pairs": "pairs", "bleu_greedy": "BLEU, greedy", "bleu": "BLEU", "chrf": "chrF", "perplexity": "perplexity",
    "token_accuracy": "token accuracy",
}  # fmt: skip


def pairs_result(name: str, manifest: dict[str, Any]) -> Result:
    """What a dataset of pairs holds, as tables."""
    counts, columns = manifest["counts"], manifest["columns"]
    rows = [("rows read", counts["read"])]
    rows += [(f"dropped: {reason}", number) for reason, number in counts["dropped"].items()]
    rows += [(f"pairs for {part}", number) for part, number in manifest["parts"].items()]
    rows += [("held out, but their source is in training", counts["leaked"]), ("seconds", manifest["seconds"])]
    sides = [(side, columns[side], *counts[side].values()) for side in ("source", "target")]
    of_sides = ["side", "column", *counts["source"]]
    return Result(
        tables=[
            Table(f"dataset {name}", ["what", "number"], rows),
            Table(f"tokens ({manifest['tokens']})", of_sides, sides, "unknown: tokens that training never learned."),
        ],
        data={"dataset": name} | {key: manifest[key] for key in ("counts", "parts", "tokens", "seconds")},
        next_steps=["imdbnlp train-seq2seq --model seq2seq-attention"],
    )


def translation_figures(
    title: str, metrics: Mapping[str, Mapping[str, Any]], costs: Sequence[tuple[str, Any]]
) -> Table:
    """The figures of each part side by side, and below them what they cost."""
    present = [name for name in _FIGURES if any(name in part for part in metrics.values())]
    rows = [(_FIGURES[name], *(part.get(name) for part in metrics.values())) for name in present]
    rows += [(shown, value, *[""] * (len(metrics) - 1)) for shown, value in costs]
    notes = [f"{name}: {part['note']}." for name, part in metrics.items() if "note" in part]
    signature = next((part["signature"] for part in metrics.values()), "")
    return Table(title, ["figure", *(metrics or ["value"])], rows, " ".join([*notes, f"BLEU: {signature}."]))
