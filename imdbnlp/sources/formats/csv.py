"""Comma-separated values, as spreadsheets and pandas write them.

id,review,sentiment
1,"A good film, at last.",positive
"""

from imdbnlp.sources.delimited import DelimitedFormat


class Format(DelimitedFormat):
    title = "CSV"
    endings = (".csv",)
    default_delimiter = ","
    likely_delimiters = (",", ";", "|")
