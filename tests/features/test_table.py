"""The key table finds what was put in and nothing else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from imdbnlp.features.table import KeyTable

INT64 = st.integers(0, 2**62)


@given(st.sets(INT64, max_size=200), st.lists(INT64, max_size=50))
def test_find_answers_positions_or_minus_one(keys: set[int], others: list[int]) -> None:
    ordered = sorted(keys)
    table = KeyTable.build(np.array(ordered, dtype=np.int64))
    wanted = ordered + others
    expected = [ordered.index(key) if key in keys else -1 for key in wanted]
    assert table.find(np.array(wanted, dtype=np.int64)).tolist() == expected


def test_a_large_table_finds_every_key() -> None:
    keys = np.unique(np.random.default_rng(0).integers(0, 2**50, 300_000))
    assert (KeyTable.build(keys).find(keys) == np.arange(len(keys))).all()
