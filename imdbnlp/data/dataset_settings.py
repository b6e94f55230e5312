"""Options that say which texts of a source become a dataset, how they are preprocessed and how they are split."""

from typing import Literal

from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field
from imdbnlp.sources.settings import SourceSettings
from imdbnlp.text.profiles import ProfileName


class DatasetSettings(SourceSettings):
    """How texts are read, selected, preprocessed and split."""

    conditions = {"language": "profile=standard"}

    profile: ProfileName = Field(
        "standard",
        description="How texts are preprocessed: standard suits most languages, notebook reproduces the IMDB study.",
    )
    language: str = Field(
        "en",
        description="Language of the texts (code or English name), for stop words, lemmas, stems and lower-casing. "
        "Chinese, Japanese, Thai, Lao, Khmer and Burmese are split into characters whatever the language.",
    )
    stop_words: str | None = Field(None, description="File with your own list of stop words, one per line.")
    missing: Literal["keep", "drop"] = Field("keep", description="Keep or drop rows whose text is empty.")
    duplicates: Literal["keep", "drop"] = Field(
        "drop", description="Keep or drop rows with the same text and label as an earlier row."
    )
    near_duplicates: bool = Field(
        False,
        description="Put near duplicates (texts that share 80 % of their three-word sequences) into the same split and "
        "fold (notebook profile: only fold), and report those in different splits; none are dropped.",
    )
    rare_classes: Literal["error", "drop", "merge", "train-only"] = Field(
        "error",
        description="What to do with classes that have too few texts to be split: stop with an error, drop them, merge "
        "them into a class 'other', or use them for training only.",
    )
    sample: int | None = Field(
        None, ge=2, description="Use only this many rows, drawn at random as pandas.DataFrame.sample does."
    )
    seed: int = Field(42, ge=0, le=2**32 - 1, description="Random seed of the sample and of the splits.")
    test_size: float | None = Field(
        None,
        ge=0,
        lt=1,
        description="Share of the rows in the test set; by default 0.2 unless the source or --test-file provides one.",
    )
    valid_size: float | None = Field(
        None,
        ge=0,
        lt=1,
        description="Share of the rows in the validation set; by default 0.1, or 0 with --profile notebook.",
    )
    valid_file: str | None = Field(None, description="File that contains the validation set.")
    test_file: str | None = Field(None, description="File that contains the test set.")
    unlabelled: str | None = Field(None, description="File with unlabelled texts, used only to train word vectors.")

    def check_shares(self) -> None:
        """Raise SettingsError for sizes that contradict each other or leave no training set."""
        for part in ("test", "valid"):
            if getattr(self, f"{part}_file") and getattr(self, f"{part}_size"):
                raise SettingsError(
                    f"--{part}-size and --{part}-file cannot be used together",
                    hint="leave one of them out",
                    field=f"{part}_size",
                )
        if (self.test_size or 0) + (self.valid_size or 0) >= 1:
            raise SettingsError("--test-size and --valid-size leave no training set", hint="make them smaller")
