"""How an answer is searched for."""

from imdbnlp.settings import Field, Settings


class SearchSettings(Settings):
    """How many beginnings are followed, and how they are compared."""

    beam: int = Field(1, ge=1, le=100, description="Beginnings that are followed side by side; 1 is greedy.")
    length_penalty: float = Field(
        0.6, ge=0, le=5, description="How much longer answers are favoured; 0: by their probability alone."
    )
    tokens_at_once: int = Field(20_000, ge=1, description="Tokens that are read at once, of all beginnings.")

    def penalty(self, length: int) -> float:
        """What the log-probability of an answer of so many tokens is divided by (Wu et al. 2016, 7)."""
        return float(((5 + length) / 6) ** self.length_penalty)
