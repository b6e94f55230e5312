"""Ragged rows keep their values and their places."""

from pathlib import Path

import numpy as np
import pytest

from imdbnlp.errors import ArtefactError
from imdbnlp.storage.ragged import Ragged, concatenate, offsets_of, ranges

ROWS = Ragged(np.array([7, 8, 9, 5], dtype=np.int32), np.array([0, 2, 2, 3, 4]))


def as_lists(ragged: Ragged) -> list[list[int]]:
    return [ragged[row].tolist() for row in range(len(ragged))]


def test_rows_are_slices_of_the_values() -> None:
    assert as_lists(ROWS) == [[7, 8], [], [9], [5]]


@pytest.mark.parametrize("rows", [[0, 2], [2, 0], [3, 3, 1], [], [0, 1, 2, 3]])
def test_take_gives_the_rows_in_the_order_asked_for(rows: list[int]) -> None:
    assert as_lists(ROWS.take(np.array(rows, dtype=np.int64))) == [as_lists(ROWS)[row] for row in rows]


def test_keep_drops_items_and_keeps_rows() -> None:
    assert as_lists(ROWS.keep(np.array([True, False, False, True]))) == [[7], [], [], [5]]


def test_ranges_count_up_from_each_start() -> None:
    assert ranges(np.array([5, 0, 9]), np.array([2, 0, 3])).tolist() == [5, 6, 9, 10, 11]


def test_concatenated_rows_follow_one_another() -> None:
    assert as_lists(concatenate([ROWS, ROWS])) == as_lists(ROWS) * 2


def test_row_ids_name_the_row_of_each_item() -> None:
    assert ROWS.row_ids.tolist() == [0, 0, 2, 3]


def test_saved_rows_are_read_back(tmp_path: Path) -> None:
    ROWS.save(tmp_path, "tokens")
    assert as_lists(Ragged.open(tmp_path, "tokens", 10)) == as_lists(ROWS)


def test_offsets_of_other_values_are_refused(tmp_path: Path) -> None:
    ROWS.save(tmp_path, "tokens")
    np.save(tmp_path / "tokens.offsets.npy", offsets_of([1, 1]))
    with pytest.raises(ArtefactError, match="tokens.offsets.npy is damaged: offsets that do not divide 4 items"):
        Ragged.open(tmp_path, "tokens", 10)


@pytest.mark.parametrize("offsets", [[0, 3, 2, 4], [1, 4], [], [0, 2**62, 4]])
def test_offsets_that_fall_or_lead_astray_are_refused(offsets: list[int], tmp_path: Path) -> None:
    ROWS.save(tmp_path, "tokens")
    np.save(tmp_path / "tokens.offsets.npy", np.array(offsets, dtype=np.int64))
    with pytest.raises(ArtefactError, match="tokens.offsets.npy is damaged"):
        Ragged.open(tmp_path, "tokens", 10)


def test_values_that_lead_out_of_their_table_are_refused(tmp_path: Path) -> None:
    ROWS.save(tmp_path, "tokens")
    with pytest.raises(ArtefactError, match="values from 5 to 9, expected from 0 to below 9"):
        Ragged.open(tmp_path, "tokens", 9)


def test_another_number_of_rows_is_refused(tmp_path: Path) -> None:
    ROWS.save(tmp_path, "tokens")
    with pytest.raises(ArtefactError, match=r"an array of shape \(5,\), expected 4"):
        Ragged.open(tmp_path, "tokens", 10, rows=3)
