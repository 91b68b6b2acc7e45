"""Streams of events on Spark: what departs is told once, whenever the query is stopped, killed and started again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from pyspark.errors import StreamingQueryException

import fsm
from fsm.replay import LogError, bulk
from tests.replay.bulk.logs import table
from tests.replay.bulk.test_replay import SOME

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

TRIES = 5

PROVIDER = "spark.sql.streaming.stateStore.providerClass"
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def log(conversations: int) -> pa.Table:
    """Conversations, the events of each numbered and all of them mixed."""
    rows, count = [], Counter[str]()
    for event in SOME:
        for n in range(conversations):
            name = f"{event.conversation}{n}"
            count[name] += 1
            rows.append(event._replace(conversation=name).row() | {"number": count[name]})
    return table(rows).take(pa.array([n * 7 % len(rows) for n in range(len(rows))]))


def write(some: pa.Table, folder: Path, name: str) -> None:
    """A file that is there at once, as those who write to a stream do it."""
    folder.mkdir(exist_ok=True)
    pq.write_table(some, folder / f".{name}")
    (folder / f".{name}").rename(folder / name)


def departures(some: pa.Table) -> list[tuple[Any, ...]]:
    """How conversations depart in bulk."""
    rows: list[dict[str, Any]] = []
    timed = some.rename_columns(["time" if name == "number" else name for name in some.column_names])
    bulk.replay(timed, each=lambda each: rows.extend(each.to_pylist()))
    return sorted((row["conversation"], row["departs_at"], row["event"]) for row in rows if row["departs_at"])


def told(out: Path) -> list[tuple[Any, ...]]:
    """What a query has told, read from what Spark says is in the sink."""
    files = {
        Path(json.loads(line)["path"]).name
        for each in (out / "_spark_metadata").iterdir()
        if not each.name.startswith(".")
        for line in each.read_text().splitlines()[1:]
    }
    rows = [json.loads(line) for name in files for line in (out / name).read_text().splitlines()]
    return sorted((row["conversation"], row.get("departs_at"), row.get("event")) for row in rows)


def stream(spark: SparkSession, folder: Path) -> DataFrame:
    kind = spark.read.parquet(str(folder)).schema
    return spark.readStream.schema(kind).option("maxFilesPerTrigger", 1).parquet(str(folder))


def ended(start: Callable[[], StreamingQuery]) -> None:
    """A query has done what there was; on a busy machine Spark gives up a worker that is not there in ten seconds."""
    for left in reversed(range(TRIES)):
        query = start()
        try:
            assert query.awaitTermination(300)
            return
        except StreamingQueryException as error:
            if not left or "failed to connect back" not in str(error):
                raise


@pytest.mark.real
def test_a_query_that_is_started_again_goes_on(spark: SparkSession, tmp_path: Path) -> None:
    from fsm.replay.spark import live

    spark.conf.set(PROVIDER, ROCKSDB)
    whole = log(2)
    for n, (low, high) in enumerate(((0, 9), (9, 32))):
        write(whole.slice(low, high - low), tmp_path / "log", f"{n}.parquet")
        query = (
            live(stream(spark, tmp_path / "log"), buckets=2, sequence="number")
            .writeStream.format("json")
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .trigger(availableNow=True)
        )
        ended(lambda: query.start(str(tmp_path / "told")))  # noqa: B023  # it is asked at once
    assert told(tmp_path / "told") == departures(whole)


@pytest.mark.real
def test_what_is_not_accepted(spark: SparkSession, tmp_path: Path) -> None:
    from fsm.replay.spark import live

    write(log(1), tmp_path / "log", "0.parquet")
    there = spark.read.parquet(str(tmp_path / "log"))
    with pytest.raises(ValueError, match=r"^stream: it is no stream; give what"):
        live(there)
    found = stream(spark, tmp_path / "log")
    spark.conf.unset(PROVIDER)
    with pytest.raises(ValueError, match=rf"^{re.escape(PROVIDER)}: .*HDFSBackedStateStoreProvider is not accepted; "):
        live(found, sequence="number")
    spark.conf.set(PROVIDER, ROCKSDB)
    with pytest.raises(ValueError, match=r"^buckets: 0 is not accepted; give 1 to 65,536$"):
        live(found, buckets=0)
    with pytest.raises(LogError, match=r"^sequence: column 'nth' is not there; use one of conversation, "):
        live(found, sequence="nth")
    with pytest.raises(LogError, match=r"^column 'number' is not known"):
        live(found)
    assert live(found.drop("number")).isStreaming
    assert (
        live(found.drop("conversation"), sequence="number").schema["conversation"].dataType.simpleString() == "string"
    )


QUERY = """
import sys
from fsm.replay.spark import live, session
folder, provider, rocksdb = sys.argv[1:]
settings = {"spark.driver.memory": "512m", "spark.sql.shuffle.partitions": "2", provider: rocksdb}
with session("local[2]", settings) as spark:
    kind = spark.read.parquet(folder + "/log").schema
    found = spark.readStream.schema(kind).option("maxFilesPerTrigger", 1).parquet(folder + "/log")
    query = live(found, buckets=4, sequence="number").writeStream.format("json")
    query = query.option("checkpointLocation", folder + "/checkpoint").trigger(availableNow=True)
    assert query.start(folder + "/told").awaitTermination(600)
"""


@pytest.mark.slow
def test_a_query_that_is_killed_and_started_again_loses_nothing_and_tells_nothing_twice(tmp_path: Path) -> None:
    whole = log(200)
    size = -(-len(whole) // 12)
    for n in range(12):
        write(whole.slice(n * size, size), tmp_path / "log", f"{n:02}.parquet")
    commits, kills, left = tmp_path / "checkpoint" / "commits", 0, TRIES
    while True:
        began = len(list(commits.glob("[0-9]*"))) if commits.exists() else 0
        running = subprocess.Popen(
            [sys.executable, "-c", QUERY, str(tmp_path), PROVIDER, ROCKSDB],
            env={**os.environ, "PYTHONPATH": str(Path(fsm.__file__).parents[1])},
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        # a batch or two after it has begun to work: another moment each time
        while running.poll() is None and (not commits.exists() or len(list(commits.glob("[0-9]*"))) < began + 2):
            time.sleep(0.05)
        time.sleep(0.11 * kills)
        if kills < 4 and running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            kills += 1
        elif running.wait(600) == 0 or not left:
            break
        else:
            left -= 1  # Spark gave it up
    assert kills == 4
    assert running.returncode == 0
    assert told(tmp_path / "told") == departures(whole)
