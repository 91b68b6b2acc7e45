"""A conversation that is put away goes on as if it had not been."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from math import inf

import pytest

pytest.importorskip("temporalio", reason="no temporalio; pip install 'interop-fsm[temporal]'")

from fsm import Conversation
from fsm.hosts.conformance import ACROSS, TO_THE_MEETING
from fsm.hosts.host import Effect, Stuck, pairing_json
from fsm.hosts.temporal import kept
from fsm.hosts.temporal.kept import Asked, Kept, Undelivered, packed, unpacked
from tests.engine.test_earlier import RELEASES, taken


class Now:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def begun(clock: Now) -> Kept:
    """A conversation in which there is a meeting being created."""
    host = Kept("c1", clock, lambda: True)
    host.begin(pairing_json(ACROSS), "o")
    for event, by in TO_THE_MEETING:
        asyncio.run(host.fired({"event": event, "by": by, "key": event}))
    return host


def again(host: Kept, clock: Now) -> Kept:
    """The same, put away and taken up."""
    other = Kept("c1", clock, lambda: True)
    assert other.take_up(json.loads(json.dumps(host.put_away()))) is None
    return other


class Sending:
    """Who delivers: so many effects, and the next one fails.

    Args:
        some: how many; default: whatever is asked.
    """

    def __init__(self, some: float = inf) -> None:
        self.some = some
        self.had: list[Effect] = []
        self.times: list[float] = []

    async def __call__(self, asked: list[Asked]) -> int:
        for did, (effect, at) in enumerate(asked):
            if len(self.had) == self.some:
                raise Undelivered("nobody answers", did)
            self.had.append(effect)
            self.times.append(at)
        return len(asked)


def deliver(host: Kept, send: Sending) -> int:
    return asyncio.run(host.deliver(send, host._clock()))


def effects(host: Kept) -> list[Effect]:
    """All that was ever asked for."""
    return [each for entry in host.record.entries for each in entry.effects]


def test_effects_are_delivered_in_order_together_up_to_one_that_fails() -> None:
    clock = Now()
    host = begun(clock)
    some, all_of_it = Sending(some=2), effects(host)
    assert deliver(host, some) == 2
    assert some.had == all_of_it[:2]
    assert host.record.failure == Stuck(all_of_it[2], 1, "Undelivered: nobody answers")
    rest = Sending()
    assert deliver(host, rest) == 0, "it is tried again after a pause"
    clock.now += 2
    assert deliver(host, rest) == len(all_of_it) - 2
    assert rest.had == all_of_it[2:]
    assert set(rest.times) == {1000.0}, "the times of the steps"
    assert host.record.failure is None
    assert deliver(host, rest) == 0


def test_what_follows_a_step_may_be_delivered_with_it() -> None:
    clock = Now()
    host = begun(clock)
    first, *following = effects(host)
    assert host.following(first.seq, first.n) == [(each, 1000.0) for each in following]
    assert host.following(first.seq, first.n, 1) == [(each, 1000.0) for each in following if each.seq == 1]

    async def meanwhile(asked: list[Asked]) -> int:
        await host.fired({"event": "hang_up", "by": "originator", "key": "h"})
        return len(asked) + len(host.following(asked[-1][0].seq, asked[-1][0].n))

    assert asyncio.run(host.deliver(meanwhile, clock.now)) == len(effects(host)) > len(following) + 1
    assert host.record.pending() is None


def test_a_hundred_are_delivered_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    host, sizes = begun(Now()), list[int]()

    async def send(asked: list[Asked]) -> int:
        sizes.append(len(asked))
        return len(asked)

    asyncio.run(host.deliver(send, 1000.0))
    assert sum(sizes) == len(effects(host))
    assert len(sizes) > 1


def test_nobody_else_delivers_meanwhile() -> None:
    host = begun(Now())

    async def send(asked: list[Asked]) -> int:
        assert await host.deliver(send, 1000.0) == 0
        return len(asked)

    assert asyncio.run(host.deliver(send, 1000.0)) == len(effects(host))


def test_all_of_it_is_as_it_was() -> None:
    clock, some = Now(), Sending(some=2)
    host = begun(clock)
    deliver(host, some)
    assert host.record.attempts == 1
    other = again(host, clock)
    assert other.record.failure == host.record.failure
    assert other.record.not_before == host.record.not_before
    assert asyncio.run(other.read("c1")) == asyncio.run(host.read("c1"))
    assert asyncio.run(other.awaited("c1")) == asyncio.run(host.awaited("c1"))
    assert asyncio.run(other.history("c1")) == asyncio.run(host.history("c1"))
    assert other.due() == host.due()
    clock.now += 10
    rest, theirs = Sending(), Sending()
    deliver(host, rest)
    deliver(other, theirs)
    assert theirs.had == rest.had
    assert some.had + theirs.had == effects(host)
    assert again(other, clock).record.pending() is None


def test_what_is_stuck_is_stuck_then() -> None:
    clock, never = Now(), Sending(some=0)
    host = begun(clock)
    for _ in range(12):
        clock.now += 1000
        deliver(host, never)
    failure = host.record.failure
    assert host.is_stuck
    other = again(host, clock)
    assert other.is_stuck
    assert isinstance(failure, Stuck)
    assert asyncio.run(other.stuck()) == (failure,)


def test_the_last_lines_are_remembered_the_opening_and_what_is_not_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "REMEMBERED", 2)
    clock, theirs = Now(), Sending()
    host = begun(clock)
    assert [line.seq for line in asyncio.run(again(host, clock).history("c1"))] == [0, 1, 2, 3, 4]
    deliver(host, Sending())
    other = again(host, clock)
    assert [line.seq for line in asyncio.run(other.history("c1"))] == [0, 3, 4]
    assert other.record.pending() is None
    done = asyncio.run(other.fired({"event": "hang_up", "by": "originator", "key": "h"}))
    assert (done.seq, done.again) == (5, False)
    deliver(other, theirs)
    assert theirs.had == list(done.effects)


def test_lines_are_packed_to_a_tenth() -> None:
    lines = asyncio.run(begun(Now()).history("c1"))
    many = [replace(line, key=f"k{n}", at=1e9 + n * 1.7) for n in range(200) for line in lines]
    assert unpacked(packed(many)) == tuple(many)
    assert len(packed(many)) < len(json.dumps([line.to_json() for line in many])) / 10


@pytest.mark.parametrize("release", RELEASES)
def test_what_an_earlier_release_has_begun_is_carried_over(release: str) -> None:
    clock = Now()
    left = begun(clock).put_away()
    for line in taken(release)[:20]:
        host = Kept("c1", clock, lambda: True)
        carried = host.take_up({**left, "snapshot": line["snapshot"]})
        assert carried
        assert asyncio.run(host.read("c1")) == Conversation.carry_over(line["snapshot"])[0]
