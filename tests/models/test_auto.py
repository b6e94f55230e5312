"""`auto` keeps the better of two models."""

import numpy as np

from imdbnlp.models import auto, linear, nbsvm
from imdbnlp.models.base import Training
from imdbnlp.text.documents import read_documents
from imdbnlp.text.views import Preprocessing

TEXTS = ["a fine film", "a dull film", "fine and moving", "dull and long", "a fine cast", "a dull cast"] * 4


def test_auto_is_the_model_with_the_higher_accuracy_out_of_fold() -> None:
    documents = read_documents(TEXTS, Preprocessing())
    labels = np.array([1, 0, 0] * 8)  # hard enough that the two models differ
    training = Training(documents, labels, np.zeros(24, dtype=bool), 2)
    models = {"nbsvm": nbsvm.Model.fit(nbsvm.Config(), training), "linear": linear.Model.fit(linear.Config(), training)}
    found = auto.Model.fit(auto.Config(), training)
    best = max(models.values(), key=lambda model: model.info["held_out_accuracy"])
    assert found.info["held_out_accuracies"] == {
        name: model.info["held_out_accuracy"] for name, model in models.items()
    }
    assert (found.scores(documents) == best.scores(documents)).all()
    assert found.held_out is not None and best.held_out is not None
    assert (found.held_out.scores == best.held_out.scores).all()
