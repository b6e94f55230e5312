"""JSON Lines, one object for each row, or one list of such objects.

{"review": "A good film.", "stars": 9}
{"review": "A bad film.", "stars": 2}
"""

import re

from imdbnlp.sources.json_table import JsonTable
from imdbnlp.sources.rows import RowTable
from imdbnlp.sources.table_format import Confidence, InputFile, Sample, TableFormat

_BEGINNING = re.compile(r'\s*(\[\s*)?\{\s*["}]')


class Format(TableFormat):
    title = "JSON objects"
    endings = (".jsonl", ".ndjson", ".json")

    def open(self, file: InputFile) -> RowTable:
        return JsonTable(file)

    def recognise(self, sample: Sample) -> Confidence:
        return Confidence.MARK if _BEGINNING.match(sample.text) else Confidence.NO
