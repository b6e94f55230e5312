"""fastText's lines: labels with a prefix, then the text.

__label__positive A fine film.

rows = fasttext_rows(stream, SourceSettings(), "reviews.txt")
next(rows)                                      # ['text', 'label']
"""

from collections.abc import Iterator

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.settings import SourceSettings

_PREFIX = "__label__"


def fasttext_rows(stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[list[str]]:
    """The names of the columns, then text and label of every line; several labels are joined by |.

    Raises DataError for an empty file.  A line without a label has an empty one.
    """
    n_lines = 0
    with text_lines(stream, settings, name) as lines:
        yield ["text", "label"]
        for line in lines:
            if not line.strip():
                continue
            n_lines += 1
            words = line.strip().split(" ")
            n_labels = next((place for place, word in enumerate(words) if not word.startswith(_PREFIX)), len(words))
            labels = [word.removeprefix(_PREFIX) for word in words[:n_labels]]
            yield [" ".join(words[n_labels:]), "|".join(labels)]
    if not n_lines:
        raise DataError(f"{name} is empty", hint="expected lines such as: __label__positive A fine film.")
