"""A log replayed in bulk comes to what its conversations come to, one by one and event by event."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no annotations
import pyarrow.dataset as ds  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm import CONVERSATION, LIFECYCLES, Conversation, Party, RefusalKind, Refused
from fsm.engine import known
from fsm.replay import LogError
from fsm.replay.bulk import Parting, Report, replay, writing
from fsm.replay.bulk.partitions import ODD, spread
from tests.people import FEDERATED, LEGACY, NO_CHAT, PAIRS, SFB, TEAMS, pair
from tests.replay.bulk.logs import Event, Expected, table

POOL = [PAIRS["no-calls>sfb"], PAIRS["sfb>sfb"]]
SOME = [
    Event("a", "open_chat", "originator", PAIRS["no-calls>sfb"]),
    Event("b", "open_chat", "originator", PAIRS["sfb>sfb"]),
    Event("a", "send_text", "recipient"),
    Event("b", "send_file", "originator"),
    Event("a", "send_file", "recipient"),
    Event("a", "share_desktop", "recipient"),
    Event("b", "switch_to_native", "originator"),
    Event("b", "close_chat", "recipient"),
]
"""Two conversations; the second events of files and of switches are refused."""


@st.composite
def conversations(draw: st.DrawFn, name: int | str) -> list[Event]:
    """What happens in one conversation: mostly what is possible; at times its pairing changes."""
    pairing, said = draw(st.sampled_from(POOL)), None
    talk = Conversation(pairing)
    found: list[Event] = []
    for _ in range(draw(st.integers(1, 8))):
        if found and draw(st.integers(0, 5)) == 0:
            pairing = draw(st.sampled_from(POOL))
            talk.change(pairing)
        every = st.tuples(st.sampled_from(CONVERSATION.events), st.sampled_from([party.value for party in Party]))
        ways = [(way.event, way.by.value) for way in talk.available()]
        event, by = draw(st.one_of(st.sampled_from(ways), every) if ways else every)
        if talk.may(known.event(event), known.party(by)):
            talk.fire(known.event(event), known.party(by))
        tell = pairing is not said or draw(st.booleans())
        found.append(Event(name, event, by, pairing if tell else None, draw(st.sampled_from([None, True, False]))))
        said = pairing
    return found


@st.composite
def logs(draw: st.DrawFn) -> list[Event]:
    """Some conversations, their events mixed, those of each in order."""
    every: list[list[int | str]] = [[3, 1, 2**40, -7], ["a", "", "a longer name", "ä"]]
    names = draw(st.sampled_from(every))
    left = [draw(conversations(name)) for name in names[: draw(st.integers(1, 4))]]
    found = []
    while left:
        n = draw(st.integers(0, len(left) - 1))
        found.append(left[n].pop(0))
        left = [each for each in left if each]
    return found


def same(report: Report, rows: list[dict[str, Any]], expected: Expected) -> None:
    """Check that a report, and what is known of each conversation, is what the engine comes to."""
    assert report.conversations == len(expected.talks)
    assert report.events == expected.events.total() == report.accepted + sum(report.refused.values())
    assert report.refused == expected.rules
    assert report.rows == expected.rows
    assert report.changes == expected.changes
    assert report.departed == len(expected.departs) == sum(report.partings.values())
    assert report.ok == (not expected.departs)
    assert {name: counts for name, counts in report.final.items() if counts} == expected.final
    assert len(rows) == len(expected.talks)
    for row in rows:
        name = row["conversation"]
        assert (row["events"], row["refused"]) == (expected.events[name], expected.refused[name])
        departs = expected.departs.get(name, (None,) * 5)
        assert tuple(row[each] for each in ("departs_at", "event", "by", "kind", "rule")) == departs
        assert {each: row[each] for each in LIFECYCLES} == {
            each: str(at) for each, at in expected.talks[name].places.items()
        }


def replayed(log: Any, **how: Any) -> tuple[Report, list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    report = replay(log, each=lambda rows: found.extend(rows.to_pylist()), **how)
    return report, found


@given(logs(), st.sampled_from([1, 2, 5, 1000]), st.integers(1, 7))
@settings(max_examples=5)
def test_any_log(events: list[Event], held: int, batch: int) -> None:
    log = table([event.row() for event in events])
    expected = Expected(events)
    same(*replayed(log, held=held), expected)
    stream = pa.RecordBatchReader.from_batches(log.schema, log.to_batches(batch))
    same(*replayed(stream, held=held), expected)


@given(logs(), st.data())
@settings(max_examples=5)
def test_lines_in_any_order_when_they_have_a_time(events: list[Event], data: st.DataObject) -> None:
    clock = data.draw(st.lists(st.integers(0, 3), min_size=len(events), max_size=len(events)))
    rows = [event.row(time=sum(clock[: n + 1]) * 60) for n, event in enumerate(events)]
    groups: dict[int, list[Any]] = {}
    for row in rows:
        groups.setdefault(row["time"], []).append(row)
    mixed = [row for key in data.draw(st.permutations(list(groups))) for row in groups[key]]
    same(*replayed(table(mixed), held=data.draw(st.sampled_from([2, 1000]))), Expected(events))


def test_a_log_in_words() -> None:
    report = replay(table([event.row() for event in SOME]))
    assert (report.conversations, report.events, report.accepted, report.departed) == (2, 8, 6, 2)
    assert report.refused == {"LIM-6": 1, "": 1}
    assert report.partings == {
        Parting("send_file", "recipient", RefusalKind.REFUSED, "LIM-6"): 1,
        Parting("switch_to_native", "originator", RefusalKind.NOT_APPLICABLE, ""): 1,
    }
    assert report.final["chat"] == {"native": 1, "offered": 1}
    assert report.rows["chat.interop.send_file.2"] == 1
    assert json.loads(json.dumps(report.as_dict()))["partings"][0] == {
        "event": "send_file", "by": "recipient", "kind": "refused", "rule": "LIM-6", "conversations": 1
    }  # fmt: skip


def write(path: Path, how: str) -> Any:
    log = table([event.row() for event in SOME])
    if how == "parquet":
        pq.write_table(log, path)
    elif how == "parquet in small groups":
        pq.write_table(log, path, row_group_size=3, use_dictionary=False)
    elif how == "arrow":
        with pa.ipc.new_file(path, log.schema) as file:
            file.write_table(log, 3)
    elif how == "data set":
        ds.write_dataset(log, path, format="parquet")
        return ds.dataset(path)
    elif how == "several files":
        pq.write_table(log.slice(0, 3), path)
        pq.write_table(log.slice(3), path.with_suffix(".2"))
        return [path, str(path.with_suffix(".2"))]
    return path if how.startswith("parquet") else str(path)


@pytest.mark.parametrize("how", ["parquet", "parquet in small groups", "arrow", "data set", "several files"])
def test_wherever_it_is(tmp_path: Path, how: str) -> None:
    told: list[tuple[int, int, str]] = []
    log = write(tmp_path / "log", how)
    same(*replayed(log, progress=lambda *so_far: told.append(so_far)), Expected(SOME))
    assert told[-1] == (16, 16, "replaying")
    assert {what for *_, what in told} == {"reading", "replaying"}
    assert [done for done, *_ in told] == sorted(done for done, *_ in told)


def test_how_far_it_is_when_nobody_knows_how_long_the_log_is() -> None:
    log, told = table([event.row() for event in SOME]), []
    stream = pa.RecordBatchReader.from_batches(log.schema, log.to_batches(4))
    replay(stream, held=2, progress=lambda *so_far: told.append(so_far))
    assert told[:2] == [(4, 8, "reading"), (8, 16, "reading")]
    assert told[-1] == (16, 16, "replaying")


STRINGS, NUMBERS = ["a", "b"], [7, 9]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (pa.string(), STRINGS),
        (pa.large_string(), STRINGS),
        (pa.dictionary(pa.int8(), pa.string()), STRINGS),
        (pa.int16(), NUMBERS),
        (pa.uint64(), NUMBERS),
    ],
    ids=str,
)
def test_conversations_have_names_or_numbers(kind: pa.DataType, names: list[Any]) -> None:
    events = [event._replace(conversation=names["ab".index(str(event.conversation))]) for event in SOME]
    log = table([event.row() for event in events])
    log = log.set_column(0, "conversation", log["conversation"].cast(kind))
    for held in (3, 1000):
        same(*replayed(log, held=held), Expected(events))


@pytest.mark.parametrize(
    "times",
    [
        pa.array(range(8), pa.timestamp("ns", "Europe/Berlin")),
        pa.array(range(8), pa.date32()),
        pa.array(range(8), pa.time64("us")),
        pa.array(range(8), pa.int8()),
        pa.array([n / 10 for n in range(8)]),
        pa.array([f"2024-05-0{n + 1}T09:00:00+02:00" for n in range(8)]),
        pa.array([f"2024-05-01 09:0{n}:00" for n in range(8)]).dictionary_encode(),
    ],
    ids=lambda times: str(times.type),
)
def test_times(times: pa.Array) -> None:
    log = table([event.row() for event in SOME]).append_column("time", times)
    same(*replayed(log.take(pa.array([7, 3, 1, 0, 2, 6, 5, 4]))), Expected(SOME))


def test_a_log_of_one_conversation_need_not_name_it() -> None:
    events = [event._replace(conversation="") for event in SOME if event.conversation == "a"]
    log = table([event.row() for event in events]).drop_columns("conversation")
    same(*replayed(log), Expected(events))


@pytest.mark.parametrize("held", [1, 1000])
def test_a_log_of_nothing(held: int) -> None:
    report, rows = replayed(table([event.row() for event in SOME]).slice(0, 0), held=held)
    assert (report.conversations, report.events, report.ok, rows) == (0, 0, True, [])
    assert (report.refused, report.rows, report.final["chat"]) == ({}, {}, {})


ON_SFB: dict[str, Any] = {"originator.mode": "SfBOnly", "recipient.mode": "SfBOnly"}


def test_what_is_said_of_a_pairing_stays_said_and_a_client_fits_its_mode() -> None:
    rows: list[dict[str, Any]] = [
        {"event": "open_chat", "originator.client": "sfb-legacy", "originator.allow_user_chat": False, **ON_SFB},
        {"event": "send_text"},
        {"event": "send_file", "originator.mode": "TeamsOnly"},
        {"event": "close_chat", "scope": "federated", "originator.mode": ""},
    ]
    log = table([{"conversation": "a", "by": "originator", **row} for row in rows])
    talk = Conversation(pair(SFB, SFB, LEGACY | NO_CHAT))
    talk.fire("open_chat", "originator")
    talk.fire("send_text", "originator")
    talk.change(pair(TEAMS, SFB, NO_CHAT))
    with pytest.raises(Refused):
        talk.fire("send_file", "originator")
    talk.change(pair(TEAMS, SFB, NO_CHAT, **FEDERATED))
    talk.fire("close_chat", "originator")
    report, (found,) = replayed(log)
    assert {name: found[name] for name in LIFECYCLES} == talk.state
    assert (found["events"], found["refused"], found["departs_at"], report.changes) == (4, 1, 3, 2)


def test_a_change_may_be_an_event_of_its_own() -> None:
    rows: list[dict[str, Any]] = [
        {"event": "open_chat", "by": "originator", **ON_SFB},
        {"event": "change", "by": None, "originator.mode": "TeamsOnly"},
        {"event": "send_text", "by": "originator"},
        {"event": "change", "by": "service", "originator.mode": "SfBOnly", "accepted": False},
    ]
    report, (found,) = replayed(table([{"conversation": 1, **row} for row in rows]))
    assert (report.events, report.changes, report.departed) == (2, 2, 1)
    assert (found["events"], found["departs_at"], found["event"]) == (2, 4, "change")
    assert report.rows["chat.native.rerouted_from_sfb.1"] == 1


def test_who_the_two_are_may_be_known_besides() -> None:
    log = table([{"conversation": 1, "event": "open_chat", "by": "originator"}])
    assert replay(log, between=PAIRS["sfb>sfb"]).ok
    assert replay(log, between=PAIRS["federation off"]).refused == {"RTE-9": 1}
    named = log.append_column("originator.mode", [["TeamsOnly"]]).append_column("recipient.mode", [["SfBOnly"]])
    assert replay(named).ok
    assert replay(named, topology="on-prem").refused == {"RTE-8": 1}


def test_columns_that_are_not_looked_at_are_named() -> None:
    log = table(
        [event.row() | {"rule": None, "chat": "none", "originator.address": "ann@contoso.com"} for event in SOME]
    )
    assert set(replay(log).passed_over) == {"rule", "chat", "originator.address"}


def test_what_is_known_of_each_conversation_can_go_to_a_file(tmp_path: Path) -> None:
    with writing(tmp_path / "ends.parquet") as each:
        report = replay(table([event.row() for event in SOME]), each=each, held=3)
    same(report, pq.read_table(tmp_path / "ends.parquet").to_pylist(), Expected(SOME))
    with writing(tmp_path / "none.parquet"):
        pass
    assert not (tmp_path / "none.parquet").exists()


def test_after_an_error_there_is_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "ends.parquet"
    for before in (None, b"what was there"):
        if before:
            path.write_bytes(before)
        with pytest.raises(LogError), writing(path) as each:
            replay(table([*(event.row() for event in SOME), {"conversation": "z"}]), each=each, held=1)
        assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == (
            [(path.name, before)] if before else []
        )


@pytest.mark.parametrize("path", [".", "no such folder/ends.parquet", "n" * 300])
def test_where_nothing_can_be_written(tmp_path: Path, path: str) -> None:
    with pytest.raises(OSError, match=re.escape(str(tmp_path / path))), writing(tmp_path / path) as each:
        replay(table([event.row() for event in SOME]), each=each)
    assert list(tmp_path.iterdir()) == []


def test_the_same_change_may_come_to_many_whenever_they_are_looked_at() -> None:
    rows: list[dict[str, Any]] = [
        {"conversation": name, "event": event, "by": by, **facts}
        for name in "abcdefghijklmnop"
        for event, by, facts in (
            ("open_chat", "originator", ON_SFB),
            ("change", "service", {"originator.mode": "TeamsOnly"}),
            ("send_text", "originator", {}),
        )
    ]
    assert replay(table(rows), held=1).changes == 16


@pytest.mark.parametrize("words", [True, False], ids=["words", "plain"])
def test_facts_that_a_file_says_are_the_same_throughout_are_those_of_every_row(tmp_path: Path, words: bool) -> None:
    pairings = (PAIRS["sfb>sfb"], PAIRS["no-calls>sfb"])
    log = table(Event(n, "open_chat", "originator", pairings[n % 2]).row() for n in range(50))
    pq.write_table(log, tmp_path / "log.parquet", row_group_size=20, use_dictionary=words)
    assert replay(tmp_path / "log.parquet") == replay(log)


@pytest.mark.parametrize("statistics", [True, False], ids=["told", "not told"])
def test_where_a_fact_is_not_there_once_it_is_not_the_same_throughout(tmp_path: Path, statistics: bool) -> None:
    closed = {"scope": "federated", "federation_allowed": False}
    rows = [Event(n, "open_chat", "originator", PAIRS["sfb>sfb"]).row() | closed for n in range(30)]
    rows[25]["federation_allowed"] = None
    pq.write_table(table(rows), tmp_path / "log.parquet", row_group_size=10, write_statistics=statistics)
    assert replay(tmp_path / "log.parquet") == replay(table(rows))
    assert sum(replay(tmp_path / "log.parquet").refused.values()) == 29


def test_conversations_whose_numbers_are_spread_alike_are_kept_apart() -> None:
    back = pow(int(ODD), -1, 1 << 64)
    alike = [(1 + (n << 60)) * back % (1 << 64) for n in range(2)]
    names = [each - (1 << 64) if each >= 1 << 63 else each for each in alike]
    assert len({int(each) << 8 & (1 << 64) - 1 for each in spread(pa.array(names))}) == 1
    rows = [Event(name, "open_chat", "originator", PAIRS["sfb>sfb"]).row(n) for n, name in enumerate(names)]
    rows += [Event(name, "close_chat", "originator").row(9) for name in names]
    asked = [Event("ab"[names.index(row["conversation"])], row["event"], row["by"]) for row in rows]
    log = table(rows)
    same = table([{**row, "conversation": each.conversation} for row, each in zip(rows, asked, strict=True)])
    assert replay(log) == replay(same)
    assert replay(log).conversations == 2


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that is there and cannot be read")
def test_a_file_that_cannot_be_read() -> None:
    with pytest.raises(LogError, match=r"^/proc/self/mem: .*; give "):
        replay("/proc/self/mem")
