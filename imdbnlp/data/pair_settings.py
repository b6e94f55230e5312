"""What of a table of sentence pairs becomes a dataset, and how."""

from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field, flag
from imdbnlp.text.subwords import SubwordSettings

_OF_LABELLED_TEXTS = (
    "text_column", "label_column", "id_column", "fold_labels", "drop_unlabelled", "many_classes", "combined_labels",
    "rare_classes", "near_duplicates", "profile", "language", "stop_words", "unlabelled",
)  # fmt: skip


class PairSettings(DatasetSettings, SubwordSettings):
    """The columns of a table of pairs, and how its sentences are cut; the rest as for labelled texts."""

    conditions = dict.fromkeys(SubwordSettings.model_fields, "source_column") | dict.fromkeys(
        _OF_LABELLED_TEXTS, "!source_column"
    )

    source_column: str | None = Field(None, description="Column with the source sentences, for a dataset of pairs.")
    target_column: str | None = Field(None, description="Column with the target sentences, for a dataset of pairs.")

    @property
    def asks_for_pairs(self) -> bool:
        """Whether columns of pairs are named."""
        return self.source_column is not None or self.target_column is not None

    def check_pairs(self) -> None:
        """Raise SettingsError unless both columns of pairs are named, or none."""
        if not self.asks_for_pairs:
            return
        missing = "source_column" if self.source_column is None else "target_column"
        if self.source_column is None or self.target_column is None:
            raise SettingsError(f"{flag(missing)} is missing", hint="pairs need both columns", field=missing)
        if self.source_column == self.target_column:
            raise SettingsError(
                f"--source-column and --target-column are both '{self.source_column}'", hint="name two columns",
                field="target_column",
            )  # fmt: skip
