"""Find the words most similar to others, by word vectors.

Words can be added and subtracted: in quotes, with spaces around + and -.

Example:

    imdbnlp similar good bad
    imdbnlp similar "king - man + woman" -n 5
    imdbnlp similar good bad boring --picture words.png
"""

from collections.abc import Sequence
from pathlib import Path

from imdbnlp.errors import UsageError
from imdbnlp.progress import SILENT, Reporter
from imdbnlp.report.fonts import note_on_missing_glyphs
from imdbnlp.report.pictures import PICTURE_ENDINGS
from imdbnlp.report.plots import picture_words
from imdbnlp.report.result import Result, Table
from imdbnlp.settings import Field, Settings, argument, work_setting
from imdbnlp.storage.output import check_output
from imdbnlp.workspace.vectors import TrainedVectors, open_vectors
from imdbnlp.workspace.workspace import Workspace


class Options(Settings):
    """Which words, of which vectors."""

    conditions = {"n": "words", "frequent": "picture"}

    words: tuple[str, ...] = argument((), description="Words, or sums of words.")
    n: int = Field(10, ge=1, description="Number of nearest words.")
    vectors: str | None = work_setting(
        None, description="Word vectors to search; by default the latest.", entries="vectors"
    )
    picture: str | None = Field(None, description="Also draw the words in two dimensions, as .png, .svg or .pdf.")
    frequent: int = Field(0, ge=0, description="Also draw this many of the most frequent words.")


def similar(options: Options, workspace: Workspace, reporter: Reporter = SILENT) -> Result:
    """A table of the nearest words for each query."""
    if not options.words and options.picture is None:
        raise UsageError("give words", hint="imdbnlp similar good bad")
    if options.picture is not None:
        check_output("--picture", options.picture, PICTURE_ENDINGS)
    trained = open_vectors(workspace, options.vectors)
    found = {query: _nearest(trained, query, options.n) for query in options.words}
    data = {
        query: [{"word": word, "cosine": round(cosine, 4)} for word, cosine in pairs] for query, pairs in found.items()
    }
    if options.picture is not None:
        drawn = _draw(trained, options, found, Path(options.picture))
        reporter.note(f"picture: {options.picture}")
        if not options.picture.endswith(".svg") and (missing := note_on_missing_glyphs(drawn)):
            reporter.note(missing)
    return Result(tables=[Table(query, ["word", "cosine"], pairs) for query, pairs in found.items()], data=data)


def _nearest(trained: TrainedVectors, query: str, n: int) -> Sequence[tuple[str, float]]:
    added, taken = _parse(query)
    vectors = trained.vectors
    return vectors.nearest([_known(trained, word) for word in added], [_known(trained, word) for word in taken], n)


def _parse(query: str) -> tuple[list[str], list[str]]:
    """`king - man + woman` -> what is added, and what is taken away.  Raises UsageError for another order."""
    parts = query.split()
    signs = ["+", *parts[1::2]] if parts and parts[0] not in ("+", "-") else parts[0::2]
    words = parts[0::2] if parts and parts[0] not in ("+", "-") else parts[1::2]
    if not words or len(words) != len(signs) or any(sign not in ("+", "-") for sign in signs):
        raise UsageError(f"'{query}' is not a sum of words", hint='imdbnlp similar "king - man + woman"')
    pairs = list(zip(signs, words, strict=True))
    return [word for sign, word in pairs if sign == "+"], [word for sign, word in pairs if sign == "-"]


def _known(trained: TrainedVectors, word: str) -> str:
    """The word as the vectors have it.  Raises UsageError naming words of like spelling."""
    found = trained.words_of(word)
    if len(found) == 1 and found[0] in trained.vectors.ids:
        return found[0]
    if len(found) > 1:
        raise UsageError(f"'{word}' is several words: {', '.join(found)}", hint="ask for them one by one, or add them")
    near = trained.vectors.spelled_like(word.lower())
    hint = f"did you mean {', '.join(near)}?" if near else "it may be too rare: train with a lower --min-count"
    raise UsageError(f"'{word}' is not among the {len(trained.vectors):,} words with a vector", hint=hint)


def _draw(
    trained: TrainedVectors, options: Options, found: dict[str, Sequence[tuple[str, float]]], path: Path
) -> list[str]:
    """Draw the words, and return them."""
    groups: dict[str, list[str]] = {}
    for query, pairs in found.items():
        asked = [_known(trained, word) for side in _parse(query) for word in side]
        groups[query] = [*asked, *(word for word, _ in pairs)]
    if options.frequent or not groups:
        groups["frequent words"] = trained.vectors.words[: options.frequent or 200]
    picture_words(trained.vectors, groups).save(path)
    return [word for group in groups.values() for word in group]
