"""The better of `nbsvm` and `linear`, by their accuracy on texts that they had not seen.

Both are fitted with their default settings; the run says which one was kept, and is as fast and as large as that one.
"""

from typing import Any, Self

from imdbnlp.models import linear, nbsvm
from imdbnlp.models._linear import LinearModel
from imdbnlp.models.base import ModelConfig, Training


class Config(ModelConfig):
    """The settings that both models have."""


class Model(LinearModel):
    """Whichever model was better; both are stored alike."""

    @classmethod
    def fit(cls, config: Config, training: Training) -> Self:
        shared = {name: getattr(config, name) for name in Config.model_fields}
        models: dict[str, LinearModel] = {
            "nbsvm": nbsvm.Model.fit(nbsvm.Config(**shared), training),
            "linear": linear.Model.fit(linear.Config(**shared), training),
        }
        accuracies = {name: model.info.get("held_out_accuracy", 0.0) for name, model in models.items()}
        chosen = max(accuracies, key=accuracies.__getitem__)
        best: Any = models[chosen]
        model = cls(best.vectorizer, best.solution)
        model.held_out = best.held_out
        model.info = best.info | {"chosen": chosen, "held_out_accuracies": accuracies}
        return model
