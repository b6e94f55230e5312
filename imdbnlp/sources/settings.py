"""Options that say where a table's texts and labels are, and how the table is read."""

from typing import Annotated

from pydantic import AfterValidator

from imdbnlp.settings import Field, Settings
from imdbnlp.sources.format_names import format_names

AUTO = "auto"
"""The format of a file that is recognised by its name or content."""


def _check_format(name: str) -> str:
    if name not in (AUTO, *format_names()):
        raise ValueError(f"expected one of {', '.join(format_names())}")
    return name


class TableSettings(Settings):
    """Where the texts are, and how the file is read; what is not given is recognised."""

    conditions = {"escapechar": "!no_quotes"}

    text_column: str | None = Field(
        None, description="Column that contains the texts; by default recognised by its name and content."
    )
    format: Annotated[str, AfterValidator(_check_format)] = Field(
        AUTO,
        description=f"Format of the file ({', '.join(format_names())}); by default recognised by its name or content.",
        json_schema_extra={"choices": [AUTO, *format_names()]},
    )
    delimiter: str | None = Field(
        None, description="Character that separates the columns; by default a comma in CSV and a tab in TSV."
    )
    encoding: str = Field("utf-8", description="Character encoding of the file, such as utf-8 or cp1252.")
    escapechar: str | None = Field(
        None, min_length=1, max_length=1, description="Character that escapes a quote or a delimiter, such as \\."
    )
    no_quotes: bool = Field(False, description="Treat quotes as ordinary characters.")
    no_header: bool = Field(False, description="Treat the first row as data and name the columns 0, 1, 2, ...")


class LabelSettings(TableSettings):
    """Where the labels are, and which are accepted."""

    label_column: str | None = Field(
        None, description="Column that contains the labels; by default recognised by its name and content."
    )
    fold_labels: bool = Field(
        False, description="Merge labels that differ only in case, width, spacing or invisible characters."
    )
    drop_unlabelled: bool = Field(False, description="Drop rows that have no label.")
    combined_labels: bool = Field(False, description="Treat each combination of labels (a|b) as a class of its own.")
    many_classes: bool = Field(
        False, description="Accept more than 1,000 classes, or more classes than half the number of rows."
    )


class SourceSettings(LabelSettings):
    """All columns and the format of labelled texts."""

    id_column: str | None = Field(None, description="Column that contains an identifier of each text.")
    split_column: str | None = Field(None, description="Column that assigns each row to the train, valid or test set.")
