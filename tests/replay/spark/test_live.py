"""A stream is held against the specification batch by batch, and comes to what its log comes to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.engine import snapshot
from fsm.replay.bulk import replay
from fsm.replay.spark.live import Following, Kept, Processor, _spelling, follow, pack
from fsm.replay.spark.standing import LATE, Telling
from fsm.replay.spark.tasks import Under, known
from tests.people import PAIRS
from tests.replay.bulk.logs import Event, table
from tests.replay.bulk.test_replay import SOME, logs

FOLLOWING = Following(Under(None, ()), False, None)
NUMBERED = FOLLOWING._replace(numbered=True)
NOW = 1_700_000_000


class Row:
    """A parcel, as the engine hands it to a processor."""

    def __init__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)


def parcels(log: pa.Table, numbered: bool = False, size: int = 1000) -> list[Any]:
    """A batch of a stream, as parcels of one bucket."""
    columns = [name for name in log.column_names if not (numbered and name == "time")]
    first = {"bucket": pa.array([0] * len(log), pa.int32())} | ({"number": log["time"]} if numbered else {})
    batch = pa.table(first | {name: log[name] for name in columns})
    return [Row(row) for each in pack(columns, numbered, batch.to_batches(size)) for row in each.to_pylist()]


def followed(
    batches: Iterable[pa.Table], following: Following = FOLLOWING, kept: Kept | None = None
) -> tuple[list[Telling], Kept]:
    """What is told of a bucket, and what is kept in the end; every batch is in a process of its own."""
    kept, told = kept or Kept(), list[Telling]()
    for n, batch in enumerate(batches):
        known.cache_clear()
        _spelling.cache_clear()
        kept, some = follow(following, kept, iter(parcels(batch, following.numbered)), NOW + n)
        told += some
    return told, kept


def departures(log: pa.Table, **how: Any) -> dict[Any, Telling]:
    """How the conversations of a log depart, as they do in bulk."""
    rows: list[dict[str, Any]] = []
    replay(log, each=lambda some: rows.extend(some.to_pylist()), **how)
    return {
        row["conversation"]: Telling(**{name: row.get(name) for name in Telling._fields})
        for row in rows
        if row["event"]
    }


def cut(log: pa.Table, cuts: list[int]) -> list[pa.Table]:
    ends = sorted({0, *(each % (len(log) + 1) for each in cuts), len(log)})
    return [log.slice(low, high - low) for low, high in pairwise(ends)]


@given(logs(), st.lists(st.integers(0, 30), max_size=3), st.booleans())
@settings(max_examples=10)
def test_any_log_in_any_batches(events: list[Event], cuts: list[int], timed: bool) -> None:
    log = table([event.row(time=n if timed else None) for n, event in enumerate(events)])
    told, _ = followed(cut(log, cuts))
    assert {each.conversation: each for each in told} == departures(log)
    assert len(told) == len(departures(log))


@given(logs(), st.lists(st.integers(0, 30), max_size=3), st.data())
@settings(max_examples=10)
def test_numbered_events_come_in_any_order_and_again(events: list[Event], cuts: list[int], data: st.DataObject) -> None:
    rows, count = [], dict[Any, int]()
    for event in events:
        count[event.conversation] = count.get(event.conversation, 0) + 1
        rows.append(event.row(time=count[event.conversation]))
    log = table(rows)
    again = data.draw(st.lists(st.sampled_from(range(len(rows))), max_size=3))
    mixed = log.take(pa.array(data.draw(st.permutations([*range(len(rows)), *again]))))
    told, kept = followed(cut(mixed, cuts), NUMBERED)
    assert {each.conversation: each for each in told} == departures(log)
    assert len(told) == len(departures(log))
    assert kept.waiting is None


TIMED = table([event.row(time=n) for n, event in enumerate(SOME)])


def test_what_waits_for_an_event_is_kept_by_name() -> None:
    rows = [event.row(time=n) | {"accepted": True} for n, event in enumerate(SOME[:1] + SOME[2:3] + SOME[4:6], 1)]
    log = table(rows)
    told, kept = followed([log.slice(0, 1), log.slice(2)], NUMBERED)
    assert (told, kept.waiting is not None) == ([], True)
    assert b"send_text" not in (kept.waiting or b"")
    told, kept = followed([log.slice(1, 1)], NUMBERED, kept)
    assert (told, kept.waiting) == ([departures(log)["a"]], None)


def test_a_pairing_may_change_in_a_later_batch() -> None:
    sfb = {"originator.mode": "SfBOnly", "recipient.mode": "SfBOnly"}
    rows: list[dict[str, Any]] = [
        {"event": "open_chat", "by": "originator", **sfb},
        {"event": "change", "by": "service", "originator.mode": "TeamsOnly"},
        {"event": "send_file", "by": "originator"},
    ]
    log = table([{"conversation": 7, **row} for row in rows])
    told, _ = followed(log.slice(n, 1) for n in range(3))
    assert told == [departures(log)[7]]


def test_time_that_goes_back_is_put_right_within_a_batch() -> None:
    told, _ = followed([TIMED.take(pa.array([7, 3, 1, 0, 2, 6, 5, 4]))])
    assert {each.conversation: each for each in told} == departures(TIMED)


def test_time_that_goes_back_from_one_batch_to_the_next_is_told_once() -> None:
    told, _ = followed([TIMED.take(pa.array([0, 5])), TIMED.slice(2, 1), TIMED.slice(4, 1)])
    assert told == [Telling("a", error=LATE)]


def test_rows_that_cannot_be_read_are_told_and_their_conversations_followed_no_further() -> None:
    rows = [event.row() for event in SOME]
    rows[2]["event"] = "send_txt"
    told, kept = followed([table(rows[:5]), table(rows[5:])])
    assert [each.conversation for each in told] == ["a", "b"]
    assert (told[0].error or "").startswith("event: \"send_txt\" is not known; did you mean 'send_text'?")
    assert told[1] == departures(table([event.row() for event in SOME]))["b"]
    again, _ = followed([table(rows[:5])], kept=kept)
    assert again == []


def test_a_row_of_nobody_knows_which_conversation() -> None:
    rows = [event.row() for event in SOME[:2]]
    told, kept = followed([table([rows[0] | {"conversation": None}])])
    assert [(each.conversation, (each.error or "")[:21]) for each in told] == [(None, "conversation: missing")]
    assert kept == Kept()


def test_a_stream_of_one_conversation_need_not_name_it() -> None:
    log = table([event.row() for event in SOME if event.conversation == "a"]).drop_columns("conversation")
    told, _ = followed([log.slice(0, 1), log.slice(1)])
    assert [(each.conversation, each.departs_at, each.rule) for each in told] == [("", 3, "LIM-6")]
    wrong = table([{"event": "x", "by": "service"}])
    assert followed([wrong])[0][0].conversation == ""


def test_an_event_that_is_not_numbered() -> None:
    rows = [event.row(time=1) for event in SOME[:2]]
    rows[1]["time"] = None
    told, _ = followed([table(rows)], NUMBERED)
    assert told == [Telling("b", error="sequence: missing; number every event")]


def test_what_contradicts_itself_is_told_of_each_that_does() -> None:
    wrong = {"originator.homing": "on-prem", "originator.mode": "TeamsOnly"}
    log = table(
        [
            {"conversation": name, "event": "send_text", "by": "originator", **(wrong if name in "acd" else {})}
            for name in "abcd"
        ]
    )
    begun = table([event.row() for event in SOME[:2]])
    told, kept = followed([begun, log, log])
    assert sorted((each.conversation, each.departs_at) for each in told) == [("a", 2), ("c", 1), ("d", 1)]
    assert {each.conversation: (each.error or "")[:15] for each in told} == {
        "a": "originator.homi",
        "c": "recipient.mode:",
        "d": "recipient.mode:",
    }
    assert kept.standing is not None


def test_a_departure_goes_before_what_cannot_be_followed_after_it() -> None:
    rows = [event.row() for event in SOME if event.conversation == "a"]
    rows.append(
        {
            "conversation": "a",
            "event": "change",
            "by": None,
            "originator.mode": "TeamsOnly",
            "originator.homing": "on-prem",
        }
    )
    told, _ = followed([table(rows)])
    assert told == [departures(table(rows[:-1]))["a"]]


def test_conversations_to_which_nothing_happens_are_forgotten() -> None:
    following = FOLLOWING._replace(forget=1.0)
    log = table([Event(name, "change", "service").row(time=n) for n, name in enumerate("abbbba", 1)])
    batches = [TIMED.slice(0, 2), *(log.slice(n, 1) for n in range(1, 6))]
    assert followed(batches)[0] == []
    told, kept = followed(batches, following)
    assert [(each.conversation, each.departs_at, (each.error or "")[:24]) for each in told] == [
        ("a", 1, "originator.mode: missing")
    ]
    nothing = TIMED.slice(0, 0)
    assert follow(following, kept, iter(parcels(nothing)), NOW + 60) == (Kept(), [])
    assert follow(following, Kept(), iter(()), NOW) == (Kept(), [])


def test_what_another_release_kept_goes_on_or_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "behaviour", lambda composition: "0123456789abcdef")
        _, kept = followed([TIMED.slice(0, 3)])
    told, after = followed([TIMED.slice(3)], kept=kept)
    assert [each.conversation for each in told] == ["a", "b"]
    assert {str(each.error)[:49] for each in told} == {"state: behaviour: '0123456789abcdef' is another s"}
    assert followed([TIMED.slice(0, 3)], kept=after)[0] == []


class State:
    """A value of a bucket."""

    def __init__(self) -> None:
        self.value: tuple[bytes] | None = None

    def get(self) -> Any:
        return self.value

    def update(self, value: tuple[bytes]) -> None:
        self.value = value

    def clear(self) -> None:
        self.value = None


def test_a_processor_keeps_what_there_is_to_keep() -> None:
    states: dict[str, State] = {}

    class Handle:
        def getValueState(self, name: str, schema: str) -> State:
            return states.setdefault(name, State())

    processor = Processor(NUMBERED)
    processor.init(Handle())  # type: ignore[arg-type]  # as far as it is asked
    log = table(
        [
            event.row(time=1 + sum(one.conversation == event.conversation for one in SOME[:n]))
            for n, event in enumerate(SOME)
        ]
    )
    told = []
    for rows, waits in ([0, 1, 4], True), ([2, 3], False), ([5, 6, 7], False):
        batch = parcels(log.take(pa.array(rows)), numbered=True)
        told += [row.asDict() for row in processor.handleInputRows((0,), iter(batch), None)]
        assert (states["waiting"].value is not None) == waits
    processor.close()
    assert told == [each._asdict() for each in departures(log).values()]


def test_snapshots_that_are_kept_are_those_of_conversations() -> None:
    from fsm import Conversation

    _, kept = followed([TIMED.slice(0, 2)])
    with pa.ipc.open_stream(kept.standing) as reader:
        rows = reader.read_next_batch().to_pylist()
    talk = Conversation.restore(json.loads(rows[0]["stands"]))
    assert (rows[0]["conversation"], talk.state["chat"]) == ("a", "interop")
    assert talk.pairing.originator.mode == PAIRS["no-calls>sfb"].originator.mode
