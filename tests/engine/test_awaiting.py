"""What somebody waits for is kept by the step that asked, and what comes too late is stale (DEC-39)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given

from fsm import CONVERSATION, Conversation, Pairing, Party, Refused
from fsm.engine.awaiting import awaiting, expected, refusal
from fsm.engine.outcome import RefusalKind
from tests.own import TOSS
from tests.people import PAIRS
from tests.strategies import pairings, walks

O, R, S = Party  # noqa: E741  # originator, recipient, service
TWO = PAIRS["teams>sfb"]


class Told:
    """A conversation whose steps are numbered, and what is awaited after each."""

    def __init__(self, pairing: Pairing = TWO) -> None:
        self.talk = Conversation(pairing)
        self.seq = 0
        self.awaited: dict[str, int] = {}

    def fire(self, event: Any, by: Party, of: int | None = None) -> int:
        """The number of the step.

        Raises:
            Refused: it is stale, or refused.
        """
        stale = refusal(event, by, of, self.awaited)
        if stale:
            raise Refused(stale)
        outcome = self.talk.fire(event, by)
        self.seq += 1
        self.awaited = awaiting(self.awaited, outcome, self.seq)
        return self.seq

    def change(self, pairing: Pairing) -> None:
        outcome = self.talk.change(pairing)
        self.seq += 1
        self.awaited = awaiting(self.awaited, outcome, self.seq)

    def meeting(self) -> int:
        """The step that asks for a meeting, out of a chat."""
        if self.talk.state["chat"] == "none":
            self.fire("open_chat", O)
        self.fire("share_desktop", O)
        return self.fire("accept_meeting", O)


def stale(told: Told, event: str, of: int, by: Party = S) -> str:
    before = told.talk.snapshot(), dict(told.awaited)
    with pytest.raises(Refused) as caught:
        told.fire(event, by, of)
    assert (told.talk.snapshot(), told.awaited) == before, "a stale event changes nothing"
    assert caught.value.refusal.kind is RefusalKind.STALE
    assert caught.value.refusal.rule == "DEC-39"
    return caught.value.refusal.message


@pytest.mark.rules("DEC-39")
def test_an_answer_belongs_to_the_step_that_asked() -> None:
    told = Told()
    asked = told.meeting()
    assert told.awaited == {"session_expired": 1, "meeting_created": asked, "meeting_failed": asked}
    told.fire("meeting_created", S, asked)
    assert "meeting_failed" not in told.awaited, "it is answered"
    assert told.awaited["link_delivered"] == told.seq, "and asks for the next"


@pytest.mark.rules("DEC-39")
def test_a_meeting_made_too_late_is_not_the_next_one() -> None:
    told = Told()
    first = told.meeting()
    told.fire("meeting_failed", S, first)
    assert stale(told, "meeting_created", first) == f"it belongs to step {first}, and nothing waits for it any more"
    second = told.meeting()
    said = f"it belongs to step {first}, and step {second} has asked for it since"
    assert stale(told, "meeting_created", first) == said
    told.fire("meeting_created", S, second)
    assert told.talk.state["meeting"] == "sent"


@pytest.mark.rules("DEC-39")
def test_an_expiry_in_flight_when_its_timer_was_cancelled_does_not_end_the_next_call() -> None:
    told = Told()
    first = told.fire("call_audio", O)
    told.fire("cancel_call", O)
    second = told.fire("call_audio", O)
    stale(told, "no_answer", first)
    told.fire("no_answer", S, second)
    assert told.talk.state["call"] == "ended"


@pytest.mark.rules("DEC-39")
def test_a_timer_that_starts_afresh_has_another_identity() -> None:
    told = Told()
    first = told.fire("open_chat", O)
    second = told.fire("send_text", O)
    stale(told, "session_expired", first)
    told.fire("session_expired", S, second)


@pytest.mark.rules("DEC-39")
def test_an_earlier_ring_is_not_taken_for_the_later() -> None:
    told = Told()
    first = told.fire("call_audio", O)
    told.fire("cancel_call", O)
    second = told.fire("call_audio", O)
    stale(told, "accept_call", first, R)
    told.fire("accept_call", R, second)
    assert told.talk.state["call"] == "connected"


def test_people_need_not_say_what_they_answer() -> None:
    told = Told()
    told.fire("call_audio", O)
    told.fire("accept_call", R)
    assert "decline_call" not in told.awaited, "it answered the ring all the same"


def test_a_link_that_is_sent_again_is_the_one_that_counts() -> None:
    told = Told()
    told.fire("meeting_created", S, told.meeting())
    first = told.seq
    again = told.fire("resend_link", O)
    stale(told, "link_undelivered", first)
    told.fire("link_delivered", S, again)
    stale(told, "link_delivered", again)
    stale(told, "link_undelivered", again)
    assert told.talk.state["meeting"] == "invited"


def test_a_ring_that_a_policy_holds_up_is_still_a_ring() -> None:
    told = Told(PAIRS["teams>sfb"])
    ring = told.fire("call_audio", O)
    told.change(PAIRS["no-calls>sfb"])
    assert told.talk.why_not("accept_call", R)
    assert told.awaited["accept_call"] == ring
    told.change(PAIRS["teams>sfb"])
    told.fire("accept_call", R, ring)


@pytest.mark.parametrize("event", sorted(expected().owed))
def test_what_only_ever_answers_has_to_say_what(event: Any) -> None:
    with pytest.raises(ValueError, match=rf"^of: {event} answers .+; give the number of the step that asked$"):
        refusal(event, S, None, {})
    assert refusal(event, O, None, {}) is None, "that it is the service's is for the conversation to say"


def test_what_answers_nothing_says_so() -> None:
    with pytest.raises(ValueError, match=r"^of: send_text answers nothing; leave it out$"):
        refusal("send_text", O, 3, {})


@pytest.mark.parametrize("of", [True, -1, "3", 1.0])
def test_a_step_has_a_number(of: Any) -> None:
    said = re.escape(f"of: {of!r} is not accepted; give the number of the step that asked for no_answer")
    with pytest.raises(ValueError, match=f"^{said}$"):
        refusal("no_answer", S, of, {"no_answer": 1})


def test_the_service_fires_nothing_by_itself() -> None:
    """Whatever it fires was asked for, by an effect or a timer."""
    fired = {row.event for row in CONVERSATION.rows.values() if row.by.value == S and not row.internal}
    assert fired == expected().owed


def test_a_machine_of_ones_own_whose_effects_nobody_answers_owes_nothing() -> None:
    assert expected(TOSS).owed == frozenset()
    assert refusal("catch", S, None, {}, TOSS) is None
    with pytest.raises(ValueError, match=r"^of: catch answers nothing; leave it out$"):
        refusal("catch", S, 1, {}, TOSS)


@given(pairings(), walks)
def test_whatever_is_asked_for_can_come_and_what_comes_was_asked_for(pairing: Pairing, walk: list[Any]) -> None:
    """On any walk: an effect's answers and a timer's expiry are awaited from the step that asks; running timers are."""
    told, asked = Told(pairing), set[str]()
    for kind, value in walk:
        before = dict(told.awaited)
        ways = [way for way in told.talk.available() if way.by is not S or way.event in told.awaited]
        if kind == "change":
            outcome = told.talk.change(value)
        elif kind == "step" and ways:
            way = ways[value % len(ways)]
            assert refusal(way.event, way.by, before.get(way.event), before) is None
            outcome = told.talk.fire(way.event, way.by)
        else:
            continue
        told.seq += 1
        told.awaited = awaiting(before, outcome, told.seq)
        asks = {event for each in outcome.effects for event in expected().answers[each.name]}
        asks |= {timer.event for timer in outcome.timers.start}
        assert all(told.awaited[event] == told.seq for event in asks)
        assert {timer.event for timer in told.talk.timers()} <= told.awaited.keys()
        assert told.awaited.keys() <= before.keys() | asks
        asked |= asks
    assert {event for event, by in told.talk.available() if by is S} <= asked
