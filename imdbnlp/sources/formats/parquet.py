"""Apache Parquet, with typed columns; see imdbnlp/sources/parquet_table.py for what is read of it."""

from imdbnlp.sources.rows import RowTable
from imdbnlp.sources.table_format import Confidence, InputFile, Sample, TableFormat

_MAGIC = b"PAR1"


class Format(TableFormat):
    title = "Parquet"
    endings = (".parquet",)
    options = ()

    def open(self, file: InputFile) -> RowTable:
        from imdbnlp.sources.parquet_table import ParquetTable

        return ParquetTable(file.path, file.digest)

    def recognise(self, sample: Sample) -> Confidence:
        return Confidence.MARK if sample.data.startswith(_MAGIC) else Confidence.NO
