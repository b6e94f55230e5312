"""What of a source becomes a dataset, and how."""

from typing import Literal

from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.text.profiles import ProfileName


class DatasetSettings(SourceSettings):
    """How texts are read, chosen, divided and cut into words."""

    conditions = {"language": "profile=standard"}

    profile: ProfileName = Field(
        "standard", description="standard suits most languages; notebook follows the IMDB study token by token."
    )
    language: str = Field(
        "en",
        description="Language of the stop words, lemmas, stems and, in Turkish and Azeri, of lower case. Chinese, "
        "Japanese, Thai, Lao, Khmer and Burmese are split into characters in any language.",
    )
    stop_words: str | None = Field(None, description="File that lists your own stop words, one per line.")
    missing: Literal["keep", "drop"] = Field("keep", description="Keep or drop rows with an empty text.")
    duplicates: Literal["keep", "drop"] = Field(
        "drop", description="Keep or drop rows that repeat the text and label of an earlier row."
    )
    near_duplicates: bool = Field(
        False,
        description="Keep near duplicates (80 % of their three-word sequences are the same) in the same part or fold "
        "(notebook profile: fold), and count those across parts; takes about 2 seconds for 25,000 reviews. "
        "None are dropped.",
    )
    rare_classes: Literal["error", "drop", "merge", "train-only"] = Field(
        "error",
        description="Classes with too few texts to divide: drop, merge into 'other', or keep for training only.",
    )
    sample: int | None = Field(
        None, ge=2, description="Draw this many rows at random, the same as pandas.DataFrame.sample."
    )
    seed: int = Field(42, ge=0, le=2**32 - 1, description="Random seed of the sample and the splits.")
    test_size: float | None = Field(
        None,
        ge=0,
        lt=1,
        description="Share of the rows for the test set; 0.2 unless the source or --test-file has one.",
    )
    valid_size: float | None = Field(
        None, ge=0, lt=1, description="Share of the rows for the validation set; 0.1, in the notebook profile 0."
    )
    valid_file: str | None = Field(None, description="File with the validation set, if it is separate.")
    test_file: str | None = Field(None, description="File with the test set, if it is separate.")
    unlabelled: str | None = Field(None, description="File with texts without labels, for training word vectors.")

    def check_shares(self) -> None:
        """Raise SettingsError for shares that contradict each other or leave nothing to train on."""
        for part in ("test", "valid"):
            if getattr(self, f"{part}_file") and getattr(self, f"{part}_size"):
                raise SettingsError(
                    f"--{part}-size and --{part}-file exclude each other", hint="leave one out", field=f"{part}_size"
                )
        if (self.test_size or 0) + (self.valid_size or 0) >= 1:
            raise SettingsError("--test-size and --valid-size leave nothing to train on", hint="make them smaller")
