"""What of a source becomes a dataset, and how."""

from typing import Literal

from imdbnlp.data.source_settings import SourceSettings
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field
from imdbnlp.text.clean import Profile


class DatasetSettings(SourceSettings):
    """How texts are read, chosen, divided and cut into words."""

    profile: Profile = Field("standard", description="standard, or notebook: token for token as the IMDB study.")
    language: str = Field(
        "en",
        description="Language of the stop words, lemmas, stems and, in Turkish and Azeri, of lower case. Chinese, "
        "Japanese, Thai, Lao, Khmer and Burmese are split into characters in any language (standard profile).",
    )
    stop_words: str | None = Field(None, description="File with stop words of your own, one a line.")
    missing: Literal["keep", "drop"] = Field("keep", description="What to do with empty texts.")
    duplicates: Literal["keep", "drop"] = Field("drop", description="… with rows whose text and label came before.")
    sample: int | None = Field(None, ge=2, description="Take so many rows, the ones pandas' sample takes.")
    seed: int = Field(42, ge=0, le=2**32 - 1, description="Seed of the sample and of the splits.")
    test_size: float | None = Field(
        None, ge=0, lt=1, description="Share kept for the test; 0.2 unless the source or --test-file has one."
    )
    valid_size: float | None = Field(
        None, ge=0, lt=1, description="Share that decides when to stop; 0.1, in the notebook profile 0."
    )
    valid_file: str | None = Field(None, description="What decides when to stop, where it is a file of its own.")
    test_file: str | None = Field(None, description="The test set, where it is a file of its own.")
    unlabelled: str | None = Field(None, description="Texts without labels, for pre-training.")

    def check_shares(self) -> None:
        """Raise SettingsError for shares that contradict each other or leave nothing to train on."""
        for part in ("test", "valid"):
            if getattr(self, f"{part}_file") and getattr(self, f"{part}_size"):
                raise SettingsError(
                    f"--{part}-size and --{part}-file exclude each other", hint="leave one out", field=f"{part}_size"
                )
        if (self.test_size or 0) + (self.valid_size or 0) >= 1:
            raise SettingsError("--test-size and --valid-size leave nothing to train on", hint="make them smaller")
