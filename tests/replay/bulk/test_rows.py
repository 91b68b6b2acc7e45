"""A log in columns, row by row."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from fsm.readers.faults import LogError
from fsm.replay.bulk.rows import Rows

TABLE = pa.table({"event": pa.array(["hold", "resume"]).dictionary_encode(), "by": ["originator", None]})


def test_rows_are_read_as_often_as_they_are_asked_for(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "log.parquet")
    rows = Rows(tmp_path / "log.parquet")
    assert rows.name == str(tmp_path / "log.parquet")
    assert list(rows) == list(rows) == TABLE.to_pylist() == list(Rows(TABLE))


def test_times_are_numbers_in_their_order() -> None:
    times = pa.array([1, None, -(10**12)], pa.timestamp("ns", "UTC"))
    assert [row["time"] for row in Rows(pa.table({"time": times}))] == [1, None, -(10**12)]


def test_a_value_that_python_does_not_have_is_told() -> None:
    far = pa.array([[10**15]], pa.list_(pa.timestamp("s")))
    with pytest.raises(LogError, match=r"^log: cannot be read: Python int too large"):
        list(Rows(pa.table({"note": far})))


def test_a_file_of_lines_is_none_in_columns(tmp_path: Path) -> None:
    (tmp_path / "log.parquet").write_text('{"event": "hold", "by": "originator"}\n', "utf-8")
    with pytest.raises(
        LogError, match=r"log\.parquet: this is neither Parquet nor Arrow; name the file for what it is"
    ):
        list(Rows(tmp_path / "log.parquet"))
