"""Hosts of talks: their callbacks within a step, beside the contract, which ``test_conformance`` holds them to."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar

import pytest

from fsm.hosts.host import Effect
from fsm.hosts.transitions import AsyncTalk, AsyncTalkHost, Talk, TalkHost
from tests.own import TOSS
from tests.people import PAIRS

TWO = PAIRS["teams>sfb"]


class Desk(Talk):
    """A talk that can be told to fail."""

    heard: ClassVar[list[object]] = []
    wrong: ClassVar[set[str]] = set()

    def on_effect(self, name: str, to: str) -> None:
        if name in self.wrong:
            raise OSError(f"{name} does not work")
        self.heard.append((name, to))

    def on_timer_start(self, event: str, seconds: int) -> None:
        self.heard.append((event, seconds))

    def on_timer_cancel(self, event: str) -> None:
        self.heard.append((event, None))


@pytest.fixture
def host() -> TalkHost:
    """A host of desks with an open conversation."""
    Desk.heard.clear()
    Desk.wrong.clear()
    host = TalkHost(Desk)
    host.open("c1", TWO, key="open")
    return host


def nothing(effect: Effect) -> None:
    """Deliver an effect."""


def test_callbacks_are_called_within_the_step_and_the_effects_are_theirs(host: TalkHost) -> None:
    done = host.fire("c1", "call_audio", "originator", key="k")
    assert Desk.heard == [("ring_audio", "recipient"), ("open_interop_window", "recipient"), ("no_answer", 30)]
    assert [(each.name, each.to) for each in done.effects] == Desk.heard[:2]
    host.fire("c1", "call_audio", "originator", key="k")
    assert len(Desk.heard) == 3, "a retry calls nobody back"
    host.fire("c1", "cancel_call", "originator", key="k2")
    assert Desk.heard[-1] == ("no_answer", None)


def test_a_callback_that_raises_undoes_the_step_and_keeps_nothing(host: TalkHost) -> None:
    Desk.wrong.add("open_interop_window")
    with pytest.raises(OSError, match="open_interop_window does not work"):
        host.fire("c1", "call_audio", "originator", key="k")
    assert (len(host.history("c1")), host.awaited("c1"), host.work(nothing)) == (1, (), 0)
    Desk.wrong.clear()
    assert not host.fire("c1", "call_audio", "originator", key="k").again


class Counting(Talk):
    """A talk that remembers something of its own."""

    rung = 0

    def on_ring_audio(self, to: str) -> None:
        self.rung += 1

    def on_open_interop_window(self, to: str) -> None:
        if Desk.wrong:
            raise OSError("no window")


def test_what_a_callback_sets_on_the_talk_is_kept_with_the_step_and_not_without() -> None:
    host = TalkHost(Counting)
    host.open("c1", TWO, key="open")
    Desk.wrong.add("any")
    with pytest.raises(OSError, match="no window"):
        host.fire("c1", "call_audio", "originator", key="k1")
    Desk.wrong.clear()
    for key in ("k1", "k3"):
        host.fire("c1", "call_audio", "originator", key=key)
        host.fire("c1", "cancel_call", "originator", key=f"{key} again")
    assert host._record("c1").last.talk.rung == 2


def test_a_timer_whose_callback_raises_holds_up_nobody_else_and_is_fired_later(host: TalkHost) -> None:
    host.open("c2", TWO, key="open")
    host.fire("c1", "call_audio", "originator", key="k")
    host.fire("c2", "open_chat", "originator", key="k")
    due = max(each.due or 0.0 for each in host.awaited("c2"))
    Desk.wrong.add("stop_ringing")
    with pytest.raises(OSError, match="stop_ringing does not work"):
        host.work(nothing, now=due)
    assert (host.read("c1").state["call"], host.read("c2").state["chat"]) == ("ringing", "one_sided")
    Desk.wrong.clear()
    assert host.work(nothing, now=due) > 0
    assert host.read("c1").state["call"] == "ended"


class Meddler(Talk):
    """A talk that fires at its own conversation while it takes a step."""

    host: ClassVar[Any] = None

    def on_ring_audio(self, to: str) -> None:
        self.host.fire("c1", "accept_call", "recipient", key="within")


def test_a_callback_that_asks_its_own_conversation_is_told_so() -> None:
    Meddler.host = host = TalkHost(Meddler)
    host.open("c1", TWO, key="open")
    with pytest.raises(RuntimeError, match="conversation: 'c1' is taking a step, and a callback within it asks for an"):
        host.fire("c1", "call_audio", "originator", key="k")
    assert host.read("c1").state["call"] == "none"


class Slow(AsyncTalk):
    """A talk whose ringing takes until it is allowed to go on."""

    go_on: ClassVar[asyncio.Event]

    async def on_ring_audio(self, to: str) -> None:
        await self.go_on.wait()


def test_a_cancelled_step_has_not_happened() -> None:
    async def play() -> None:
        Slow.go_on = asyncio.Event()
        host = AsyncTalkHost(Slow)
        await host.open("c1", TWO, key="open")
        ringing = asyncio.create_task(host.fire("c1", "call_audio", "originator", key="k"))
        await asyncio.sleep(0)
        ringing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ringing
        assert len(await host.history("c1")) == 1
        Slow.go_on.set()
        assert (await host.fire("c1", "call_audio", "originator", key="k")).state["call"] == "ringing"

    asyncio.run(play())


def test_what_is_no_class_of_talks_is_turned_down() -> None:
    class Own(Talk[str, str]):
        composition = TOSS

    wrong: Any
    for wrong in (Talk(TWO), "Talk", AsyncTalk):
        with pytest.raises(ValueError, match=r"talk: .* is not accepted; give Talk or a class derived from it"):
            TalkHost(wrong)
    with pytest.raises(ValueError, match=r"talk: .* is not accepted; give AsyncTalk or a class derived from it"):
        AsyncTalkHost(Talk)  # type: ignore[arg-type]
    wrong = Own
    with pytest.raises(
        ValueError, match="talk: Own is of a specification of its own; hosts keep conversations of ours"
    ):
        TalkHost(wrong)


def test_callbacks_that_fit_nothing_are_turned_down() -> None:
    class Misspelt(Talk):
        def on_ring_adio(self, to: str) -> None:
            """Never called."""

    with pytest.raises(ValueError, match=r"Misspelt.on_ring_adio: nothing calls this back; did you mean on_ring_audio"):
        TalkHost(Misspelt).open("c1", TWO, key="open")
