"""The built-in example data: invented film reviews, each with its sentiment.

    demo_reviews(2, seed=42)      # [("We watched The Baker's Kite ...", "positive"), ...]
    write_demo_csv(Path("reviews.csv"), n_reviews=4000, seed=42)

A review is an opening, opinions with asides between them, and mostly a verdict.  Negation and contrast decide what its
words mean, in a mixed review some opinions speak against the rest, and a few labels are wrong: so models can be told
apart, and none is perfect.  The sentences come from the grammar in demo_words.py.

Nothing but `Random.random` is drawn from, whose numbers Python promises to keep, and one review is drawn after the
other: the first reviews of a seed are the same however many are asked for.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from random import Random
from typing import TypeVar

from imdbnlp.data.demo_words import RULES
from imdbnlp.storage.output import replacing

COLUMNS = ("review", "sentiment")
POSITIVE, NEGATIVE = "positive", "negative"

_POSITIVE_SHARE = 0.505
_WRONG_LABELS = 0.025
_MIXED_REVIEWS = 0.2
_AGREEING_IF_MIXED = 0.75  # share of the opinions that speak for the review's own sentiment
_ASIDES = 0.35
_VERDICTS = 0.7
_WORDS = (20, 160)
_PARAGRAPHS = 0.3
_SLIPS = 0.06
_CALM, _LIVELY = (". ",), (*[". "] * 22, "! ", "! ", "... ")
_BREAK = "<br /><br />"

Chance = Callable[[], float]
Choice = TypeVar("Choice")


def demo_reviews(n_reviews: int, seed: int) -> list[tuple[str, str]]:
    """The first reviews of a seed: text, and "positive" or "negative"."""
    return list(islice(_reviews(seed), n_reviews))


def write_demo_csv(source: Path, n_reviews: int, seed: int) -> None:
    """Write the first reviews of a seed as UTF-8 CSV with a header; the whole file appears at once or not at all."""
    with replacing(source) as file:
        file.writelines(demo_lines(n_reviews, seed))


def demo_lines(n_reviews: int, seed: int) -> Iterator[str]:
    """The lines of that CSV, one after the other."""
    for row in chain([COLUMNS], islice(_reviews(seed), n_reviews)):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue()


def _reviews(seed: int) -> Iterator[tuple[str, str]]:
    """Reviews without end."""
    chance = Random(seed).random
    while True:
        good = chance() < _POSITIVE_SHARE
        text = _joined(_sentences(chance, good), chance)
        wrong = chance() < _WRONG_LABELS
        yield text, POSITIVE if good != wrong else NEGATIVE


def _sentences(chance: Chance, good: bool) -> list[str]:
    """An opening, an opinion at least, and what follows until the review is as long as it is to be."""
    author = _Author(chance)
    agreeing = _AGREEING_IF_MIXED if chance() < _MIXED_REVIEWS else 1.0
    shortest, longest = _WORDS
    n_words = shortest + (longest - shortest) * chance() ** 1.5
    sentences = [author.sentence("opening", good, _CALM)]
    aside = True
    while len(sentences) < 2 or sum(sentence.count(" ") for sentence in sentences) < n_words:
        aside = not aside and chance() < _ASIDES
        if aside:
            sentences.append(author.sentence("filler", good, _CALM))
        else:
            sentences.append(author.sentence("opinion", good == (chance() < agreeing), _LIVELY))
    if chance() < _VERDICTS:
        sentences.append(author.sentence("verdict", good, _LIVELY))
    return sentences


def _joined(sentences: list[str], chance: Chance) -> str:
    """One text, here and there with a slip of the pen or a break between two paragraphs."""
    if chance() < _SLIPS:
        place = int(chance() * len(sentences))
        sentences[place] = _with_slip(sentences[place], chance())
    if chance() < _PARAGRAPHS:
        place = int(chance() * (len(sentences) - 1))
        sentences[place] = sentences[place].rstrip() + _BREAK
    return "".join(sentences).rstrip()


def _with_slip(sentence: str, where: float) -> str:
    """Exchange two letters inside a longer word, where there is one."""
    starts = [word.start() for word in re.finditer(r"\b[a-z]{5,}", sentence)]
    if not starts:
        return sentence
    at = starts[int(where * len(starts))] + 2
    return sentence[:at] + sentence[at + 1] + sentence[at] + sentence[at + 2 :]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What a pair of braces asks for, and the text after it."""

    topic: str
    mark: str
    rule: str
    after: str


