"""Labels that look alike, combine others or are amounts are said, not guessed; ordinary ones pass in silence."""

import pytest

from imdbnlp.errors import DataError
from imdbnlp.progress import SilentReporter
from imdbnlp.sources.labels import clean_labels
from imdbnlp.sources.settings import SourceSettings


class Warnings(SilentReporter):
    """Remembers what it was warned of."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        self.warnings.append(text)


def cleaned(labels: list[str], **settings: bool) -> tuple[list[str], list[str]]:
    reporter = Warnings()
    return clean_labels(labels, SourceSettings(**settings), "a.csv", reporter), reporter.warnings


COMBINED = [
    ["a", "b", "a|b"], ["a;b", "b;c", "c;a"], ["a, b", "a", "b"], ["joy", "anger", "joy/anger"], ['["a"]', '["b"]'],
    ["['a', 'b']", "['a']", "['b']"], ["[0 1]", "[1 0]", "[1 1]"], ["[0, 1]", "[1, 0]"], ["{'a', 'b'}", "{'b'}"],
    ["a,b,c", "a,c", "b"], ["a+b", "a", "b"],
]  # fmt: skip


@pytest.mark.parametrize("labels", COMBINED, ids=str)
def test_combinations_of_labels_are_refused_unless_accepted(labels: list[str]) -> None:
    with pytest.raises(DataError, match="labels combine several labels, for example") as caught:
        cleaned(labels * 5)
    assert "--combined-labels" in caught.value.hint
    assert cleaned(labels * 5, combined_labels=True) == (labels * 5, [])


ORDINARY = [
    ["comp.sys.mac.hardware", "comp.sys.ibm.pc.hardware", "alt.atheism"], ["World", "Sports", "Business", "Sci/Tech"],
    ["Hotel, Restaurant", "Bank", "School"], ["1", "2", "3", "4", "5"], ["0.5", "1.0", "1.5", "2.0"], ["-1", "0", "1"],
    ["Books & Music", "Toys & Games", "Pets"], ["A (old)", "B (new)"], ["[removed]", "fine"], ["très bien", "mal"],
    ["Electronics|Phones", "Clothes|Shoes", "Food|Fruit"], [str(code) for code in range(77)],
]  # fmt: skip


@pytest.mark.parametrize("labels", ORDINARY, ids=str)
def test_ordinary_labels_pass_in_silence(labels: list[str]) -> None:
    assert cleaned(labels * 5) == (labels * 5, [])


def test_amounts_are_not_classes_unless_accepted() -> None:
    amounts = [f"{number * 0.173:.3f}" for number in range(60)]
    with pytest.raises(DataError, match=r"the labels are 60 different numbers from 0 to 10.207: amounts, not classes"):
        cleaned(amounts * 2)
    assert cleaned(amounts * 2, many_classes=True)[0] == amounts * 2


def test_many_whole_numbers_that_are_no_codes_are_said() -> None:
    _, warnings = cleaned([str(number * 3) for number in range(40)] * 5)
    assert warnings == ["a.csv: the labels are 40 different numbers from 0 to 117; each number is a class of its own"]


def test_decomposed_accents_are_the_same_label() -> None:
    assert cleaned(["caf\u00e9", "cafe\u0301", "thé"]) == (
        ["café", "café", "thé"], ["a.csv: 1 label(s) were normalised (Unicode NFC)"],
    )  # fmt: skip


HIDDEN = [
    ("pos", "pos\u200b", "U+200B ZERO WIDTH SPACE"), ("very good", "very\u00a0good", "U+00A0 NO-BREAK SPACE"),
    ("pos", "\uff50os", "U+FF50 FULLWIDTH LATIN SMALL LETTER P"), ("p\u00ados", "pos", "U+00AD SOFT HYPHEN"),
    ("Pos", "pos", "'Pos' and 'pos'"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "said"), HIDDEN)
def test_labels_that_differ_in_what_no_one_sees_show_the_difference_and_can_be_folded(
    one: str, other: str, said: str
) -> None:
    with pytest.raises(DataError) as caught:
        cleaned([one, other, "neg"])
    assert said in caught.value.message and "--fold-labels" in caught.value.hint
    labels, _ = cleaned([one, other, "neg"], fold_labels=True)
    assert labels[0] == labels[1] != labels[2]


def test_letters_of_another_script_are_a_warning() -> None:
    labels, warnings = cleaned(["pos", "р\u043es", "neg"])
    assert labels == ["pos", "р\u043es", "neg"]
    assert "look the same but are different classes" in warnings[0] and "CYRILLIC SMALL LETTER" in warnings[0]
