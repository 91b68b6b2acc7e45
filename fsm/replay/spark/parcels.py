"""Parcels: events of one bucket as bytes, many in a row of the engine, which so moves few rows and looks into none.

A bucket holds whole conversations. Parcels of a bucket, in order of part and number, hold its events in the order of
the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
from numpy.typing import NDArray

from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.partitions import ODD, spread
from fsm.replay.spark.said import Codes, Said

COLUMNS = "bucket int, part long, number long, error string, events binary"
"""A parcel, as Spark calls it: ``error`` says what is wrong with the part, and then there are no events."""
SCHEMA = pa.schema(
    [
        ("bucket", pa.int32()),
        ("part", pa.int64()),
        ("number", pa.int64()),
        ("error", pa.string()),
        ("events", pa.binary()),
    ]
)
MOST = 1 << 23
"""Bytes of a parcel, about: the engine copies and sorts them whole."""
MOST_BUCKETS = 1 << 16
"""Buckets there are at most: parcels are to hold thousands of events each."""


class Packer:
    """Puts the events of a part into parcels.

    Args:
        part: which part of the log.
        buckets: how many buckets there are.
        held: events that are kept before parcels are made.
        numbers: what the numbers of facts mean.
    """

    def __init__(self, part: int, buckets: int, held: int, numbers: Numbers) -> None:
        self._part, self._buckets, self._held = part, buckets, held
        self._codes = Codes(numbers)
        self._batches: list[pa.RecordBatch] = []
        self._rows = self._made = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Take a batch, as ``Numbers`` makes it; the parcels of all, once there are enough events.

        A column ``bucket`` says which bucket events are to go to, instead of their conversation.
        """
        self._batches.append(batch)
        self._rows += batch.num_rows
        if self._rows >= self._held:
            yield from self.flush()

    def flush(self) -> Iterator[pa.RecordBatch]:
        """The parcels of what is kept."""
        if self._rows:
            (whole,) = pa.Table.from_batches(self._batches).combine_chunks().to_batches()
            self._batches, self._rows = [], 0
            yield from self._parcels(whole)

    def _parcels(self, whole: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        bucket = buckets(whole.column("conversation"), self._buckets)
        if "bucket" in whole.schema.names:
            bucket = whole.column("bucket").to_numpy().astype(np.uint16)
            whole = whole.drop_columns("bucket")
        ends = np.cumsum(np.bincount(bucket, minlength=self._buckets))
        codes = pa.array(self._codes.all(), pa.int64()).take(whole.column("facts")).dictionary_encode()
        whole = whole.set_column(whole.schema.get_field_index("facts"), "facts", codes)
        whole = whole.take(pa.array(np.argsort(bucket, kind="stable")))
        most = max(1, MOST * whole.num_rows // max(whole.nbytes, 1))
        for n, (low, high) in enumerate(zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True)):
            for start in range(low, high, most):
                yield self._parcel(n, whole.slice(start, min(most, high - start)))

    def _parcel(self, bucket: int, events: pa.RecordBatch) -> pa.RecordBatch:
        self._made += 1
        return row(bucket, self._part, self._made, events=packed(events))


def row(bucket: int, part: int, number: int, error: str | None = None, events: Any = None) -> pa.RecordBatch:
    """A parcel."""
    values: dict[str, Any] = {"bucket": bucket, "part": part, "number": number, "error": error, "events": events}
    return pa.RecordBatch.from_pydict({name: [value] for name, value in values.items()}, SCHEMA)


def packed(events: pa.RecordBatch) -> bytes:
    """Events as bytes."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, events.schema) as writer:
        writer.write_batch(events)
    return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]  # bytes


def unpacked(data: Any, said: Said) -> pa.RecordBatch:
    """Events, with the numbers that facts have in this process."""
    with pa.ipc.open_stream(data) as reader:
        events = reader.read_next_batch()
    at = events.schema.get_field_index("facts")
    facts = events.column(at)
    here = np.array([said.number(code) for code in facts.dictionary.to_pylist()], np.int32)
    return events.set_column(at, "facts", pa.array(here[facts.indices.to_numpy()]))


def buckets(conversations: pa.Array, count: int) -> NDArray[np.uint16]:
    """The bucket of each conversation, by other bits than those that ``Partitions`` tells conversations apart by."""
    hashed = spread(conversations)
    high = ((hashed ^ hashed >> np.uint64(32)) * ODD) >> np.uint64(32)
    found: NDArray[np.uint16] = (high * np.uint64(count) >> np.uint64(32)).astype(np.uint16)
    return found
