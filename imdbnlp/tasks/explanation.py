"""Why a text was predicted so: the contribution of each word, by its place in the text.

    explanation = explain_text(run.classifier, "Not a bad film, but far too long.")
    explanation.prediction, explanation.probability
    explanation.by_word[:3]             # [('bad', 0.72, 1), ('too', 0.16, 1), ('far', 0.13, 1)]

A contribution is in calibrated log-odds: what the word adds to the score of the explained class, minus what it adds to
the mean score of the other classes, divided by the temperature.  With two classes, base + absent + the sum of all
contributions is the log-odds of the probability if the model is exact about them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from imdbnlp.errors import UsageError
from imdbnlp.models._contributions import Contributions
from imdbnlp.settings import nearest
from imdbnlp.tasks.classifier import Classifier
from imdbnlp.text.documents import Documents, read_marked
from imdbnlp.text.spans import Span
from imdbnlp.text.texts import Texts

_MAX_PIECES = 1000  # of a raw text that are left out one by one


@dataclass(frozen=True)
class Word:
    """text: the word as the model reads it.  start, stop: its position in the given text.  contribution: log-odds."""

    text: str
    start: int
    stop: int
    contribution: float


@dataclass(frozen=True)
class Explanation:
    """text: as given.  prediction, probability: of the run.  explained: the class that is explained, with its own
    probability.  words: in the text's order.  base: the log-odds without any word.  absent: what missing words add.
    features: n-grams and their contributions.  exact: base + absent + contributions are the log-odds.  together: this
    many words in a row have one contribution.  has_no_known_words: the prediction is the share of each class in the
    training set."""

    text: str
    prediction: str
    probability: float
    explained: str
    explained_probability: float
    words: list[Word]
    base: float
    absent: float
    features: dict[str, float]
    exact: bool
    together: int
    has_no_known_words: bool = False

    @cached_property
    def by_word(self) -> list[tuple[str, float, int]]:
        """Each distinct word, the sum of its contributions and the number of times it occurs; the strongest first."""
        contributions: dict[str, list[float]] = {}
        for word in self.words:
            contributions.setdefault(word.text, []).append(word.contribution)
        found = [(word, sum(all_of_it), len(all_of_it)) for word, all_of_it in contributions.items()]
        return sorted(found, key=lambda one: -abs(one[1]))

    @cached_property
    def pieces(self) -> list[tuple[str, float]]:
        """The whole text, cut at its words; each piece with a strength from -1 to 1, that of the strongest word."""
        largest = max((abs(word.contribution) for word in self.words), default=0.0) or 1.0
        pieces, position = [], 0
        for (start, stop), contribution in _by_place(self.words).items():
            if start < position:
                continue  # a piece of a stretch that several words were made of
            pieces += [(self.text[position:start], 0.0), (self.text[start:stop], contribution / largest)]
            position = stop
        return [piece for piece in [*pieces, (self.text[position:], 0.0)] if piece[0]]


def _by_place(words: Sequence[Word]) -> dict[tuple[int, int], float]:
    """The sum of the contributions at each position; several words may come from one stretch of the text."""
    contributions: dict[tuple[int, int], float] = {}
    for word in words:
        contributions[word.start, word.stop] = contributions.get((word.start, word.stop), 0.0) + word.contribution
    return contributions


def explain_text(classifier: Classifier, text: str, explained: str | None = None) -> Explanation:
    """explained: the class whose probability is to be explained, None for the prediction.

    The prediction for a text without a known word is the share of each class in the training set; no word contributes.
    Raises UsageError for an unknown class.
    """
    code = _code(classifier, explained)
    document, spans = read_marked(text, classifier.preprocessing)
    inputs = Texts.of([text]) if classifier.model.reads == "texts" else document
    probabilities = classifier.probabilities_of(inputs)[0]
    has_no_known_words = bool(classifier.has_no_known_words(inputs)[0])
    prediction = int(classifier.decide(probabilities[None])[0])
    code = prediction if code is None else code
    if has_no_known_words:
        found = _of_the_priors(classifier, document)
    elif classifier.model.reads == "texts":
        found = _of_raw_text(classifier, text, spans)
    else:
        found = classifier.model.contributions(document)

    def evidence(of_classes: NDArray[np.float64]) -> NDArray[np.float64]:
        others = (of_classes.sum(axis=-1) - of_classes[..., code]) / max(1, of_classes.shape[-1] - 1)
        return np.asarray((of_classes[..., code] - others) / classifier.temperature)

    contributions = evidence(found.words).tolist()
    tokens = document.tokens.values.tolist()
    features = {name: float(evidence(added)) for name, added in found.features.items()}
    return Explanation(
        text=text,
        prediction=classifier.classes[prediction],
        probability=float(probabilities[prediction]),
        explained=classifier.classes[code],
        explained_probability=float(probabilities[code]),
        words=[
            Word(document.words[token], start, stop, contribution)
            for token, (start, stop), contribution in zip(tokens, spans, contributions, strict=True)
        ],
        base=float(evidence(found.base)),
        absent=float(evidence(found.absent)),
        features=dict(sorted(features.items(), key=lambda one: -abs(one[1]))),
        exact=found.exact,
        together=found.together,
        has_no_known_words=has_no_known_words,
    )


def _of_the_priors(classifier: Classifier, document: Documents) -> Contributions:
    """Nothing from any word: the prediction is the share of each class in training."""
    base = np.log(classifier.priors) * classifier.temperature
    words = np.zeros((len(document.tokens.values), len(base)))
    return Contributions(words, base, np.zeros_like(base), {}, exact=True)


def _of_raw_text(classifier: Classifier, text: str, spans: Sequence[Span]) -> Contributions:
    """What the scores lose when a word is cut out of the text.  Of a very long text, several words at a time."""
    together = max(1, -(-len(spans) // _MAX_PIECES))
    pieces = [spans[start : start + together] for start in range(0, len(spans), together)]
    without = [text[: piece[0][0]] + text[piece[-1][1] :] for piece in pieces]
    scores = classifier.model.scores(Texts.of([text, *without]))
    losses = [(scores[0] - scores[number]) / len(piece) for number, piece in enumerate(pieces, start=1)]
    rows = [loss for loss, piece in zip(losses, pieces, strict=True) for _ in piece]
    words = np.array(rows, dtype=np.float64).reshape(len(spans), len(scores[0]))
    base = scores[0] - words.sum(axis=0)
    return Contributions(words, base, np.zeros_like(base), {}, exact=False, together=together)


def _code(classifier: Classifier, name: str | None) -> int | None:
    if name is None:
        return None
    if name not in classifier.classes:
        raise UsageError(f"the run has no class '{name}'", hint=nearest(name, classifier.classes))
    return classifier.classes.index(name)
