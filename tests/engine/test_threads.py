"""Conversations in many threads and tasks at once: the same traces as alone, and one automaton for all.

What is shared is filled in lazily, by whoever comes first. Each test starts with nothing filled in, lets all threads
go at one moment, makes them take turns as often as the interpreter can, and lets each pause where it has found
something missing, so that others find it missing too. They hold on a free-threaded Python as well.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

import fsm
from fsm import CONVERSATION, Conversation, Outcome, Pairing, Party
from fsm.engine import conversation as module
from fsm.engine import known, program
from fsm.engine.profile import Profile
from fsm.engine.program import Answers, Programs
from tests.people import PAIRS

T = TypeVar("T")
THREADS = 6
NAMES = ("teams>sfb", "sfb>teams", "teams>legacy", "sfb>sfb", "clouds teams>teams")
MOVES = (
    ("open_chat", "originator"),
    ("send_text", "recipient"),
    ("call_audio", "originator"),
    ("accept_call", "recipient"),
    ("share_desktop", "originator"),
    ("warn_peer", "originator"),
    ("accept_meeting", "originator"),
    ("meeting_created", "service"),
    ("join_meeting", "recipient"),
    ("start_sharing", "originator"),
    ("end_meeting", "originator"),
    ("hang_up", "recipient"),
    ("call_video", "recipient"),
    ("no_answer", "service"),
    ("send_file", "originator"),
    ("close_chat", "recipient"),
)


def pausing(kind: type[T]) -> type[T]:
    """A kind in whose making every other thread has a turn or two."""

    def begin(self: Any, *args: Any) -> None:
        for _ in range(20):
            time.sleep(0)
        kind.__init__(self, *args)

    return type(kind.__name__, (kind,), {"__init__": begin, "__slots__": ()})


@pytest.fixture(autouse=True)
def _nothing_filled_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    monkeypatch.setattr(program, "Answers", pausing(Answers))
    monkeypatch.setattr(program, "Profile", pausing(Profile))
    monkeypatch.setattr(module, "PROGRAMS", Programs(CONVERSATION))
    yield
    sys.setswitchinterval(interval)


def fresh(name: str) -> Pairing:
    """A pairing of one's own: what routing makes of it is not worked out yet."""
    known = PAIRS[name]
    return fsm.Pairing(
        known.originator,
        known.recipient,
        scope=known.scope,
        topology=known.topology,
        federation_allowed=known.federation_allowed,
        same_cloud=known.same_cloud,
        islands_interop=known.islands_interop,
    )


def story(pairing: Pairing) -> list[object]:
    """What becomes of each move, and of a change in the middle."""
    conversation = Conversation(pairing)
    told: list[object] = []
    for n, (event, by) in enumerate(MOVES):
        if n == 10:
            told.append(conversation.change(PAIRS["teams>teams"]))
        refusal = conversation.why_not(known.event(event), known.party(by))
        told.append(refusal or conversation.fire(known.event(event), known.party(by)))
    return [*told, conversation.available(), conversation.places]


def at_once(act: Callable[[int], T]) -> list[T]:
    """What each of several threads comes to, that all begin at one moment."""
    barrier, found = threading.Barrier(THREADS), dict[int, T]()

    def run(n: int) -> None:
        barrier.wait()
        found[n] = act(n)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return [found[n] for n in range(THREADS)]


@pytest.mark.parametrize("name", NAMES)
def test_threads_tell_the_same_story_as_one_alone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    together = at_once(lambda n: story(fresh(name)))
    monkeypatch.setattr(module, "PROGRAMS", Programs(CONVERSATION))
    alone = story(fresh(name))
    assert all(each == alone for each in together)


def test_threads_of_many_profiles_do_not_mix_them_up(monkeypatch: pytest.MonkeyPatch) -> None:
    names = list(PAIRS)[::4]
    together = at_once(lambda n: {name: story(fresh(name)) for name in names[n:] + names[:n]})
    monkeypatch.setattr(module, "PROGRAMS", Programs(CONVERSATION))
    alone = {name: story(fresh(name)) for name in names}
    assert all(each == alone for each in together)


def test_threads_that_met_in_a_place_share_its_row() -> None:
    def ends(n: int) -> Answers:
        conversation = Conversation(fresh("teams>sfb"))
        for event, by in MOVES[:6]:
            conversation.fire(known.event(event), known.party(by))
        return conversation._at

    rows = at_once(ends)
    assert len({id(row) for row in rows}) == 1
    programs = module.PROGRAMS
    assert len({id(found) for found in programs._by_profile.values()}) == 1
    assert {id(found) for found in programs._by_views.values()} == {id(rows[0].program)}


def test_one_pairing_may_be_shared() -> None:
    pairing = fresh("sfb>teams")
    together = at_once(lambda n: [story(pairing) for _ in range(3)])
    assert all(each == together[0] for each in together)


def test_an_outcome_leads_to_the_row_that_everybody_has() -> None:
    def first(n: int) -> Outcome:
        return Conversation(fresh("teams>sfb")).fire("call_audio", Party.ORIGINATOR)

    outcomes = at_once(first)
    assert len({id(outcome.to) for outcome in outcomes}) == 1
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_tasks_of_one_loop_and_loops_of_many_threads_tell_the_same_story() -> None:
    async def one(name: str) -> list[object]:
        conversation = Conversation(fresh(name))
        told: list[object] = []
        for event, by in MOVES:
            await asyncio.sleep(0)
            way = known.event(event), known.party(by)
            told.append(conversation.why_not(*way) or conversation.fire(*way))
        return told

    async def many() -> list[list[object]]:
        return list(await asyncio.gather(*(one(name) for name in NAMES * 3)))

    alone = asyncio.run(many())
    assert alone[: len(NAMES)] == alone[len(NAMES) : 2 * len(NAMES)]
    assert all(each == alone for each in at_once(lambda n: asyncio.run(many())))
