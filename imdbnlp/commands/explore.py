"""Count and draw the classes, words and lengths of a dataset.

All labelled texts are counted: training, validation and test set.  Pictures
are stored as PNG and SVG in a folder of the workspace, whose path is shown.

Example:

    imdbnlp explore
    imdbnlp explore --view lemma --top 20
"""

from pathlib import Path
from typing import Any, Literal

from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.corpus import corpus_summary, corpus_tables
from imdbnlp.report.fonts import note_on_missing_glyphs
from imdbnlp.report.result import Result
from imdbnlp.settings import Field, Settings, canonical_digest, work_setting
from imdbnlp.storage.files import read_json, write_json
from imdbnlp.storage.names import valid_name
from imdbnlp.workspace.workspace import Workspace

FORMAT = 2
_SUMMARY = "summary.json"


class Options(Settings):
    """Which dataset, and what of it."""

    dataset: str | None = work_setting(
        None, description="Dataset to explore; by default the latest.", entries="datasets"
    )
    view: Literal["words", "no-stop", "lemma", "stem", "all"] = Field(
        "all",
        description="Form of the words to count; all counts each form, and measures lengths in plain words.",
    )
    top: int = Field(10, ge=1, description="List this many of the most frequent words, and of each class's words.")
    force: bool = work_setting(False, description="Do the work again even if the result exists.")


def explore(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """Count and draw, or take both from the workspace."""
    dataset = workspace.dataset(options.dataset)
    key = canonical_digest({"format": FORMAT, "dataset": dataset.key, "view": options.view, "top": options.top})
    name = valid_name(f"{dataset.name[:40]}-{key[:8]}")

    def make(folder: Path) -> dict[str, Any]:
        summary, pictures = corpus_summary(dataset, options.view, options.top, reporter)
        write_json(folder / _SUMMARY, summary)
        with reporter.stage("pictures", len(pictures), "pictures") as advance:
            for title, picture in pictures.items():
                picture.save(folder / f"{title}.png", folder / f"{title}.svg")
                advance(1)
        return {"kind": "pictures", "dataset": dataset.key}

    folder = workspace.pictures.obtain(name, key, make, options.force, reporter).folder
    reporter.note(f"pictures: {folder}")
    summary = read_json(folder / _SUMMARY)
    drawn = summary.pop("drawn")
    if missing := note_on_missing_glyphs([*drawn, *summary["classes"]]):
        reporter.note(missing)
    return Result(tables=corpus_tables(summary, dataset.name), data=summary | {"pictures": str(folder)})
