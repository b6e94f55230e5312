"""How a network is trained, and what came of it: the settings and the history of the one training loop."""

from dataclasses import dataclass, field
from typing import Any, Literal

from imdbnlp.settings import Field, Settings

Schedule = Literal["constant", "linear", "cosine", "inverse-sqrt"]


class LoopSettings(Settings):
    """How long, how fast and how carefully a network learns."""

    batch_size: int = Field(64, ge=1, description="Texts in a step; texts of like length go together.")
    epochs: int = Field(20, ge=1, description="Go over the training texts so often at most.")
    patience: int = Field(5, ge=1, description="Stop after so many epochs that validation did not gain from.")
    learning_rate: float = Field(0.001, gt=0, description="Size of a step (Adam).")
    schedule: Schedule = Field(
        "constant", description="How the rate falls from step to step; linear and cosine: to 0 after the last epoch."
    )
    warmup: float = Field(0.0, ge=0, lt=1, description="Share of the steps over which the rate rises first.")
    clip_norm: float = Field(1.0, ge=0, description="Longest gradient that is followed; 0 for any.")
    averaging: float = Field(
        0.0, ge=0, lt=1, description="Judge and keep a moving average of the weights: share that stays in each step."
    )
    time_limit: float | None = Field(None, gt=0, description="Stop after so many seconds and keep the best so far.")


@dataclass
class History:
    """epochs: the figures of each.  best: the epoch, counted from 1, whose weights were kept.  stopped: why."""

    epochs: list[dict[str, Any]] = field(default_factory=list)
    best: int = 0
    stopped: str = "epochs"

    def info(self) -> dict[str, Any]:
        """What a run's record says of the training."""
        return {"epochs": len(self.epochs), "best_epoch": self.best, "stopped": self.stopped}
