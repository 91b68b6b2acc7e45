"""History: who did what when, under which specification; it leads to what is kept, and is a log for `fsm replay`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL

from fsm import Refused
from fsm.engine.fingerprint import fingerprint
from fsm.hosts.host import Line
from fsm.hosts.log import rows
from fsm.hosts.sql import AsyncHost, Host
from fsm.replay import replay
from tests.hosts.sql.conftest import PAIRING, Clock, kept
from tests.people import PAIRS

MOVED = PAIRS["teams>teams"]


def lived(host: Host, clock: Clock) -> None:
    """A conversation with refusals, a stale answer, a change and a timer in it."""
    clock.now = 1_700_000_000
    host.open("c1", PAIRING, key="o")
    host.fire("c1", "call_audio", "originator", key="k1")
    clock.now += 30
    host.work(lambda _: None)
    with pytest.raises(Refused):
        host.fire("c1", "no_answer", "service", key="late", of=1)
    host.fire("c1", "call_audio", "originator", key="k2")
    host.fire("c1", "accept_call", "recipient", key="k3")
    with pytest.raises(Refused):
        host.fire("c1", "add_participant", "originator", key="k4")
    with pytest.raises(Refused):
        host.fire("c1", "accept_call", "recipient", key="k5")
    host.change("c1", MOVED, key="k6")
    host.fire("c1", "hang_up", "recipient", key="k7")


def test_it_says_who_did_what_when_under_which_specification(host: Host, clock: Clock) -> None:
    lived(host, clock)
    lines = host.history("c1")
    assert [(line.seq, line.event, line.by, line.accepted) for line in lines] == [
        (0, "open", "service", True),
        (1, "call_audio", "originator", True),
        (2, "no_answer", "service", True),
        (2, "no_answer", "service", False),
        (3, "call_audio", "originator", True),
        (4, "accept_call", "recipient", True),
        (4, "add_participant", "originator", False),
        (4, "accept_call", "recipient", False),
        (5, "change", "service", True),
        (6, "hang_up", "recipient", True),
    ]
    assert {line.specification for line in lines} == {fingerprint()}
    assert [line.at - 1_700_000_000 for line in lines] == [0, 0] + [30] * 8
    assert (lines[2].of, lines[6].answer["rule"]) == (1, "LIM-5")


def test_it_leads_to_what_is_kept(host: Host, clock: Clock) -> None:
    lived(host, clock)
    host.check("c1")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM fsm_event WHERE key = 'k7'", "^history: it leads to .*, and 'c1' is kept as "),
        ("DELETE FROM fsm_event WHERE key = 'k2'", "^history: step 4, 'accept_call', came to something else then$"),
        ("DELETE FROM fsm_event WHERE key = 'o'", "^history: 'call_audio' comes before the opening"),
    ],
)
def test_what_does_not_is_told(host: Host, clock: Clock, damage: str, said: str) -> None:
    lived(host, clock)
    kept(host, damage)
    with pytest.raises(ValueError, match=said):
        host.check("c1")


def test_it_is_a_log_that_the_specification_follows(host: Host, clock: Clock) -> None:
    lived(host, clock)
    host.open("c2", MOVED, key="o")  # nothing has happened in it yet
    log = [*host.log("c1"), *host.log("c2")]
    report = replay(log)
    assert [(each.conversation, each.follows, each.events) for each in report] == [("c1", True, 8)]
    assert log[0]["originator.address"] == PAIRING.originator.address
    assert log[0]["time"] == "2023-11-14T22:13:20+00:00"
    assert {row["event"]: row.get("rule") for row in log if not row["accepted"]} == {
        "add_participant": "LIM-5",
        "accept_call": None,
    }


def test_a_log_that_says_otherwise_departs(host: Host, clock: Clock) -> None:
    lived(host, clock)
    log: list[dict[str, Any]] = [dict(row) for row in host.log("c1")]
    log[3]["call"] = "ringing"
    assert [each.observed for each in replay(log).departures] == ["call ringing"]


def test_what_was_stale_is_not_in_the_log() -> None:
    line = Line(1, "k", "no_answer", "service", False, {"kind": "stale", "rule": "DEC-39"}, 0.0, "f", 1)
    assert list(rows("c1", [line])) == []


def test_the_same_under_asyncio(database: URL) -> None:
    async def asked() -> tuple[int, tuple[dict[str, Any], ...]]:
        async with AsyncHost(database) as host:
            await host.open("c1", PAIRING, key="o")
            await host.fire("c1", "call_audio", "originator", key="k1")
            await host.check("c1")
            return await host.purge(before=0), await host.log("c1")

    gone, log = asyncio.run(asked())
    assert (gone, [row["event"] for row in log]) == (0, ["call_audio"])


def test_what_is_over_is_forgotten(host: Host, clock: Clock) -> None:
    lived(host, clock)
    host.open("new", MOVED, key="o")
    host.open("due", PAIRING, key="o")
    host.fire("due", "call_audio", "originator", key="k1")
    assert host.purge(before=clock.now + 1) == 1  # c1 has effects to deliver, and so has due
    host.work(lambda _: None)
    assert list(host.conversations()) == ["c1", "due"]
    assert host.purge(before=clock.now) == 0
    assert host.purge(before=clock.now + 1) == 1
    assert list(host.conversations()) == ["due"]
    assert kept(host, "SELECT DISTINCT conversation FROM fsm_event") == [("due",)]
    assert host.open("c1", MOVED, key="o").again is False


def test_what_is_stuck_is_not_forgotten(host: Host, clock: Clock) -> None:
    host.open("c1", MOVED, key="o")
    host.fire("c1", "open_chat", "originator", key="k1")
    kept(host, "UPDATE fsm_conversation SET stuck = :yes, pending = NULL, error = 'Down'", yes=True)
    assert host.purge(before=clock.now + 1) == 0


def test_very_many_are_forgotten_in_parts(host: Host, clock: Clock) -> None:
    host.open("c", MOVED, key="o")
    columns = "version, seq, refused, snapshot, awaited, asked, next_seq, next_n, attempts, stuck, at"
    with host.engine.begin() as connection:
        for n in range(1100):
            connection.exec_driver_sql(
                f"INSERT INTO fsm_conversation (id, {columns}) "
                f"SELECT 'c{n}', {columns} FROM fsm_conversation WHERE id = 'c'"
            )
    assert len(list(host.conversations())) == 1101
    assert host.purge(before=clock.now + 1) == 1101


@pytest.mark.parametrize("under_asyncio", [False, True])
def test_the_room_of_what_is_forgotten_is_given_back(host: Host, clock: Clock, under_asyncio: bool) -> None:
    filled(host)
    host.vacuum()
    before = room(host)
    assert host.purge(before=clock.now + 1) == 200
    host.open("goes on", MOVED, key="o")
    asyncio.run(_vacuum(host)) if under_asyncio else host.vacuum()
    assert host.engine.dialect.name == "postgresql" or room(host) < before / 2
    filled(host)
    host.vacuum()
    assert room(host) < before * 1.1
    assert len(list(host.conversations())) == 201


def filled(host: Host) -> None:
    """Two hundred conversations that are over, and whose effects are delivered."""
    for n in range(200):
        host.open(f"c{n}", MOVED, key="o")
        host.fire(f"c{n}", "open_chat", "originator", key="k" * 200)
    host.work(lambda _: None)


async def _vacuum(host: Host) -> None:
    async with AsyncHost(host.engine.url) as other:
        await other.vacuum()


def room(host: Host) -> int:
    """Bytes that a database takes."""
    if host.engine.dialect.name == "sqlite":
        return sum(file.stat().st_size for file in Path(str(host.engine.url.database)).parent.glob("talks.db*"))
    return int(kept(host, "SELECT pg_relation_size('fsm_event')")[0][0])


def test_what_somebody_else_has_forgotten_or_gone_on_with_is_not_counted(host: Host) -> None:
    steps = host.core.forget(1.0, "")
    next(steps)
    assert steps.send([("c1",)])[0] == host.core.says.forget[0]
    with pytest.raises(StopIteration) as done:
        steps.send(0)
    assert done.value.value == (0, "c1")
