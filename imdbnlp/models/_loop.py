"""The settings of the one training loop of all networks, and the history of a training."""

from dataclasses import dataclass, field
from typing import Any, Literal

from imdbnlp.settings import Field, Settings

Schedule = Literal["constant", "linear", "cosine", "inverse-sqrt"]


class LoopSettings(Settings):
    """How long a network is trained, and how its weights are updated."""

    epochs: int = Field(20, ge=1, description="Maximum number of passes over the training set.")
    patience: int = Field(5, ge=1, description="Stop after this many epochs without improvement on the validation set.")
    learning_rate: float = Field(0.001, gt=0, description="Learning rate of the Adam optimizer, at its highest.")
    schedule: Schedule = Field(
        "constant",
        description="Learning rate schedule after the warm-up; linear and cosine reach 0 at the end of the last epoch.",
    )
    warmup: float = Field(
        0.0, ge=0, lt=1, description="Share of all training steps in which the learning rate rises from 0."
    )
    global_clipnorm: float = Field(
        1.0, ge=0, description="Scale all gradients down to this norm if it is exceeded; 0 turns clipping off."
    )
    ema_momentum: float = Field(
        0.0, ge=0, lt=1,
        description="Momentum of an exponential moving average of the weights, which is what is evaluated and kept; "
        "0 turns averaging off.",
    )  # fmt: skip
    time_limit: float | None = Field(
        None, gt=0, description="Stop training after this many seconds and keep the best epoch so far."
    )


@dataclass
class History:
    """epochs: the metrics of each epoch.  best: the epoch, counted from 1, whose weights were kept.  stopped: why."""

    epochs: list[dict[str, Any]] = field(default_factory=list)
    best: int = 0
    stopped: str = "epochs"

    def info(self) -> dict[str, Any]:
        """The part of the history that belongs into a run's record."""
        return {"epochs": len(self.epochs), "best_epoch": self.best, "stopped": self.stopped}
