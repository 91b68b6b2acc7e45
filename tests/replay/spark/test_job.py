"""Logs replayed on Spark: the same report as that of one process, from files and from DataFrames."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest

from fsm.replay import LogError, bulk
from tests.people import PAIRS
from tests.replay.bulk.logs import table
from tests.replay.bulk.test_replay import SOME

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pytestmark = pytest.mark.real
LOG = table(
    [
        event._replace(conversation=f"{event.conversation}{n}").row(time=60 * at)
        for n in range(10)
        for at, event in enumerate(SOME)
    ]
).append_column("rule", pa.nulls(80, pa.string()))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log as a file of many row groups, in no order of time."""
    path = tmp_path / "log.parquet"
    pq.write_table(LOG.take(pa.array([n * 7 % 80 for n in range(80)])), path, row_group_size=9)
    return path


def replay(log: Any, **how: Any) -> bulk.Report:
    from fsm.replay.spark import replay

    return replay(log, **how)


def test_files(spark: SparkSession, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = bulk.replay(log)
    assert whole.departed == 20
    assert replay(log, spark=spark) == replay([log.as_uri()], buckets=5, held=4) == whole
    monkeypatch.setattr("fsm.replay.spark.job.EVENTS", 20)
    assert replay(str(log), spark=spark) == whole


def frame(spark: SparkSession, log: pa.Table) -> DataFrame:
    return spark.createDataFrame(log).repartition(3)


def test_a_data_frame(spark: SparkSession, log: Path) -> None:
    whole = bulk.replay(log)
    found = spark.read.parquet(str(log))
    assert replay(found) == replay(found.repartition(4), buckets=7) == whole
    assert replay(found.where("conversation = 'a3'")).conversations == 1


def test_a_bucket_that_holds_most_of_the_log(spark: SparkSession) -> None:
    hot = pa.array(["a0" if n % 8 not in (1, 3, 6, 7) else f"b{n}" for n in range(80)])
    skewed = LOG.set_column(0, "conversation", hot)
    whole = bulk.replay(skewed, between=PAIRS["sfb>sfb"])
    assert replay(frame(spark, skewed), between=PAIRS["sfb>sfb"], buckets=3, held=5) == whole


def test_whole_conversations_are_not_shuffled(spark: SparkSession, tmp_path: Path) -> None:
    for n in range(4):
        mine = [name.as_py()[1] in "0123456789"[n::4] for name in LOG["conversation"]]
        pq.write_table(LOG.filter(pa.array(mine)), tmp_path / f"{n}.parquet")
    assert replay(tmp_path, spark=spark, together=True) == bulk.replay(LOG)
    found = spark.createDataFrame(LOG).repartition(3, "conversation")
    assert replay(found, together=True) == bulk.replay(LOG)


@pytest.mark.parametrize("together", [False, True])
def test_what_is_wrong_is_one_line_as_in_one_process(spark: SparkSession, log: Path, together: bool) -> None:
    rows = pq.read_table(log).to_pylist()
    rows[20]["event"], rows[70]["event"] = "send_txt", "sent"
    pq.write_table(table(rows), log, row_group_size=9)
    with pytest.raises(LogError) as one:
        bulk.replay(log)
    with pytest.raises(LogError, match=f"^{re.escape(str(one.value))}$"):
        replay(log, spark=spark, together=together)
    with pytest.raises(LogError, match=r'^partition \d+:\d+: event: "sen\w+" is not known; did you mean '):
        replay(spark.read.parquet(str(log)), together=together)


def test_columns_are_known_before_anything_is_read(spark: SparkSession) -> None:
    with pytest.raises(LogError, match=r"^log: column 'when' is not known; use one of "):
        replay(spark.createDataFrame(LOG.rename_columns(["when", *LOG.column_names[1:]])))
    with pytest.raises(LogError, match="'by' is missing"):
        replay(spark.createDataFrame(LOG.drop_columns("by")))


@pytest.mark.parametrize(
    ("log", "how", "said"),
    [
        (7, {}, "log: 7 is not accepted; give a DataFrame, or paths"),
        ([], {}, "log: [] is not accepted; give a DataFrame, or paths"),
        ("log", {"held": 0}, "held: 0 is not accepted; give 1 or more"),
        ("log", {"buckets": 0}, "buckets: 0 is not accepted; give 1 to 65,536"),
        ("log", {"buckets": 1 << 20}, "buckets: 1,048,576 is not accepted; give 1 to 65,536"),
        ("log", {"weather": "fine"}, 'surroundings: "weather" is not known; '),
    ],
)
def test_what_is_not_accepted(spark: SparkSession, log: Any, how: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}"):
        replay(log, **how)


def test_a_session_is_needed_for_files(spark: SparkSession, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(spark), "getActiveSession", lambda: None)
    with pytest.raises(ValueError, match="spark: there is no session; give one"):
        replay(log)
