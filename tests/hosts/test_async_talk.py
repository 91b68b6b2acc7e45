"""A talk under asyncio: callbacks awaited in order, one event at a time, nothing half-done."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

import fsm
from fsm import Conversation, Pairing, Party
from fsm.engine import known
from fsm.hosts.transitions import AsyncTalk, machines
from tests.hosts.test_transitions import asked
from tests.people import PAIRS
from tests.strategies import pairings, walks

O, R, S = Party  # noqa: E741  # originator, recipient, service

if TYPE_CHECKING:
    from fsm.spec.names import PartyName


class Noting(AsyncTalk):
    """A talk whose callbacks are coroutines that let others run before they note what they are asked."""

    def __init__(self, pairing: Pairing, machines: Any = None) -> None:
        super().__init__(pairing, machines)
        self.effects: list[tuple[str, str]] = []
        self.timers: list[tuple[str, int | None]] = []

    async def on_effect(self, name: str, to: str) -> None:
        await asyncio.sleep(0)
        self.effects.append((name, to))

    async def on_timer_start(self, event: str, seconds: int) -> None:
        await asyncio.sleep(0)
        self.timers.append((event, seconds))

    def on_timer_cancel(self, event: str) -> None:
        self.timers.append((event, None))


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(coroutine)


@given(pairings(), walks)
@settings(max_examples=15)
def test_it_does_as_a_conversation_does(pairing: Pairing, walk: list[tuple[str, Any]]) -> None:
    async def both() -> None:
        conversation, talk = Conversation(pairing), Noting(pairing)
        for kind, what in walk:
            talk.effects, talk.timers = [], []
            if kind == "change":
                await talk.change(what)
                assert (talk.effects, talk.timers) == asked(conversation.change(what))
            else:
                ways = conversation.available()
                event, by = what if kind == "try" else ways[what % len(ways)] if ways else ("send_text", O)
                accepted = conversation.may(known.event(event), by)
                assert await talk.trigger(known.event(event), by) is accepted
                expected = asked(conversation.fire(known.event(event), by)) if accepted else ([], [])
                assert (talk.effects, talk.timers) == expected
            assert talk.places == conversation.places

    run(both())


def test_events_of_one_talk_are_taken_one_at_a_time_in_the_order_they_come() -> None:
    async def send() -> None:
        talk = Noting(PAIRS["sfb>teams"])
        assert await talk.trigger("open_chat", O)
        talk.effects = []
        assert all(await asyncio.gather(*(talk.trigger("send_text", by) for by in (O, R, O, O, R))))
        other = {O: "recipient", R: "originator"}
        assert talk.effects == [
            effect for by in (O, R, O, O, R) for effect in (("relay", "gateway"), ("deliver_plain_text", other[by]))
        ]

    run(send())


def test_of_two_who_act_at_once_the_first_is_accepted() -> None:
    async def answer() -> None:
        talk = Noting(PAIRS["teams>sfb"])
        assert await talk.trigger("call_audio", O)
        accepted, cancelled = await asyncio.gather(talk.trigger("accept_call", R), talk.trigger("cancel_call", O))
        assert (accepted, cancelled) == (True, False)
        assert talk.places["call"].state == "connected"

    run(answer())


def test_different_talks_run_side_by_side() -> None:
    met: list[AsyncTalk] = []
    go_on = asyncio.Event()

    class Meeting(AsyncTalk):
        async def on_ring_audio(self, to: str) -> None:
            met.append(self)
            await go_on.wait()

    async def ring() -> None:
        talks = [Meeting(PAIRS["teams>sfb"]) for _ in range(20)]
        calls = asyncio.gather(*(talk.trigger("call_audio", O) for talk in talks))
        for _ in range(100):
            await asyncio.sleep(0)
        assert met == talks, "all of them ring, and none is done"
        go_on.set()
        assert all(await calls)

    run(ring())


class Waiting(Noting):
    """Its first ring goes on for ever."""

    async def on_ring_audio(self, to: str) -> None:
        await asyncio.Event().wait()

    async def on_effect(self, name: str, to: str) -> None:
        await super().on_effect(name, to)
        if name == "ring_audio":
            await self.on_ring_audio(to)


def test_a_step_that_is_cancelled_leaves_the_talk_where_it_stood() -> None:
    async def give_up() -> None:
        talk = Waiting(PAIRS["teams>sfb"])
        step = asyncio.create_task(talk.trigger("call_audio", O))
        while not talk.effects:
            await asyncio.sleep(0)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        assert talk.places["call"].state == "none"
        assert talk.effects == [("ring_audio", "recipient")]
        assert await talk.trigger("call_video", O), "and it goes on"

    run(give_up())


def test_an_event_that_is_cancelled_while_it_waits_for_its_turn_never_happens() -> None:
    async def give_up() -> None:
        talk = Noting(PAIRS["teams>sfb"])
        first = asyncio.create_task(talk.trigger("call_audio", O))
        second = asyncio.create_task(talk.trigger("cancel_call", O))
        await asyncio.sleep(0)
        second.cancel()
        assert await first
        with pytest.raises(asyncio.CancelledError):
            await second
        assert talk.places["call"].state == "ringing"

    run(give_up())


def test_a_callback_that_raises_undoes_the_step() -> None:
    class Failing(AsyncTalk):
        async def on_ring_audio(self, to: str) -> None:
            raise OSError("nobody there")

    async def ring() -> None:
        talk = Failing(PAIRS["teams>sfb"])
        with pytest.raises(OSError, match="nobody there"):
            await talk.trigger("call_audio", O)
        assert talk.places["call"].state == "none"

    run(ring())


def test_a_callback_does_not_wait_for_its_own_talk() -> None:
    class Eager(AsyncTalk):
        async def on_ring_audio(self, to: PartyName) -> None:
            await self.trigger("accept_call", to)

    class Patient(AsyncTalk):
        def on_ring_audio(self, to: PartyName) -> None:
            self.answer = asyncio.create_task(self.trigger("accept_call", to))

    async def ring() -> None:
        with pytest.raises(RuntimeError, match="a callback fires at its own talk"):
            await Eager(PAIRS["teams>sfb"]).trigger("call_audio", O)
        talk = Patient(PAIRS["teams>sfb"])
        assert await talk.trigger("call_audio", O)
        assert await talk.answer, "a task of its own has its turn afterwards"
        assert talk.places["call"].state == "connected"

    run(ring())


def test_callbacks_of_machines_may_be_coroutines_too() -> None:
    from transitions.extensions.asyncio import AsyncMachine

    heard = []

    async def connected(event: Any) -> None:
        await asyncio.sleep(0)
        heard.append(event.event.name)

    async def answer() -> None:
        mine = machines(AsyncMachine)
        mine["call"].on_enter_connected(connected)
        talk = AsyncTalk(PAIRS["teams>sfb"], mine)
        assert await talk.trigger("call_audio", O)
        assert await talk.trigger("accept_call", R)
        assert not await talk.trigger("accept_call", R)
        refusal = talk.why_not("accept_call", R)
        assert refusal is not None
        assert "in state connected" in refusal.message
        with pytest.raises(fsm.UnknownEvent, match="event: 'ring' is not known"):
            await talk.trigger("ring", O)  # type: ignore[arg-type]

    run(answer())
    assert heard == ["accept_call"]


def test_trigger_was_called_fire() -> None:
    async def call() -> None:
        with pytest.warns(DeprecationWarning, match="fire of a talk is called trigger now") as warned:
            assert await AsyncTalk(PAIRS["teams>sfb"]).fire("call_audio", O)
        assert warned[0].filename == __file__

    run(call())
