"""What of a table of sentence pairs becomes a dataset, and how."""

from imdbnlp.data.dataset_settings import DatasetSettings
from imdbnlp.errors import SettingsError
from imdbnlp.settings import Field, flag
from imdbnlp.text.codec import CodecSettings

_OF_LABELLED_TEXTS = (
    "text_column", "label_column", "id_column", "fold_labels", "drop_unlabelled", "many_classes", "combined_labels",
    "rare_classes", "profile", "language", "stop_words", "unlabelled",
)  # fmt: skip


class PairSettings(DatasetSettings, CodecSettings):
    """The columns of a table of pairs, and how its sentences are cut; the rest as for labelled texts."""

    source_column: str | None = Field(None, description="Column to translate from: makes a dataset of pairs.")
    target_column: str | None = Field(None, description="Column to translate into (pairs).")

    @property
    def asks_for_pairs(self) -> bool:
        """Whether columns of pairs are named."""
        return self.source_column is not None or self.target_column is not None

    def check_pairs(self) -> None:
        """Raise SettingsError if the options do not go together, for pairs or for labelled texts."""
        kind = DatasetSettings if self.asks_for_pairs else CodecSettings
        names = _OF_LABELLED_TEXTS if self.asks_for_pairs else tuple(CodecSettings.model_fields)
        given = [name for name in names if getattr(self, name) != kind.model_fields[name].default]
        if given:
            only_for = "labelled texts" if self.asks_for_pairs else "pairs (--source-column, --target-column)"
            raise SettingsError(f"{flag(given[0])} is for {only_for}", hint="leave it out", field=given[0])
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
