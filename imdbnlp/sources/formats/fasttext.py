"""fastText's lines: labels with a prefix, then the text.

__label__positive A fine film.
"""

import re
from collections.abc import Iterator

from imdbnlp.errors import DataError
from imdbnlp.sources.compression import GuardedStream
from imdbnlp.sources.decode import text_lines
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.sources.table_format import Confidence, Sample, TableFormat

_PREFIX = "__label__"
_LINE = re.compile(r"__label__\S+( __label__\S+)*\s\S")
_SAMPLE_LINES = 3


class Format(TableFormat):
    title = "fastText lines"

    def rows(self, stream: GuardedStream, settings: SourceSettings, name: str) -> Iterator[list[str]]:
        """Text and label of every line; several labels are joined by |.  A line without a label has an empty one.

        Raises DataError for an empty file.
        """
        is_empty = True
        with text_lines(stream, settings, name) as lines:
            yield ["text", "label"]
            for line in filter(str.strip, lines):
                is_empty = False
                yield _text_and_label(line)
        if is_empty:
            raise DataError(f"{name} is empty", hint="expected lines such as: __label__positive A fine film.")

    def recognise(self, sample: Sample) -> Confidence:
        lines = [line for line in sample.lines[:_SAMPLE_LINES] if line.strip()]
        return Confidence.MARK if lines and all(map(_LINE.match, lines)) else Confidence.NO


def _text_and_label(line: str) -> list[str]:
    words = line.strip().split(" ")
    n_labels = next((place for place, word in enumerate(words) if not word.startswith(_PREFIX)), len(words))
    labels = [word.removeprefix(_PREFIX) for word in words[:n_labels]]
    return [" ".join(words[n_labels:]), "|".join(labels)]
