"""Tab-separated values: CSV with tabs between the columns."""

from imdbnlp.sources.delimited import DelimitedFormat


class Format(DelimitedFormat):
    title = "TSV"
    endings = (".tsv", ".tab")
    default_delimiter = "\t"
    likely_delimiters = ("\t",)
