"""How a table of texts is to be read."""

from typing import Literal

from imdbnlp.settings import Field, Settings

Format = Literal["auto", "csv", "tsv", "jsonl", "parquet", "folder", "lines"]


class SourceSettings(Settings):
    """Columns and format; what is not told is recognised."""

    text_column: str | None = Field(None, description="Column with the texts; recognised by its name if not given.")
    label_column: str | None = Field(None, description="Column with the labels; recognised if not given.")
    id_column: str | None = Field(None, description="Column with an identifier of each text.")
    split_column: str | None = Field(None, description="Column that says train, valid or test.")
    format: Format = Field(
        "auto",
        description="Format of the file; recognised by its name or content if not given. lines: one text a line.",
    )
    delimiter: str | None = Field(None, description="Character between columns; , or, in a .tsv, a tab.")
    encoding: str = Field("utf-8", description="Encoding of the file.")
    escapechar: str | None = Field(None, min_length=1, max_length=1, description="Character that escapes quotes.")
    no_quotes: bool = Field(False, description="Quotes are characters like any other, as in many .tsv files.")
    no_header: bool = Field(False, description="The first row holds data; columns are called 0, 1, ...")
    fold_labels: bool = Field(False, description="Lower-case the labels.")
    drop_unlabelled: bool = Field(False, description="Drop rows without a label.")
    many_classes: bool = Field(False, description="Accept more than 1,000 classes, or more than half the rows.")
