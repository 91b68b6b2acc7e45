"""``fsm replay --spark``: what the bulk replay says, said of a log on Spark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow.parquet as pq  # type: ignore[import-untyped]  # it has no annotations
import pytest

from tests.cli.conftest import Fsm, fsm
from tests.replay.bulk.logs import table
from tests.replay.bulk.test_replay import SOME

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["fsm"]


@pytest.fixture
def log(tmp_path: Path) -> str:
    path = tmp_path / "log.parquet"
    pq.write_table(table([event.row() for event in SOME]), path, row_group_size=3)
    return str(path)


@pytest.mark.real
def test_it_says_what_bulk_replay_says(spark: SparkSession, fsm: Fsm, log: str) -> None:
    one, other = fsm("replay", log), fsm("replay", log, "--spark", "local[2]")
    assert (other.status, other.words) == (1, one.words)
    assert fsm("replay", log, "--spark", "local[2]", "--json").data == fsm("replay", log, "--json").data
    assert fsm("replay", log, log, "--spark", "local[2]", "--json").data["events"] == 16


@pytest.mark.real
def test_what_is_wrong_is_one_line(spark: SparkSession, fsm: Fsm, log: str) -> None:
    pq.write_table(table([*(event.row() for event in SOME), {"conversation": "a", "event": "x"}], "by"), log)
    answer = fsm("replay", log, "--spark", "local[2]")
    assert (answer.status, answer.err) == (2, fsm("replay", log).err)


def test_where_there_is_no_such_master(fsm: Fsm, log: str) -> None:
    answer = fsm("replay", log, "--spark", "here")
    assert answer.status == 2
    assert answer.err.startswith("Error: --spark: 'here' is not accepted; give local[2], spark://HOST:PORT")


def test_options_that_are_for_lines(fsm: Fsm, log: str) -> None:
    answer = fsm("replay", log, "--spark", "local[2]", "--skip-bad")
    assert answer.status == 2
    assert answer.err.startswith("Error: --skip-bad: ")
