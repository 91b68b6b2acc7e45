"""Effects are delivered at least once, in order within a conversation, under ids that never change."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import URL, text

from fsm.hosts.cloudevents import cloudevent
from fsm.hosts.host import ATTEMPTS, Effect, Stuck, pause
from fsm.hosts.sql import AsyncHost, Host
from fsm.hosts.sql.core import MOST, MOST_STEPS
from fsm.hosts.sql.delivery import LONGEST_ERROR
from tests.hosts.sql.conftest import PAIRING, Clock, Making, kept
from tests.people import PAIRS

NATIVE = PAIRS["teams>teams"]
"""Two on one platform, who have no timers."""


class Down(Exception):
    """What a receiver that is down raises."""


class Receiver:
    """Receives effects, or what is told of them; ``down`` are ids of which it raises."""

    def __init__(self, *down: str) -> None:
        self.down = set(down)
        self.got: list[str] = []
        self.tried: list[str] = []

    def __call__(self, effect: Effect) -> None:
        self.tried.append(effect.id)
        if effect.id in self.down:
            raise Down(effect.id)
        self.got.append(effect.id)


def talking(host: Host, *names: str) -> None:
    """Conversations that are opened, and ask for two effects each."""
    for name in names:
        host.open(name, NATIVE, key="o")
        assert len(host.fire(name, "open_chat", "originator", key="k1").effects) == 2


def test_what_fails_is_tried_again_later_and_holds_up_what_comes_after_it_there(host: Host, clock: Clock) -> None:
    talking(host, "c1", "c2")
    receiver = Receiver("c1/1/1")
    assert host.work(receiver) == 3
    assert sorted(receiver.tried) == ["c1/1/0", "c1/1/1", "c2/1/0", "c2/1/1"]
    host.fire("c1", "send_text", "recipient", key="k2")
    for attempt in range(1, 4):
        receiver.tried.clear()
        clock.now += pause(attempt) - 1
        assert (host.work(receiver), receiver.tried) == (0, [])
        clock.now += 1
        assert (host.work(receiver), receiver.tried) == (0, ["c1/1/1"])
    receiver.down.clear()
    clock.now += pause(4)
    assert host.work(receiver) == 2
    assert [each for each in receiver.got if each.startswith("c1")] == [
        "c1/1/0",
        "c1/1/1",
        "c1/2/0",
    ]


def test_what_is_never_taken_is_stuck_until_somebody_retries_it(making: Making, clock: Clock) -> None:
    host = making(clock=clock, attempts=3)
    talking(host, "c1")
    receiver = Receiver("c1/1/1")
    for _ in range(5):
        host.work(receiver)
        clock.now += 1000
    [stuck] = host.stuck()
    assert stuck == Stuck(Effect("c1", 1, 1, "open_thread", "recipient"), 3, "Down: c1/1/1")
    assert receiver.tried.count("c1/1/1") == 3
    host.fire("c1", "send_text", "recipient", key="k2")
    assert host.work(receiver) == 0
    receiver.down.clear()
    assert (host.retry("c1"), host.retry("c1"), host.stuck()) == (True, False, ())
    assert host.work(receiver) == 2
    assert receiver.got == ["c1/1/0", "c1/1/1", "c1/2/0"]


def test_a_dead_letter_can_be_seen_in_the_table(host: Host, clock: Clock) -> None:
    talking(host, "c1")
    for _ in range(ATTEMPTS):
        host.work(Receiver("c1/1/0"))
        clock.now += 1000
    assert kept(host, "SELECT id, attempts, error FROM fsm_conversation WHERE stuck") == [
        ("c1", ATTEMPTS, "Down: c1/1/0")
    ]


@pytest.mark.parametrize("said", ["\0\ud800\n", "x" * 10_000])
def test_whatever_an_error_says_it_can_be_kept(making: Making, said: str) -> None:
    host = making(attempts=1)
    talking(host, "c1")

    def deliver(_: Effect) -> None:
        raise Down(said)

    host.work(deliver)
    [stuck] = host.stuck()
    assert stuck.error.isprintable()
    assert len(stuck.error) <= 2 * LONGEST_ERROR


def test_a_claim_lapses_and_the_next_worker_delivers_again_under_the_same_ids(host: Host, clock: Clock) -> None:
    talking(host, "c1")
    receiver, other = Receiver(), Receiver()

    def slow(effect: Effect) -> None:
        receiver(effect)
        assert host.work(other) == 0  # it is claimed
        clock.now += 31
        assert host.work(other, lease=30) == 2  # it was

    assert host.work(slow, lease=30) == 1  # and that one stops, as half of its lease is over
    assert (receiver.got, other.got) == (["c1/1/0"], ["c1/1/0", "c1/1/1"])
    assert (host.work(receiver), host.stuck()) == (0, ())  # what it settled too late is not taken


def test_a_worker_that_dies_is_waited_for_and_loses_nothing(host: Host, clock: Clock) -> None:
    talking(host, "c1")

    def dies(_: Effect) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host.work(dies, lease=30)
    receiver = Receiver()
    assert host.work(receiver) == 0
    clock.now += 30
    assert host.work(receiver) == 2
    assert receiver.got == ["c1/1/0", "c1/1/1"]


def test_half_done_is_not_done_again(host: Host, clock: Clock) -> None:
    talking(host, "c1", "c2")
    first, second = Receiver(), Receiver()

    def slow(effect: Effect) -> None:
        first(effect)
        clock.now += 16  # more than half of the lease

    assert host.work(slow, lease=30) == 1
    assert host.work(second) == 3
    assert sorted(first.got + second.got) == ["c1/1/0", "c1/1/1", "c2/1/0", "c2/1/1"]


def test_workers_share_the_conversations(making: Making) -> None:
    host, names = making(), [f"c{n}" for n in range(12)]
    talking(host, *names)
    receivers, together = [Receiver() for _ in range(3)], Barrier(3)

    def work(receiver: Receiver) -> None:
        together.wait()
        while making_work(receiver):
            pass

    def making_work(receiver: Receiver) -> int:
        return host.work(receiver)

    threads = [Thread(target=work, args=(each,)) for each in receivers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    got = [each for receiver in receivers for each in receiver.got]
    assert sorted(got) == sorted(f"{name}/1/{n}" for name in names for n in range(2))


def test_many_are_claimed_at_a_time_and_all_are_delivered(host: Host) -> None:
    names = [f"c{n}" for n in range(MOST + 3)]
    talking(host, *names)
    receiver = Receiver()
    assert host.work(receiver) == 2 * len(names)
    assert host.work(receiver) == 0


def test_a_conversation_with_very_many_effects_is_delivered_in_parts(host: Host) -> None:
    talking(host, "c1", "c2")
    columns = "conversation, key, seq, after, event, by, accepted, answer, at, specification"
    first = "key = 'k1' AND conversation = 'c1'"
    for seq in range(2, MOST_STEPS + 10):  # as if it had been offline for long
        copied = "conversation, :key, :seq, 0, event, by, accepted, replace(answer, :seq_1, :as_seq), at, specification"
        given = {"key": f"x{seq}", "seq": seq, "seq_1": '"seq":1', "as_seq": f'"seq":{seq}'}
        kept(host, f"INSERT INTO fsm_event ({columns}) SELECT {copied} FROM fsm_event WHERE {first}", **given)
    kept(host, "UPDATE fsm_conversation SET asked = :last WHERE id = 'c1'", last=MOST_STEPS + 9)
    receiver = Receiver()
    while host.work(receiver):
        pass
    ours = [each for each in receiver.got if each.startswith("c1")]
    assert ours == [f"c1/{seq}/{n}" for seq in range(1, MOST_STEPS + 10) for n in range(2)]
    assert [each for each in receiver.got if each.startswith("c2")] == ["c2/1/0", "c2/1/1"]


def test_effects_can_be_cloudevents(host: Host, clock: Clock) -> None:
    clock.now = 1_700_000_000.25
    talking(host, "c1")
    got: list[dict[str, Any]] = []
    assert host.work(got.append, source="https://talks.example/fsm") == 2
    assert got[0] == {
        "specversion": "1.0",
        "id": "c1/1/0",
        "source": "https://talks.example/fsm",
        "type": "interop-fsm.effect.open_thread",
        "subject": "c1",
        "time": "2023-11-14T22:13:20.250000Z",
        "datacontenttype": "application/json",
        "data": {
            "conversation": "c1",
            "seq": 1,
            "n": 0,
            "name": "open_thread",
            "to": "originator",
            "answers": [],
        },
    }
    assert got[1] == cloudevent(Effect("c1", 1, 1, "open_thread", "recipient"), clock.now, got[0]["source"])


@pytest.mark.parametrize("source", ["", "two words", "line\nbreak", 7])
def test_the_source_of_cloudevents_is_a_uri(host: Host, source: Any) -> None:
    with pytest.raises(
        ValueError, match=r"^source: .* is not accepted; give a URI, such as https://talks.example/fsm$"
    ):
        host.work(print, source=source)


def stopping(stop: Event, receiver: Callable[[Effect], None], after: int) -> Callable[[Effect], None]:
    """A receiver that stops the workers once it has had so many."""
    had: list[Effect] = []

    def deliver(effect: Effect) -> None:
        receiver(effect)
        had.append(effect)
        if len(had) == after:
            stop.set()

    return deliver


def test_a_host_runs_until_it_is_stopped_and_ends_with_what_it_does(host: Host) -> None:
    talking(host, "c1", "c2", "c3")
    stop, receiver = Event(), Receiver()
    host.run(stopping(stop, receiver, 3), stop=stop)
    assert len(receiver.got) == 3
    assert host.work(receiver) == 3  # nothing is claimed any more
    assert sorted(receiver.got) == sorted(f"c{n}/1/{m}" for n in (1, 2, 3) for m in (0, 1))


def test_workers_run_side_by_side(host: Host) -> None:
    talking(host, *(f"c{n}" for n in range(9)))
    stop, receiver = Event(), Receiver()
    host.run(stopping(stop, receiver, 18), workers=3, stop=stop, rest=0.01)
    assert len(set(receiver.got)) == 18


def test_what_comes_later_is_found(host: Host) -> None:
    stop, receiver = Event(), Receiver()
    worker = Thread(target=host.run, args=(stopping(stop, receiver, 2),), kwargs={"stop": stop, "rest": 0.01})
    worker.start()
    talking(host, "c1")
    worker.join()
    assert receiver.got == ["c1/1/0", "c1/1/1"]


def test_what_interrupts_a_worker_ends_all(host: Host) -> None:
    talking(host, "c1")

    def deliver(_: Effect) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        host.run(deliver, workers=2)


def test_a_database_that_is_gone_is_waited_for(
    making: Making, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What goes wrong is said in the log, and the worker goes on."""
    logging.disable(logging.NOTSET)
    host, stop, receiver = making(), Event(), Receiver()
    talking(host, "c1")
    kept(host, "ALTER TABLE fsm_conversation RENAME TO gone")

    def back(_: float | None = None) -> bool:
        kept(making(migrate=False), "ALTER TABLE gone RENAME TO fsm_conversation")
        return waiting(0)

    waiting = stop.wait
    waits = iter((waiting, back))
    monkeypatch.setattr(stop, "wait", lambda seconds: next(waits, waiting)(seconds))
    host.run(stopping(stop, receiver, 2), stop=stop, rest=0.01)
    assert receiver.got == ["c1/1/0", "c1/1/1"]
    assert "a worker goes on after 0.1 s" in caplog.text


