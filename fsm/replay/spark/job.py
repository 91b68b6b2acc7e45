"""What the driver does: it splits a log into parts, sends tasks, and adds up the reports that they send back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Unpack

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from fsm.notation.echo import echo
from fsm.readers.faults import LogError
from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.partitions import HELD
from fsm.replay.bulk.report import Report
from fsm.replay.bulk.source import Path
from fsm.replay.pairings import Pairings
from fsm.replay.spark import parcels, tasks
from fsm.replay.spark.files import Files, files
from fsm.replay.spark.sessions import asking
from fsm.replay.spark.tasks import Packing, Stepping, Under
from fsm.spec.names import Surroundings
from fsm.spec.parties import Pairing

EVENTS = 1 << 20
"""Events of a bucket, about, where it is known how many there are."""


def replay(
    log: DataFrame | Path | Sequence[Path],
    *,
    spark: SparkSession | None = None,
    between: Pairing | None = None,
    buckets: int | None = None,
    together: bool = False,
    held: int = HELD,
    **surroundings: Unpack[Surroundings],
) -> Report:
    """Replay a log.

    Args:
        log: a DataFrame; or paths or URIs of Parquet and Arrow files, or of folders of them, that all executors find.
        spark: the session for files. Default: the one that there is.
        between: the two where the log names no mode.
        buckets: how many tasks replay; two or three times as many as cores are good, more where buckets are skewed.
            Default: one for a million events of files, and ``spark.sql.shuffle.partitions`` for a DataFrame.
        together: whether each file, or partition of the DataFrame, holds whole conversations, which is not checked.
            Then nothing is shuffled.
        held: how many events a task keeps in memory before any go to temporary files.
        surroundings: what a Pairing takes besides its two, where neither log nor ``between`` says.

    Raises:
        LogError: the log cannot be read; the message has file or partition, row, column, value and what is accepted.
        Failed: Spark cannot do it, as where an executor is lost too often.
        ValueError: ``buckets``, ``held`` or one of the surroundings is not accepted, or there is no session.
    """
    if held < 1:
        raise ValueError(f"held: {held} is not accepted; give 1 or more")
    if buckets is not None and not 1 <= buckets <= parcels.MOST_BUCKETS:
        raise ValueError(f"buckets: {buckets:,} is not accepted; give 1 to {parcels.MOST_BUCKETS:,}")
    under = Under(between, tuple(sorted(surroundings.items())))
    Pairings(between, {}, dict(surroundings))
    if isinstance(log, DataFrame):
        found = _frame(log, under, buckets, together, held)
    else:
        paths = [log] if isinstance(log, str | os.PathLike) else log
        if not (isinstance(paths, Sequence) and paths and all(isinstance(each, str | os.PathLike) for each in paths)):
            raise LogError(f"log: {echo(log)} is not accepted; give a DataFrame, or paths")
        session = spark or SparkSession.getActiveSession()
        if session is None:
            raise ValueError(
                "spark: there is no session; give one, such as that of fsm.replay.spark.session('local[2]')"
            )
        found = _files(session, files(paths, 0) if together else files(paths), under, buckets, together, held)
    with asking():
        results = found.collect()
    return _added(results)


def _frame(log: DataFrame, under: Under, buckets: int | None, together: bool, held: int) -> DataFrame:
    numbers = _numbers(log.columns, "log")
    # a dot in a name is a field of a struct to Spark, and some of it forgets the backticks: tasks name them again
    rows = log.select(*(sf.col(f"`{name}`").alias(f"column{n}") for n, name in enumerate(numbers.read)))
    stepping = Stepping(under, held, numbers.passed_over)
    if together:
        return rows.mapInArrow(partial(tasks.replay_frame, numbers.read, stepping), tasks.RESULT)
    packing = Packing(buckets or int(log.sparkSession.conf.get("spark.sql.shuffle.partitions") or 1), held)
    return _shuffled(
        rows.mapInArrow(partial(tasks.pack_frame, numbers.read, packing), parcels.COLUMNS), packing, stepping
    )


def _files(spark: SparkSession, log: Files, under: Under, buckets: int | None, together: bool, held: int) -> DataFrame:
    numbers = _numbers(log.columns, log.parts[0].path)
    stepping = Stepping(under, held, numbers.passed_over)
    ids = spark.range(0, len(log.parts), 1, len(log.parts))
    if together:
        return ids.mapInArrow(partial(tasks.replay_files, log.parts, stepping), tasks.RESULT)
    usual = min(max(-(-log.events // EVENTS), 1), parcels.MOST_BUCKETS)
    packing = Packing(buckets or usual, held)
    return _shuffled(ids.mapInArrow(partial(tasks.pack_files, log.parts, packing), parcels.COLUMNS), packing, stepping)


def _numbers(columns: Sequence[str], name: str) -> Numbers:
    try:
        return Numbers(columns)
    except LogError as error:
        raise LogError(f"{name}: {error}") from None


def _shuffled(packed: DataFrame, packing: Packing, stepping: Stepping) -> DataFrame:
    buckets = packed.repartitionById(packing.buckets, "bucket").sortWithinPartitions("part", "number")
    return buckets.mapInArrow(partial(tasks.replay_parcels, stepping), tasks.RESULT)


def _added(results: Iterable[Any]) -> Report:
    """The report of all, or what comes first in the log of all that is wrong with it."""
    results = sorted(results, key=lambda each: each.place)
    for each in results:
        if each.error is not None:
            raise LogError(each.error)
    return sum((Report.from_dict(json.loads(each.report)) for each in results), Report())
