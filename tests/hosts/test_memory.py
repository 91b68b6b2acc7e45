"""The hosts in memory: what is theirs beside the contract, which ``test_conformance`` holds them to."""

from __future__ import annotations

import asyncio
import threading

import pytest

from fsm import Pairing
from fsm.hosts.host import Effect, NoConversation, Stuck
from fsm.hosts.memory import AsyncMemoryHost, MemoryHost, Record
from tests.people import PAIRS

TWO, ALIKE = PAIRS["teams>sfb"], PAIRS["teams>teams"]


def nothing(effect: Effect) -> None:
    """Deliver an effect."""


class Clock:
    """A clock that stands still until it is set."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def chatting(pairing: Pairing = ALIKE, **options: object) -> MemoryHost:
    """A host with a chat, of which two effects are to be delivered."""
    host = MemoryHost(**options)  # type: ignore[arg-type]
    host.open("c1", pairing, key="k0")
    host.fire("c1", "open_chat", "originator", key="k1")
    return host


def test_the_clock_says_when_timers_are_due() -> None:
    clock = Clock()
    host = chatting(TWO, clock=clock)
    clock.now += 599
    assert host.work(nothing) == 5, "the effects of the chat"
    clock.now += 1
    assert host.work(nothing) > 0
    assert [line.at for line in host.history("c1")] == [1000.0, 1000.0, 1600.0]


def test_what_is_forgotten_is_gone() -> None:
    host = chatting()
    host.forget("c1")
    with pytest.raises(NoConversation):
        host.read("c1")
    with pytest.raises(NoConversation, match="conversation: there is no 'c1'; open it first"):
        host.forget("c1")
    assert host.work(nothing) == 0
    host.open("c1", TWO, key="another")


def test_so_many_attempts_are_made() -> None:
    host, tried = chatting(attempts=2), []

    def fail(effect: Effect) -> None:
        tried.append(effect)
        raise ConnectionError("no")

    assert [host.work(fail, now=now) for now in (2000.0, 2001.9, 2002.0, 9000.0)] == [0, 0, 0, 0]
    [first] = set(tried)
    assert host.stuck() == (Stuck(first, 2, "ConnectionError: no"),)
    assert (len(tried), host.retry("c1"), host.work(nothing)) == (2, True, 2)


@pytest.mark.parametrize("given", [0, -1, True, 1.5, None])
def test_attempts_are_a_number(given: int) -> None:
    with pytest.raises(ValueError, match=r"attempts: .* is not accepted; give a number from 1"):
        MemoryHost(attempts=given)


def test_an_interrupted_delivery_is_made_again() -> None:
    host = chatting()

    def stop(effect: Effect) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        host.work(stop)
    assert host.work(nothing) == 2


def test_what_is_being_delivered_is_left_to_who_delivers_it() -> None:
    host, had = chatting(), threading.Event()

    def slow(effect: Effect) -> None:
        assert host.work(nothing) == 0
        had.set()

    assert host.work(slow) == 2
    assert had.is_set()


def test_a_worker_leaves_what_came_while_it_delivered() -> None:
    host = chatting()

    def answering(effect: Effect) -> None:
        host.fire("c1", "send_text", "recipient", key=effect.id)

    assert [host.work(answering) for _ in range(3)] == [2, 2, 2], "it comes to an end though there is always more"


def test_a_timer_that_is_cancelled_while_it_is_about_to_be_fired_is_not() -> None:
    class Answered(MemoryHost):
        """Somebody answers between the look at the clock and the step."""

        def _expire(self, record: Record, event: str, now: float) -> int:
            self.fire("c1", "accept_call", "recipient", key="in time")
            return super()._expire(record, event, now)

    host = Answered()
    host.open("c1", TWO, key="k0")
    host.fire("c1", "call_audio", "originator", key="k1")
    host.work(nothing, now=1e11)
    assert [line.key for line in host.history("c1")] == ["k0", "k1", "in time"]


def test_a_cancelled_delivery_under_asyncio_is_made_again() -> None:
    async def play() -> None:
        host = AsyncMemoryHost()
        await host.open("c1", ALIKE, key="k0")
        await host.fire("c1", "open_chat", "originator", key="k1")
        begun = asyncio.Event()

        async def slow(effect: Effect) -> None:
            begun.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(host.work(slow))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await host.work(nothing) == 2, "deliver may be no coroutine"

    asyncio.run(play())