@dataclass(frozen=True, slots=True, eq=False)
class _Template:
    """One alternative of a rule."""

    start: str
    slots: tuple[_Slot, ...]


_RULE = re.compile(r"^(?:(\w+)\.)?(\w+)([+-]?):((?:.|\n(?=\s))*)", re.MULTILINE)
_WEIGHTED = re.compile(r"(?:(\d+)x )?(.*)")
_SLOT = re.compile(r"\{(?:(\w+)/)?([~=^]?)(\w+)\}")
_A_BEFORE_VOWEL = re.compile(r"\b([Aa]) (?=[aeiouAEIOU])")


@cache
def _grammar() -> dict[tuple[str, bool], dict[str, Sequence[_Template]]]:
    """(topic, sense) -> the rules that hold there, by name; "" is no topic."""
    found = [(topic, name, sign, _alternatives(body)) for topic, name, sign, body in _RULE.findall(RULES)]
    return {
        (topic, good): {
            name: templates
            for its_topic, name, sign, templates in found
            if its_topic in ("", topic) and sign in ("", "+" if good else "-")
        }
        for topic in {topic for topic, *_ in found}
        for good in (True, False)
    }


def _alternatives(body: str) -> Sequence[_Template]:
    templates = []
    for alternative in body.split("|"):
        weight, text = _WEIGHTED.findall(" ".join(alternative.split()))[0]
        templates += [_template(text)] * int(weight or 1)
    return templates


@cache
def _template(text: str) -> _Template:
    """Equal texts are one template, so that an author knows what has been said."""
    start, *rest = _SLOT.split(text)
    return _Template(start, tuple(_Slot(*rest[at : at + 4]) for at in range(0, len(rest), 4)))


class _Author:
    """Writes the sentences of one review: keeps its names, and avoids saying a thing twice."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.names: dict[str, str] = {}
        self.used: set[_Template] = set()

    def sentence(self, rule: str, good: bool, ends: Sequence[str]) -> str:
        """A sentence by the rule, with a capital, one of the ends if it has none of its own, and a space."""
        text = _A_BEFORE_VOWEL.sub(r"\1n ", self.write(rule, good, ""))
        end = " " if text[-1] in ".?!" else self._pick(ends)
        return text[0].upper() + text[1:] + end

    def write(self, rule: str, good: bool, topic: str) -> str:
        """Expand a rule in one of the two senses, on a topic."""
        template = self._fresh(_grammar()[topic, good][rule])
        parts = [template.start]
        for slot in template.slots:
            parts += self._fill(slot, good, topic), slot.after
        return "".join(parts)

    def _fill(self, slot: _Slot, good: bool, topic: str) -> str:
        if slot.mark == "=":
            if slot.rule not in self.names:
                self.names[slot.rule] = self.write(slot.rule, good, topic)
            return self.names[slot.rule]
        text = self.write(slot.rule, good != (slot.mark == "~"), slot.topic or topic)
        return text.title() if slot.mark == "^" else text

    def _fresh(self, templates: Sequence[_Template]) -> _Template:
        """One that has not been used, if three tries find it."""
        for _ in range(3):
            template = self._pick(templates)
            if template not in self.used:
                break
        self.used.add(template)
        return template

    def _pick(self, choices: Sequence[Choice]) -> Choice:
        return choices[int(self.chance() * len(choices))]
