"""Group calls of the same two, as their call across platforms ends: the meeting it was escalated to."""

from __future__ import annotations

from typing import Any

import pytest

from fsm.readers import held
from fsm.readers.graph import callrecords

from ..readings import accepted, events, read, rows
from .making import SFB, at, identity, lines, record, service, session

ADELE, GRADY, MCU = at("adele"), at("grady", SFB), service("mediaController")
EITHER = "unknown"
CALL = record(session(ADELE, GRADY))
ALONE = "group calls that no call across platforms between the same two led to are set aside"


def meeting(*sessions: Any, name: str = "m", **more: Any) -> Any:
    """The record of a group call."""
    return record(*sessions, name=name, type="groupCall", **more)


BOTH = (session(ADELE, MCU, 298, 900), session(GRADY, MCU, 330, 890))
ORGANIZED: dict[str, Any] = {"organizer_v2": {"identity": {"user": identity("adele")}}}


@pytest.mark.parametrize("first", [0, 1])
def test_a_call_that_was_escalated_is_not_hung_up(first: int) -> None:
    both = [CALL, meeting(*BOTH, **ORGANIZED)]
    found = rows(callrecords, lines(both[first], both[1 - first]))
    assert events(found) == [
        ("call_audio", "originator"),
        ("accept_call", "recipient"),
        ("meet_now", "originator"),
        ("meeting_created", "service"),
        ("link_delivered", "service"),
        ("join_meeting", "recipient"),
        ("leave_meeting", "recipient"),
        ("leave_meeting", "originator"),
    ]
    assert {row["conversation"] for row in found} == {"c"}
    assert accepted(found)


def test_who_asked_for_it_is_left_open_unless_the_organizer_is_one_of_the_two() -> None:
    found = rows(callrecords, lines(CALL, meeting(*BOTH, organizer_v2={"id": "somebody"})))
    assert events(found)[2] == ("meet_now", EITHER)
    assert accepted(found)


def test_who_leaves_may_come_back() -> None:
    again = meeting(*BOTH, session(ADELE, MCU, 400, 500), session(GRADY, MCU, 895, 899), **ORGANIZED)
    found = [row["event"] for row in rows(callrecords, lines(CALL, again))]
    assert (found.count("join_meeting"), found.count("leave_meeting"), found.count("link_delivered")) == (3, 4, 1)


def test_times_that_are_missing_tell_nobody_to_come_or_go() -> None:
    odd = meeting(session(ADELE, MCU, 298, None), session(GRADY, MCU, None, None), **ORGANIZED)
    assert [row["event"] for row in rows(callrecords, lines(CALL, odd))][-1] == "meeting_created"


@pytest.mark.parametrize(
    "other",
    [
        meeting(session(ADELE, MCU, 500, 900), session(GRADY, MCU, 510, 900)),
        meeting(session(ADELE, MCU, 100, 900), session(GRADY, MCU, 110, 900)),
        meeting(session(ADELE, MCU, 298, 900), session(at("megan", SFB), MCU, 310, 900)),
        meeting(session(ADELE, MCU, None, None), session(GRADY, MCU, None, None)),
    ],
)
def test_another_meeting_has_nothing_to_do_with_the_call(other: Any) -> None:
    found, noted = read(callrecords, lines(CALL, other))
    assert (len(found), noted) == (3, {ALONE: 1})


def test_on_one_platform_a_call_is_not_escalated() -> None:
    here = session(at("grady"), MCU, 330, 890)
    _, noted = read(callrecords, lines(record(session(ADELE, at("grady"))), meeting(BOTH[0], here)))
    assert noted == {ALONE: 1}


def test_a_meeting_is_of_one_call_and_a_call_of_one_meeting() -> None:
    second = meeting(session(ADELE, MCU, 310, 900), session(GRADY, MCU, 330, 890), name="n")
    found, noted = read(callrecords, lines(CALL, second, meeting(*BOTH)))
    assert (len(found), noted) == (8, {ALONE: 1})


def test_a_newer_version_of_the_meeting_takes_its_place() -> None:
    newer = meeting(*BOTH[:1], session(GRADY, MCU, 330, 700), version=2)
    found, _ = read(callrecords, lines(CALL, meeting(*BOTH), newer))
    assert (len(found), found[-2][1]["time"]) == (8, "2020-03-02T09:11:40.000Z")  # type: ignore[index]


def test_a_meeting_that_comes_long_before_any_call_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held.Held.__init__, "__defaults__", (1,))
    others = [meeting(*BOTH, name=name) for name in "xyz"]
    found, noted = read(callrecords, lines(meeting(*BOTH), *others, CALL))
    assert (len(found), noted) == (8, {ALONE: 3})
