"""A stream of events held against the specification as it comes: its departures are a stream."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as sf
from pyspark.sql.streaming.stateful_processor import StatefulProcessor
from pyspark.sql.types import IntegralType

from fsm.notation.echo import echo
from fsm.readers.faults import LogError
from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.partitions import HELD
from fsm.replay.pairings import Pairings
from fsm.replay.spark import parcels, waiting
from fsm.replay.spark.parcels import Packer, packed, row, unpacked
from fsm.replay.spark.said import Said
from fsm.replay.spark.standing import Spelling, Standing, Telling
from fsm.replay.spark.tasks import Batches, Under, gathered, known, partition
from fsm.spec.parties import Pairing

if TYPE_CHECKING:
    from typing import Unpack

    from pyspark.sql.streaming.stateful_processor import StatefulProcessorHandle

    from fsm.spec.names import Surroundings

STORE = "spark.sql.streaming.stateStore.providerClass"
ROCKSDB = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
BUCKETS = 64
"""Buckets of a stream, where nobody says how many."""


class Following(NamedTuple):
    """How a stream is followed.

    Args:
        under: what is known of pairings besides.
        numbered: whether events are numbered in their conversation.
        forget: after how many seconds without an event a conversation is forgotten; None for never.
    """

    under: Under
    numbered: bool
    forget: float | None


def live(
    stream: DataFrame,
    *,
    between: Pairing | None = None,
    buckets: int = BUCKETS,
    sequence: str | None = None,
    forget: timedelta | None = None,
    **surroundings: Unpack[Surroundings],
) -> DataFrame:
    """The departures of a stream, which whoever asks writes where they are wanted: ``live(stream).writeStream``.

    A row is told of each conversation once: how it first departs, by ``departs_at``, ``event``, ``by``, ``kind`` and
    ``rule`` as in ``fsm.replay.bulk``; or by ``error`` why it cannot be followed, such as a value that is not accepted.
    What comes after in the conversation is not followed.

    Where conversations stand is in Spark's checkpoint, by bucket and by name: a query that is started again goes on
    from there, with none lost or told twice in a sink that Spark writes to exactly once. It may be another release by
    then. Conversations go on as ``Conversation.restore`` has them go on; where they cannot, that is their ``error``.

    Args:
        stream: a streaming DataFrame of events, with columns as for ``replay``.
        between: the two where the log names no mode.
        buckets: in how many parts conversations are kept; a checkpoint is of one number of them. Of a bucket in which
            something happens, all is read and written. Default: 64.
        sequence: the column that numbers the events of each conversation from 1. Then they may come in any order and
            more than once. Default: they are taken batch by batch, those of a batch by their ``time``; a conversation
            in which time goes back from one batch to the next cannot be followed.
        forget: after how long without an event a conversation is forgotten, by the clock of the executors; if it goes
            on, it begins anew. Default: never, and what is kept grows with every conversation.
        surroundings: what a Pairing takes besides its two, where neither stream nor ``between`` says.

    Raises:
        LogError: a column is not known, missing, or there twice.
        ValueError: the session keeps state elsewhere than in RocksDB, or an argument is not accepted.
    """
    if not stream.isStreaming:
        raise ValueError("stream: it is no stream; give what spark.readStream makes, or ask fsm.replay.spark.replay")
    provider = stream.sparkSession.conf.get(STORE) or ""
    if "RocksDB" not in provider:
        raise ValueError(f"{STORE}: {provider} is not accepted; set it to {ROCKSDB}")
    if not 1 <= buckets <= parcels.MOST_BUCKETS:
        raise ValueError(f"buckets: {buckets:,} is not accepted; give 1 to {parcels.MOST_BUCKETS:,}")
    if sequence is not None and sequence not in stream.columns:
        raise LogError(f"sequence: column {echo(sequence)} is not there; use one of {', '.join(stream.columns)}")
    Pairings(between, {}, dict(surroundings))
    columns = Numbers([name for name in stream.columns if name != sequence]).read
    names = [name for name in columns if name != "time" or sequence is None]
    under = Under(between, tuple(sorted(surroundings.items())))
    following = Following(under, sequence is not None, None if forget is None else forget.total_seconds())
    named = "conversation" in names
    bucket = sf.pmod(sf.xxhash64("conversation"), sf.lit(buckets)).cast("int") if named else sf.lit(0)
    rows = [sf.col(f"`{name}`").alias(f"column{n}") for n, name in enumerate(names)]
    number = [] if sequence is None else [sf.col(f"`{sequence}`").cast("long").alias("number")]
    kind = stream.schema["conversation"].dataType if named else None
    told = "long" if isinstance(kind, IntegralType) else "string"
    return (
        stream.select(bucket.alias("bucket"), *number, *rows)
        .mapInArrow(partial(pack, names, following.numbered), parcels.COLUMNS)
        .groupBy("bucket")
        .transformWithState(
            Processor(following),
            f"conversation {told}, departs_at long, event string, by string, kind string, rule string, error string",
            "Append",
            "None",
        )
    )


def pack(columns: Sequence[str], numbered: bool, batches: Batches) -> Iterator[Any]:
    """The parcels of a partition of a batch, and one for each row that cannot be read, of its conversation alone.

    Args:
        columns: the names of columns that events have.
        numbered: whether the numbers of events in their conversation come before these, and after the bucket.
        batches: the rows.
    """
    part, made, numbers = partition(), 0, Numbers(columns)
    packer = Packer(part, parcels.MOST_BUCKETS, HELD, numbers)
    extra = ("bucket", "time") if numbered else ("bucket",)
    for batch in gathered(batches, [*extra, *columns]):
        for each, error in _readable(batch, numbers, extra):
            if error is None:
                yield from packer.add(each)
            else:
                made += 1
                yield row(each.column("bucket")[0].as_py(), part, made, error, packed(each.select(["conversation"])))
    yield from packer.flush()


def _readable(batch: Any, numbers: Numbers, extra: Sequence[str]) -> Iterator[tuple[Any, str | None]]:
    """The rows that can be read, as numbers; and each that cannot, and why."""
    try:
        made = numbers.of(batch.select(numbers.read), 1)
        if batch.column(extra[-1]).null_count:
            raise LogError("1: sequence: missing; number every event")
    except LogError as error:
        if batch.num_rows == 1:
            if "conversation" not in batch.schema.names:
                batch = batch.append_column("conversation", pa.array([""]))
            yield batch, str(error).removeprefix("1: ")
            return
        half = batch.num_rows // 2
        yield from _readable(batch.slice(0, half), numbers, extra)
        yield from _readable(batch.slice(half), numbers, extra)
        return
    if "accepted" not in made.schema.names:
        made = made.append_column("accepted", pa.array(np.ones(made.num_rows, bool)))
    for name in extra:
        made = made.append_column(name, batch.column(name))
    yield made, None


class Processor(StatefulProcessor):
    """What happens in a bucket, batch by batch.

    Args:
        following: how the stream is followed.
    """

    def __init__(self, following: Following) -> None:
        self._following = following

    def init(self, handle: StatefulProcessorHandle) -> None:
        """Say what is kept of a bucket."""
        self._standing = handle.getValueState("standing", "kept binary")
        self._waiting = handle.getValueState("waiting", "kept binary")

    def handleInputRows(self, key: Any, rows: Iterator[Any], timerValues: Any) -> Iterator[Row]:
        """Step the conversations of a bucket on."""
        kept = Kept(_kept(self._standing), _kept(self._waiting))
        after, told = follow(self._following, kept, rows, int(time.time()))
        for state, value in ((self._standing, after.standing), (self._waiting, after.waiting)):
            if value is None:
                state.clear()
            else:
                state.update((value,))
        for each in told:
            yield Row(**each._asdict())

    def close(self) -> None:
        """Nothing is open."""


class Kept(NamedTuple):
    """What is kept of a bucket: where its conversations stand, and events that wait for their turn."""

    standing: bytes | None = None
    waiting: bytes | None = None


def follow(following: Following, kept: Kept, rows: Iterator[Any], now: int) -> tuple[Kept, list[Telling]]:
    """What is kept of a bucket after a batch, and what there is to tell of it.

    Args:
        following: how the stream is followed.
        kept: what is kept of the bucket.
        rows: its parcels.
        now: what time it is, in seconds.
    """
    said, spelling = _spelling(following.under)
    standing = Standing(spelling, kept.standing)
    events, wrong = _opened(rows, said)
    waits = None
    if kept.waiting is not None:
        events.append(waiting.read(kept.waiting, said))
    if events:
        table = pa.concat_tables(events)
        if following.numbered:
            table, later = waiting.in_turn(table, standing)
            waits = waiting.spelled(later, said)
        standing.unread(wrong, now)
        if table.num_rows:
            standing.step(table, now, not following.numbered)
    else:
        standing.unread(wrong, now)
    if following.forget is not None:
        standing.forget(int(now - following.forget))
    return Kept(standing.dump(), waits), standing.told


def _opened(rows: Iterator[Any], said: Said) -> tuple[list[Any], dict[Any, str]]:
    events, wrong = [], dict[Any, str]()
    for each in sorted(rows, key=lambda each: (each.part, each.number)):
        if each.error is None:
            events.append(pa.Table.from_batches([unpacked(bytes(each.events), said)]))
        else:
            with pa.ipc.open_stream(bytes(each.events)) as reader:
                wrong.setdefault(reader.read_next_batch().column(0)[0].as_py(), each.error)
    return events, wrong


@cache
def _spelling(under: Under) -> tuple[Said, Spelling]:
    said, pairings = known(under)
    return said, Spelling(pairings)


def _kept(state: Any) -> bytes | None:
    found = state.get()
    return None if found is None else bytes(found[0])
