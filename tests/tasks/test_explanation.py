"""Why a text was predicted so: exact sums, places in the text, and words that matter when they are taken away."""

import math
from pathlib import Path

import numpy as np
import pytest

from imdbnlp.commands import preprocess, train
from imdbnlp.errors import UsageError
from imdbnlp.tasks.classifier import Classifier
from imdbnlp.tasks.explanation import explain_text
from imdbnlp.text.profiles import ProfileName
from imdbnlp.workspace.workspace import Workspace


def trained_on(
    file: Path, root: Path, model: str, profile: ProfileName, options: dict[str, object]
) -> tuple[Workspace, Classifier]:
    workspace = Workspace(root)
    preprocess.preprocess(preprocess.Options(file=str(file), sample=2000, profile=profile), workspace)
    run = train.train(train.options_for({"model": model})(model=model, **options), workspace).data["run"]
    return workspace, workspace.run(run).classifier


@pytest.mark.parametrize(
    ("model", "profile", "options"),
    [
        ("nbsvm", "standard", {}),
        ("linear", "standard", {"ngrams": "1-2", "char_ngrams": "3-4", "min_df": 2}),
        ("gbm", "standard", {"num_iterations": 50}),
        ("linear", "standard", {"view": "stem", "stop_words": "dataset"}),
        ("nbsvm", "notebook", {"view": "lemma"}),
    ],
)
@pytest.mark.slow
def test_named_words_move_the_answer_more_than_random_ones(
    model: str, profile: ProfileName, options: dict[str, object], real_data: Path, nltk_data: Path, tmp_path: Path
) -> None:
    workspace, classifier = trained_on(real_data / "imdb_train.csv.gz", tmp_path, model, profile, options)
    dataset = workspace.dataset()
    chance = np.random.default_rng(0)
    named, at_random = [], []

    def log_odds(text: str, answer: str) -> float:
        p = classifier.probabilities([text])[0][classifier.classes.index(answer)]
        return math.log(p / (1 - p))

    for text in dataset.texts_of(dataset.rows("test")[:20]):
        found = explain_text(classifier, text)
        assert "".join(piece for piece, _ in found.pieces) == text
        whole = log_odds(text, found.prediction)
        assert found.base + found.absent + sum(word.contribution for word in found.words) == pytest.approx(
            whole, abs=1e-4
        )
        strongest = sorted(found.words, key=lambda word: -word.contribution)[:5]
        drawn = [found.words[n] for n in chance.choice(len(found.words), 5, replace=False)]
        for words, moved in ((strongest, named), (drawn, at_random)):
            left = text
            for word in sorted(words, key=lambda word: -word.start):
                left = left[: word.start] + " " + left[word.stop :]
            moved.append(whole - log_odds(left, found.prediction))
    assert np.mean(named) > 0.2 and np.mean(named) > 3 * abs(np.mean(at_random))


def test_words_stand_where_the_text_has_them(trained: Workspace) -> None:
    text = "A <i>WONDERFUL</i> film&mdash;moving!"
    found = explain_text(trained.run("nb").classifier, text)
    places = {word.text: text[word.start : word.stop] for word in found.words}
    assert places == {"a": "A", "wonderful": "WONDERFUL", "film": "film", "moving": "moving", "!": "!"}
    assert [piece for piece, strength in found.pieces if strength == 1.0] in (["WONDERFUL"], ["moving"])


def test_the_class_to_explain_can_be_chosen(trained: Workspace) -> None:
    classifier = trained.run("nb").classifier
    one = explain_text(classifier, "a wonderful film")
    other = explain_text(classifier, "a wonderful film", "negative")
    assert (one.explained, other.explained, other.prediction) == ("positive", "negative", "positive")
    assert [word.contribution for word in other.words] == pytest.approx([-word.contribution for word in one.words])
    assert other.explained_probability == pytest.approx(1 - one.probability)


@pytest.mark.parametrize("text", ["", "zzz qqq"])
def test_a_text_without_a_known_word_has_the_classes_shares_and_no_words_that_speak(
    trained: Workspace, text: str
) -> None:
    classifier = trained.run("nb").classifier
    found = explain_text(classifier, text)
    assert found.has_no_known_words and found.probability == classifier.priors.max() == 0.5
    assert found.base == pytest.approx(0, abs=1e-9) and all(word.contribution == 0 for word in found.words)


def test_what_cannot_be_explained_is_said(trained: Workspace) -> None:
    classifier = trained.run("nb").classifier
    with pytest.raises(UsageError, match="the run has no class 'postive'") as caught:
        explain_text(classifier, "a film", "postive")
    assert caught.value.hint == "did you mean positive?"


def test_a_long_text_is_explained_in_pieces() -> None:
    from imdbnlp.models._contributions import by_occlusion
    from imdbnlp.text.documents import Documents, read_documents
    from imdbnlp.text.views import Preprocessing

    asked = []

    def scores(documents: Documents) -> np.ndarray:
        asked.append(len(documents))
        good = documents.words.index("good")
        counts = [np.sum(documents.tokens[row] == good) for row in range(len(documents))]
        return np.stack([np.zeros(len(documents)), counts], axis=1).astype(float)

    found = by_occlusion(scores, read_documents(["bad " * 4000 + "good " * 1000], Preprocessing()))
    assert found.together == 5 and sum(asked) == 1001
    assert found.words[:4000].sum() == 0 and found.words[4000:, 1].tolist() == [1.0] * 1000
