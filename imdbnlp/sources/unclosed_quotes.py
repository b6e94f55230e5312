"""Rows inside an unclosed quote: well-formed CSV, but one text contains what should be several records.

    "A good film,positive            # the quote is never closed here …
    A bad film,negative
    It ends",negative                # … but here: one record, whose text contains two rows

No parser can refuse that, as a text may contain line breaks.  The sign is a line in the text that has the shape of a
row and contains one of the labels.
"""

from collections.abc import Iterator, Sequence

from imdbnlp.errors import DataError
from imdbnlp.progress import Reporter

_MAX_LABEL_CHARACTERS = 100


class UnclosedQuoteDetector:
    """Inspects every row, and reports at the end those that seem to contain other rows.

    n_columns: fields of a row.  label: the position of its label.
    """

    def __init__(self, n_columns: int, label: int, delimiter: str) -> None:
        self._n_columns, self._label, self._delimiter = n_columns, label, delimiter
        self._n_rows = self._n_with_breaks = 0
        self._candidates: list[tuple[int, list[str]]] = []

    def see(self, rows: Sequence[Sequence[str]]) -> None:
        """Look at the next rows."""
        for record, row in enumerate(rows, start=self._n_rows + 1):
            joined = "".join(row)
            if "\n" in joined or "\r" in joined:
                self._n_with_breaks += 1
                if labels := [label for place, field in enumerate(row) for label in self._labels_in(place, field)]:
                    self._candidates.append((record, labels))
        self._n_rows += len(rows)

    def _labels_in(self, place: int, field: str) -> Iterator[str]:
        """The labels that the lines of this field would have as rows."""
        first, *others = field.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        n_columns, label, cut = self._n_columns, self._label, self._delimiter
        if not others:
            return
        if label > place and first.count(cut) >= n_columns - place - 1:  # the line ends a row that began before it
            yield first.split(cut)[label - n_columns][:_MAX_LABEL_CHARACTERS]
        for line in others[:-1]:
            if line.count(cut) == n_columns - 1:
                yield line.split(cut)[label][:_MAX_LABEL_CHARACTERS]
        if label < place and others[-1].count(cut) >= place:  # the line begins a row that goes on after it
            yield others[-1].split(cut)[label][:_MAX_LABEL_CHARACTERS]

    def check(self, classes: set[str], path: str, reporter: Reporter) -> None:
        """Raise DataError if most texts with line breaks seem to contain rows; warn if some do.

        If line breaks are common, a line that looks like a row may be a line of a text.
        """
        found = [(record, label) for record, labels in self._candidates for label in labels if label in classes]
        if not found:
            return
        record, label = found[0]
        n_found = len({record for record, _ in found})
        text = f"contains a line that looks like a row of its own, labelled {label!r}"
        if 2 * n_found >= self._n_with_breaks:
            more = f"; so do {n_found - 1} more" if n_found > 1 else ""
            raise DataError(
                f"{path}, record {record}: a text {text}{more}",
                hint="close the quote before these rows; if the text is correct, convert the file to JSON Lines",
            )
        reporter.warn(f"{path}: {n_found} text(s) look like several rows; the first, record {record}, {text}")
