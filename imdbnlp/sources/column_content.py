"""What a column contains, judged by its first rows: running text, labels, numbers, identifiers, …

contents_of([["A fine film.", "1"], ["Dull.", "0"]], 2)[1].is_binary        # True
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_MAX_CHARACTERS = 1000
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that do not put spaces between words."""

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_NUMBER = re.compile(r"[-+]?[$€£]?\d*[.,]?\d[\d.,\u00a0 ]*%?(e[-+]?\d+)?", re.IGNORECASE)
_DATE = re.compile(
    rf"\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}(\D.{{0,30}})?|\d{{1,2}} \d{{1,2}}, \d{{4}}|\d{{1,2}}:\d\d(:\d\d)?"
    rf"|(\w+,? )?(\d{{1,2}} )?({_MONTHS})[a-z]*\.? .{{0,20}}\d{{4}}.{{0,15}}",
    re.IGNORECASE,
)
_NO_TEXT = re.compile(
    r"(https?://|www\.)\S+"  # an address
    r"|\S+@\S+\.\w+"
    r"|\S*[^\s/\\.]\.[A-Za-z]\w{1,3}"  # a file
    r"|[\w./\\:-]*/[\w./\\:-]*/[\w./\\:-]*"
    r"|(?=\S*\d)[A-Za-z0-9_:.-]{4,64}"  # an identifier
)
_TRUTHS = ({"0", "1"}, {"true", "false"}, {"0.0", "1.0"})


@dataclass(frozen=True)
class Content:
    """The values of a column in the sample.

    n_rows, n_values: with and without empty values.  words: mean number of words.  odd: share of numbers, dates,
    addresses, file names and identifiers.  recurring: share of the values that occur more than once.  fractions:
    share that are numbers, but not whole ones.
    """

    n_rows: int
    n_values: int
    n_distinct: int
    words: float
    odd: float
    dates: float
    recurring: float
    fractions: float
    distinct: frozenset[str]

    @property
    def is_binary(self) -> bool:
        """Whether it contains nothing but 0 and 1, or true and false."""
        values = {value.casefold() for value in self.distinct}
        return bool(values) and any(values <= truths for truths in _TRUTHS)

    @property
    def text_likeness(self) -> float:
        """0 to 1: how long the values are, how different, and how much they consist of words."""
        if not self.n_values:
            return 0.0
        length = min(1.0, math.log1p(self.words) / math.log1p(20))
        different = min(1.0, 1.25 * self.n_distinct / self.n_values) if self.n_values >= 5 else 1.0
        return length * different * (1 - self.odd) * math.sqrt(self.n_values / self.n_rows)

    @property
    def label_likeness(self) -> float:
        """0 to 1: how short the values are, and how often they recur."""
        if not self.n_values:
            return 0.0
        short = 1.0 if self.words <= 5 else 0.3
        recurring = self.recurring if self.n_values >= 6 else max(0.6, self.recurring)
        fine = 1 - 0.9 * self.dates if self.n_distinct <= 20 else 1 - 0.9 * max(self.dates, self.fractions)
        return short * recurring * fine

    @property
    def could_be_labels(self) -> bool:
        """Whether the content alone suggests labels: few distinct values, each of them frequent."""
        few = 2 <= self.n_distinct <= max(2, min(50, self.n_values / 5))
        return self.n_values >= 10 and self.n_values > self.n_rows / 2 and few and self.label_likeness >= 0.9


def contents_of(rows: Sequence[Sequence[object]], n_columns: int) -> list[Content]:
    """The content of each column in these rows."""
    cells = [[_text(row[place]) for row in rows] for place in range(n_columns)]
    return [_content(values) for values in cells]


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)[:_MAX_CHARACTERS].strip()


def _content(cells: list[str]) -> Content:
    values = [cell for cell in cells if cell]
    counts, n = Counter(values), max(1, len(values))
    numbers = {value for value in counts if _NUMBER.fullmatch(value)}
    dates = {value for value in counts if value not in numbers and _DATE.fullmatch(value)}
    odd = numbers | dates | {value for value in counts if _NO_TEXT.fullmatch(value)}

    def share(of: set[str]) -> float:
        return sum(counts[value] for value in of) / n

    return Content(
        n_rows=max(1, len(cells)),
        n_values=len(values),
        n_distinct=len(counts),
        words=sum(map(_n_words, values)) / n,
        odd=share(odd),
        dates=share(dates),
        recurring=share({value for value, number in counts.items() if number > 1}),
        fractions=share({value for value in numbers if not _is_whole(value)}),
        distinct=frozenset(counts),
    )


def _n_words(value: str) -> float:
    return len(value.split()) + len(_UNSPACED.findall(value)) / 2


def _is_whole(number: str) -> bool:
    try:
        return float(number) == round(float(number))
    except (ValueError, OverflowError):
        return True
