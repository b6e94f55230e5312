"""The settings of decoding."""

from imdbnlp.settings import Field, Settings, work_setting


class SearchSettings(Settings):
    """How many hypotheses are followed, and how they are compared."""

    conditions = {"length_penalty": "beam!=1"}

    beam: int = Field(1, ge=1, le=100, description="Beam size of the search; 1 is greedy search.")
    length_penalty: float = Field(
        0.6, ge=0, le=5, description="How strongly longer translations are favoured; 0 compares probabilities alone."
    )
    tokens_at_once: int = work_setting(20_000, ge=1, description="Decode about this many tokens at once.")

    def penalty(self, length: int) -> float:
        """What the log-probability of a hypothesis of this length is divided by (Wu et al. 2016, 7)."""
        return float(((5 + length) / 6) ** self.length_penalty)