def test_connections_that_are_cut_are_made_anew(server: Any) -> None:
    with Host(server.database()) as host, Host(host.engine.url) as other:
        talking(host, "c1")
        for lent in [host._lent() for _ in range(3)]:  # as after three threads at once
            host._back(lent)
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> "
        kept(other, f"{cut} pg_backend_pid()")
        with pytest.raises(Exception, match="terminating connection"):
            host.fire("c1", "send_text", "recipient", key="k2")
        assert host.fire("c1", "send_text", "recipient", key="k2").seq == 2


def test_connections_that_are_cut_are_made_anew_under_asyncio(server: Any) -> None:
    database = server.database()

    async def asked() -> int:
        async with AsyncHost(database) as host:
            await host.open("c1", PAIRING, key="o")
            with Host(database) as other:
                cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND"
                kept(other, f"{cut} pid <> pg_backend_pid()")
            with pytest.raises(Exception, match="terminating connection"):
                await host.fire("c1", "call_audio", "originator", key="k1")
            return (await host.fire("c1", "call_audio", "originator", key="k1")).seq

    assert asyncio.run(asked()) == 1


def test_it_runs_under_asyncio_too(database: URL) -> None:
    async def asked() -> None:
        async with AsyncHost(database, attempts=1) as host:
            for name in ("c1", "c2"):
                await host.open(name, NATIVE, key="o")
                await host.fire(name, "open_chat", "originator", key="k1")
            stop, got = asyncio.Event(), []

            async def deliver(event: dict[str, Any]) -> None:
                got.append(event["id"])
                if len(got) == 4:
                    stop.set()
                if event["id"] == "c2/1/1":
                    raise Down

            await host.run(deliver, workers=2, stop=stop, source="/talks", rest=0.01)
            assert sorted(got) == ["c1/1/0", "c1/1/1", "c2/1/0", "c2/1/1"]
            assert [each.effect.id for each in await host.stuck()] == ["c2/1/1"]
            assert await host.retry("c2")
            got.clear()
            assert await host.work(lambda effect: got.append(effect.id)) == 1
            assert got == ["c2/1/1"]

    asyncio.run(asked())


def test_a_worker_under_asyncio_goes_on_too(database: URL, caplog: pytest.LogCaptureFixture) -> None:
    logging.disable(logging.NOTSET)

    async def asked() -> None:
        async with AsyncHost(database) as host:
            await host.open("c1", PAIRING, key="o")
            await host.fire("c1", "call_audio", "originator", key="k1")
            stop, got = asyncio.Event(), []
            async with host.engine.begin() as connection:
                await connection.execute(text("ALTER TABLE fsm_conversation RENAME TO gone"))

            def deliver(effect: Effect) -> None:
                got.append(effect.id)
                stop.set()

            worker = asyncio.create_task(host.run(deliver, stop=stop, rest=0.01))
            while "a worker goes on after 0.1 s" not in caplog.text:
                await asyncio.sleep(0.01)
            async with host.engine.begin() as connection:
                await connection.execute(text("ALTER TABLE gone RENAME TO fsm_conversation"))
            await worker
            assert got == ["c1/1/0"]

    asyncio.run(asked())
