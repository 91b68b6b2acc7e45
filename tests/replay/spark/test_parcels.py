"""Parcels: events of a bucket as bytes, from which they come back in the order of the log."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.replay.bulk.numbers import Numbers
from fsm.replay.bulk.partitions import spread
from fsm.replay.spark import parcels
from fsm.replay.spark.parcels import Packer, buckets, unpacked
from fsm.replay.spark.said import Said
from tests.replay.bulk.logs import Event, table
from tests.replay.bulk.test_replay import logs


def packed(log: pa.Table, count: int, held: int, batch: int = 3) -> list[dict[str, Any]]:
    """Parcels of a log as rows."""
    numbers, found = Numbers(log.column_names), []
    packer = Packer(7, count, held, numbers)
    for each in log.select(numbers.read).combine_chunks().to_batches(batch):
        found += [row for parcel in packer.add(numbers.of(each, 1)) for row in parcel.to_pylist()]
    return found + [row for parcel in packer.flush() for row in parcel.to_pylist()]


@given(logs(), st.integers(1, 4), st.integers(1, 9))
def test_every_event_is_in_the_bucket_of_its_conversation_in_the_order_of_the_log(
    events: list[Event], count: int, held: int
) -> None:
    log = table([event.row(time=n) for n, event in enumerate(events)])
    said, found, where = Said(), [], dict[Any, int]()
    for row in packed(log, count, held):
        assert (row["part"], row["error"]) == (7, None)
        for event in unpacked(row["events"], said).to_pylist():
            assert where.setdefault(event["conversation"], row["bucket"]) == row["bucket"] < count
            found.append((row["bucket"], row["number"], event))
    numbers = Numbers(log.column_names)
    (whole,) = log.select(numbers.read).combine_chunks().to_batches()
    expected = numbers.of(whole, 1).to_pylist()
    for event in expected:
        event["bucket"], event["says"] = where[event["conversation"]], numbers.said(event.pop("facts"))
    for bucket, _, event in found:
        event["bucket"], event["says"] = bucket, said.said(event.pop("facts"))
    for bucket in range(count):
        mine = [event for at, _, event in sorted(found, key=lambda each: each[:2]) if at == bucket]
        assert mine == [event for event in expected if event["bucket"] == bucket]


def test_parcels_are_not_large(monkeypatch: pytest.MonkeyPatch) -> None:
    log = table([{"conversation": 1, "event": "change", "by": None, "time": n} for n in range(100)])
    assert len(packed(log, 1, 1000)) == 1
    monkeypatch.setattr(parcels, "MOST", 300)
    found = packed(log, 1, 1000)
    assert len(found) > 5
    times = [time for row in found for time in unpacked(row["events"], Said()).column("time").to_pylist()]
    assert times == list(range(100))


def test_a_bucket_is_as_spread_as_the_log() -> None:
    for names in (pa.array(range(0, 1 << 30, 1 << 14)), pa.array([f"{n:032x}" for n in range(1 << 16)])):
        count = np.bincount(buckets(names, 16), minlength=16)
        assert count.min() > 0.9 * count.mean()
        one = names.filter(pa.array(buckets(names, 16) == 3))  # and what a process does with one is as well
        assert np.bincount((spread(one) >> np.uint64(60)).astype(int), minlength=16).min() > 0.7 * len(one) / 16
