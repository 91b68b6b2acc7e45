"""Timers fire from the database: once or never, whoever crashes, whatever is wrong with others."""

from __future__ import annotations

import asyncio
import logging
from threading import Barrier, Thread

import pytest
from sqlalchemy import URL

from fsm import SnapshotError
from fsm.hosts.sql import AsyncHost, Host
from tests.hosts.sql.conftest import PAIRING, Clock, Making, kept


def ringing(host: Host, *names: str) -> None:
    """Conversations that ring, for half a minute."""
    for name in names:
        host.open(name, PAIRING, key="o")
        host.fire(name, "call_audio", "originator", key="k1")


def keys(host: Host, name: str) -> list[str]:
    return [line.key for line in host.history(name)]


def test_a_timer_is_fired_by_whoever_comes_first_and_once(making: Making, clock: Clock) -> None:
    hosts = [making(clock=clock) for _ in range(4)]
    names = [f"c{n}" for n in range(6)]
    ringing(hosts[0], *names)
    hosts[0].work(lambda _: None)
    clock.now += 30
    together, fired = Barrier(4), []

    def work(host: Host) -> None:
        together.wait()
        fired.append(host.work(lambda _: None))

    threads = [Thread(target=work, args=(each,)) for each in hosts]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    hosts[0].work(lambda _: None)
    for name in names:
        assert keys(hosts[0], name) == ["o", "k1", "timer/1/no_answer"]
        assert hosts[0].read(name).state["call"] == "ended"


def test_it_is_in_the_table_when_it_is_due(host: Host, clock: Clock) -> None:
    ringing(host, "c1")
    assert kept(host, "SELECT id, due FROM fsm_conversation") == [("c1", clock.now + 30)]
    host.fire("c1", "accept_call", "recipient", key="k2")
    assert kept(host, "SELECT id, due FROM fsm_conversation") == [("c1", None)]


def test_what_goes_wrong_with_one_is_raised_once_all_else_is_done_and_tried_again(host: Host, clock: Clock) -> None:
    ringing(host, "c1", "c2", "c3")
    good = kept(host, "SELECT snapshot FROM fsm_conversation WHERE id = 'c1'")[0][0]
    kept(host, "UPDATE fsm_conversation SET snapshot = '{}' WHERE id = 'c1'")
    clock.now += 30
    delivered: list[str] = []
    with pytest.raises(SnapshotError):
        host.work(lambda effect: delivered.append(effect.name))
    assert [keys(host, name)[-1] for name in ("c1", "c2", "c3")] == ["k1", "timer/1/no_answer", "timer/1/no_answer"]
    assert len(delivered) == 3 * 2 + 2 * 2
    kept(host, "UPDATE fsm_conversation SET snapshot = :good WHERE id = 'c1'", good=good)
    assert host.work(lambda _: None) == 0
    clock.now += 60
    assert host.work(lambda _: None) == 3
    assert keys(host, "c1")[-1] == "timer/1/no_answer"


@pytest.mark.parametrize("under_asyncio", [False, True])
def test_what_the_database_raises_of_one_undoes_it_and_holds_up_nobody(
    making: Making, clock: Clock, under_asyncio: bool
) -> None:
    host = making(clock=clock)
    ringing(host, "c1", "c2")
    row = "SELECT version, seq, snapshot FROM fsm_conversation WHERE id = 'c1'"
    before = kept(host, row)
    kept(host, "UPDATE fsm_event SET seq = 2 WHERE conversation = 'c1' AND seq = 0")
    clock.now += 30
    with pytest.raises(Exception, match=r"(?i)unique"):
        asyncio.run(_working(host.engine.url, clock)) if under_asyncio else host.work(lambda _: None)
    assert kept(host, row) == before
    assert keys(host, "c2")[-1] == "timer/1/no_answer"
    assert kept(host, "SELECT due FROM fsm_conversation WHERE id = 'c1'") == [(clock.now + 60,)]


async def _working(database: URL, clock: Clock) -> None:
    async with AsyncHost(database, clock=clock) as host:
        await host.work(lambda _: None)


def test_an_expiry_that_is_refused_is_due_no_more(host: Host, clock: Clock) -> None:
    """No table refuses one; a database that was written to by somebody else may hold one."""
    logging.disable(logging.NOTSET)
    ringing(host, "c1")
    kept(host, "UPDATE fsm_conversation SET awaited = :it, due = 1", it='{"session_expired": [1, 1.0]}')
    assert host.work(lambda _: None) == 3
    line = host.history("c1")[-1]
    assert (line.key, line.accepted, line.answer["kind"]) == ("timer/1/session_expired", False, "not-applicable")
    assert [(each.event, each.due) for each in host.awaited("c1")] == [("session_expired", None)]
    assert host.work(lambda _: None) == 0
