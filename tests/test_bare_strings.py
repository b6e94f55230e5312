"""A bare string is not read letter by letter where a sequence of strings is expected."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from imdbnlp.data.corpus import code_corpus
from imdbnlp.errors import UsageError
from imdbnlp.evaluation.class_words import class_words
from imdbnlp.evaluation.metrics import evaluate_predictions
from imdbnlp.evaluation.translations import translation_metrics
from imdbnlp.features.embeddings import WordVectors
from imdbnlp.text.documents import read_documents
from imdbnlp.text.fingerprints import text_fingerprints
from imdbnlp.text.lemma import lemmatize_words
from imdbnlp.text.porter import porter_stems
from imdbnlp.text.stem import stem_words
from imdbnlp.text.subwords import SubwordSettings, SubwordTokenizer
from imdbnlp.text.tokenize import code_texts
from imdbnlp.text.views import Preprocessing
from imdbnlp.text.vocabulary import Vocabulary
from imdbnlp.text.word_map import WordMap
from imdbnlp.text.wordnet import wordnet_noun_lemmas
from imdbnlp.workspace.workspace import Workspace

VECTORS = WordVectors(["a", "b"], np.eye(2, dtype=np.float32))
CALLS: dict[str, Callable[[Any], object]] = {
    "code_texts": code_texts,
    "code_corpus": lambda text: code_corpus(text, Preprocessing()),
    "read_documents": lambda text: read_documents(text, Preprocessing()),
    "in_terms_of": lambda text: read_documents(["a"], Preprocessing()).in_terms_of(text),
    "text_fingerprints": lambda text: text_fingerprints(text, Preprocessing()),
    "lemmatize_words": lemmatize_words,
    "wordnet_noun_lemmas": wordnet_noun_lemmas,
    "stem_words": stem_words,
    "porter_stems": porter_stems,
    "replacements": Preprocessing().replacements,
    "Vocabulary": Vocabulary().add,
    "WordMap": WordMap.build,
    "SubwordTokenizer": lambda text: SubwordTokenizer.train(text, SubwordSettings()),
    "nearest": lambda text: VECTORS.nearest(text, [], 1),
    "evaluate_predictions": lambda text: evaluate_predictions(np.array([0]), np.array([[1.0, 0.0]]), text),
    "translation_metrics": lambda text: translation_metrics(text, ["a"], False),
    "class_words": lambda text: class_words(csr_matrix(np.ones((2, 2), dtype=np.int64)), text, 1),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("value", ["ab", b"ab"])
def test_a_bare_string_is_refused(call: Callable[[Any], object], value: Any) -> None:
    with pytest.raises(UsageError, match="got the string b?'ab', expected a sequence of strings") as raised:
        call(value)
    assert raised.value.hint == "put it in a list"


def test_a_classifier_refuses_a_bare_string(trained: Workspace) -> None:
    run = trained.run("nb")
    for call in (run.classifier.probabilities, run.classifier.read, run.n_trained_on):
        with pytest.raises(UsageError, match="texts: got the string 'A fine film.', expected a sequence of strings"):
            call("A fine film.")
