"""Options that say where a table's texts and labels are, and how the table is read."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from imdbnlp.settings import Field, Settings
from imdbnlp.sources.format_names import format_names

AUTO = "auto"
"""The format of a file that is recognised by its name or content."""


def _check_format(name: str) -> str:
    if name not in (AUTO, *format_names()):
        raise PydanticCustomError("literal_error", "unknown format")
    return name


class TableSettings(Settings):
    """Where the texts are, and the file's format; what is not given is recognised."""

    conditions = {"escapechar": "!no_quotes"}

    text_column: str | None = Field(None, description="Column that holds the texts; recognised if not given.")
    format: Annotated[str, AfterValidator(_check_format)] = Field(
        AUTO, description=f"Format of the file: {', '.join(format_names())}; auto: by the file's name, then by its content.",
        json_schema_extra={"choices": [AUTO, *format_names()]},
    )  # fmt: skip
    delimiter: str | None = Field(
        None, description="Character that separates columns; by default a comma, in a .tsv file a tab."
    )
    encoding: str = Field("utf-8", description="Encoding of the file, like cp1252.")
    escapechar: str | None = Field(None, min_length=1, max_length=1, description="Character that escapes quotes.")
    no_quotes: bool = Field(False, description="Read quotes as ordinary characters, as in many .tsv files.")
    no_header: bool = Field(False, description="Read the first row as data; columns are then named 0, 1, ...")


class LabelSettings(TableSettings):
    """Where the labels are, and which are accepted."""

    label_column: str | None = Field(None, description="Column that holds the labels; recognised if not given.")
    fold_labels: bool = Field(
        False, description="Ignore case, width, repeated spaces and invisible characters of labels."
    )
    drop_unlabelled: bool = Field(False, description="Drop rows without a label.")
    combined_labels: bool = Field(False, description="Accept each combination of labels (a|b) as a class of its own.")
    many_classes: bool = Field(
        False, description="Accept more than 1,000 classes, or classes for more than half of the rows."
    )


class SourceSettings(LabelSettings):
    """All columns and the format of labelled texts."""

    id_column: str | None = Field(None, description="Column that holds an identifier of each text.")
    split_column: str | None = Field(None, description="Column that assigns each row to train, valid or test.")
