"""Results are pandas tables, too."""

import pytest

from imdbnlp.errors import UsageError
from imdbnlp.report.result import Result, Table, bars


def test_a_result_gives_its_tables_as_data_frames() -> None:
    tables = [Table("runs", ["run", "accuracy"], [("nb", 0.9), ("floor", 0.5)]), Table("n", ["n"], [bars([4])])]
    result = Result(tables=tables)
    assert result.to_frame().to_dict("list") == {"run": ["nb", "floor"], "accuracy": [0.9, 0.5]}
    assert result.to_frame("n").to_dict("list") == {"n": [4]}


def test_a_table_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match="the result has no table other") as caught:
        Result(tables=[Table("runs", ["run"], [])]).to_frame("other")
    assert caught.value.hint == "its tables are: 'runs'"
